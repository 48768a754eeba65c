"""Domain-free parts: database, problems, paging, media types, links."""
