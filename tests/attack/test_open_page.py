"""The page without a login, attacked from another site in the same browser and from programs on its network."""

import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack import Target, attacked, drawn, half_open, refused, rerun
from streamlit.proto.BackMsg_pb2 import BackMsg

pytestmark = pytest.mark.browser  # needs sockets


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with attacked(tmp_path_factory.mktemp("terbuka") / "data") as target:
        yield target


def foreign(target: Target) -> list[tuple[str, str | None]]:
    """Fifty pairs of Host and Origin of which none is our own page."""
    own, port = target.origin, target.port
    hosts = [
        "jahat.example",
        f"jahat.example:{port}",
        "127.0.0.1.jahat.example",
        f"localhost.jahat.example:{port}",
        "127.0.0.1",
        "127.0.0.1:80",
        f"127.0.0.1:{port + 1}",
        f"localhost:{port + 1}",
        f"0.0.0.0:{port}",
        f"127.0.0.2:{port}",
        f"127.1:{port}",
        f"2130706433:{port}",
        f"0x7f000001:{port}",
        f"[::ffff:7f00:2]:{port}",
        f"[::2]:{port}",
        f"user@127.0.0.1:{port}",
        f"127.0.0.1:{port}@jahat.example",
        f"127.0.0.1:{port}/x",
        f"localhost.:{port}",
        f"127.0.0.1:0{port}",
        f"127.0.0.1:{port}, jahat.example",
        f"192.168.1.5:{port}",
        f"xn--lcalhost-5wa:{port}",
        "-",
        f"_:{port}",
        f"127.0.0.1:{port}?x",
        f"127.0.0.1:{port}#x",
        f"localhost%00:{port}",
    ]
    origins = [
        "http://jahat.example",
        f"http://jahat.example:{port}",
        "null",
        "",
        "file://",
        f"https://127.0.0.1:{port}",
        "http://127.0.0.1",
        f"http://127.0.0.1:{port + 1}",
        f"http://localhost:{port}",
        f"http://127.0.0.1:{port}/",
        f"http://127.0.0.1:{port}.jahat.example",
        f"http://jahat.example@127.0.0.1:{port}",
        f"ws://127.0.0.1:{port}",
        f"http://127.0.0.1.jahat.example:{port}",
        "chrome-extension://abcdefgh",
        f"http://[::1]:{port}",
        f"{own} http://jahat.example",
        f"http://0.0.0.0:{port}",
        "http://",
        "http://[",
        f"//127.0.0.1:{port}",
        f"http://127.0.0.1:{port}:{port}",
        "about:blank",
    ]
    rebound = [(host, f"http://{host}") for host in hosts]  # a stranger's name pointed at this machine: Origin = Host
    return rebound + [(target.host, origin) for origin in origins]


