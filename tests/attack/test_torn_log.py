"""A page that was written in part, in the log or in the file: what was before it stays, and the store is sound."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from index.storage.database import is_sound
from index.storage.history import CHECKED, History
from index.storage.repository import Store

HEAD_BYTES, FRAME_HEAD_BYTES = 32, 24  # https://www.sqlite.org/fileformat2.html#walformat
ASKED = 12


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A store whose process was killed with twelve questions in the log, none of them in the file yet."""
    path = tmp_path / "data" / "arsip.sqlite3"
    Store(path, create=True).close()
    child = os.fork()
    if not child:
        with Store(path) as store:
            for number in range(ASKED):
                History(store.database).begin("ani", "s1", CHECKED, f"Pertanyaan {number} " + "kata " * 200)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert path.with_name("arsip.sqlite3-wal").stat().st_size > HEAD_BYTES
    return path


def asked(path: Path) -> list[int]:
    """The numbers of the questions that are there, in order."""
    with Store(path) as store:
        found = [int(entry.question.split()[1]) for entry in History(store.database).search("ani")][::-1]
        History(store.database).begin("budi", "s2", CHECKED, "Sesudahnya")  # and it can be written
    assert is_sound(path)
    return found


def frames(path: Path) -> tuple[Path, int, int]:
    """The log, the bytes of one frame, and how many there are."""
    log = path.with_name("arsip.sqlite3-wal")
    frame_bytes = FRAME_HEAD_BYTES + int.from_bytes(log.read_bytes()[8:12], "big")
    return log, frame_bytes, (log.stat().st_size - HEAD_BYTES) // frame_bytes


def copied(path: Path, name: object) -> Path:
    target = path.parents[1] / str(name)
    shutil.copytree(path.parent, target)
    target.joinpath("arsip.sqlite3-shm").unlink(missing_ok=True)  # of the memory: gone with a loss of power
    return target / path.name


def test_all_is_there_after_the_kill(killed: Path) -> None:
    assert asked(copied(killed, "utuh")) == list(range(ASKED))


@pytest.mark.parametrize("how", ["cut", "zeroed", "flipped"])
def test_a_torn_frame_costs_what_came_with_it_and_nothing_before(killed: Path, how: str) -> None:
    _, frame_bytes, count = frames(killed)
    lost = []
    for number in sorted({0, 1, count // 3, count // 2, count - 2, count - 1}):
        path = copied(killed, number)
        log = path.with_name("arsip.sqlite3-wal")
        content = bytearray(log.read_bytes())
        at = HEAD_BYTES + number * frame_bytes + frame_bytes // 2
        if how == "cut":
            del content[at:]
        elif how == "zeroed":
            content[at : at + frame_bytes // 2] = bytes(frame_bytes // 2)
            content[at] ^= 1  # a page may have been empty there
        else:
            content[at] ^= 0x40
        log.write_bytes(content)
        found = asked(path)
        assert found == list(range(len(found))), number  # a beginning of what was asked, no hole in it
        lost.append(ASKED - len(found))
    assert lost == sorted(lost, reverse=True)
    assert lost[0] == ASKED and lost[-1] == 1


def test_a_page_of_the_file_torn_while_the_log_went_into_it_comes_from_the_log_again(killed: Path) -> None:
    log, frame_bytes, count = frames(killed)
    content, page_bytes = log.read_bytes(), frame_bytes - FRAME_HEAD_BYTES
    pages = {
        int.from_bytes(content[at : at + 4], "big")
        for at in range(HEAD_BYTES, HEAD_BYTES + count * frame_bytes, frame_bytes)
    }
    for page in sorted(pages):
        path = copied(killed, f"halaman-{page}")
        with path.open("r+b") as stream:
            stream.seek((page - 1) * page_bytes + page_bytes // 2)
            stream.write(b"\xa5" * (page_bytes // 2))
        assert asked(path) == list(range(ASKED))
