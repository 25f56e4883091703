"""JSON-LD of a page → the object that stands for the page's own article.

A page may carry many objects with a date: comments, reviews, videos, lists of other stories. Only an object whose type
is an article and that is the page's main entity counts: one at the top, in a ``@graph`` or behind ``mainEntity``, whose
address or headline is the page's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Object = dict[str, Any]
_ARTICLE = re.compile(r"(?:.*[/#:])?(?:\w*article|blogposting|liveblogposting|report)", re.I)
_PAGE = re.compile(r"(?:.*[/#:])?\w*page", re.I)
_MAX_CHARS = 2_000_000  # a live blog's; what is longer is no record of one article
_AROUND = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_WORD = re.compile(r"\w{3,}")
_SAME_ADDRESS, _OTHER_ADDRESS, _SAME_HEADLINE, _OTHER_HEADLINE = 4, -1, 2, -2
# shares of the shorter headline's words: search engines get a headline of their own; by hand
_ALIKE, _UNLIKE = 0.5, 0.25


def main_articles(scripts: Iterable[str], titles: Sequence[str], addresses: Sequence[str]) -> list[Object]:
    """Return the object of the page's own article; several only where nothing tells which it is.

    >>> other = '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Pasar Terbakar"}]}'
    >>> own = '{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "Warga Panen Kopi"}]}'
    >>> [found["headline"] for found in main_articles([other, own], ["Warga Panen Kopi"], [])]
    ['Warga Panen Kopi']

    ``titles`` and ``addresses`` are what the page says elsewhere of its headline and its own address.
    """
    rated = [
        (_rate(found, titles, addresses), found)
        for script in scripts
        for value in _values(script)
        for found in _articles(value)
    ]
    best = max((rating for rating, _ in rated), default=-1)
    return [found for rating, found in rated if rating == best] if best >= 0 else []


def words_of(value: object, *names: str) -> list[str]:
    """Return the words that a value of JSON-LD holds: itself, each of a list, or under these names of an object.

    >>> words_of([{"name": "Tono"}, "Tini", 3], "name")
    ['Tono', 'Tini']
    """
    if isinstance(value, list):
        return [words for part in value for words in words_of(part, *names)]
    if isinstance(value, dict):
        return next((words for name in names if (words := words_of(value.get(name), *names))), [])
    return [" ".join(value.split())] if isinstance(value, str) and value.strip() else []


def persons_of(value: object) -> list[str]:
    """Return the names of the persons in an ``author``; an organization is none.

    >>> persons_of([{"@type": "Person", "name": "Tono"}, {"@type": "Organization", "name": "Warta"}, "Tini"])
    ['Tono', 'Tini']
    """
    parts = value if isinstance(value, list) else [value]
    persons = [part for part in parts if not (isinstance(part, dict) and not _is_person(part))]
    return words_of(persons, "name")


def _is_person(author: Object) -> bool:
    types = words_of(author.get("@type"))
    return not types or any(type.rpartition("/")[2].lower() == "person" for type in types)


def _values(script: str) -> Iterator[object]:
    if len(script) > _MAX_CHARS:
        return
    text = _AROUND.sub("", _AROUND.sub("", script)).strip()
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        try:
            yield json.JSONDecoder(strict=False).raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
        return


def _articles(value: object) -> Iterator[Object]:
    """Yield the articles at the top of a value; what hangs on an article or a list is none of the page's own."""
    if isinstance(value, list):
        for part in value:
            if isinstance(part, dict | list):
                yield from _articles(part)
    elif isinstance(value, dict):
        types = words_of(value.get("@type"))
        if any(_ARTICLE.fullmatch(type) for type in types):
            yield value
        elif any(_PAGE.fullmatch(type) for type in types):
            yield from _articles(value.get("mainEntity"))
        if isinstance(graph := value.get("@graph"), list):
            yield from _articles([part for part in graph if isinstance(part, dict) and "@graph" not in part])


def _rate(found: Object, titles: Sequence[str], addresses: Sequence[str]) -> int:
    own = {
        _address(words)
        for name in ("url", "@id", "mainEntityOfPage")
        for words in words_of(found.get(name), "@id", "url")
    }
    known = {_address(address) for address in addresses} - {""}
    rating = 0
    if known and own - {""}:
        rating += _SAME_ADDRESS if known & own else _OTHER_ADDRESS
    headline = next(iter(words_of(found.get("headline")) or words_of(found.get("name"))), "")
    shares = [alike(headline, title) for title in titles if headline and title]
    if shares:
        rating += _SAME_HEADLINE if max(shares) >= _ALIKE else _OTHER_HEADLINE if max(shares) < _UNLIKE else 0
    return rating


def alike(one: str, other: str) -> float:
    """Return which share of the shorter title's words stands in the other one.

    >>> alike("Truk Pasir", "Truk Pasir Terguling"), alike("Truk Pasir", "Panen Kopi")
    (1.0, 0.0)
    """
    words, others = ({word.lower() for word in _WORD.findall(title)} for title in (one, other))
    return len(words & others) / max(1, min(len(words), len(others)))


def _address(url: str) -> str:
    """Return an address without what differs between a page and its own copies: scheme, "www.", "amp", parameters."""
    bare = re.sub(r"^https?://(?:www\.|m\.|amp\.)?|[?#].*$", "", url.strip().lower())
    bare = re.sub(r"/(?:amp/?)?$", "", bare)
    return bare if "/" in bare else ""  # the address of the outlet is no article's
