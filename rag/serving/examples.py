"""Questions that this very archive can answer, to begin with: found by rules in its newest articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.articles import Article
from index.storage.repository import Store
from index.text.sentences import sentence_spans

_LOOKED_AT = 60  # articles; a few milliseconds
_EXPLAINED = re.compile(r"(?:[A-Z][\w-]+(?: (?:dan|untuk|di))? ){1,7}[A-Z][\w-]+ \(([A-Z][A-Za-z]{2,11})\)")
_SPEAKER = re.compile(r"\b(?:kata|ujar|tutur|ungkap|jelas|tegas) ((?:[A-Z][a-z]+ ){1,2}[A-Z][a-z]+)[.,]")
_WHERE = re.compile(r"^((?:[A-Z][\w-]+ ){1,4}(?:[A-Z][\w-]+ )?)(?:digelar|diadakan|berlangsung|dibangun) di [A-Z]")
_MAX_NAME_CHARS = 60


def example_questions(store: Store, count: int = 3) -> list[str]:
    """Return up to so many questions, of as many kinds and articles as there are.

    >>> example_questions(store)  # doctest: +SKIP
    ['Apa itu OPOP?', 'Apa kata Akmal Malik?']
    """
    rows = store.database.rows("SELECT id FROM articles ORDER BY date IS NULL, date DESC, id LIMIT ?", (_LOOKED_AT,))
    articles = filter(None, (store.article(id) for (id,) in rows))
    kinds: dict[str, list[tuple[str, str]]] = {}
    for article in articles:
        for kind, question in _questions(article):
            if question not in (known for _, known in kinds.get(kind, [])):
                kinds.setdefault(kind, []).append((article.id, question))
    return _spread(kinds.values(), count)


def _questions(article: Article) -> Iterator[tuple[str, str]]:
    for match in _EXPLAINED.finditer(article.text):
        yield "istilah", f"Apa itu {match.group(1)}?"
    for match in _SPEAKER.finditer(article.text):
        yield "narasumber", f"Apa kata {match.group(1)}?"
    for start, end in sentence_spans(article.text):
        held = _WHERE.match(article.text[start:end])
        if held and len(held.group(1)) <= _MAX_NAME_CHARS:
            yield "tempat", f"Di mana {held.group().rsplit(' di ', 1)[0]}?"


def _spread(kinds: Iterable[list[tuple[str, str]]], count: int) -> list[str]:
    """Take one of each kind in turn, from another article each time where there is one."""
    waiting = [list(kind) for kind in kinds]
    chosen: list[str] = []
    used: set[str] = set()
    while len(chosen) < count and any(waiting):
        for kind in filter(None, waiting):
            fresh = next((item for item in kind if item[0] not in used), kind[0])
            kind.remove(fresh)
            used.add(fresh[0])
            chosen.append(fresh[1])
    return chosen[:count]
