"""The sections of the page that asks whether the groups are comparable, each drawn only when it is chosen."""
