"""Every quotation of a draft: found by its marks, with the speaker the draft names, and checked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from index.cleaning.page_lines import tidy
from index.errors import InputError
from index.readers.bad_record import BadRecord
from index.readers.files import open_file, read
from index.storage.filters import Filters
from index.text.verbatim import spoken
from rag.quotation.attribution import CARRIED, speakers_in
from rag.quotation.checker import MAX_QUOTE_CHARS, QuoteChecker, QuoteResult
from rag.quotation.detection import quotations
from rag.quotation.review import reasons

MIN_WORDS = 4  # shorter ones count only where the draft says who says them: the rest are titles and scare quotes
MAX_DRAFT_CHARS = 1_000_000
MAX_DRAFT_QUOTES = 1_000  # by hand: a whole newspaper has fewer, and each takes its time of all who wait


@dataclass(frozen=True)
class DraftQuote:
    """One quotation of a draft, at ``start`` to ``end`` of its text, and what its check tells."""

    start: int
    end: int
    result: QuoteResult

    @property
    def flagged(self) -> bool:
        """True where the editor must look (`rag.quotation.review`)."""
        return bool(reasons(self.result))


@dataclass(frozen=True)
class DraftReport:
    """All quotations of a draft in its order; ``left_out`` are words between marks that are no quotation."""

    text: str
    quotes: tuple[DraftQuote, ...]
    left_out: tuple[str, ...]

    @property
    def flagged(self) -> tuple[DraftQuote, ...]:
        """Those the editor must look at."""
        return tuple(item for item in self.quotes if item.flagged)


def check_draft(
    text: str,
    checker: QuoteChecker,
    filters: Filters | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> DraftReport:
    """Check every quotation of a draft, each within a ``turn`` of its own.

    Raises InputError for a text of more than ``MAX_DRAFT_CHARS`` characters or ``MAX_DRAFT_QUOTES`` quotations.
    """
    if len(text) > MAX_DRAFT_CHARS:
        raise InputError(
            f"Naskah terlalu panjang ({len(text)} karakter, paling banyak {MAX_DRAFT_CHARS}); bagi menjadi beberapa."
        )
    found = quotations(text)
    if len(found) > MAX_DRAFT_QUOTES:
        raise InputError(
            f"Naskah memuat {len(found)} kutipan, paling banyak {MAX_DRAFT_QUOTES} sekali periksa; "
            "bagi menjadi beberapa."
        )
    speaker_in = speakers_in(text, found)
    checked: list[DraftQuote] = []
    left_out: list[str] = []
    for done, item in enumerate(found, start=1):
        said = text[item.start : item.end].strip()
        speaker = speaker_in(item)
        words = spoken(said)
        short = len(words) < MIN_WORDS and (speaker is None or len(words) < 2)
        if short or not words.has_words or len(said) > MAX_QUOTE_CHARS:
            left_out.append(said)
            continue
        claimed = speaker.name if speaker and speaker.how != CARRIED else None
        with turn():
            result = checker.check(said, claimed, filters)
        checked.append(DraftQuote(item.start, item.end, result))
        progress(done, len(found))
    return DraftReport(text, tuple(checked), tuple(left_out))


def read_draft(path: Path) -> str:
    """Return the text of a draft in any format that articles may have; InputError where it cannot be read."""
    if not path.is_file():
        raise InputError(f"Berkas naskah {path} tidak ada; periksa ejaannya.")
    texts: list[str] = []
    with open_file(path) as stream:
        for item in read(path.name, stream):
            if isinstance(item, BadRecord):
                raise InputError(f"Naskah {path} tidak dapat dibaca: {item.reason}.")
            texts.append(tidy(item.text))
    text = "\n\n".join(texts)
    if not text.strip():
        raise InputError(f"Naskah {path} tidak berisi teks; simpan ulang lalu coba lagi.")
    return text
