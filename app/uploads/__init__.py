"""From an uploaded file to stored works, and back again."""
