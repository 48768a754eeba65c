"""Projects and their works, with every version."""
