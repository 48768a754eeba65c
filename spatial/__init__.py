"""Pure domain and geometry: no web, no database, no settings."""
