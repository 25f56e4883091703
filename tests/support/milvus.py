"""A real Milvus for tests: the server of milvus-lite, on 127.0.0.1 and a port that stays its own when it is killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

IS_HERE = find_spec("pymilvus") is not None and find_spec("milvus_lite") is not None
WHY_NOT = "pymilvus and milvus-lite are not installed (requirements-test.txt has them)"
_READY_S = 120.0


class LiteServer:
    """The program. It listens on 127.0.0.1 only, which is not what it does when it is not told so."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"milvus://127.0.0.1:{self.port}"
        self.folder = folder
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        silent = subprocess.DEVNULL
        self.process = subprocess.Popen(
            [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1", "--port", str(self.port),
             "--data-dir", str(self.folder)],
            stdin=silent, stdout=silent, stderr=silent,
        )  # fmt: skip
        until = time.monotonic() + _READY_S
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        raise AssertionError(f"the server is not ready, exit code {self.process.poll()}")

    def kill(self) -> None:
        """End it as kill -9 does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def listens_on(self) -> set[str]:
        """The local addresses of its listening sockets, as the kernel tells them."""
        own = {os.readlink(link) for link in Path(f"/proc/{self.process.pid}/fd").iterdir()}
        found = set()
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{self.process.pid}/net/{table}").read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                    found.add(fields[1].split(":")[0])
        return found
