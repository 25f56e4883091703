"""Articles in, searchable index out."""
