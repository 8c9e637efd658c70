"""The page of models and subgroups, section by section."""
