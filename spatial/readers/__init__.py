"""One file is one mechanism that reads planned works."""
