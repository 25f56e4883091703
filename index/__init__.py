"""Articles in, searchable index out."""

import logging

# Whoever runs the program says where its log goes (rag.log); until then it goes nowhere.
logging.getLogger("tanya").addHandler(logging.NullHandler())
