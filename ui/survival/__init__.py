"""The sections of the survival page."""
