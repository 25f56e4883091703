"""The page behind a password, attacked by its own readers: rights that were taken away, uploads, monster forms."""

import http.client
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from attack import Target, attacked, drawn, refused, rerun, widget_id
from browser import free_port, scripted
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from rag.serving.access.accounts import EDITOR, READER, Accounts
from rag.serving.uploads import FOLDER, PART_FOLDER

pytestmark = pytest.mark.browser  # needs sockets
SECRET = "padi menguning di sawah"
MANY_BYTES = 96 * 1024**2


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    data = tmp_path_factory.mktemp("sandi") / "data"
    for name, role in (("ani", EDITOR), ("budi", READER), ("citra", EDITOR)):
        Accounts(data).add(name, SECRET, role)
    with attacked(data, door="sandi") as target:
        yield target


def test_rights_end_when_the_account_changes(target: Target) -> None:
    """An editor with two devices and two open pages is demoted; not one more request of hers is served."""
    accounts = Accounts(target.data)
    cookies = [target.log_in("ani", SECRET) for _ in range(2)]
    served = 0
    with ExitStack() as held:
        pages = [held.enter_context(target.page(cookie=cookie)) for cookie in cookies]
        for page in pages:
            rerun(page, "arsip")
            assert "Tambah" in drawn(page, "Tambah")[0]
            with suppress(TimeoutError):
                while page.recv(timeout=2):  # what Streamlit tells behind the end of a run
                    pass
        accounts.add("ani", SECRET, READER)
        for page in pages:
            rerun(page, "sistem")
            with suppress(ConnectionClosed):
                while page.recv(timeout=20):
                    served += 1
    for cookie in cookies:
        for method, path in [
            ("GET", "/"),
            ("GET", "/_stcore/health"),
            ("GET", "/media/x"),
            ("PUT", "/_stcore/upload_file/a/b"),
            ("DELETE", "/_stcore/upload_file/a/b"),
            ("GET", "/keluar-semua"),
        ]:
            served += target.ask(method, path, b"", cookie=cookie, origin=target.origin)[0] != 401
        served += not refused(target, cookie=cookie)
    assert served == 0
    again = target.log_in("ani", SECRET)
    with target.page(cookie=again) as page:
        rerun(page, "arsip")
        assert "Tambah" not in drawn(page, "Grafik")[0]
    accounts.remove("ani")
    assert target.ask(cookie=again)[0] == 401
    accounts.add("ani", SECRET, EDITOR)
    assert target.ask(cookie=again)[0] == 401


def test_leaving_everywhere(target: Target) -> None:
    here, there = (target.log_in("budi", SECRET) for _ in range(2))
    assert target.ask("GET", "/keluar-semua", cookie=here)[0] == 303
    assert [target.ask(cookie=cookie)[0] for cookie in (here, there)] == [401, 401]


def test_a_monster_form_is_a_bad_request(target: Target) -> None:
    kind = "application/x-www-form-urlencoded"
    for form in ({f"x{number}": "1" for number in range(500)}, {"nama": "x" * 100_000}):
        told = target.ask("POST", "/masuk", urlencode(form).encode(), origin=target.origin, content_type=kind)
        assert told[0] == 400
    assert target.ask("POST", "/masuk", b"\xff\xfe%00&&&=;", origin=target.origin, content_type=kind)[0] == 401


def resident_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def send(target: Target, session: str, cookie: str, size: int, *, file: str = "b1", end: bool = True) -> int:
    """Upload so many bytes without telling how many; return the status, 0 where the connection is cut."""
    link = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    link.putrequest("PUT", f"/_stcore/upload_file/{session}/{file}")
    xsrf = "2|00000000|00000000000000000000000000000000|1700000000"
    for name, value in (
        ("origin", target.origin),
        ("cookie", f"{cookie}; _streamlit_xsrf={xsrf}"),
        ("x-xsrftoken", xsrf),
        ("content-type", "multipart/form-data; boundary=b"),
        ("transfer-encoding", "chunked"),
    ):
        link.putheader(name, value)
    link.endheaders()
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    block = b"Pasar dibuka. " * 4096
    try:
        link.send(b"%x\r\n%b\r\n" % (len(head), head))
        for _ in range(size // len(block)):
            link.send(b"%x\r\n%b\r\n" % (len(block), block))
        if not end:
            link.close()
            return 0
        link.send(b"9\r\n\r\n--b--\r\n\r\n0\r\n\r\n")
    except OSError:
        pass
    try:
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()


def waiting(target: Target) -> list[int]:
    """The sizes of the files on their way in."""
    return [path.stat().st_size for path in (target.data / PART_FOLDER).glob("*")]


def test_uploads_are_for_editors_and_go_to_disk(target: Target) -> None:
    reader, editor = target.log_in("budi", SECRET), target.log_in("citra", SECRET)
    with target.page(cookie=reader) as page:
        rerun(page, "arsip")
        _, session = drawn(page, "Grafik")
        before = resident_bytes(target.pid)
        assert all(send(target, session, reader, MANY_BYTES // 4, file=f"b{number}") in (0, 403) for number in range(4))
        assert waiting(target) == []
    with target.page(cookie=editor) as page:
        rerun(page, "arsip")
        _, session = drawn(page, "Tambah")
        assert send(target, session, editor, 100_000) in (0, 403)  # the box is not drawn yet
        draw_box(target, page)
        assert send(target, session, reader, 100_000) in (0, 403)  # another's page
        assert send(target, session, editor, MANY_BYTES) == 204
        (size,) = waiting(target)
        assert abs(size - MANY_BYTES) < 100_000
        assert send(target, session, editor, MANY_BYTES + 8 * 1024**2, file="b2") in (0, 413)
        assert send(target, session, editor, MANY_BYTES // 8, file="b3", end=False) == 0
        deadline = time.monotonic() + 20
        while len(waiting(target)) > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert waiting(target) == [size]
    assert resident_bytes(target.pid) - before < 48 * 1024**2


def draw_box(target: Target, page: ClientConnection) -> None:
    """Choose the part of the archive's page where files are added, as the browser does."""
    message = BackMsg()
    rerun(page, "arsip")
    told, _ = drawn(page, "Tambah")
    message.rerun_script.page_name = "arsip"
    state = message.rerun_script.widget_states.widgets.add()
    state.id = widget_id(told, "button_group")
    state.string_array_value.data.append("Tambah")
    page.send(message.SerializeToString())
    drawn(page, "Atau satu folder")


def test_a_kill_in_the_middle_leaves_nothing_half(target: Target) -> None:
    """Last of all: the page's process is killed while a file comes in, and started again."""
    editor = target.log_in("citra", SECRET)
    with target.page(cookie=editor) as page:
        rerun(page, "arsip")
        _, session = drawn(page, "Tambah")
        draw_box(target, page)
        link = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
        link.putrequest("PUT", f"/_stcore/upload_file/{session}/b9")
        for name, value in (
            ("origin", target.origin),
            ("cookie", editor),
            ("content-length", "5000000"),
            ("content-type", "multipart/form-data; boundary=b"),
        ):
            link.putheader(name, value)
        link.endheaders()
        link.send(b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"x" * 500_000)
        deadline = time.monotonic() + 20
        while not any(400_000 < size < 600_000 for size in waiting(target)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert any(400_000 < size < 600_000 for size in waiting(target))
        os.kill(target.pid, signal.SIGKILL)
        link.close()
    assert not any(path.is_file() for path in (target.data / FOLDER).rglob("*"))
    with scripted(target.data, free_port(), {}, door="sandi"):
        assert waiting(target) == []
