"""Raw text → the words the journalist wrote."""
