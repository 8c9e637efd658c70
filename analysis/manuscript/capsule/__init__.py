"""Everything needed to rebuild the analysis, in one archive."""
