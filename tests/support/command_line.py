"""The command line as a user runs it: a process for each command, forked from one that has the program imported."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "rag.cli")


class ForkServer:
    """The process that forks (``fork_server.py``). One command at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        script = str(Path(__file__).with_name("fork_server.py"))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, script, str(theirs.fileno())], cwd=ROOT, pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def run(self, arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        request = json.dumps({"arguments": arguments, "environment": environment, "folder": str(ROOT)})
        with (
            self._turn,
            Path(os.devnull).open("rb") as stdin,
            tempfile.TemporaryFile() as stdout,
            tempfile.TemporaryFile() as stderr,
        ):
            streams = [stream.fileno() for stream in (stdin, stdout, stderr)]
            socket.send_fds(self._link, [request.encode("ascii")], streams)
            answer = self._link.recv(64)
            assert answer, "the process that forks is gone"
            stdout.seek(0)
            stderr.seek(0)
            said, told = stdout.read().decode(), stderr.read().decode()
        return subprocess.CompletedProcess([*COMMAND, *arguments], json.loads(answer), said, told)

    def close(self) -> None:
        self._link.close()
        self._process.wait()


_servers: list[ForkServer] = []


def tanya(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it said."""
    if not _servers:
        _servers.append(ForkServer())
        atexit.register(_servers[0].close)
    return _servers[0].run([*map(str, arguments)], dict(os.environ) | environment)


def tanya_started(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Do the same in a process that starts from nothing."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | environment,
    )  # fmt: skip


def one_line(finished: subprocess.CompletedProcess[str]) -> str:
    """What the user is told: one line on stderr, nothing on stdout, exit 1."""
    assert finished.returncode == 1, finished
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    assert line.startswith("tanya: ")
    return line
