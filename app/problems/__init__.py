"""A page for every kind of problem that an answer can name in its ``type``."""
