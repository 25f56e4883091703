"""The language model: what it reads, how it is run, and what it may say."""
