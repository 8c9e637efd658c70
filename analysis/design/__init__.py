"""How the groups are made comparable. Nothing in this package ever sees an outcome."""
