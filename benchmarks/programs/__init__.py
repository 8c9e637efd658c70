"""The programs compared: each does the same tasks in its own way, in a process of its own."""
