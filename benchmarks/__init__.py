"""How long the product takes, beside R and Python's libraries on the same patients, with the numbers compared."""
