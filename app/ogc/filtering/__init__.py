"""Filters in CQL2: read by our own linear parsers, made into clauses from an allow-list."""
