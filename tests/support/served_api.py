"""A running `tanya serve` or `tanya mcp --http` over a small archive, with models that need no weights."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import ROOT, free_port, started
from fakes import WordEmbedder
from raw_request import sent

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

BRIDGE = (
    "Jembatan Kalirejo dibangun sepanjang 120 meter. Warga Kalirejo gembira. “Kami senang sekali hari ini,” kata Budi."
)
COFFEE = "Festival Kopi Nusantara digelar di Jember pada akhir pekan. Pengunjung datang dari 12 kota."
QUOTE = "Kami senang sekali hari ini"
ANSWERS = {"panjang": "120 meter", "kota": "12 kota"}
PASSWORD = "padi menguning di sawah"


def command(*arguments: object, answers: dict[str, str] = ANSWERS, piece_s: float = 0.0) -> list[str]:
    """What runs a command with models that need no weights."""
    script = ROOT / "tests" / "support" / "scripted_command.py"
    return [sys.executable, str(script), json.dumps(answers), str(piece_s), *map(str, arguments)]


def archive(data: Path) -> Path:
    """Write and index two articles; return the data folder."""
    texts = data.parent / f"{data.name}-berita"
    texts.mkdir()
    (texts / "jembatan.txt").write_text(f"Jembatan Baru\nSabtu, 10 April 2021\n{BRIDGE}", "utf-8")
    (texts / "kopi.txt").write_text(f"Festival Kopi\nSenin, 5 Juni 2023\n{COFFEE}", "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([texts])
    return data


@dataclass(frozen=True)
class Service:
    """A service at work."""

    port: int
    data: Path
    pid: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Send one request; a body that is no bytes goes as JSON. Header names have _ for -.

        What comes back is read as JSON where it is some.
        """
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        given = {"host": self.host, "content-type": "application/json"} if body is not None else {"host": self.host}
        given |= {"authorization": f"Bearer {token}"} if token else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        status, told, raw = sent(self.port, method, path, content, given)
        is_json = told.get("content-type", "").startswith("application/json")
        return status, told, json.loads(raw) if is_json and raw else raw.decode()

    def events(self, asked: dict[str, Any], token: str = "") -> list[tuple[str, Any]]:
        """Ask for a stream and return its events."""
        status, headers, text = self.ask("POST", "/v1/ask", {**asked, "stream": True}, token=token)
        assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8"), (status, text)
        return [event(block) for block in text.split("\n\n") if block and not block.startswith(":")]


def event(block: str) -> tuple[str, Any]:
    """Read one server-sent event."""
    kind, data = block.split("\n")
    assert kind.startswith("event: ") and data.startswith("data: "), block
    return kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))


@contextmanager
def served(data: Path, *arguments: str, piece_s: float = 0.0) -> Iterator[Service]:
    """Run `tanya serve`, or the arguments given."""
    port = free_port()
    arguments = arguments or ("serve",)
    with started(command(*arguments, "--data", data, "--port", port, piece_s=piece_s), port) as process:
        yield Service(port, data, process.pid)
