"""What was examined and what was seen: the record of a cohort, covered outcomes, and the ledger on the screen."""
