"""The vocabulary of hospitals: column names, events, arms and responses in several languages."""
