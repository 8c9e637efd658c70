"""How long the product takes, beside lifelines and R on the same patients, with the numbers compared."""
