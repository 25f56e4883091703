"""Files → what is searched: found, read, prepared, embedded, written; and what an editor changes."""
