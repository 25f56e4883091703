"""A real PostgreSQL server on this machine, in a folder of its own: started, killed, started again.

From Debian's package (``apt-get install postgresql``) or any whose ``initdb`` is found. It listens to 127.0.0.1 alone
and asks for a password; what it was told is on disk (fsync is on).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
_FOUND = shutil.which("initdb")
BIN = next((path for path in _PLACES if (path / "initdb").exists()), Path(_FOUND).parent if _FOUND else None)
IS_HERE = BIN is not None and find_spec("psycopg") is not None
WHY_NOT = "needs a PostgreSQL server (apt-get install postgresql) and psycopg"
PASSWORD = "kata-Sandi%7"
_USER = "arsip"
_START_S = 60.0
_MEMORY, _ROOM_BYTES = Path("/dev/shm"), 500 * 1024**2


class Server:
    """One server with its folder; ``url`` names a database in it."""

    def __init__(self, folder: Path) -> None:
        assert BIN is not None
        self._as = _someone_else()
        # In memory where there is room: after a kill it syncs every file of the folder, half a minute on a busy disk.
        in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
        self._folder = folder = Path(mkdtemp(prefix="tanya-", dir=_MEMORY)) if in_memory else folder
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / "sandi"
        secret.write_text(PASSWORD)
        if self._as:
            shutil.chown(folder, *self._as)
            shutil.chown(secret, *self._as)
            for parent in folder.parents:  # pytest's folders are its user's alone
                if parent.owner() == "root" and parent.stat().st_mode & 0o007 == 0:
                    parent.chmod(parent.stat().st_mode | 0o001)
        self._run(
            BIN / "initdb", "-D", folder / "data", "-U", _USER, "-A", "scram-sha-256", "--pwfile", secret,
            "--encoding", "UTF8", "--locale", "C", "--no-sync",
        )  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def url(self, name: str = "postgres") -> str:
        """Return the address of a database, its password in it."""
        return f"postgresql://{_USER}:{PASSWORD.replace('%', '%25')}@127.0.0.1:{self.port}/{name}"

    def database(self, name: str) -> str:
        """Make an empty database; return its address."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def start(self) -> None:
        """Start it, if it does not run, and wait until it answers."""
        assert BIN is not None
        if self._process is not None:
            return
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            self._command(
                BIN / "postgres", "-D", self._folder / "data", "-p", str(self.port), "-k", self._folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=on",
            ),
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        log.close()
        import psycopg

        deadline = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of the server and of all that it started, which have sessions of their own."""
        if self._process is not None:
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
            for pid in (self._process.pid, *map(int, children)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            while any(map(_runs, children)):
                time.sleep(0.01)
            (self._folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def close(self) -> None:
        """End it, and leave nothing of it."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, *command: object) -> None:
        subprocess.run(self._command(*command), check=True, capture_output=True, cwd="/")

    def _command(self, *command: object) -> list[str]:
        as_them = ["setpriv", "--reuid", self._as[0], "--regid", self._as[1], "--clear-groups"] if self._as else []
        return [*as_them, *map(str, command)]


def _someone_else() -> tuple[str, str] | None:
    """Return user and group to run the server as where this is root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    import grp
    import pwd

    for name in ("postgres", "nobody"):
        try:
            return name, grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name
        except KeyError:
            continue
    return None


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
