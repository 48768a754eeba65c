"""Neighbourhoods, districts, municipalities, provinces and own areas."""
