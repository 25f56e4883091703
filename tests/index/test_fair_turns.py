"""Turns in rotation: who asks for many delays the others by one."""

import threading
import time
from contextlib import ExitStack

import pytest

from index.fair_turns import FairTurns


def test_one_who_asks_for_many_turns_delays_another_by_one() -> None:
    turns, order = FairTurns(), []
    asked = threading.Semaphore(0)

    def ask(line: str, name: str) -> None:
        asked.release()
        with turns.turn(line):
            order.append(name)

    with turns.turn("ani"):
        threads = []
        for line, name in [
            *(("jahat", f"jahat {number}") for number in range(20)),
            ("budi", "budi"),
            ("citra", "citra"),
        ]:
            thread = threading.Thread(target=ask, args=(line, name))
            thread.start()
            threads.append(thread)
            asked.acquire()
            deadline = time.monotonic() + 5
            while turns.waiting < len(threads) and time.monotonic() < deadline:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order[:3] == ["jahat 0", "budi", "citra"]
    assert order[3:] == [f"jahat {number}" for number in range(1, 20)]
    assert turns.waiting == 0


def test_a_turn_that_fails_is_over() -> None:
    turns = FairTurns()
    with pytest.raises(RuntimeError), turns.turn("ani"):
        raise RuntimeError
    with turns.turn("budi"):
        pass


def test_no_line_holds_two_places_and_no_more_are_held_than_there_are() -> None:
    turns, held, most, order = FairTurns(at_once=2), [], [], []
    counting = threading.Lock()

    def ask(line: str) -> None:
        with turns.turn(line):
            with counting:
                held.append(line)
                most.append(sorted(held))
            time.sleep(0.02)
            with counting:
                held.remove(line)
                order.append(line)

    threads = [threading.Thread(target=ask, args=(line,)) for line in ["jahat"] * 8 + ["ani", "budi", "citra"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert max(map(len, most)) == 2
    assert ["jahat", "jahat"] not in most
    assert sorted(order) == ["ani", "budi", "citra"] + ["jahat"] * 8


def test_one_hostile_line_leaves_the_other_place_free() -> None:
    turns = FairTurns(at_once=2)
    with ExitStack() as held:
        held.enter_context(turns.turn("jahat"))
        waits = threading.Thread(target=lambda: held.enter_context(turns.turn("jahat")), daemon=True)
        waits.start()
        _until(lambda: turns.waiting == 1)
        for line in ("ani", "budi", "ani"):
            with turns.turn(line):  # at once, though one waits before them
                assert turns.waiting == 1
    waits.join(10)
    assert turns.waiting == 0


def test_one_who_gives_up_waiting_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = FairTurns()
    with monkeypatch.context() as patched:
        patched.setattr(turns, "_next", lambda: 1 / 0)  # as Ctrl-C comes, in the middle of waiting
        with pytest.raises(ZeroDivisionError), turns.turn("ani"):
            pass
    assert turns.waiting == 0
    with turns.turn("budi"):
        pass


def _until(done: object) -> None:
    deadline = time.monotonic() + 5
    while not done() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.001)
