"""All settings in one place, and the only reader of environment variables.

| variable | meaning | when unset |
|---|---|---|
| TANYA_DATA | folder of the index | the user's data folder, ``tanya-arsip/arsip`` |
| TANYA_MODELS | folder of the models | the user's data folder, ``tanya-arsip/models`` |
| TANYA_LLM | a GGUF file of one's own, or addresses of llama.cpp servers | the model of the catalogue, here |
| TANYA_ENGINE | the address of a Milvus server that finds the passages, milvus://host:port | this machine |
| TANYA_STORE | the PostgreSQL database that holds the archive, postgresql://user@host/name | this machine |
| TANYA_EMBEDDER | a sentence-transformers folder of one's own | the model of the catalogue |
| TANYA_TODAY | the day that "kemarin" is reckoned from, YYYY-MM-DD | the computer's clock |
| TANYA_ZONE | time zone of the archive, in which a stamp's day is read: WIB, WITA, WIT or +HH:MM | WIB |
| TANYA_THREADS | processor threads for the models, at most as many as there are | all processors |
| TANYA_LOG_TEXT | 1: questions and messages of any exception may be in the log | they are not |
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import InputError
from index.storage.engine_address import address_of
from index.storage.store_address import store_address_of
from index.text.timestamps import WIB, ZONES

# Set before a heavy library is imported, so that none of them looks outside the machine.
OFFLINE_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "PYTHON_DOTENV_DISABLED": "1",  # pymilvus reads a .env of any folder above
    "GRPC_VERBOSITY": "NONE",  # what it meets is raised; its lines would stand among the user's
    "TOKENIZERS_PARALLELISM": "true",
}
# Threads that wait must sleep, not spin: beside one other busy process an index run took 44 s spinning and 13 s
# sleeping; alone both take the same (`OMP_WAIT_POLICY=ACTIVE tanya index ...` on 2 cores, 40 news articles).
_log = logging.getLogger("tanya.settings")
THREADS_ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}


@dataclass(frozen=True)
class Settings:
    """Where things lie and how much the models may use. Every field has a working default.

    Paths are made absolute here, once: a process that is started for this one may stand in another folder.
    """

    data_dir: Path
    models_dir: Path
    llm_path: Path | None = None
    llm_servers: tuple[str, ...] = ()  # addresses of llama.cpp servers that have the catalogue's model
    engine: str | None = None  # address of a Milvus server
    store: str | None = field(default=None, repr=False)  # address of a PostgreSQL database; a password may be in it
    embedder_path: Path | None = None
    zone: timezone = WIB
    threads: int = 2
    today: date | None = None
    log_text: bool = False

    @classmethod
    def load(
        cls,
        *,
        data: str | None = None,
        models: str | None = None,
        today: str | None = None,
        engine: str | None = None,
        store: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Settings:
        """Return the settings: what the caller names, else the environment, else the default.

        >>> Settings.load(data="/d", models="/m", environment={"TANYA_LLM": "/a.gguf"}).llm_path
        PosixPath('/a.gguf')
        """
        given = os.environ if environment is None else environment
        data = data or given.get("TANYA_DATA")
        models = models or given.get("TANYA_MODELS")
        engine = engine or given.get("TANYA_ENGINE")
        store = store or given.get("TANYA_STORE")
        servers = _servers(given.get("TANYA_LLM"))
        return cls(
            data_dir=_path(data) or _user_dir() / "arsip",
            models_dir=_path(models) or _user_dir() / "models",
            llm_path=None if servers else _path(given.get("TANYA_LLM")),
            llm_servers=servers,
            engine=address_of(engine) if engine else None,
            store=store_address_of(store) if store else None,
            embedder_path=_path(given.get("TANYA_EMBEDDER")),
            zone=_zone(given.get("TANYA_ZONE")),
            threads=_threads(given.get("TANYA_THREADS")),
            today=_day(today or given.get("TANYA_TODAY")),
            log_text=given.get("TANYA_LOG_TEXT", "") not in ("", "0"),
        )

    def environment(self) -> dict[str, str]:
        """Return the variables from which another process loads the same settings, wherever it stands."""
        paths = {
            "TANYA_DATA": self.data_dir,
            "TANYA_MODELS": self.models_dir,
            "TANYA_LLM": ",".join(self.llm_servers) or self.llm_path,
            "TANYA_ENGINE": self.engine,
            "TANYA_STORE": self.store,
            "TANYA_EMBEDDER": self.embedder_path,
        }
        given = {name: str(path) for name, path in paths.items() if path is not None}
        return given | {"TANYA_ZONE": str(self.zone).removeprefix("UTC") or "+00:00"}


def go_offline() -> None:
    """Tell every library that runs in this process to stay on this machine, and its threads to wait in peace."""
    os.environ.update(OFFLINE_ENVIRONMENT)
    for name, value in THREADS_ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def _user_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("tanya-arsip", appauthor=False))


def _path(value: str | None) -> Path | None:
    return Path(value).expanduser().absolute() if value else None


def _servers(value: str | None) -> tuple[str, ...]:
    """Return the addresses of servers, none where the value names a file.

    >>> _servers("http://10.0.0.5:8080/, http://[::1]:8081"), _servers("/models/a.gguf")
    (('http://10.0.0.5:8080', 'http://[::1]:8081'), ())
    """
    if not value or not ("://" in value or value.startswith(("http:", "https:"))):
        return ()
    addresses = dict.fromkeys(address.strip().rstrip("/") for address in value.split(",") if address.strip())
    for address in addresses:
        try:
            parts = urlsplit(address)
            port, rest = parts.port, "@" in parts.netloc or parts.query or parts.fragment
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and not rest
        except ValueError:
            sound = False
        if not sound or not address.isascii() or any(letter.isspace() for letter in address):
            shown = re.sub(r"//[^/@]*@", "//…@", address)  # a password is nobody's business
            form = "http://host:port, beberapa dipisah koma"
            raise InputError(f"TANYA_LLM: {shown!r} bukan alamat server llama.cpp ({form}); perbaiki.")
    return tuple(addresses)


def _day(value: str | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InputError(f"TANYA_TODAY={value!r} bukan tanggal YYYY-MM-DD; hapus atau perbaiki.") from error


def _zone(value: str | None) -> timezone:
    if not value:
        return WIB
    if value.upper() in ZONES:
        return ZONES[value.upper()]
    try:
        away = datetime.strptime(value, "%z").utcoffset()
    except ValueError as error:
        raise InputError(f"TANYA_ZONE={value!r} bukan WIB, WITA, WIT atau +HH:MM; hapus atau perbaiki.") from error
    return timezone(away or timedelta())


def _threads(value: str | None) -> int:
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    if not value:
        return there
    if not value.isdigit() or int(value) == 0:
        raise InputError(f"TANYA_THREADS={value!r} bukan bilangan bulat positif; hapus atau perbaiki.")
    if int(value) > there:  # threads that share a core wait for each other at every step
        _log.warning("threads-cut", extra={"fields": {"asked": int(value), "there": there}})
    return min(int(value), there)
