"""Cohorts too large for a file that is handed over: Parquet and databases, read column by column where they lie."""
