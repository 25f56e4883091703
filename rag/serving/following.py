"""A page that is open takes in what other machines changed in the shared archive (``--store``), beside its readers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from index.storage.repository import Truth

FOLLOW_S = 2.0  # between looks at the number of the last change; by hand
_log = logging.getLogger("tanya.store")


class Follower:
    """Looks whether there is something new, now and then.

    ``came`` is called after something was taken in, ``back`` once a server that was away is there again.
    """

    def __init__(self, truth: Truth, came: Callable[[], None], back: Callable[[], None]) -> None:
        self._truth = truth
        self._came = came
        self._back = back
        self._closed = threading.Event()
        self._failed = ""

    def start(self) -> None:
        """Begin; a reader never waits for it."""
        threading.Thread(target=self._work, name="perubahan", daemon=True).start()

    def close(self) -> None:
        """End it."""
        self._closed.set()

    def _work(self) -> None:
        while not self._closed.wait(FOLLOW_S):
            self.look()

    def look(self) -> None:
        """Look once; whatever goes wrong, the next look may go well."""
        before = self._truth.problem
        try:
            if self._truth.follow():
                self._came()
            if before and not self._truth.problem:
                self._back()
        except Exception as error:
            if str(error) != self._failed:  # every few seconds would be too often
                _log.exception("not-followed")
            self._failed = str(error)
