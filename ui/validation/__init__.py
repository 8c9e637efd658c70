"""The page of known answers: what is recomputed, what came out, and with what."""