def test_no_foreign_host_or_origin_gets_in(target: Target) -> None:
    pairs = foreign(target)
    assert len(pairs) >= 50
    let_in = []
    for host, origin in pairs:
        status, headers, body = target.ask("GET", "/_stcore/host-config", host=host, origin=str(origin))
        if status not in (400, 403) or (status == 403 and body.count(b"\n") != 1):
            let_in.append(("http", host, origin, status))
        if status == 403:
            assert headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
        head = (
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        line = target.raw(head.encode("latin-1"))
        if not re.match(rb"HTTP/1.1 (400|403) |$", line):
            let_in.append(("websocket", host, origin, line))
    assert let_in == []


def test_our_own_names_get_in(target: Target) -> None:
    for host in (target.host, f"localhost:{target.port}", f"LOCALHOST:{target.port}"):
        assert target.ask("GET", "/_stcore/health", host=host)[0] == 200
        assert not refused(target, host=host.lower(), origin=f"http://{host.lower()}")


def test_what_carries_no_origin_may_read_and_not_do(target: Target) -> None:
    assert target.ask("GET", "/_stcore/health")[0] == 200
    assert refused(target, origin=None)
    assert target.ask("PUT", "/_stcore/upload_file/x/y", b"x")[0] == 403
    for head in (
        b"GET http://jahat.example/ HTTP/1.1\r\nHost: %b\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %b\r\nHost: jahat.example\r\n\r\n",
    ):
        told = target.raw(head.replace(b"%b", target.host.encode()))
        assert re.match(rb"HTTP/1.[01] (400|403) ", told), head


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("cross-site", "no-cors", "script", 403),
        ("same-site", "cors", "empty", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
    ],
)
def test_another_site_may_link_to_the_page_and_no_more(
    target: Target, site: str, mode: str, dest: str, status: int
) -> None:
    told = target.ask("GET", "/", sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest)
    assert told[0] == status


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/arsip",
        "/_stcore/health",
        "/_stcore/host-config",
        "/media/x",
        "/favicon.png",
        "/static/tiada.js",
        "//x",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
    ],
)
def test_every_answer_has_safe_headers(target: Target, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        _, headers, _ = target.ask(method, path, accept="text/html")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-eval'" not in headers["content-security-policy"].replace("wasm-unsafe-eval'", "")
        assert not headers.get("access-control-allow-origin")
        assert "server" not in headers
        assert "samesite" in headers.get("set-cookie", "samesite").lower()


def test_clear_cache_reloads_nothing(target: Target) -> None:
    """Streamlit lets any browser empty its caches; the archive and the models at work are none of them."""
    with target.page() as page:
        rerun(page)
        drawn(page, "Semua berjalan di komputer ini")
        opened = starts(target)
        for _ in range(20):
            message = BackMsg()
            message.clear_cache = True
            page.send(message.SerializeToString())
        rerun(page, query="x=1")
        drawn(page, "Semua berjalan di komputer ini")
    with target.page() as other:
        rerun(other)
        drawn(other, "Semua berjalan di komputer ini")
    assert starts(target) == opened == ["opened"]


def starts(target: Target) -> list[str]:
    """How often the archive was opened for the page."""
    return re.findall(r"event=(opened)", (target.data / "log" / "tanya.log").read_text("utf-8"))


def test_eleven_hundred_half_open_connections_stop_nobody(target: Target) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    try:
        with half_open(target.port, 1100) as links:
            assert len(links) == 1100
            took = []
            for _ in range(5):
                began = time.monotonic()
                assert target.ask("GET", "/_stcore/health")[0] == 200
                took.append(time.monotonic() - began)
            assert max(took) < 5, took
            deadline = time.monotonic() + 30
            while open_sockets(target) > 40 and time.monotonic() < deadline:
                time.sleep(0.5)  # those that were let stay have ten seconds
            assert open_sockets(target) <= 40
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_sockets(target: Target) -> int:
    links = Path(f"/proc/{target.pid}/fd").iterdir()
    found = 0
    for link in links:
        try:
            found += link.readlink().as_posix().startswith("socket:")
        except OSError:
            continue
    return found


def test_no_name_is_looked_up_and_no_socket_leaves(tmp_path: Path, target: Target) -> None:
    """Streamlit asks a site outside for this machine's address when an Origin is foreign to it. Watched by strace."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not here")
    trace = tmp_path / "trace"
    watch = subprocess.Popen(
        [strace, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(trace), "-p", str(target.pid)],
        stderr=subprocess.PIPE,
    )
    try:
        time.sleep(2)
        if watch.poll() is not None:
            pytest.skip("this machine does not let a test watch a process")
        for host, origin in [
            ("jahat.example", "http://jahat.example"),
            (target.host, "http://jahat.example"),
            (target.host, target.origin),
            (target.host, "null"),
        ]:
            for path in ("/_stcore/host-config", "/_stcore/health", "/media/x", "/component/x", "/"):
                target.ask("GET", path, host=host, origin=origin)
            refused(target, host=host, origin=origin)
        target.ask("PUT", "/_stcore/upload_file/a/b", b"x", origin="http://jahat.example")
        with target.page() as page:
            rerun(page)
            drawn(page, "Semua berjalan di komputer ini")
        time.sleep(1)
    finally:
        watch.send_signal(signal.SIGINT)
        watch.communicate(timeout=20)
    told = trace.read_text("utf-8", "replace")
    assert "sendto" in told or "sendmsg" in told  # it has watched
    outside = [line for line in told.splitlines() if "AF_INET" in line and "127.0.0.1" not in line]
    assert outside == []
    assert not re.search(r"htons\(53\)|resolv|nscd", told)
