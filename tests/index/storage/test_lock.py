import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import IndexLocked, StoreError
from index.storage.lock import writing

HOLD = """
import sys
from pathlib import Path
from index.storage.lock import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_writer(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(folder)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    with another_writer(tmp_path) as holder:
        for _ in range(2):  # being refused frees nothing
            with pytest.raises(IndexLocked) as refused, writing(tmp_path):
                pytest.fail("two writers at once")
            assert f"{tmp_path} sedang ditulis oleh proses {holder.pid} sejak 20" in str(refused.value)


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    with another_writer(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        assert holder.wait(timeout=10) == -signal.SIGKILL
        with writing(tmp_path):
            held_by = (tmp_path / "writer.lock").read_text()
    assert held_by.startswith(f"proses {os.getpid()} sejak 20")


def test_free_again_after_use_and_after_an_error(tmp_path: Path) -> None:
    with writing(tmp_path):
        pass
    with pytest.raises(RuntimeError, match="rusak"), writing(tmp_path):
        raise RuntimeError("rusak")
    with another_writer(tmp_path):
        pass
    with writing(tmp_path):
        pass


def test_two_folders_have_two_locks(tmp_path: Path) -> None:
    with another_writer(tmp_path / "a"), writing(tmp_path / "b"):
        assert (tmp_path / "a" / "writer.lock").read_text() != (tmp_path / "b" / "writer.lock").read_text()


def test_the_folder_is_made(tmp_path: Path) -> None:
    with writing(tmp_path / "x" / "y"):
        assert (tmp_path / "x" / "y").is_dir()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "berkas").touch()
    with (
        pytest.raises(StoreError, match=r"berkas tidak dapat ditulis: .+; pilih --data lain"),
        writing(tmp_path / "berkas"),
    ):
        pytest.fail("a file is no folder")
