import hashlib
import json
import os
from pathlib import Path

import pytest
from installed import flip_one_byte

from index.errors import DigestMismatch, ModelError
from rag.models import registry
from rag.models.registry import ModelFile, check_file, locate_embedder, locate_llm
from rag.settings import Settings


def stored(folder: Path, content: bytes = b"weights" * 1000) -> ModelFile:
    (folder / "m.gguf").write_bytes(content)
    return ModelFile("m.gguf", len(content), hashlib.sha256(content).hexdigest())


def test_right_file_passes(tmp_path: Path) -> None:
    check_file(tmp_path, stored(tmp_path))


def test_one_flipped_byte_is_refused_with_file_and_both_digests(tmp_path: Path) -> None:
    file = stored(tmp_path)
    check_file(tmp_path, file)
    flip_one_byte(tmp_path / file.path)
    found = hashlib.sha256((tmp_path / file.path).read_bytes()).hexdigest()
    with pytest.raises(DigestMismatch) as refused:
        check_file(tmp_path, file)
    assert str(tmp_path / file.path) in str(refused.value)
    assert found in str(refused.value)
    assert file.sha256 in str(refused.value)


def test_unchanged_file_is_not_hashed_twice_but_verify_does(tmp_path: Path) -> None:
    file = stored(tmp_path)
    check_file(tmp_path, file)
    record = tmp_path / ".verified.json"
    record.write_text(record.read_text().replace(file.sha256, "0" * 64))  # as if other bytes had been hashed
    with pytest.raises(DigestMismatch, match="SHA-256 0000"):
        check_file(tmp_path, file)
    check_file(tmp_path, file, trust_record=False)


def test_a_changed_file_is_hashed_again_though_its_time_was_put_back(tmp_path: Path) -> None:
    file = stored(tmp_path)
    check_file(tmp_path, file)
    path = tmp_path / file.path
    times = path.stat()
    flip_one_byte(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(DigestMismatch):
        check_file(tmp_path, file)


@pytest.mark.parametrize("others_may_write", ["m.gguf", ".", ".verified.json"])
def test_what_others_may_write_is_hashed_whatever_the_record_says(tmp_path: Path, others_may_write: str) -> None:
    file = stored(tmp_path)
    check_file(tmp_path, file)
    flip_one_byte(tmp_path / file.path)
    shared = tmp_path / others_may_write
    shared.chmod(shared.stat().st_mode | 0o002)
    stat = (tmp_path / file.path).stat()
    stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_dev, stat.st_ctime_ns]
    key = str((tmp_path / file.path).resolve())
    (tmp_path / ".verified.json").write_text(json.dumps({key: {"stamp": stamp, "sha256": file.sha256}}))
    with pytest.raises(DigestMismatch):
        check_file(tmp_path, file)


@pytest.mark.parametrize(
    ("kind", "hashed"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("9p", True), ("ext4", False)]
)
def test_what_another_machine_may_write_is_hashed_whatever_the_record_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, hashed: bool
) -> None:
    folder = tmp_path / "model bersama"
    folder.mkdir()
    file = stored(folder)
    point = str(folder.resolve()).replace(" ", "\\040")
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 8:2 / {point} rw - ext4 /dev/sdb1 rw\n"
        f"24 23 0:50 / {point} rw shared:1 - {kind} rumah:/model rw\n25 22 0:51 / {tmp_path}/lain rw - nfs x:/y rw\n"
    )
    monkeypatch.setattr(registry, "_MOUNTS", mounts)
    check_file(folder, file)
    counted: list[Path] = []
    monkeypatch.setattr(registry, "hash_file", lambda path: counted.append(path) or file.sha256)
    check_file(folder, file)
    assert bool(counted) is hashed


def test_a_torn_record_is_made_anew(tmp_path: Path) -> None:
    file = stored(tmp_path)
    (tmp_path / ".verified.json").write_text("{torn")
    check_file(tmp_path, file)
    record = json.loads((tmp_path / ".verified.json").read_text())
    assert [entry["sha256"] for entry in record.values()] == [file.sha256]


def test_missing_file_tells_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tanya models fetch"):
        check_file(tmp_path, ModelFile("absent.gguf", 1, "0" * 64))
    with pytest.raises(ModelError, match=r"qwen.* tidak ada"):
        locate_llm(Settings(tmp_path, tmp_path))


def test_missing_looks_at_sizes(tmp_path: Path) -> None:
    file = stored(tmp_path)
    model = registry.Model("m", "jawaban", "MIT", (file,))
    assert registry.missing(tmp_path, model) == []
    (tmp_path / file.path).write_bytes(b"short")
    assert registry.missing(tmp_path, model) == [file]


def test_own_model_is_set_by_path(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"own weights")
    located = locate_llm(Settings(tmp_path, tmp_path, llm_path=own))
    assert (located.name, located.path) == ("own", own)
    assert located.digest == hashlib.sha256(b"own weights").hexdigest()
    with pytest.raises(ModelError, match="bukan berkas"):
        locate_llm(Settings(tmp_path, tmp_path, llm_path=tmp_path / "absent.gguf"))


def test_own_embedder_is_known_by_all_its_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    settings = Settings(tmp_path, tmp_path, embedder_path=folder)
    with pytest.raises(ModelError, match=r"modules\.json"):
        locate_embedder(settings)
    (folder / "modules.json").write_text("[]")
    (folder / "weights").write_bytes(b"a")
    before = locate_embedder(settings)
    assert before.name == "encoder"
    (folder / "weights").write_bytes(b"bb")
    assert locate_embedder(settings).digest != before.digest
