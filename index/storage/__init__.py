"""The one SQLite file that is the truth, the FAISS cache beside it, and what is asked of them."""
