"""``tanya``: the command line. ``python -m rag.cli`` is the same; ``rag.cli.parser`` knows all commands."""

from rag.cli.parser import main

__all__ = ("main",)
