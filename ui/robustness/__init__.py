"""The sections of the page that asks what would undo the finding, and what could have been found."""
