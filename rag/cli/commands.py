"""What each command of ``tanya`` runs: its module is imported when it does, so that help is instant."""

from __future__ import annotations

from argparse import Namespace


def index(options: Namespace) -> int:
    """Index folders and files."""
    from rag.cli.index_commands import index as run

    return run(options)


def inspect(options: Namespace) -> int:
    """Show what indexing would keep of a file."""
    from rag.cli.index_commands import inspect as run

    return run(options)


def ask(options: Namespace) -> int:
    """Answer a question."""
    from rag.cli.ask_search import ask as run

    return run(options)


def search(options: Namespace) -> int:
    """Find passages."""
    from rag.cli.ask_search import search as run

    return run(options)


def find(options: Namespace) -> int:
    """Find words exactly."""
    from rag.cli.find import find as run

    return run(options)


def quote(options: Namespace) -> int:
    """Check a quotation, or a draft or table of them."""
    from rag.cli.quote_commands import quote as run

    return run(options)


def collections(options: Namespace) -> int:
    """List, make, fill and share collections."""
    from rag.cli.collections import collections as run

    return run(options)


def alerts(options: Namespace) -> int:
    """Tell what kept searches have found."""
    from rag.cli.alerts import alerts as run

    return run(options)


def status(options: Namespace) -> int:
    """Tell what the index holds."""
    from rag.cli.ask_search import status as run

    return run(options)


def doctor(options: Namespace) -> int:
    """Check the installation."""
    from rag.cli.doctor import doctor as run

    return run(options)


def models(options: Namespace) -> int:
    """Fetch or check the models."""
    from rag.cli.ask_search import models as run

    return run(options)


def evaluate(options: Namespace) -> int:
    """Measure against a set of questions."""
    from rag.cli.evaluate import evaluate as run

    return run(options)


def ui(options: Namespace) -> int:
    """Serve the page."""
    from rag.cli.ask_search import ui as run

    return run(options)


def serve(options: Namespace) -> int:
    """Serve the API."""
    from rag.cli.serve import serve as run

    return run(options)


def mcp(options: Namespace) -> int:
    """Serve an assistant's tools."""
    from rag.cli.serve import mcp as run

    return run(options)


def readers(options: Namespace) -> int:
    """Add, change and remove readers."""
    from rag.cli.users import readers as run

    return run(options)


def restore(options: Namespace) -> int:
    """Put back the daily copy of what cannot be rebuilt."""
    from rag.cli.restore import run

    return run(options)
