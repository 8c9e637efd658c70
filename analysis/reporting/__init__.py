"""Results written down: the results file, tables and the text beside them."""
