import socket
import subprocess
import sys
from pathlib import Path

from fake_llama_server import FakeLlamaServer, PromptEncoder

from rag.serving import diagnostics
from rag.settings import Settings


def test_a_connection_to_this_machine_is_none_to_the_outside() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert diagnostics.outside_connections() == []


def test_one_to_another_machine_would_be_seen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        inode = Path(f"/proc/self/fd/{server.fileno()}").readlink().as_posix()[8:-1]
    table = tmp_path / "tcp"
    line = "   0: 0100007F:1F90 {}:01BB {} 00000000:00000000 00:00000000 00000000     0        0 {} 1 0"
    mine = diagnostics.own_sockets()
    assert mine is not None
    with socket.create_server(("127.0.0.1", 0)) as server:
        inode = Path(f"/proc/self/fd/{server.fileno()}").readlink().as_posix()[8:-1]
        lines = [
            line.format("070200C0", "01", inode),  # ours, established, 192.0.2.7
            line.format("080200C0", "01", "1"),  # another process's
            line.format("090200C0", "0A", inode),  # listening
            line.format("0100007F", "01", inode),
        ]
        table.write_text("head\n" + "\n".join(lines), "ascii")
        assert diagnostics.outside_connections([str(table)]) == ["192.0.2.7"]


def test_each_server_that_computes_is_told_as_it_is(tmp_path: Path) -> None:
    with FakeLlamaServer({}, PromptEncoder([]), slots=2) as one, FakeLlamaServer({}, PromptEncoder([])) as two:
        one.model = {"n_vocab": 151_936, "n_params": 1_777_088_000, "size": 1_111_370_240}
        found = diagnostics.servers(Settings(tmp_path, tmp_path, llm_servers=(one.address, two.address)))
        assert found[0] == (one.address, "siap, 2 pertanyaan sekaligus")
        assert found[1][1].startswith(f"{two.address} memuat model lain")
        assert one.requests == two.requests == []
    assert diagnostics.servers(Settings(tmp_path, tmp_path)) == []


def test_the_processes_it_started_are_counted_with_it() -> None:
    code = "import socket, sys; s = socket.socket(); held = b'x' * 200_000_000; print(s.fileno(), flush=True); input()"
    alone, before = diagnostics.own_sockets(), diagnostics.used_memory_bytes()
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout is not None and child.stdin is not None
        link = Path(f"/proc/{child.pid}/fd/{child.stdout.readline().strip()}").readlink().as_posix()
        together, after = diagnostics.own_sockets(), diagnostics.used_memory_bytes()
        child.stdin.write("\n")
    assert alone is not None and together is not None and before is not None and after is not None
    assert link[8:-1] in together - alone
    assert after - before > 200_000_000


def test_disk_and_models_are_told(tmp_path: Path) -> None:
    (tmp_path / "arsip.sqlite3").write_bytes(b"x" * 1000)
    settings = Settings(tmp_path, tmp_path)
    size = diagnostics.disk(settings)
    assert size.index_bytes == 1000
    assert size.free_bytes > 0
    told = diagnostics.models(settings)
    assert [(role, located) for role, located, _ in told] == [("jawaban", None), ("pencarian", None)]
    assert all("tanya models fetch" in problem for _, _, problem in told)
    (tmp_path / "b.gguf").write_bytes(b"")
    (tmp_path / "a.gguf").write_bytes(b"")
    assert [path.name for path in diagnostics.own_models(settings)] == ["a.gguf", "b.gguf"]
