"""What happened to the patients. Nothing in this package knows how the weights were made."""
