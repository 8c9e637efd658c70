"""How far a finding hangs on choices of the design and on chance: the specification curve and the bootstrap."""
