"""A cohort on its way to the desk: read, corrected by a person, protected, and only then used."""
