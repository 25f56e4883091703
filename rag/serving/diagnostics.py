"""What the page tells about its machine: models and their digests, disk and memory, and that nothing went outside."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.errors import EngineError, ModelError
from index.storage.milvus_index import MilvusIndex
from index.storage.milvus_server import MilvusServer
from index.storage.repository import Store
from index.storage.store_address import shown_address
from rag.generation.llama_server import CATALOGUE, LlamaServer, Timeouts
from rag.generation.protocol import CONTEXT_TOKENS
from rag.models import memory
from rag.models.registry import Located, locate_embedder, locate_llm
from rag.settings import Settings

_log = logging.getLogger("tanya.machine")
_TCP = ("/proc/self/net/tcp", "/proc/self/net/tcp6")
# By hand: a page waits for it.
_SHORTLY = Timeouts(connect_s=1.0, state_s=1.0, whole_s=2.0)
_ESTABLISHED, _SYN_SENT = "01", "02"


@dataclass(frozen=True)
class Disk:
    """Sizes in bytes: of the index, and free beside it."""

    index_bytes: int
    free_bytes: int


def disk(settings: Settings) -> Disk:
    """Return how large the data folder is, and how much is free there."""
    size = sum(path.stat().st_size for path in settings.data_dir.rglob("*") if path.is_file())
    return Disk(size, shutil.disk_usage(settings.data_dir).free)


def used_memory_bytes() -> int | None:
    """Return what this process and those it started hold in memory, None where the system does not tell."""
    found = []
    for process in _own_processes():
        try:
            lines = (process / "status").read_text("ascii").splitlines()
        except OSError:
            continue
        found += [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")]
    return sum(found) if found else None


def available_memory_bytes() -> int | None:
    """Return what is left in memory, None where the system does not tell."""
    return memory.available_bytes()


def models(settings: Settings) -> list[tuple[str, Located | None, str]]:
    """Return role, model and, where it is not usable, the reason."""
    found: list[tuple[str, Located | None, str]] = []
    for role, locate in (("jawaban", locate_llm), ("pencarian", locate_embedder)):
        try:
            found.append((role, locate(settings), ""))
        except ModelError as error:
            _log.warning("model-not-usable", exc_info=True, extra={"fields": {"role": role}})
            found.append((role, None, str(error)))
    return found


def servers(settings: Settings) -> list[tuple[str, str]]:
    """Return the address of each llama.cpp server that is set, and how it is now; nothing of a question is sent."""
    found = []
    for address in settings.llm_servers:
        server = LlamaServer(address, _SHORTLY)
        try:
            state = server.state()
            server.check(state, CATALOGUE, CONTEXT_TOKENS)
            found.append((address, f"siap, {state.slots} pertanyaan sekaligus"))
        except ModelError as error:
            found.append((address, str(error)))
    return found


def engine(settings: Settings, store: Store) -> list[tuple[str, str]]:
    """Return the address of the engine that is set, if one is, and how it is now."""
    if settings.engine is None:
        return []
    try:
        with closing(MilvusServer(settings.engine)) as server:
            passages, rows = MilvusIndex(store, server).standing()
    except EngineError as error:
        return [(settings.engine, str(error))]
    return [(settings.engine, f"{'siap' if rows == passages else 'belum lengkap'}, {rows} dari {passages} bagian")]


def shared_store(settings: Settings, store: Store) -> list[tuple[str, str]]:
    """Return where the archive is kept if it is kept elsewhere, and how that is now; no password is among it."""
    if settings.store is None:
        return []
    truth = store.truth
    problem = truth.problem if truth is not None else ""
    return [
        (f"PostgreSQL {shown_address(settings.store)}", problem or f"sampai perubahan {truth.number if truth else 0}")
    ]


def own_models(settings: Settings) -> list[Path]:
    """Return the GGUF files in the models folder, by name."""
    return sorted(path for path in settings.models_dir.glob("*.gguf") if path.is_file())


def outside_connections(tables: Sequence[str] = _TCP) -> list[str] | None:
    """Return the addresses beyond this machine that this process and those it started hold connections with.

    Those of readers on a newsroom's network are among them where the page listens to it. None where the system does
    not tell. ``tables`` are the kernel's, of TCP connections.
    """
    own = own_sockets()
    if own is None:
        return None
    found = set()
    for table in tables:
        try:
            lines = Path(table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] in (_ESTABLISHED, _SYN_SENT) and fields[9] in own:
                found.add(_address(fields[2].split(":")[0]))
    return sorted(address for address in found if not is_loopback(address))


def is_loopback(address: str) -> bool:
    """Tell whether an address is of this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::ffff:127.0.0.1"), is_loopback("192.0.2.7")
    (True, True, False)
    """
    import ipaddress

    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def own_sockets() -> set[str] | None:
    """Return the inodes of the sockets of this process and those it started; None where the system does not tell."""
    found: set[str] | None = None
    for process in _own_processes():
        try:
            links = [path.readlink().as_posix() for path in (process / "fd").iterdir() if path.is_symlink()]
        except OSError:  # this system has no such folder, or the process has just ended
            continue
        found = (found or set()) | {link[8:-1] for link in links if link.startswith("socket:[")}
    return found


def _own_processes() -> list[Path]:
    """Return the folders, as the kernel shows them, of this process and of those it started: the model is in one."""
    found = [Path("/proc/self")]
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found += [Path("/proc", id) for id in task.read_text("ascii").split()]
        except OSError:  # a thread that has just ended
            continue
    return found


def _address(text: str) -> str:
    """Return an address of the kernel's table: hexadecimal, each four bytes in the machine's order.

    >>> _address("0100007F")
    '127.0.0.1'
    """
    import ipaddress

    raw = b"".join(bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8))
    return str(ipaddress.ip_address(raw))
