"""Findings near a place, inside an area or of a work, for front ends."""
