"""What each column seems to be for, from its name and its content."""
