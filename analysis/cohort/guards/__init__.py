"""Guards: one rule a function, each a plain sentence about what would mislead and how to mend it."""
