"""What an operator may know: who did what and how the server fares, never a word of a patient, a column or a file."""
