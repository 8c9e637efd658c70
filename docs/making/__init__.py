"""What the documentation makes from the source, so that it cannot go stale: reference, errors, floors, pictures."""
