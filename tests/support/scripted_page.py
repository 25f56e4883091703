"""Serves the page with models that need no weights; `browser.scripted` starts it."""

import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from fake_reader import TrustingReader
from fakes import WordEmbedder
from scripted_chat import KnowingChat
from scripted_worker import WORKER

import rag.serving.visibility  # noqa: F401  its classes are made of the real Workplace
from index.errors import ModelError
from rag.answering.confidence import ReadWeights
from rag.generation.remote_chat import RemoteChat
from rag.serving import loading, service
from rag.serving.server import STREAMLIT_OPTIONS
from ui.server import run


def model_apart(data: str, **script: object) -> RemoteChat:
    command = [sys.executable, str(WORKER), json.dumps(script)]
    return RemoteChat("scripted", {}, log=Path(data) / loading.LLM_LOG, command=command)


def main(data: str, port: str, door: str, piece_s: str, answers: str, model_pids: str = "") -> None:
    os.environ["TANYA_DATA"] = os.environ["TANYA_MODELS"] = data
    loading.open_embedder = lambda settings: WordEmbedder()  # type: ignore[assignment]

    loading.open_reader = lambda settings: TrustingReader()  # type: ignore[assignment]

    # what a scripted model is believed does not hang on the newest fit
    steady = ReadWeights.load(Path(__file__).with_name("steady_weights.json"))
    ReadWeights.load = classmethod(lambda cls: steady)  # type: ignore[assignment,method-assign]

    def open_llm(settings: object) -> KnowingChat | RemoteChat:
        while (gate := os.environ.get("LOAD_GATE")) and not Path(gate).exists():
            time.sleep(0.05)
        if error := os.environ.get("LOAD_ERROR"):
            raise ModelError(error)
        if model_pids:
            return model_apart(data, answers=json.loads(answers), piece_s=float(piece_s), starts=model_pids)
        return KnowingChat(json.loads(answers), float(piece_s))

    loading.open_llm = open_llm  # type: ignore[assignment]
    command = (sys.executable, str(Path(__file__).with_name("scripted_indexing.py")))
    service.Workplace = partial(service.Workplace, indexing=command)  # type: ignore[assignment,misc]
    run({**STREAMLIT_OPTIONS, "server.port": int(port)}, door, os.environ.get("OIDC_FILE", ""))


if __name__ == "__main__":
    main(*sys.argv[1:])
