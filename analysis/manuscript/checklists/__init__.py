"""Reporting guidelines, each item filled from the run or left to the author."""
