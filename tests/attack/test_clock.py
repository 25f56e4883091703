"""A clock that stops, or was ahead for a while, loses no copy, no login and no flag."""

import inspect
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from quick_hashes import QUICK

from index.articles import Article
from index.storage.daily_copy import copies, keep_daily, restore
from index.storage.history import CHECKED, History
from index.storage.repository import Store
from rag.retrieval.provenance import flag_late, flags_of, provenance
from rag.serving.access.accounts import READER, Accounts, Sessions, Tries

TODAY = date(2026, 11, 27)
AHEAD, STOPPED = date(2031, 5, 1), date(1970, 1, 1)


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "arsip.sqlite3"
    Store(path, create=True).close()
    yield path


def ask(path: Path, question: str) -> None:
    with Store(path) as store:
        History(store.database).begin("ani", "s1", CHECKED, question)


def test_copies_of_a_clock_that_was_ahead_make_way_for_those_of_the_days_since(path: Path) -> None:
    for number in range(8):
        ask(path, f"Saat jam salah {number}")
        assert keep_daily(path, AHEAD + timedelta(number)) is not None
    for number in range(3):
        ask(path, f"Sesudahnya {number}")
        assert keep_daily(path, TODAY + timedelta(number)) is not None
    today = TODAY + timedelta(2)
    kept = [one.stem for one in copies(path.parent, today)]
    assert kept == ["2026-11-29", "2026-11-28", "2026-11-27", *(f"2031-05-{day:02}" for day in (8, 7, 6, 5))]
    path.unlink()
    back = restore(path, copies(path.parent, today)[0])
    assert back.rows["history"] == 11


def test_what_is_restored_is_the_copy_of_today_and_not_one_of_a_day_to_come(path: Path) -> None:
    keep_daily(path, date.today() + timedelta(400))
    ask(path, "Sesudah jam dibetulkan")
    keep_daily(path)
    path.unlink()
    back = restore(path)
    assert (back.copy, back.rows["history"]) == (path.parent / "salinan" / f"{date.today()}.sqlite3", 1)


def test_a_clock_that_has_stopped_pushes_out_no_more_than_a_day(path: Path) -> None:
    for number in range(7):
        keep_daily(path, TODAY + timedelta(number))
    for _ in range(20):  # starts on a day that never ends
        keep_daily(path, STOPPED)
    assert [one.stem for one in copies(path.parent, STOPPED)][:2] == ["1970-01-01", "2026-12-03"]
    assert len(copies(path.parent, STOPPED)) == 7


@pytest.mark.parametrize(("came_at", "today"), [("2026-11-01T09:00:00", STOPPED), ("2026-11-01T09:00:00", TODAY)])
def test_no_article_is_of_the_future_because_the_clock_has_stopped(came_at: str, today: date) -> None:
    article = Article(id="a", text="Isi.", path="/a.txt", date="2024-12-31", entered_at=came_at)
    assert [flag for flag in flags_of(provenance(article, today)) if "masa depan" in flag] == []
    planted = Article(id="a", text="Isi.", path="/a.txt", date="2030-01-01", entered_at=came_at)
    assert "bertanggal di masa depan (2030-01-01); periksa tanggalnya" in flags_of(provenance(planted, today))


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:09", "2031-05-01T10:00:00"])
def test_a_moment_that_cannot_be_is_told(moment: str) -> None:
    told = f"tercatat masuk atau berubah pada {moment[:10]} {moment[11:16]} saat jam komputer salah; "
    for times in ({"entered_at": moment}, {"entered_at": "2026-11-01T09:00:00", "changed_at": moment}):
        (flag,) = flags_of(provenance(Article(id="a", text="Isi.", path="/a.txt", **times), TODAY))
        assert flag == f"{told}urutan waktunya tidak pasti"


def test_a_claim_checked_under_a_wrong_clock_does_not_make_a_late_source_an_early_one() -> None:
    def flagged(first_checked_at: str) -> list[str]:
        came = {"provenance": {"entered_at": "2026-11-20T10:00:00", "changed_at": None, "flags": []}}
        flag_late([came], first_checked_at, TODAY)
        return list(came["provenance"]["flags"])  # type: ignore[call-overload]

    assert "tidak dapat dibandingkan" in flagged("2031-05-01T08:00:00")[0]
    assert "tidak dapat dibandingkan" in flagged("1970-01-01T08:00:00")[0]
    assert "setelah klaim ini pertama kali diperiksa" in flagged("2026-11-19T08:00:00")[0]
    assert flagged("2026-11-21T08:00:00") == []


def test_the_first_check_is_the_one_written_down_first(path: Path) -> None:
    ask(path, "Harga naik")
    ask(path, "Harga naik")
    with Store(path) as store:
        with store.database.change() as connection:  # the second while the clock had stopped
            connection.execute("UPDATE history SET asked_at = '2026-11-01T08:00:00' WHERE id = 1")
            connection.execute("UPDATE history SET asked_at = '1970-01-01T00:00:01' WHERE id = 2")
        assert History(store.database).first_checked("ani", "harga  naik") == "2026-11-01T08:00:00"


def test_logins_and_tries_go_by_a_clock_that_nobody_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspect.signature(Tries).parameters["clock"].default is time.monotonic
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", "padi menguning di sawah", READER)
    sessions, reader = Sessions(accounts), accounts.find("ani")
    assert reader is not None
    token = sessions.open(reader)
    for jump in (-(10**9), 10**9):
        monkeypatch.setattr(time, "time", lambda jump=jump: 1.8e9 + jump)
        reader = sessions.reader(token)
        assert reader is not None and reader.name == "ani"
