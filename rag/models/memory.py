"""How much memory this process may still take, so that a model that does not fit is refused in one line."""

from __future__ import annotations

import resource
from pathlib import Path

from index.errors import ModelError

_UNLIMITED = resource.RLIM_INFINITY


def available_bytes() -> int | None:
    """Return the least of free memory, the container's limit and the process's own limit; None where none is known."""
    limits = [value for value in (_free(), _container(), _process()) if value is not None]
    return min(limits) if limits else None


def require(needed_bytes: int, what: str, available: int | None) -> None:
    """Raise ModelError when ``available`` bytes are known and too few for ``what``.

    >>> require(2_000_000_000, "model X", available=1_000_000_000)
    Traceback (most recent call last):
    index.errors.ModelError: Memori tersisa 1,000 MB, model X perlu 2,000 MB; tutup program lain lalu ulangi.
    """
    if available is not None and available < needed_bytes:
        raise ModelError(
            f"Memori tersisa {available / 1e6:,.0f} MB, {what} perlu {needed_bytes / 1e6:,.0f} MB; "
            "tutup program lain lalu ulangi."
        )


def _free() -> int | None:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _container() -> int | None:
    limit, used = _lines("/sys/fs/cgroup/memory.max"), _lines("/sys/fs/cgroup/memory.current")
    return int(limit[0]) - int(used[0]) if limit and used and limit[0].isdigit() else None


def _process() -> int | None:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    sizes = _lines("/proc/self/statm")
    if limit == _UNLIMITED or not sizes:
        return None
    return limit - int(sizes[0].split()[0]) * resource.getpagesize()


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
