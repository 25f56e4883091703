"""Who goes first, of several lines: turns in rotation, so that nobody waits for another's thousand requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class FairTurns:
    """Hands out turns to several lines in rotation: who asks for a thousand delays the others by one turn each.

    >>> turns = FairTurns()
    >>> with turns.turn("ani"):
    ...     turns.waiting
    0

    With ``at_once`` above 1 so many turns are held at a time, each by another line: while there are more places than
    hostile lines, those delay nobody at all. subtle: so a thread must not ask for a turn within a turn of its own line.
    """

    def __init__(self, at_once: int = 1) -> None:
        self._free = at_once
        self._lines: dict[str, list[object]] = {}  # in the order in which they come to their next turn
        self._holding: set[str] = set()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        with self._changed:
            return sum(map(len, self._lines.values()))

    @contextmanager
    def turn(self, line: str) -> Iterator[None]:
        """Wait in a line, then hold the turn."""
        ticket = object()
        with self._changed:
            self._lines.setdefault(line, []).append(ticket)
            try:
                self._changed.wait_for(lambda: self._next() is ticket)
            except BaseException:  # Ctrl-C: who leaves must not hold up those behind
                self._leave(line, ticket)
                raise
            self._leave(line, ticket)
            self._free -= 1
            self._holding.add(line)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._holding.discard(line)
                self._changed.notify_all()

    def _next(self) -> object | None:
        """Return whose turn it is, None while no place is free for those who wait; within the condition."""
        if not self._free:
            return None
        return next((waiting[0] for line, waiting in self._lines.items() if line not in self._holding), None)

    def _leave(self, line: str, ticket: object) -> None:
        """Take a ticket out; what is left of its line goes behind all others."""
        waiting = self._lines.pop(line)
        waiting.remove(ticket)
        if waiting:
            self._lines[line] = waiting
        self._changed.notify_all()
