"""How many findings there are in each quarter."""
