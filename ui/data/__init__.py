"""The Data page after a cohort is on the desk: one step after another."""
