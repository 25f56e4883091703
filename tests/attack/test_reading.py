"""One file never stops the archive: what it takes is limited, what is behind it comes in, and it is told once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fakes import WordEmbedder
from hostile_files import hostile_file

from index.pipeline.indexer import Indexer
from index.pipeline.progress import Report
from index.pipeline.reading import Limits, Read, Reading
from index.readers.bad_record import BadRecord
from index.storage.repository import Store

# One second of processor time where the program allows eight: what never ends is as endless.
QUICK = Limits(patience=0.1, memory_bytes=400 * 1024**2)
ADVICE = "periksa atau simpan ulang berkasnya, lalu tanya index --retry"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def reading() -> Iterator[Reading]:
    reading = Reading(QUICK)
    yield reading
    reading.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "artikel"
    folder.mkdir()
    for number in (1, 2, 3):
        text = f"Judul {number}\nSURABAYA - Harga beras naik {number} persen sejak Senin pagi."
        (folder / f"z{number}.txt").write_text(text, "utf-8")
    return folder


def run(store: Store, folder: Path, reading: Reading, *, retry: bool = False) -> Report:
    return Indexer(store, WordEmbedder(), reading=reading, retry=retry).run([folder])


@pytest.mark.parametrize("name", ["forms-30-2.pdf", "tounicode-bfranges.pdf"])
def test_a_file_that_never_ends_is_told_once_and_the_others_are_in(
    store: Store, folder: Path, reading: Reading, name: str
) -> None:
    bad = folder / f"0-{name}"
    bad.write_bytes(hostile_file(name))
    assert bad.stat().st_size < 20_000
    began = time.process_time()
    report = run(store, folder, reading)
    assert report.failed == [f"{bad}: dihentikan karena membacanya melebihi batas waktu 1 detik; {ADVICE}"]
    assert (report.added, set(store.stored_articles())) == (3, {"z1.txt", "z2.txt", "z3.txt"})
    assert time.process_time() - began < 5  # this process waits

    began_s = time.monotonic()
    report = run(store, folder, reading)
    assert (report.failed, report.unchanged) == ([], 3)
    assert report.skipped == [
        f"{bad}: dihentikan karena membacanya melebihi batas waktu 1 detik; dilewati sampai berkasnya berubah, "
        "atau tanya index --retry"
    ]
    assert time.monotonic() - began_s < 2

    assert len(run(store, folder, reading, retry=True).failed) == 1
    bad.unlink()
    bad.with_suffix(".txt").write_text("Judul baru\nSURABAYA - Isi yang baru.")
    assert run(store, folder, reading) == Report(added=1, unchanged=3)
    assert store.set_aside() == {}


def test_a_file_that_was_changed_is_tried_again(store: Store, folder: Path, reading: Reading) -> None:
    bad = folder / "0.pdf"
    bad.write_bytes(hostile_file("forms-30-2.pdf"))
    run(store, folder, reading)
    bad.write_text("Judul baru\nSURABAYA - Isi yang baru.")
    assert run(store, folder, reading).failed != []  # no PDF any more: another reason
    assert str(bad) not in store.set_aside()


def test_a_member_that_never_ends_costs_itself_alone(store: Store, folder: Path, reading: Reading) -> None:
    bad = folder / "0.zip"
    bad.write_bytes(hostile_file("zip-pdf.zip"))
    report = run(store, folder, reading)
    assert report.failed == [f"{bad}/b.pdf: dihentikan karena membacanya melebihi batas waktu 1 detik; {ADVICE}"]
    assert set(store.stored_articles()) == {"0.zip:a.txt", "0.zip:c.txt", "z1.txt", "z2.txt", "z3.txt"}
    report = run(store, folder, reading)
    assert (report.failed, report.unchanged, len(report.skipped)) == ([], 5, 1)


def test_more_memory_than_may_be_is_one_line(store: Store, folder: Path) -> None:
    bad = folder / "0.pdf"
    bad.write_bytes(hostile_file("run-length-1.pdf"))
    tight = Reading(Limits(memory_bytes=300 * 1024**2))
    report = run(store, folder, tight)
    tight.close()
    (line,) = report.failed
    assert line.startswith(f"{bad}: ") and "memori" in line
    assert report.added == 3
    assert str(bad) in store.set_aside()


def test_each_row_of_a_table_begins_the_time_anew_also_one_without_text(folder: Path) -> None:
    table = folder / "tabel.csv"
    table.write_text("judul,isi\n" + "Kosong,\n" * 60_000 + "Panen,Warga panen raya.\n", "utf-8")
    with closing(Reading(Limits(patience=0.15))) as reading:  # 1.2 of the eight seconds that a part may take
        found = list(reading.articles(table))
    assert len(found) == 60_001
    last = found[-1]
    assert isinstance(last, Read) and last.article.text == "Warga panen raya."


def test_more_text_than_the_file_explains_is_one_line(folder: Path) -> None:
    reading = Reading(Limits(output_bytes=10_000, output_ratio=1))
    (folder / "a.jsonl").write_text('{"text": "Isi."}\n' * 400)
    found = list(reading.articles(folder / "a.jsonl"))
    reading.close()
    assert isinstance(found[0], Read)
    assert found[-1] == BadRecord(
        "berisi teks jauh melebihi ukuran berkasnya; periksa lalu simpan ulang berkasnya", limit=True
    )


def test_a_sidecar_beyond_the_limits_is_told_and_the_articles_are_in(
    store: Store, folder: Path, reading: Reading
) -> None:
    rows = "".join(f"a{number}.txt,Judul\n" for number in range(1_500_000))
    (folder / "metadata.csv").write_text(f"file,title\n{rows}")
    report = run(store, folder, reading)
    assert len(report.failed) == 1 and report.failed[0].startswith(f"{folder / 'metadata.csv'}: ")
    assert report.added == 3
    again = run(store, folder, reading)
    assert (again.failed, again.unchanged, len(again.skipped)) == ([], 3, 1)


def test_a_reader_that_is_killed_costs_its_file_and_leaves_no_process(folder: Path) -> None:
    reading = Reading()
    (folder / "0.pdf").write_bytes(hostile_file("forms-30-2.pdf"))
    found: list[Read | BadRecord] = []
    before = children(os.getpid())  # those that every Indexer of this process shares
    thread = threading.Thread(target=lambda: found.extend(reading.articles(folder / "0.pdf")))
    thread.start()
    (child,) = wait_for(lambda: children(os.getpid()) - before)
    time.sleep(0.5)
    os.kill(child, signal.SIGKILL)
    thread.join(20)
    assert found == [BadRecord(f"pembacanya dihentikan sistem, biasanya karena memori habis; {ADVICE}", limit=True)]
    assert children(os.getpid()) == before
    assert [item.article.text for item in reading.articles(folder / "z1.txt") if isinstance(item, Read)] != []
    reading.close()
    assert children(os.getpid()) == before


def test_two_read_at_once_however_many_ask_and_a_hostile_one_holds_up_nobody(folder: Path) -> None:
    reading = Reading(Limits(patience=0.1))
    endless = folder / "0.pdf"
    endless.write_bytes(hostile_file("forms-30-2.pdf"))
    before, most, over = children(os.getpid()), 0, threading.Event()
    ended: list[str] = []

    def read(path: Path, line: str) -> None:
        list(reading.articles(path, line=line))
        ended.append(line)

    def count() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, len(children(os.getpid()) - before))

    counting = threading.Thread(target=count)
    counting.start()
    asked = [threading.Thread(target=read, args=(endless, "jahat")) for _ in range(5)]
    for thread in asked:
        thread.start()
    wait_for(lambda: children(os.getpid()) - before)
    others = [threading.Thread(target=read, args=(folder / f"z{at % 3 + 1}.txt", f"b{at}")) for at in range(6)]
    for thread in others:
        thread.start()
    for thread in others + asked:
        thread.join(60)
    over.set()
    counting.join()
    reading.close()
    assert most == 2
    assert sorted(ended) == [f"b{at}" for at in range(6)] + ["jahat"] * 5
    assert ended[2:].count("jahat") >= 3  # not behind all of the hostile one's
    assert children(os.getpid()) == before


PARENT = """
import sys, threading
from pathlib import Path
from typing import Any
from index.pipeline.reading import Limits, Reading
def work():
    list(Reading(Limits(patience=100)).articles(Path(sys.argv[1])))
if sys.argv[2] == "thread":
    threading.Thread(target=work).start()
else:
    work()
"""


@pytest.mark.parametrize("where", ["main", "thread"])
def test_a_reader_dies_with_the_process_that_asked(folder: Path, where: str) -> None:
    (folder / "0.pdf").write_bytes(hostile_file("forms-30-2.pdf"))
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder / "0.pdf"), where], cwd=ROOT)
    (child,) = wait_for(lambda: children(parent.pid))
    time.sleep(1)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2])


def test_a_forked_process_reads_with_processes_of_its_own(folder: Path) -> None:
    reading = Reading()
    assert len(list(reading.articles(folder / "z1.txt"))) == 1
    child = os.fork()
    if not child:
        os._exit(0 if len(list(reading.articles(folder / "z2.txt"))) == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(list(reading.articles(folder / "z3.txt"))) == 1
    reading.close()


def children(pid: int) -> set[int]:
    """The reading processes of a process."""
    told = subprocess.run(["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return {int(line.split()[0]) for line in told.splitlines() if "reading_process" in line}


def wait_for(look: Callable[[], Any], timeout_s: float = 30.0) -> Any:
    """What ``look`` gives as soon as it gives something."""
    deadline = time.monotonic() + timeout_s
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
