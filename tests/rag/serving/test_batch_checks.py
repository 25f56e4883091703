"""Tables of quotations in the background: all rows come through, whatever one of them is, whatever is killed."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive import put

from index.errors import InputError
from index.storage.batches import ALL, CHANGED, LOOK, PROBLEMS, Batch, Counts
from index.storage.filters import Filters
from index.storage.history import DONE, RUNNING, STOPPED
from index.storage.repository import Store
from rag.quotation.checker import QuoteChecker, QuoteResult
from rag.quotation.claims_table import Claim
from rag.serving.batch_checks import MAX_RUNNING, BatchChecks

SAID = "Harga beras turun 12 persen sejak panen raya dimulai"
ARTICLE = f"“{SAID},” kata Kepala Pasar Budi Santoso, Senin. Pasar itu ramai sekali."
WAIT_S = 30.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        put(store, ARTICLE)
        yield store


class Checking:
    """The real checker, one quotation a turn; ``gate`` holds every check back while it is shut."""

    def __init__(self, store: Store) -> None:
        self.checker = QuoteChecker(store)
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[tuple[str, str]] = []

    def __call__(self, reader: str, quote: str, speaker: str | None, filters: Filters | None) -> QuoteResult:
        assert self.gate.wait(WAIT_S)
        self.asked.append((reader, quote))
        if quote == "jebol":
            raise ZeroDivisionError
        return self.checker.check(quote, speaker, filters)


def claims(*quotes: str) -> list[Claim]:
    return [Claim(number, quote) for number, quote in enumerate(quotes, start=2)]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def finished(checks: BatchChecks, reader: str, id: int) -> tuple[Batch, Counts]:
    until(lambda: not checks.is_running(id))
    batch = checks.kept.batch(reader, id)
    assert batch is not None
    return batch, checks.kept.counts(id)


def test_bad_rows_have_their_reasons_and_stop_nothing(store: Store) -> None:
    checks = BatchChecks(store, Checking(store))
    bad = ["...", "", "—", "x" * 10_001, "a " * 2001, "jebol", "\u200b", "😀"]
    rows = [*claims(SAID, SAID.replace("12", "21"), *bad), Claim(30, "", problem="barisnya kosong"), Claim(31, SAID)]
    id = checks.begin("ani", "klaim.csv", rows, "Kutipan = kutipan", None)
    batch, counts = finished(checks, "ani", id)
    assert batch.state == DONE
    assert (counts.rows, counts.waiting, counts.problems, counts.look) == (12, 0, 9, 1)
    assert counts.verdicts == {"exact": 2, "altered": 1}
    told = {row.number: row.problem for row in checks.kept.rows(id, PROBLEMS)}
    assert told[30] == "barisnya kosong"
    assert told[9] == "tidak dapat diperiksa (ZeroDivisionError); laporkan baris ini"
    assert "terlalu panjang" in str(told[7]) and "2001 kata" in str(told[8])
    assert all("tidak berisi kata" in str(told[number]) for number in (4, 5, 6, 10, 11))
    (altered,) = checks.kept.rows(id, LOOK)
    assert altered.record is not None
    assert (altered.number, altered.record["matches"][0]["text"], altered.record["places"]) == (3, SAID, 1)
    assert [row.number for row in checks.kept.rows(id, ALL, first=9, count=2)] == [11, 30]


def test_a_table_that_was_cut_off_is_taken_up_where_it_was(store: Store) -> None:
    slow = Checking(store)
    killed = BatchChecks(store, slow)
    id = killed.kept.begin(
        "ani", "a.csv", {"columns": "", "filters": None}, [vars(one) for one in claims(SAID, "Sudah", "Lagi")]
    )
    killed.kept.refuse(id, 2, "sudah sebelum mati")  # as if the program had died after its first row
    checks = BatchChecks(store, slow)
    checks.resume()
    batch, counts = finished(checks, "ani", id)
    assert (batch.state, counts.waiting, counts.problems) == (DONE, 0, 1)
    assert [quote for _, quote in slow.asked] == ["Sudah", "Lagi"]
    assert checks.kept.unfinished() == []


def test_a_stopped_table_keeps_what_is_checked_and_goes_on(store: Store) -> None:
    checking = Checking(store)
    checks = BatchChecks(store, checking)
    checking.gate.clear()
    id = checks.begin("ani", "a.csv", claims(SAID, "Dua kata lain", "Tiga kata lain"), "", None)
    checks.stop("budi", id)  # somebody else's
    checks.stop("ani", id)
    checking.gate.set()
    batch, counts = finished(checks, "ani", id)
    assert batch.state == STOPPED
    assert counts.done <= 1
    checks.go_on("ani", id)
    batch, counts = finished(checks, "ani", id)
    assert (batch.state, counts.waiting) == (DONE, 0)
    assert len(checking.asked) == 3
    checks.stop("ani", id)  # too late
    assert finished(checks, "ani", id)[0].state == DONE


def test_checked_again_on_a_changed_archive_it_tells_what_is_other(store: Store) -> None:
    checks = BatchChecks(store, Checking(store))
    new = "Jalan desa akan diperbaiki sebelum musim hujan tiba"
    first = checks.begin("ani", "a.csv", claims(SAID, new, "Bandara ditutup karena kabut asap"), "", None)
    batch, counts = finished(checks, "ani", first)
    assert counts.changed == 0
    assert not checks.is_outdated(batch)
    put(store, ARTICLE, f"“{new},” kata Bupati Ratna Dewi. “{SAID},” kata Budi Santoso lagi hari ini di kantornya.")
    assert checks.is_outdated(batch)
    again = checks.again("ani", first)
    batch, counts = finished(checks, "ani", again)
    assert [(row.number, row.change) for row in checks.kept.rows(again, CHANGED)] == [
        (2, "1 tempat → 2 tempat"),
        (3, "TIDAK DITEMUKAN → PERSIS"),
    ]
    # a newer file of that name is compared with the last one: rows are known by what they claim, not by their number
    third = checks.begin("ani", "a.csv", [Claim(9, new), Claim(10, "Baris yang baru sama sekali")], "", None)
    batch, counts = finished(checks, "ani", third)
    assert (batch.earlier, counts.changed) == (again, 0)


def test_readers_see_their_own_and_take_turns(store: Store) -> None:
    checking = Checking(store)
    checks = BatchChecks(store, checking)
    checking.gate.clear()
    ids = [
        checks.begin("ani", f"{n}.csv", claims(*[f"Kutipan ani nomor {n}"] * 5), "", None) for n in range(MAX_RUNNING)
    ]
    with pytest.raises(InputError, match="masih diperiksa"):
        checks.begin("ani", "lagi.csv", claims("Satu"), "", None)
    budi = checks.begin("budi", "b.csv", claims("Kutipan budi"), "", None)
    assert checks.kept.batch("budi", ids[0]) is None
    checks.remove("budi", ids[0])
    assert checks.kept.batch("ani", ids[0]) is not None
    with pytest.raises(InputError, match="tidak ada"):
        checks.again("budi", ids[0])
    checking.gate.set()
    for reader, id in [("budi", budi), *(("ani", id) for id in ids)]:
        assert finished(checks, reader, id)[0].state == DONE
    # one thread of ani's three is at work, so budi's one row does not wait for all her fifteen
    assert [reader for reader, _ in checking.asked].index("budi") < 10
    checks.remove("ani", ids[0])
    assert [batch.id for batch in checks.kept.of_reader("ani")] == [ids[2], ids[1]]
    assert checks.kept.rows(ids[0]) == []


def test_nothing_to_check_is_told(store: Store) -> None:
    checks = BatchChecks(store, Checking(store))
    with pytest.raises(InputError, match="tidak berisi baris kutipan"):
        checks.begin("ani", "kosong.csv", [], "", None)
    assert checks.kept.of_reader("ani") == []
    assert RUNNING not in {batch.state for batch in checks.kept.unfinished()}
