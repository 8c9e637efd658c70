"""The synthetic sample cohort; not patient data."""
