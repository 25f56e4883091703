"""The trained reader: is this the passage, which words answer, does it answer at all."""
