"""``tanya serve`` and ``tanya mcp``: the archive for other programs, over HTTP and as an assistant's tools."""

from __future__ import annotations

import argparse

from index.errors import InputError
from rag.cli.console import open_archive, settings_of
from rag.serving.api import start
from rag.serving.server import ADDRESS
from rag.serving.service import Workplace


def serve(options: argparse.Namespace) -> int:
    """``tanya serve [--mcp]``"""
    settings = settings_of(options)
    open_archive(settings).close()  # no service without an index: say so here, in one line
    start.serve(settings, _where(options), api=True, mcp=options.mcp)
    return 0


def mcp(options: argparse.Namespace) -> int:
    """``tanya mcp [--http]``"""
    settings = settings_of(options)
    start.require(start.MCP_EXTRA)
    open_archive(settings).close()
    if options.http:
        start.serve(settings, _where(options), api=False, mcp=True)
        return 0
    if options.address or options.name or options.proxy:
        raise InputError("--address, --name dan --proxy untuk layanan HTTP; tambahkan --http.")
    from rag.serving.api.assistant_tools import over_stdio
    from rag.serving.api.operations import Operations

    # The models are loaded by the first question: an assistant starts all its servers, and asks few of them anything.
    over_stdio(Operations(Workplace(settings, beside=True)))
    return 0


def _where(options: argparse.Namespace) -> start.Where:
    return start.Where(options.port, options.address or ADDRESS, tuple(options.name), options.proxy or "")
