"""Tables of a manuscript, and the files they are written into."""
