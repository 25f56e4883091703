"""How Indonesian is read: words, sentences, dates, numbers, copies. It knows no article and no store."""
