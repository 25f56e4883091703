"""Names for the parts of a file, each given once."""

from __future__ import annotations


class Places:
    """The places given so far; one that is taken gets a number.

    >>> places = Places()
    >>> places.own("a.txt"), places.own("a.txt"), places.own(None)
    ('a.txt', 'a.txt:2', None)
    """

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def own(self, place: str | None) -> str | None:
        """Return this place, or the next of its name that is free."""
        return None if place is None else self.free(place)

    def free(self, place: str) -> str:
        """Return this place, or the next of its name that is free."""
        name = place
        while name in self._given:
            self._given[place] += 1
            name = f"{place}:{self._given[place]}"
        self._given[name] = 1
        return name
