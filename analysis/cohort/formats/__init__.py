"""From a file's bytes to a table of typed columns, one file a format."""
