"""``tanya doctor``: all that a helper would ask for, and whether this installation can answer.

Nothing of the library is loaded in this process; the proof does that in one of its own, and only after all the rest is
found to be sound. What it prints holds no question and no article.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from index.errors import EngineError, ModelError, StoreError, TanyaError
from index.storage.milvus_index import MilvusIndex
from index.storage.milvus_server import MilvusServer
from index.storage.postgres_server import PostgresServer
from index.storage.store_address import shown_address
from rag import log
from rag.cli.console import settings_of, tell
from rag.generation import native_library, proof
from rag.generation.llama_server import CATALOGUE, LlamaServer
from rag.generation.protocol import CONTEXT_TOKENS
from rag.models import memory
from rag.models import registry as catalogue
from rag.serving import loading
from rag.settings import Settings

_PACKAGES = ("tanya-arsip", native_library.PACKAGE, "torch", "sentence-transformers", "faiss-cpu", "numpy", "streamlit")
_ERRORS = 5
_MIN_FREE_BYTES = 200 * 1024**2  # an index of a thousand articles takes 20 MB, an upload may take 500
_VOCABULARY_BYTES = 150 * 1024**2  # of a process that has only the model's vocabulary: 116 MB were measured
_SPARE_BYTES = 900 * 1024**2  # beside the model's file, as measured in rag.generation.llama


@dataclass
class Findings:
    """What was found, by the names of the JSON; ``problems`` are in the order of what to mend first."""

    told: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def check(self, name: str, look: Callable[[], Any]) -> None:
        """Keep what a look gives; an error that it raises is a problem, and its line what is told."""
        try:
            self.told[name] = look()
        except TanyaError as error:
            self.told[name] = {"error": str(error)}
            self.problems.append(str(error))


def doctor(options: argparse.Namespace) -> int:
    """``tanya doctor [--json]``"""
    found = examine(settings_of(options))
    if options.json:
        told = {"sound": not found.problems, "problems": found.problems, **found.told}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for name, value in found.told.items():
            print(f"{name}:{_lines(value)}")
    if not found.problems:
        return 0
    first, *others = found.problems
    tell(f"tanya: {first}" + (f" (dan {len(others)} masalah lain)" if others else ""))
    return 1


def examine(settings: Settings) -> Findings:
    """Look at everything; the proof is run where nothing else is wrong."""
    found = Findings()
    found.check("versions", _versions)
    found.check("processor", lambda: _processor(settings))
    found.check("data", lambda: _data(settings.data_dir))
    found.check("models", lambda: _models(settings))
    found.check("library", _library)
    found.check("memory", lambda: _memory(settings))
    for address in settings.llm_servers:
        found.check(address, partial(_server, address))
    if settings.engine:
        found.check(settings.engine, lambda: _engine(settings))
    if settings.store:
        found.check(f"PostgreSQL {shown_address(settings.store)}", lambda: _store(settings))
    if found.problems or settings.llm_servers:  # what computes elsewhere has nothing to prove here
        found.told["proof"] = None
    else:
        found.check("proof", lambda: _proof(settings))
    found.told["log"] = str(log.log_path(settings.data_dir))
    found.told["last_errors"] = log.last_errors(settings.data_dir, _ERRORS)
    return found


def _versions() -> dict[str, Any]:
    told: dict[str, Any] = {"python": platform.python_version(), "system": platform.platform()}
    for package in _PACKAGES:
        try:
            told[package] = version(package)
        except PackageNotFoundError:
            told[package] = None
    if told[native_library.PACKAGE] is None:
        raise ModelError(f"Pustaka {native_library.PACKAGE} belum terpasang; jalankan: scripts/install")
    return told


def _processor(settings: Settings) -> dict[str, Any]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "name": native_library.processor_name(),
        "cores": os.cpu_count(),
        "usable_cores": usable,
        "threads": settings.threads,
        "features": " ".join(sorted(native_library.processor_features())),
    }


def _data(data_dir: Path) -> dict[str, Any]:
    """Return where the data are and what is free there; a file is written to know, permissions tell too little."""
    there = data_dir
    while not there.exists() and there != there.parent:
        there = there.parent  # the first run makes the rest
    probe = there / f".tanya-doctor.{os.getpid()}"
    try:
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
        free = shutil.disk_usage(there).free
    except OSError as error:
        raise StoreError(
            f"Folder data {data_dir} tidak dapat ditulis ({error.strerror}); periksa izinnya atau pilih --data lain."
        ) from error
    if free < _MIN_FREE_BYTES:
        raise StoreError(
            f"Ruang disk di {there} tinggal {free / 1e6:,.0f} MB; kosongkan dahulu atau pilih --data lain."
        )
    return {"folder": str(data_dir), "exists": data_dir.is_dir(), "writable": True, "free_mb": round(free / 1e6)}


def _models(settings: Settings) -> dict[str, Any]:
    """Hash every byte of the models in use anew."""
    for model, own in ((catalogue.LLM, settings.llm_path), (catalogue.EMBEDDER, settings.embedder_path)):
        for file in model.files if own is None else ():
            catalogue.check_file(settings.models_dir, file, trust_record=False)
    found = [catalogue.locate_llm(settings), catalogue.locate_embedder(settings)]
    return {"folder": str(settings.models_dir), **{model.name: model.digest for model in found}}


def _library() -> dict[str, Any] | None:
    build = native_library.built()
    native_library.check(build, native_library.processor_features())
    if build is None:
        return None
    return {**asdict(build), "features": " ".join(build.features)}


def _memory(settings: Settings) -> dict[str, Any]:
    available = memory.available_bytes()
    try:
        located = catalogue.locate_llm(settings)
    except ModelError:
        return {"available_mb": available and round(available / 1e6)}  # what is wrong with the model is told already
    needed = _VOCABULARY_BYTES if settings.llm_servers else located.path.stat().st_size + _SPARE_BYTES
    memory.require(needed, f"model {located.name}", available)
    return {"available_mb": available and round(available / 1e6), "needed_mb": round(needed / 1e6)}


def _proof(settings: Settings) -> dict[str, Any]:
    made = proof.prove(settings)
    if not made.sound:
        raise ModelError(made.reason)
    return asdict(made)


def _server(address: str) -> dict[str, Any]:
    """Return what a llama.cpp server says of itself, once it has shown that it is the catalogue's model."""
    server = LlamaServer(address)
    state = server.state()
    server.check(state, CATALOGUE, CONTEXT_TOKENS)
    server.probe()
    return {"model": state.model, "slots": state.slots, "context_tokens": state.context_tokens, "build": state.build}


def _engine(settings: Settings) -> dict[str, Any]:
    """Return how many passages there are and how many the engine has; EngineError where it has not all of them."""
    with loading.open_store(settings) as store, closing(MilvusServer(settings.engine or "")) as server:
        passages, rows = MilvusIndex(store, server).standing()
    if rows != passages:
        raise EngineError(
            f"Mesin pencari {settings.engine} memuat {rows} dari {passages} bagian; "
            f"lengkapi: tanya index --engine {settings.engine}"
        )
    return {"passages": passages, "rows": rows}


def _store(settings: Settings) -> dict[str, Any]:
    """Return the number of the last change there and here; StoreError where it is away or holds another archive."""
    with closing(PostgresServer(settings.store or "")) as server:
        _, number = server.archive()
    if not (settings.data_dir / loading.STORE_FILE).is_file():
        return {"change": number, "here": None}
    with loading.open_store(settings) as store:
        return {"change": number, "here": store.truth.number if store.truth is not None else None}


def _lines(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"\n  {name}: {item}" for name, item in value.items())
    if isinstance(value, list):
        return "".join(f"\n  {item}" for item in value) or " tidak ada"
    return f" {'tidak tercatat' if value is None else value}"
