import threading
import time

import pytest

from rag.generation.scheduling import QuickFirst, Turns


def test_first_come_first_served() -> None:
    turns, order, started = Turns(), [], threading.Event()

    def work(name: int) -> None:
        with turns.turn() as mine:
            started.set()
            assert mine
            order.append(name)
            time.sleep(0.02)

    with turns.turn():
        threads = []
        for name in range(5):
            threads.append(threading.Thread(target=work, args=(name,)))
            threads[-1].start()
            while turns.waiting < name + 1:  # each joins the line before the next comes
                time.sleep(0.001)
    for thread in threads:
        thread.join(timeout=5)
    assert order == [0, 1, 2, 3, 4]
    assert turns.waiting == 0


def test_only_one_at_a_time() -> None:
    turns, inside, most = Turns(), 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with turns.turn():
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    assert most == 1


def test_who_gives_up_frees_the_place() -> None:
    turns = Turns()
    gave_up = threading.Event()
    result: list[bool] = []

    def impatient() -> None:
        with turns.turn(cancelled=gave_up.is_set) as mine:
            result.append(mine)

    with turns.turn():
        thread = threading.Thread(target=impatient)
        thread.start()
        while turns.waiting == 0:
            time.sleep(0.001)
        gave_up.set()
        thread.join(timeout=5)
        assert turns.waiting == 0
    assert result == [False]


def test_place_in_line_is_told() -> None:
    turns = Turns()
    places: list[int] = []

    def tell(place: int) -> None:
        places.append(place)
        if len(places) == 2:
            raise RuntimeError("the page has gone")

    def wait() -> None:
        with pytest.raises(RuntimeError), turns.turn(on_wait=tell):
            pass

    with turns.turn():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(timeout=5)
    assert places == [1, 1]
    assert turns.waiting == 0


def test_slow_work_waits_for_the_quick() -> None:
    first = QuickFirst()
    order: list[str] = []
    begun = threading.Event()

    def slow() -> None:
        begun.set()
        first.give_way()
        order.append("slow")

    with first.quick():
        thread = threading.Thread(target=slow)
        thread.start()
        begun.wait(5)
        order.append("quick")
    thread.join(5)
    assert order == ["quick", "slow"]
    assert not first.busy


def test_slow_work_goes_on_beside_quick_work_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuickFirst, "_AT_MOST_S", 0.01)
    first = QuickFirst()
    with first.quick():
        first.give_way()
        assert first.busy


def test_quick_work_that_fails_is_over() -> None:
    first = QuickFirst()
    with pytest.raises(RuntimeError), first.quick():
        raise RuntimeError
    assert not first.busy
