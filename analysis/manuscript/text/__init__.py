"""Methods, results and captions in words, in each language."""
