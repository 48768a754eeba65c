"""Constraint zones and diversions."""
