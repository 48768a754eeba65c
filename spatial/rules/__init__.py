"""One file is one rule of the catalogue."""
