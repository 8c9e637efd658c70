"""From a hospital's file to the patients of a study: reading, roles, checks, who is in."""
