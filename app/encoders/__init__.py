"""One file is one output format."""
