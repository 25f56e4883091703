"""Serves the page with models that need no weights; `browser.scripted` starts it."""

import json
import os
import sys
from functools import partial
from pathlib import Path

from fakes import WordEmbedder
from scripted_chat import KnowingChat

from rag import assembly, workplace
from rag.serve import STREAMLIT_OPTIONS
from ui.server import run


def main(data: str, port: str, door: str, piece_s: str, answers: str) -> None:
    os.environ["TANYA_DATA"] = os.environ["TANYA_MODELS"] = data
    assembly.open_embedder = lambda settings: WordEmbedder()  # type: ignore[assignment]
    assembly.open_llm = lambda settings: KnowingChat(json.loads(answers), float(piece_s))  # type: ignore[assignment]
    command = (sys.executable, str(Path(__file__).with_name("scripted_indexing.py")))
    workplace.Workplace = partial(workplace.Workplace, indexing=command)  # type: ignore[assignment,misc]
    run({**STREAMLIT_OPTIONS, "server.port": int(port)}, door, "")


if __name__ == "__main__":
    main(*sys.argv[1:])
