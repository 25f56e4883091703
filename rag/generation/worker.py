"""The process that holds the language model: ``python -m rag.generation.worker SOCKET PARENT``
(``rag.generation.remote_chat`` starts it).

A crash of the model's native code ends this process and nothing else. It is spoken to over a socket
(``rag.generation.wire``):

    open, stream, count, warm, cancel, pause, resume → ready, place, piece, counts, done, error

Each request but the last three has a number, its replies carry it. Nobody outlives its purpose: when the other end is
gone, so is this process, whatever it is doing.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import re
import resource
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from index.errors import ModelError, TanyaError
from rag.generation.chat_template import Message
from rag.generation.decoder import heard
from rag.generation.llama import LlamaChat, open_vocabulary
from rag.generation.llama_server import CATALOGUE, LlamaServer
from rag.generation.prefix_cache import PromptStates
from rag.generation.protocol import ChatModel
from rag.generation.scheduling import Handle, QuickFirst
from rag.generation.server_chat import ServerChat
from rag.generation.wire import Connection
from rag.generation.wire import Message as Request

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
# A thread that computes hands the interpreter over this often, so that a count of tokens need not wait the usual 5 ms.
_SWITCH_S = 0.0005


class ServedModel(ChatModel, Protocol):
    """What is served: a chat model that can read ahead and let quick work pass."""

    give_way: Callable[[], None]

    def warm(self, messages: Sequence[Message]) -> None:
        """Compute what prompts begin with."""


class Worker:
    """Answers requests with one model, each in a thread of its own; ``open_model`` is called with what to open."""

    def __init__(self, connection: Connection, open_model: Callable[[Request], ServedModel]) -> None:
        self._connection = connection
        self._open_model = open_model
        self._model: ServedModel | None = None
        self._quick = QuickFirst()
        self._handles: dict[int, Handle] = {}

    def serve(self) -> None:
        """Take requests until the other end is gone."""
        while (request := self._connection.receive()) is not None:
            what = request["do"]
            if what == "cancel":
                if handle := self._handles.get(request["id"]):
                    handle.cancel()
            elif what == "pause":
                self._quick.begin()
            elif what == "resume":
                self._quick.end()
            elif what == "count":
                self._guarded(self._count, request)  # at once: an answer in the making does not hold it up
            else:
                if what == "stream":
                    self._handles[request["id"]] = self._handle(request["id"])
                work = {"open": self._open, "stream": self._stream, "warm": self._warm}[what]
                threading.Thread(target=self._guarded, args=(work, request), name=what, daemon=True).start()

    def _guarded(self, work: Callable[[Request], None], request: Request) -> None:
        """Do what is asked; what goes wrong is told to who asked, with the traceback in this process's log."""
        id = request["id"]
        try:
            work(request)
        except TanyaError as error:
            self._tell(id, error=str(error))
        except Exception as error:
            traceback.print_exc()
            self._tell(id, error=f"Model bahasa gagal ({type(error).__name__}: {error}); ajukan lagi.")
        finally:
            self._handles.pop(id, None)

    def _open(self, request: Request) -> None:
        self._model = self._open_model(request["model"])
        self._model.give_way = self._quick.give_way
        self._tell(request["id"], ready=True)

    def _count(self, request: Request) -> None:
        self._tell(request["id"], counts=[self._opened.count_tokens(text) for text in request["texts"]])

    def _warm(self, request: Request) -> None:
        self._opened.warm(request["messages"])
        self._tell(request["id"], done=True)

    def _stream(self, request: Request) -> None:
        id, must_hold = request["id"], request["must_hold"]
        stream = self._opened.stream(
            request["messages"],
            request["max_tokens"],
            self._handles[id],
            copy_from=request["copy_from"],
            must_hold=re.compile(*must_hold) if must_hold else None,
            refusal=request["refusal_text"],
        )
        _, trace = heard(stream, lambda piece: self._tell(id, piece=piece))
        answered = not self._handles[id].cancelled
        self._tell(id, done=True, answered=answered, refusal=trace.refusal, begin=trace.begin, words=trace.words)

    def _handle(self, id: int) -> Handle:
        last = -1

        def on_wait(place: int) -> None:
            nonlocal last
            if place != last:  # told several times a second
                last = place
                self._tell(id, place=place)

        return Handle(on_wait)

    @property
    def _opened(self) -> ServedModel:
        assert self._model is not None, "asked before it was opened"
        return self._model

    def _tell(self, id: int, **reply: object) -> None:
        with suppress(OSError):  # the other end is gone: `serve` ends
            self._connection.send(id=id, **reply)


def run(open_model: Callable[[Request], ServedModel], descriptor: int, parent: int) -> None:
    """Serve over an open socket until the parent process is done with it or gone."""
    _die_with(parent)
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; this process goes when it does
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the model's memory is no use on the disk
    sys.setswitchinterval(_SWITCH_S)
    Worker(Connection(socket.socket(fileno=descriptor)), open_model).serve()
    os._exit(0)  # threads in native code are not waited for


def open_model(wanted: Request) -> ServedModel:
    """Load the GGUF model that is described; only its vocabulary where ``servers`` compute for it."""
    path, name = Path(wanted["path"]), wanted["name"]
    try:
        if servers := wanted.get("servers"):
            encoder = open_vocabulary(path, name)
            return ServerChat(name, encoder, [LlamaServer(address) for address in servers], CATALOGUE, probed=True)
        return LlamaChat(
            path, name, wanted["threads"], states=PromptStates(Path(wanted["states"]), wanted["states_of"])
        )
    except (ImportError, RuntimeError) as error:  # the native library is missing or is not for this machine
        raise ModelError(f"Pustaka llama.cpp tidak dapat dimuat ({error}); ulangi scripts/install.") from error


def _die_with(parent: int) -> None:
    """Have the kernel end this process with its parent, also while it hangs; the socket's end tells the others."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os._exit(0)


if __name__ == "__main__":
    run(open_model, int(sys.argv[1]), int(sys.argv[2]))
