"""Quotation → verdict, differences, speaker and every place it stands. No model takes part; the same every time.

    quotation → words → articles that share them → pieces → verdict, differences, speaker

Every article counts, also for the "no": ``index.storage.ngram_index`` holds each word and each pair of words of all of
them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.articles import Article
from index.errors import InputError
from index.storage.filters import Filters
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from index.storage.story_groups import Stories
from index.text.analysis import STOP_WORDS
from index.text.verbatim import Spoken, has_hidden, has_look_alikes, search_keys, spoken
from rag.quotation.alignment import Asked, weights_of
from rag.quotation.article_cache import Texts
from rag.quotation.attribution import Speaker, agrees, contradicts, speaker_of
from rag.quotation.candidates import Search, most_holding
from rag.quotation.differences import Difference
from rag.quotation.exact_match import Found
from rag.quotation.matching import Matcher
from rag.quotation.pasted import pasted

EXACT, PARTIAL, ALTERED = "exact", "partial", "altered"
STITCHED, PARAPHRASE, NOT_FOUND = "stitched", "paraphrase", "not_found"
VERDICTS = (EXACT, PARTIAL, ALTERED, STITCHED, PARAPHRASE, NOT_FOUND)
MAX_QUOTE_CHARS = 10_000  # a page of a newspaper; more is a document, not a quotation
MAX_QUOTE_WORDS = 2_000
BY_OCR = (
    "Teks sumber ini dibaca OCR (keyakinan {} dari 100), jadi tidak pernah “persis”; cocokkan dengan gambar halamannya."
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Match:
    """One place in one article. ``start`` and ``end`` count characters of the article's text, ``text`` stands there.

    ``claimed_start`` and ``claimed_end`` tell which part of the quotation it is (all of it, unless stitched).
    ``asks``: a question mark stands behind it. ``article`` is without its text; ``copies`` are the other articles of
    the same story, earliest first.
    """

    verdict: str
    article: Article
    start: int
    end: int
    text: str
    similarity: float
    difference: tuple[Difference, ...]
    speaker: Speaker | None
    claimed_start: int
    claimed_end: int
    notes: tuple[str, ...] = ()
    copies: tuple[Article, ...] = ()
    asks: bool = False


@dataclass(frozen=True)
class SpeakerCheck:
    """Who is claimed to have said it, who says it in the article, and whether that is one person (None: unknown).

    ``how`` tells how the one found is known (`attribution.Speaker`): only who is named beside the quotation makes
    ``agrees`` False.
    """

    claimed: str | None
    found: str | None
    agrees: bool | None
    how: str | None = None


@dataclass(frozen=True)
class QuoteResult:
    """What a check tells. ``matches`` come best verdict first, then earliest first; ``searched`` counts articles.

    ``checked`` is what was compared: the quote without its marks and its attribution; claimed offsets count in it.
    """

    quote: str
    checked: str
    verdict: str
    speaker: SpeakerCheck
    searched: int
    matches: tuple[Match, ...]
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> Match | None:
        """The match to show first: the earliest of the best ones."""
        return self.matches[0] if self.matches else None


class QuoteChecker:
    """Checks quotations against one store, and notices when it has changed.

    >>> QuoteChecker(store).check("Inovasi adalah ruhnya birokrasi.").verdict  # doctest: +SKIP
    'exact'
    """

    def __init__(self, store: Store, preparing: Callable[[int, int], None] = lambda done, total: None) -> None:
        """``preparing`` is told how many articles of how many are ready, where an index has to be made ready first."""
        self.store = store
        self._preparing = preparing
        self._runs = Runs(store)
        self._stories = Stories(store)
        self._texts = Texts(store)
        self._matcher = Matcher(Search(self._runs), self._texts)
        self._generation = -1
        self._lock = threading.Lock()

    def check(self, quote: str, speaker: str | None = None, filters: Filters | None = None) -> QuoteResult:
        """Check one quotation, and who is claimed to have said it.

        Raises InputError for a quotation without words, or of more than ``MAX_QUOTE_CHARS`` characters.
        """
        quote = _SURROGATE.sub("\ufffd", quote)
        words, claimed = self._words(quote, speaker)
        with self._lock:  # pages share one checker
            return self._checked(quote, words, claimed, filters)

    def _checked(self, quote: str, words: Spoken, claimed: str | None, filters: Filters | None) -> QuoteResult:
        self._refresh()
        asked = Asked(
            self._texts.codes(words.keys),
            self._texts.codes(search_keys(words), "~"),
            weights_of([key in STOP_WORDS for key in words.keys]),
        )
        verdict, found = self._matcher.find(words, asked, filters)
        verdict, held = _never_exact_by_ocr(verdict, found)
        matches = self._matches(words, held)
        return QuoteResult(
            quote=quote,
            checked=words.text,
            verdict=verdict,
            speaker=_speaker_check(claimed, verdict, matches),
            searched=self.searched(filters),
            matches=matches,
            notes=_notes(quote, words, verdict, matches),
        )

    def searched(self, filters: Filters | None = None) -> int:
        """Return how many articles a check covers."""
        return self.store.counted(filters)[0] if filters else self.store.counts()[0]

    def _words(self, quote: str, speaker: str | None) -> tuple[Spoken, str | None]:
        if len(quote) > MAX_QUOTE_CHARS:
            raise InputError(
                f"Kutipan terlalu panjang ({len(quote)} karakter, paling banyak {MAX_QUOTE_CHARS}); "
                "periksa per kutipan, atau seluruh naskah dengan: tanya quote --draft BERKAS"
            )
        text, named = pasted(quote)
        words = spoken(text)
        if len(words) > MAX_QUOTE_WORDS:
            many = f"({len(words)} kata, paling banyak {MAX_QUOTE_WORDS})"
            raise InputError(f"Kutipan terlalu panjang {many}; periksa per kutipan.")
        if not words.has_words:
            raise InputError(f"Kutipan {quote[:40]!r} tidak berisi kata; tulis kalimat yang dikutip.")
        return words, (speaker or "").strip() or named

    def _refresh(self) -> None:
        generation = self.store.generation
        if generation != self._generation:
            if not self.store.database.read_only:
                self._runs.refresh(self._preparing)
            self._generation = generation
        self._texts.refresh()

    def _matches(self, words: Spoken, found: Sequence[Found]) -> tuple[Match, ...]:
        stories = self._stories.members(sorted({item.read.article.id for item in found}))
        heads = self.store.heads(sorted({item.read.article.id for item in found}))
        matches = []
        for item in found:
            article, source = item.read.article, item.read.words
            start, end = source.starts[item.first], source.ends[item.last]
            start, end = item.cut_start if item.cut_start is not None else start, item.cut_end or end
            matches.append(
                Match(
                    verdict=item.verdict,
                    article=heads.get(article.id, article),
                    start=start,
                    end=end,
                    text=article.text[start:end],
                    similarity=round(item.similarity, 4),
                    difference=item.difference,
                    speaker=speaker_of(item.read, item.first, item.last),
                    claimed_start=words.starts[item.claimed_start],
                    claimed_end=words.ends[item.claimed_end - 1],
                    notes=item.notes,
                    asks="?" in source.marks[item.last],
                    copies=tuple(other for other in stories.get(article.id, ()) if other.id != article.id),
                )
            )
        return tuple(matches)


def _never_exact_by_ocr(verdict: str, found: Sequence[Found]) -> tuple[str, list[Found]]:
    """Take back "exact" where the words were read by OCR: they may stand on the paper otherwise."""
    held: list[Found] = []
    for item in found:
        sure = item.read.article.ocr_confidence
        if sure is None:
            held.append(item)
            continue
        verdict_held = PARTIAL if item.verdict == EXACT else item.verdict
        held.append(replace(item, verdict=verdict_held, notes=(BY_OCR.format(sure), *item.notes)))
    held.sort(key=lambda item: VERDICTS.index(item.verdict))
    if verdict == EXACT and held and held[0].verdict != EXACT:
        verdict = held[0].verdict
    return verdict, held


def _speaker_check(claimed: str | None, verdict: str, matches: Sequence[Match]) -> SpeakerCheck:
    """Compare with every place of the best kind: said by the claimed one anywhere is said by her."""
    best = [match for match in matches if match.verdict == matches[0].verdict]
    known = [match.speaker for match in best if match.speaker is not None]
    if not known or verdict in (STITCHED, PARAPHRASE, NOT_FOUND):
        lead = known[0] if known and verdict == PARAPHRASE else None
        return SpeakerCheck(claimed, lead.name if lead else None, None, lead.how if lead else None)
    if claimed:
        for speaker in known:
            if agrees(claimed, speaker):
                return SpeakerCheck(claimed, speaker.name, True, speaker.how)
        for speaker in known:
            if contradicts(claimed, speaker):
                return SpeakerCheck(claimed, speaker.name, False, speaker.how)
    return SpeakerCheck(claimed, known[0].name, None, known[0].how)


def _notes(quote: str, words: Spoken, verdict: str, matches: Sequence[Match]) -> tuple[str, ...]:
    notes = [note for match in matches[:1] for note in match.notes]
    if verdict == EXACT and words.marks[-1] and ("?" in words.marks[-1]) != matches[0].asks:
        notes.append(f"Tanda akhirnya lain: di artikel ini {'' if matches[0].asks else 'bukan '}pertanyaan.")
    if has_look_alikes(quote):
        notes.append("Kutipan memuat huruf serupa dari aksara lain (misalnya а Kiril); ketik ulang lalu periksa lagi.")
    if has_hidden(quote):
        notes.append("Kutipan memuat karakter yang tidak terlihat; diabaikan.")
    if len({match.article.id for match in matches}) >= most_holding(words):
        notes.append(f"Ada di {most_holding(words)} artikel atau lebih; yang ditampilkan yang terawal.")
    if verdict == NOT_FOUND and len(spoken(quote)) < 4:
        notes.append("Kutipan sependek ini jarang dapat dibuktikan; tambahkan kata di sekitarnya.")
    return tuple(notes)
