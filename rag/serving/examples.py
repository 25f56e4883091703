"""Questions that this very archive can answer, to begin with: found by rules in its newest articles, then tried.

newest articles → questions by rule → asked while nobody else asks → those with a sure answer, kept beside the index
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from index.articles import Article
from index.errors import TanyaError
from index.storage.repository import Store
from index.text.sentences import sentence_spans
from rag.answering.answer import Answer
from rag.generation.scheduling import Handle

_log = logging.getLogger("tanya.examples")
_SHOWN, _TRIED = 3, 9  # a try is a whole answer: seconds of the machine
_REST_S = 0.5  # between looks whether somebody asks
_LOOKED_AT = 60  # articles; a few milliseconds
_EXPLAINED = re.compile(r"(?:[A-Z][\w-]+(?: (?:dan|untuk|di))? ){1,7}[A-Z][\w-]+ \(([A-Z][A-Za-z]{2,11})\)")
_MEANS = re.compile(r"\b([A-Z][A-Za-z]{2,11}) (?:adalah|ialah|merupakan) (?:singkatan|kependekan|akronim)\b")
_SPEAKER = re.compile(r"\b(?:kata|ujar|tutur|ungkap|jelas|tegas) ((?:[A-Z][a-z]+ ){1,2}[A-Z][a-z]+)[.,]")
_WHERE = re.compile(r"^((?:[A-Z][\w-]+ ){1,4}(?:[A-Z][\w-]+ )?)(?:digelar|diadakan|berlangsung|dibangun) di [A-Z]")
_MAX_NAME_CHARS = 60


class TriedExamples:
    """The questions of one archive that were tried and answered without a doubt.

    >>> TriedExamples(store, ask, is_busy, data_dir / "contoh.json").questions()  # doctest: +SKIP
    ['Apa itu OPOP?']

    ``ask`` answers a question; ``is_busy`` tells whether a reader waits for an answer: readers come first.
    """

    def __init__(
        self, store: Store, ask: Callable[[str, Handle], Answer], is_busy: Callable[[], bool], file: Path
    ) -> None:
        self._store = store
        self._ask = ask
        self._is_busy = is_busy
        self._file = file
        self._known: tuple[int, list[str]] | None = None
        self._trying: threading.Thread | None = None
        self._handle: Handle | None = None

    def questions(self) -> list[str]:
        """Return the questions that are known to be answered; what was never tried is tried beside the page."""
        generation = self._store.generation
        if self._known is None:
            self._known = self._kept()
        if self._known is not None and self._known[0] == generation:
            return list(self._known[1])
        if not self.are_pending:
            self._trying = threading.Thread(target=self.try_all, name="contoh", daemon=True)
            self._trying.start()
        return []

    @property
    def are_pending(self) -> bool:
        """Whether a try is going on."""
        return self._trying is not None and self._trying.is_alive()

    def give_way(self) -> None:
        """Stop the try in flight, since a reader asks; it is taken up again afterwards."""
        if (handle := self._handle) is not None:
            handle.cancel()

    def try_all(self) -> None:
        """Try questions until enough are answered. One that fails ends it: the models are not well."""
        generation = self._store.generation
        good: list[str] = []
        try:
            for question in example_questions(self._store, _TRIED):
                answer = self._answer(question)
                if answer.found and not answer.notes:
                    good.append(question)
                if len(good) == _SHOWN:
                    break
        except TanyaError:
            _log.exception("not-tried")
        except Exception:  # examples are a courtesy
            _log.exception("not-tried")
        self._known = (generation, good)
        with suppress(OSError):
            self._file.write_text(
                json.dumps({"generation": generation, "questions": good}, ensure_ascii=False), "utf-8"
            )

    def _answer(self, question: str) -> Answer:
        while True:
            while self._is_busy():
                time.sleep(_REST_S)
            self._handle = handle = Handle()
            try:
                answer = self._ask(question, handle)
            finally:
                self._handle = None
            if not handle.cancelled:
                return answer

    def _kept(self) -> tuple[int, list[str]] | None:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            return int(kept["generation"]), [str(question) for question in kept["questions"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None


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
    for match in (*_EXPLAINED.finditer(article.text), *_MEANS.finditer(article.text)):
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
