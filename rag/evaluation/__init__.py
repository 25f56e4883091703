"""Gold questions through the real pipeline → figures, a report, and what changed since the last one."""
