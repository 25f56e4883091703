"""The catalogue of models and their files: where they lie, whether they are the right ones byte for byte.

It loads nothing; ``rag.models.download`` downloads. A file is hashed before its first use and again whenever its size
or time has changed; ``verify`` hashes whatever the record says.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.errors import DigestMismatch, ModelError
from index.storage.digest import sha256_of
from rag.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ModelFile:
    """One file of a model; ``path`` is relative to the models folder."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Model:
    """One model of the catalogue."""

    name: str
    role: str
    licence: str
    files: tuple[ModelFile, ...]


# Digest of Qwen's own release (Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF).
LLM = Model(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    role="jawaban",
    licence="Apache-2.0",
    files=(
        ModelFile(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    ),
)
# intfloat/multilingual-e5-small out of its 4-bit container. The digests are those of the files
# ``rag.models.e5_container`` writes.
EMBEDDER = Model(
    name="multilingual-e5-small",
    role="pencarian",
    licence="MIT",
    files=tuple(
        ModelFile(f"multilingual-e5-small/{name}", size_bytes, sha256)
        for name, size_bytes, sha256 in (
            ("model.safetensors", 235_034_032, "0db63e48749a5013e4b105d9e1f97c7a5a6f5192c0b3e5fc3f53afb349315f42"),
            ("tokenizer.json", 17_082_730, "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"),
            ("config.json", 472, "cf506d30ce21fce5341358ff87f0878199fbc87094abb0897a7ad3091b46db8a"),
            ("modules.json", 350, "21ddb3037a55ebf4549eb5c1dc44c3f28f10b56ec7f1335c92fd90e5b30d88ac"),
            ("1_Pooling/config.json", 74, "f9d44c6bac92c9ef7c2a5e58be5bbeadd8cee8f117f412a1c7a72c1adfe8ce28"),
            ("sentence_bert_config.json", 54, "ed20daeb5b882c3e1f116ce7b3d53e6643d11063aa9baaa31f5ae91770cfad8f"),
            (
                "config_sentence_transformers.json",
                75,
                "27f3652d7b418713101eee0d62444bfd6e99f388f9b2321d86264ac38ed69569",
            ),
            ("tokenizer_config.json", 242, "b0c55b630b4a21fa79008ddd5980a7953b8765f49eeb1f5f0243f69526bc3a6a"),
        )
    ),
)
CATALOGUE = (LLM, EMBEDDER)
_log = logging.getLogger("tanya.models")
_RECORD = ".verified.json"
_MOUNTS = Path("/proc/self/mountinfo")  # of Linux, as proc(5) describes it
# File systems that another machine writes to as well: the owner and the times that they tell prove nothing.
_ELSEWHERE = frozenset(
    "9p afs beegfs ceph cifs coda davfs gfs2 glusterfs lustre ncpfs nfs nfs4 ocfs2 orangefs prl_fs smb3 smbfs vboxsf "
    "virtiofs vmhgfs".split()
)


@dataclass(frozen=True)
class Located:
    """A model on disk, its bytes known: ``digest`` changes when any of them does."""

    name: str
    path: Path
    digest: str


def locate_llm(settings: Settings) -> Located:
    """Return the GGUF file to answer with: the user's own if set, else the catalogue's, verified.

    Raises ModelError where it is missing and DigestMismatch where a byte of it differs.
    """
    if settings.llm_path is not None:
        if not settings.llm_path.is_file():
            raise ModelError(f"TANYA_LLM={settings.llm_path} bukan berkas; arahkan ke satu berkas GGUF.")
        digest = _digest(settings.models_dir, settings.llm_path)
        return Located(settings.llm_path.stem, settings.llm_path, digest)
    check_model(settings.models_dir, LLM)
    return Located(LLM.name, settings.models_dir / LLM.files[0].path, LLM.files[0].sha256)


def locate_embedder(settings: Settings) -> Located:
    """Return the sentence-transformers folder to embed with, as ``locate_llm`` does for the LLM."""
    if settings.embedder_path is not None:
        folder = settings.embedder_path
        if not (folder / "modules.json").is_file():
            raise ModelError(f"TANYA_EMBEDDER={folder} bukan folder sentence-transformers (tidak ada modules.json).")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        parts = (f"{path.relative_to(folder)} {_digest(settings.models_dir, path)}" for path in files)
        return Located(folder.resolve().name, folder, hashlib.sha256("\n".join(parts).encode()).hexdigest())
    check_model(settings.models_dir, EMBEDDER)
    return Located(EMBEDDER.name, settings.models_dir / EMBEDDER.name, EMBEDDER.files[0].sha256)


def missing(models_dir: Path, model: Model) -> list[ModelFile]:
    """Return the model's files that are absent or of the wrong size; nothing is hashed."""
    return [file for file in model.files if _size(models_dir / file.path) != file.size_bytes]


def verify(models_dir: Path, progress: Progress = lambda message: None) -> None:
    """Hash every file of the catalogue anew.

    Raises ModelError for a missing file, DigestMismatch for one that differs.
    """
    for model in CATALOGUE:
        for file in model.files:
            check_file(models_dir, file, trust_record=False)
            progress(f"benar: {file.path} ({file.size_bytes / 1e6:,.1f} MB)")


def check_file(models_dir: Path, file: ModelFile, *, trust_record: bool = True) -> None:
    """Raise unless the file is there and is, byte for byte, the catalogue's."""
    path = models_dir / file.path
    if not path.is_file():
        raise ModelError(f"Model {path} tidak ada; jalankan: tanya models fetch.")
    found = _digest(models_dir, path, trust_record=trust_record)
    if found != file.sha256:
        raise DigestMismatch(
            f"Berkas {path} berbeda dari aslinya: SHA-256 {found}, seharusnya {file.sha256}; "
            "hapus berkas itu lalu jalankan: tanya models fetch."
        )


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return sha256_of(stream)


def check_model(models_dir: Path, model: Model) -> None:
    """Raise as ``check_file`` does unless all files of a model are there and are the catalogue's."""
    for file in model.files:
        check_file(models_dir, file)


def _digest(models_dir: Path, path: Path, *, trust_record: bool = True) -> str:
    """Return a file's SHA-256, from the record of earlier hashes if the file still is what it was then.

    What others may write, here or on another machine, is hashed each time: they can put size and time back, and the
    record in order.
    """
    record_path = models_dir / _RECORD
    try:
        record = json.loads(record_path.read_text("utf-8"))
    except (OSError, ValueError):
        record = {}
    stat = path.stat()
    # The time of the last change of anything, ctime, is the kernel's own: no program sets it back.
    key, stamp = str(path.resolve()), [stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_dev, stat.st_ctime_ns]
    known = record.get(key) if isinstance(record, dict) else None
    places = (path.resolve(), path.resolve().parent, models_dir.resolve(), record_path)
    shared = any(map(_is_shared, places)) or any(map(_is_elsewhere, places))
    if trust_record and not shared and isinstance(known, dict) and known.get("stamp") == stamp:
        return str(known["sha256"])
    digest = hash_file(path)
    record[key] = {"stamp": stamp, "sha256": digest}
    partial = record_path.with_name(f"{_RECORD}.{os.getpid()}")
    try:
        partial.write_text(json.dumps(record, indent=1), "utf-8")
        os.replace(partial, record_path)
    except OSError:
        _log.warning("record-not-kept", exc_info=True)  # a read-only models folder is hashed again next time
    return digest


def _is_shared(path: Path) -> bool:
    """Tell whether somebody else may write a file or folder: its owner, its group, everybody."""
    try:
        stat = path.stat()
    except OSError:
        return False  # no record yet
    if not hasattr(os, "geteuid"):
        return False  # Windows: the folder is the user's own unless she chose another
    others = stat.st_uid not in (os.geteuid(), 0) or bool(stat.st_mode & 0o002)
    return others or (bool(stat.st_mode & 0o020) and stat.st_gid != os.getegid())


def _is_elsewhere(path: Path) -> bool:
    """Tell whether a file or folder lies on a file system of the network, or of the machine around this one."""
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False  # no Linux
    kinds = {}
    for line in lines:
        mount, _, about = line.partition(" - ")
        if len(mount.split()) > 4 and about:
            point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), mount.split()[4])
            kinds[point] = about.split()[0]  # a later mount lies over an earlier one
    kind = next((kinds[str(folder)] for folder in (path, *path.parents) if str(folder) in kinds), "")
    return kind in _ELSEWHERE or kind.startswith("fuse.")  # sshfs, rclone, gvfsd and their like


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
