"""What a hostile browser or program does to the running page: raw requests, websockets, half-open connections."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from browser import free_port, scripted
from fakes import WordEmbedder
from raw_request import sent
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.access.gate import COOKIE
from rag.serving.loading import STORE_FILE

TEXT = "Jembatan Kalirejo dibangun sepanjang 120 meter. Warga Kalirejo gembira. “Kami senang,” kata Budi Santoso."


@dataclass(frozen=True)
class Target:
    """A page at work, with its data folder and the number of its process."""

    port: int
    data: Path
    pid: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def ask(
        self, method: str = "GET", path: str = "/", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request; header names have _ for -. A Host of ours is sent unless one is given."""
        given = {"host": self.host} | {name.replace("_", "-").lower(): value for name, value in headers.items()}
        return sent(self.port, method, path, body, given)

    def raw(self, head: bytes) -> bytes:
        """Send bytes as they are; return the first line that comes back, b"" where the connection is shut."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as link:
            link.sendall(head)
            with suppress(OSError):
                return link.recv(4096).split(b"\r\n")[0]
        return b""

    def log_in(self, name: str, password: str) -> str:
        """Return the cookie of a new session."""
        form = urlencode({"nama": name, "sandi": password}).encode()
        kind = "application/x-www-form-urlencoded"
        status, headers, _ = self.ask("POST", "/masuk", form, origin=self.origin, content_type=kind)
        assert status == 303, status
        cookie = headers["set-cookie"].split(";")[0]
        assert cookie.startswith(COOKIE)
        return cookie

    @contextmanager
    def page(self, *, host: str | None = None, origin: str | None = "", cookie: str = "") -> Iterator[ClientConnection]:
        """Open a websocket as the page does; raises InvalidHandshake where it is refused."""
        headers = {"Cookie": cookie} if cookie else {}
        own = self.origin if origin == "" else origin
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=30) as link,
            connect(
                f"ws://{host or self.host}/_stcore/stream", sock=link, origin=own, additional_headers=headers,  # type: ignore[arg-type]
                subprotocols=["streamlit"], open_timeout=30, max_size=None, compression=None,  # type: ignore[list-item]
            ) as page,
        ):  # fmt: skip
            yield page


def rerun(page: ClientConnection, name: str = "", query: str = "") -> None:
    """Have one of the pages drawn."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = name
    page.send(message.SerializeToString())


def drawn(page: ClientConnection, wanted: str, timeout_s: float = 60.0) -> tuple[str, str]:
    """Wait until a text is drawn and the run at its end; return what was drawn, and Streamlit's name of the page."""
    told, session, ended = "", "", False
    deadline = time.monotonic() + timeout_s
    while not (ended and wanted in told):
        message = ForwardMsg()
        raw = page.recv(timeout=max(0.1, deadline - time.monotonic()))
        message.ParseFromString(raw)  # type: ignore[arg-type]
        session = message.new_session.initialize.session_id or session
        told += str(message)
        ended = message.WhichOneof("type") == "script_finished"
    return told, session


def widget_id(told: str, kind: str) -> str:
    """The name of the first widget of a kind in what was drawn."""
    return "$$ID-" + told.split(f"{kind} {{", 1)[1].split('id: "$$ID-', 1)[1].split('"')[0]


def refused(target: Target, host: str | None = None, origin: str | None = "", cookie: str = "") -> bool:
    """Whether a websocket is refused before it opens."""
    try:
        with target.page(host=host, origin=origin, cookie=cookie):
            return False
    except (InvalidHandshake, ConnectionClosed, OSError, EOFError):
        return True


@contextmanager
def half_open(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Hold so many connections that have sent half a head."""
    with ExitStack() as held:
        links = []
        for _ in range(count):
            with suppress(OSError):
                link = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
                link.sendall(b"GET / HTTP/1.1\r\nHost: x")
                links.append(link)
        yield links


@contextmanager
def attacked(data: Path, door: str = "terbuka", text: str = TEXT, port: int | None = None) -> Iterator[Target]:
    """Serve a page over one article."""
    (data.parent / f"{data.name}-berita").mkdir()
    (data.parent / f"{data.name}-berita" / "jembatan.txt").write_text(text, "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([data.parent / f"{data.name}-berita"])
    port = port or free_port()
    with scripted(data, port, {"Kalirejo": "Jembatan Kalirejo dibangun sepanjang 120 meter."}, door=door) as process:
        yield Target(port, data, process.pid)
