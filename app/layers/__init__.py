"""One file is one output layer."""
