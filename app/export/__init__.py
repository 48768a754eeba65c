"""A layer to a file."""
