"""What all commands share: settings from their options, and words to the user on stderr."""

from __future__ import annotations

import argparse
import sys

from rag.settings import Settings, go_offline


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings for a command's options; from here on every library stays on this machine."""
    go_offline()
    return Settings.load(data=options.data, models=options.models, today=getattr(options, "today", None))


def tell(message: str) -> None:
    """Say something beside the result, at once."""
    print(message, file=sys.stderr, flush=True)
