"""Who goes first: a fair queue for what only one may use at a time, and quick work before slow work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Cancelled(Exception):
    """What was asked for was given up by who asked."""


class Handle:
    """Lets another thread stop a generation, and tells it its place in line, 0 at its turn."""

    def __init__(self, on_wait: Callable[[int], None] = lambda place: None) -> None:
        self._stop = threading.Event()
        self._on_cancel: list[Callable[[], None]] = []
        self.on_wait = on_wait

    def cancel(self) -> None:
        """Stop as soon as the word in flight is done; one who waits leaves the line."""
        self._stop.set()
        for call in list(self._on_cancel):
            call()

    @contextmanager
    def cancelling(self, call: Callable[[], None]) -> Iterator[None]:
        """Have ``call`` called when this is cancelled within the block, once at least if it was before."""
        self._on_cancel.append(call)
        try:
            if self.cancelled:
                call()
            yield
        finally:
            self._on_cancel.remove(call)

    @property
    def cancelled(self) -> bool:
        """True once ``cancel`` was called."""
        return self._stop.is_set()


class Turns:
    """Hands out turns in order of arrival, ``at_once`` of them at a time.

    >>> turns = Turns()
    >>> with turns.turn():
    ...     turns.waiting, turns.taken
    (0, 1)
    """

    _WAKE_S = 0.2  # how often one who waits looks whether to give up

    def __init__(self, at_once: int = 1) -> None:
        self._line: list[object] = []
        self._changed = threading.Condition()
        self.at_once = at_once

    @property
    def waiting(self) -> int:
        """How many are in line behind those whose turn it is."""
        with self._changed:
            return max(0, len(self._line) - self.at_once)

    @property
    def taken(self) -> int:
        """How many have a turn or wait for one."""
        with self._changed:
            return len(self._line)

    @contextmanager
    def turn(
        self, cancelled: Callable[[], bool] = lambda: False, on_wait: Callable[[int], None] = lambda place: None
    ) -> Iterator[bool]:
        """Wait in line, then hold the turn; yields False, at once, if ``cancelled`` came true while waiting.

        ``on_wait`` is told the place in line, 1 for the next, several times a second; what it raises ends the waiting.
        """
        ticket = object()
        with self._changed:
            self._line.append(ticket)
        try:
            mine = False
            while not mine and not cancelled():
                with self._changed:
                    place = self._place(ticket)
                    mine = place == 0
                if not mine:
                    on_wait(place)
                    with self._changed:
                        # subtle: the line may have moved while on_wait ran; then there is nothing to wait for.
                        if self._place(ticket) == place:
                            self._changed.wait(self._WAKE_S)
            yield mine
        finally:
            with self._changed:
                self._line.remove(ticket)
                self._changed.notify_all()

    def _place(self, ticket: object) -> int:
        return max(0, self._line.index(ticket) - self.at_once + 1)


class QuickFirst:
    """Lets slow work wait at each of its steps while quick work is being done.

    >>> first = QuickFirst()
    >>> with first.quick() as at_once:
    ...     first.busy, at_once
    (True, 1)
    """

    _AT_MOST_S = 1.0  # a step waits; then the slow work goes on beside the quick

    def __init__(self, on_change: Callable[[bool], None] = lambda busy: None) -> None:
        """``on_change`` is told when quick work begins and when none is left."""
        self._count = 0
        self._changed = threading.Condition()
        self._on_change = on_change

    @property
    def busy(self) -> bool:
        """True while quick work is being done."""
        with self._changed:
            return self._count > 0

    @contextmanager
    def quick(self) -> Iterator[int]:
        """Do quick work; yields how much is being done at once, this included."""
        at_once = self.begin()
        try:
            yield at_once
        finally:
            self.end()

    def begin(self) -> int:
        """Quick work begins; return how much is being done at once."""
        with self._changed:
            self._count += 1
            if self._count == 1:
                self._on_change(True)
            return self._count

    def end(self) -> None:
        """What began is done."""
        with self._changed:
            self._count -= 1
            if self._count == 0:
                self._on_change(False)
            self._changed.notify_all()

    def give_way(self) -> None:
        """Wait until no quick work is being done, a bounded time: called between the steps of slow work."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, self._AT_MOST_S)
