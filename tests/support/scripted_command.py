"""Runs a command of the program with models that need no weights: python scripted_command.py ANSWERS PIECE_S ARGUMENTS.

ANSWERS is JSON: a word of a question → what is said to it.
"""

import json
import os
import sys
from pathlib import Path

from fake_reader import TrustingReader
from fakes import WordEmbedder
from scripted_chat import KnowingChat

from index.errors import ModelError
from rag.answering.confidence import ReadWeights
from rag.cli import main
from rag.serving import loading


def weightless(answers: str, piece_s: str) -> None:
    """Have the program load these instead of its models."""
    steady = ReadWeights.load(Path(__file__).with_name("steady_weights.json"))
    ReadWeights.load = classmethod(lambda cls: steady)  # type: ignore[assignment,method-assign]
    loading.open_embedder = lambda settings: WordEmbedder()  # type: ignore[assignment]
    loading.open_reader = lambda settings: TrustingReader()  # type: ignore[assignment]

    def open_llm(settings: object) -> KnowingChat:
        if error := os.environ.get("LOAD_ERROR"):
            raise ModelError(error)
        print("a library that talks to stdout")  # what a protocol on stdout must not be broken by
        return KnowingChat(json.loads(answers), float(piece_s))

    loading.open_llm = open_llm  # type: ignore[assignment]


if __name__ == "__main__":
    weightless(*sys.argv[1:3])
    sys.exit(main(sys.argv[3:]))
