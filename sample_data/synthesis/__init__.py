"""How the synthetic cohort is made: patients, times, responses and scans, fitted to published aggregates."""
