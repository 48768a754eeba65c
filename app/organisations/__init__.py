"""Organisations, their departments and keys, and who a caller is."""
