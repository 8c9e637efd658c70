"""Tables as people read them: numbers printed by the house rules, before and after matching side by side."""
