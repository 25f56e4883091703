"""The way of a file from a browser to the archive: for editors' pages, counted as it comes, nothing half left."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.serving import spool as spools
from rag.serving.access.accounts import EDITOR, READER, Reader
from rag.serving.access.gate import WHO
from rag.serving.spool import GRACE_S, Spool
from rag.serving.upload_route import UploadRoute
from rag.serving.uploads import PART_FOLDER, take

HEAD = b'Content-Disposition: form-data; name="file"; filename="sub/berita.txt"\r\nContent-Type: text/plain'
PAGE, FILE = "halaman-1", "berkas-1"


class Held(io.BytesIO):
    """A file as Streamlit hands it to the page."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


class Streamlit:
    """What stands behind the route: keeps what reached it, and answers with a status."""

    def __init__(self, status: int = 204) -> None:
        self.status = status
        self.bodies: list[bytes] = []
        self.scopes: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        self.bodies.append((await receive()).get("body", b""))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def receipts(self) -> list[Held]:
        return [Held("berita.txt", body.split(b"\r\n\r\n")[1].split(b"\r\n--")[0]) for body in self.bodies if body]


class Setting:
    def __init__(self, folder: Path, status: int = 204) -> None:
        self.now, self.open = 0.0, True
        self.folder = folder
        self.spool = Spool(folder, is_open=lambda page: self.open, clock=lambda: self.now)
        self.streamlit = Streamlit(status)
        self.route = UploadRoute(self.streamlit, self.spool)

    def put(
        self, blocks: Sequence[bytes], *, role: str | None = EDITOR, method: str = "PUT", page: str = PAGE,
        file: str = FILE, length: int | None = None, cut: bool = False, boundary: bytes = b"xyz",
    ) -> int:  # fmt: skip
        sent: list[Any] = []
        given = [(b"content-type", b"multipart/form-data; boundary=" + boundary)]
        given += [(b"content-length", str(length).encode())] if length is not None else []
        scope: dict[str, Any] = {"type": "http", "method": method, "path": f"/_stcore/upload_file/{page}/{file}"}
        scope |= {"headers": given} | ({WHO: Reader("ani", role)} if role else {})
        coming = list(blocks)
        self.taken_blocks = 0

        async def receive() -> Any:
            self.taken_blocks += 1
            if coming:
                body = coming.pop(0)
                return {"type": "http.request", "body": body, "more_body": bool(coming) or cut}
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.route(scope, receive, send))
        return sent[0]["status"] if sent else 0

    @property
    def left(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


def form(content: bytes) -> bytes:
    return b"--xyz\r\n" + HEAD + b"\r\n\r\n" + content + b"\r\n--xyz--\r\n"


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    setting = Setting(tmp_path)
    setting.spool.allow(PAGE)
    return setting


@pytest.mark.parametrize("step", [1, 3, 7, 64, 100_000])
def test_a_file_goes_to_disk_and_its_receipt_to_the_page(setting: Setting, step: int) -> None:
    content = b"Pasar dibuka.\r\n--xy\r\n\r\n--xyz tidak\r\n" * 40  # almost its end, many times
    content = content.replace(b"\r\n--xyz", b"\n--xyz")
    whole = form(content)
    assert setting.put([whole[at : at + step] for at in range(0, len(whole), step)]) == 204
    (kept,) = setting.left
    assert kept.read_bytes() == content
    (body,) = setting.streamlit.bodies
    assert len(body) < 300 and b'filename="sub/berita.txt"' in body
    headers = dict(setting.streamlit.scopes[0]["headers"])
    assert headers[b"content-length"] == str(len(body)).encode()
    found, lost = setting.spool.resolved(PAGE, setting.streamlit.receipts)
    assert lost == []
    (path,) = take(setting.folder, found).kept
    assert path.read_bytes() == content
    setting.spool.release(PAGE)
    assert setting.left == [path]


@pytest.mark.parametrize(
    ("role", "page", "method"),
    [(READER, PAGE, "PUT"), (EDITOR, "lain", "PUT"), (None, "lain", "PUT"), (READER, PAGE, "DELETE")],
)
def test_who_may_not_send_is_refused_before_a_byte_is_read(
    setting: Setting, role: str | None, page: str, method: str
) -> None:
    assert setting.put([form(b"x")], role=role, page=page, method=method) == 403
    assert (setting.taken_blocks, setting.left, setting.streamlit.bodies) == (0, [], [])


@pytest.mark.parametrize("method", ["POST", "GET", "PATCH"])
def test_no_other_method_goes_that_way(setting: Setting, method: str) -> None:
    assert setting.put([form(b"x")], method=method) == 404
    assert setting.streamlit.bodies == []


def test_bytes_are_counted_as_they_come(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "MAX_FILE_BYTES", 10_000)
    blocks = [b"--xyz\r\n" + HEAD + b"\r\n\r\n", *[b"x" * 1000] * 500]
    assert setting.put(blocks) == 413  # no length is told
    assert setting.taken_blocks < 20
    assert setting.put(blocks, length=500_000) == 413  # told: not one block is read
    assert setting.taken_blocks == 0
    assert setting.put(blocks, length=100) == 413  # told wrongly
    assert setting.left == []


def test_what_one_page_and_all_together_hold_is_bounded(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "MAX_TOTAL_BYTES", 2500)
    monkeypatch.setattr(spools, "MAX_ALL_BYTES", 4000)
    statuses = [setting.put([form(b"x" * 1000)], file=f"b{number}") for number in range(3)]
    assert statuses == [204, 204, 413]
    setting.spool.allow("dua")
    assert [setting.put([form(b"x" * 1000)], page="dua", file=f"b{number}") for number in range(3)] == [204, 204, 413]
    assert len(setting.left) == 4
    assert setting.put([], method="DELETE", file="b0") == 204  # the page takes one back
    assert len(setting.left) == 3
    assert setting.put([form(b"x" * 1000)], file="b9") == 204
    monkeypatch.setattr(spools, "MAX_FILES", 2)
    assert setting.put([form(b"x")], file="b10") == 413


@pytest.mark.parametrize(
    "blocks",
    [
        [form(b"x" * 5000)[:3000]],
        [b""],
        [b"GET / HTTP/1.1\r\n\r\n"],
        [b"--xyz\r\n" + b"a" * 40_000],
        [form(b"x") + form(b"y")],
        [form(b"x").replace(HEAD, b"Content-Disposition: form-data; name=x")],
        [form(b"x").replace(b"xyz--", b"xyz\r\nmore")],
    ],
)
def test_what_is_no_form_of_one_file_leaves_nothing(setting: Setting, blocks: list[bytes]) -> None:
    assert setting.put(blocks) == 400
    assert (setting.left, setting.streamlit.bodies) == ([], [])


def test_a_transfer_that_is_cut_off_leaves_nothing(setting: Setting) -> None:
    assert setting.put([form(b"x" * 5000)[:3000]], cut=True) == 0
    assert (setting.left, setting.streamlit.bodies) == ([], [])


def test_what_streamlit_turns_down_leaves_nothing(tmp_path: Path) -> None:
    setting = Setting(tmp_path, status=400)
    setting.spool.allow(PAGE)
    assert setting.put([form(b"x")]) == 400
    assert setting.left == []


def test_the_second_of_one_name_takes_the_place_of_the_first(setting: Setting) -> None:
    assert [setting.put([form(content)]) for content in (b"satu", b"dua")] == [204, 204]
    assert [path.read_bytes() for path in setting.left] == [b"dua"]


def test_a_page_that_is_shut_frees_what_it_held(setting: Setting) -> None:
    assert setting.put([form(b"x" * 1000)]) == 204
    setting.open = False
    setting.spool.sweep()
    setting.now = GRACE_S - 1
    setting.open = True
    setting.spool.sweep()  # it was a connection cut for a moment
    setting.open = False
    setting.now = GRACE_S + 5
    setting.spool.sweep()
    assert len(setting.left) == 1
    setting.now = 2 * GRACE_S + 6
    setting.spool.sweep()
    assert setting.left == []
    assert setting.put([form(b"x")]) == 403
    assert setting.spool.resolved(PAGE, setting.streamlit.receipts) == ([], ["berita.txt"])


def test_a_receipt_of_another_page_or_one_made_up_opens_nothing(setting: Setting) -> None:
    assert setting.put([form(b"rahasia")]) == 204
    setting.spool.allow("dua")
    (receipt,) = setting.streamlit.receipts
    made_up = [receipt, Held("a", b"tanya-unggahan:" + b"0" * 32 + b"\n"), Held("b", b"isi biasa"), Held("c", b"")]
    assert setting.spool.resolved("dua", made_up) == ([], ["berita.txt", "a", "b", "c"])


def test_what_a_kill_left_is_gone_at_the_next_start(setting: Setting) -> None:
    part = setting.spool.begin(PAGE, None)
    part.write(b"separuh")
    assert len(setting.left) == 1
    Spool(setting.folder, is_open=lambda page: False).clear()
    assert setting.left == []
    part.drop()


def test_an_upload_is_put_in_place_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill while files are written leaves nothing in the folder that is indexed."""

    class Killing(Held):
        def read(self, size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, [Held("a.txt", b"Isi."), Killing("b.txt", b"Isi dua.")])
    assert [path for path in tmp_path.rglob("*") if path.is_file() and PART_FOLDER not in path.parts] == []


def test_any_readers_page_may_send_a_small_table_and_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "MAX_TABLE_BYTES", 1000)
    setting = Setting(tmp_path)
    body = b"--xyz\r\n" + HEAD + b"\r\n\r\n" + b"a" * 500 + b"\r\n--xyz--\r\n"
    large = b"--xyz\r\n" + HEAD + b"\r\n\r\n" + b"a" * 1500 + b"\r\n--xyz--\r\n"
    assert setting.put([body], role=READER) == 403  # its box was not drawn
    setting.spool.allow(PAGE, for_tables=True)
    assert setting.put([body], role=READER) == 204
    assert setting.put([large], role=READER, file="besar") == 413
    for number in range(spools.MAX_TABLES - 1):
        assert setting.put([body], role=READER, file=f"lagi-{number}") == 204
    assert setting.put([body], role=READER, file="terlalu-banyak") == 413
    setting.spool.release(PAGE)
    assert setting.put([body], role=READER) == 204
    setting.spool.allow(PAGE)  # an editor's page that drew the box for articles as well
    assert setting.put([body], role=READER) == 403
    assert setting.put([large], role=EDITOR, file="besar") == 204
    setting.spool.allow(PAGE, for_tables=True)
    assert setting.put([large], role=EDITOR, file="besar-lagi") == 204
