"""Evidence → the answer: what is said, where it stands, how sure it is, and when to say no."""
