"""How far an answer would hold if something unmeasured stood behind it, and what the study could have shown at all."""
