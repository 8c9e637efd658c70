"""Columns that may tell who a patient is, and what is done about them."""
