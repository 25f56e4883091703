"""The language of ``tanya find``: a string → what an article must hold. It parses; ``rag.retrieval.full_text`` looks.

    beras impor          both words (also DAN, AND), each by its stem
    beras ATAU jagung    either (OR);  TIDAK impor, -impor: not (NOT). TIDAK binds closest, then DAN, then ATAU
    "harga beras"        these raw words in this order;  "harga beras"~5: in any order, at most 5 other words among them
    ber*  beras~         raw words with this beginning; raw words at most one slip away
    judul:beras          only in the title;  penulis: and media: by raw words;  tanggal:2019..2021  jenis:pdf
    kumpulan:"Pemilu"    articles in this collection
    pembicara:"Joko Widodo"  articles that quote who is called so;  pembicara:widodo  with this word in her name

The operators are written in capitals, as *dan* and *tidak* are words. A mistake is told with its place.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from index.errors import InputError
from index.readers.formats import format_by_name
from index.text.verbatim import spoken

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_QUERY_CHARS = 2000  # it also bounds how deep brackets can stand in one another
_MAX_GAP = 999  # words; whoever wants more wants DAN
_MAX_NEAR_WORDS = 12  # each place is looked at for each of them, so a long row of them would hold up every reader
STEM, RAW, PREFIX, SLIP = "stem", "raw", "prefix", "slip"
TITLE, AUTHOR, PUBLISHER = "judul", "penulis", "media"
QUOTES = '"“”„«»'
_BEHIND = rf"(?=[\s(){QUOTES}]|$)"  # where an operator ends; no word is one
_GRAMMAR = rf"""
    start: either
    ?either: both (_OR both)*
    ?both: negated (_AND? negated)*
    ?negated: (_NOT | _MINUS) negated -> negation
        | atom
    ?atom: _OPEN either _CLOSE
        | FIELD held -> field
        | _DATES VALUE -> dates
        | _TYPE VALUE -> type
        | _COLLECTION (VALUE | PHRASE) -> collection
        | _SPEAKER (VALUE | PHRASE) -> speaker
        | words
    ?held: _OPEN either _CLOSE
        | words
    words: WORD | PHRASE

    _OR.3: /(ATAU|OR){_BEHIND}/
    _AND.3: /(DAN|AND){_BEHIND}/
    _NOT.3: /(TIDAK|NOT){_BEHIND}/
    _MINUS.3: /(?<![^\s(])-(?=[^\s-])/
    _DATES.3: /tanggal:/i
    _TYPE.3: /jenis:/i
    _COLLECTION.3: /kumpulan:/i
    _SPEAKER.3: /pembicara:/i
    FIELD.3: /(judul|penulis|media):/i
    _OPEN: "("
    _CLOSE: ")"
    PHRASE.2: /[{QUOTES}][^{QUOTES}]*[{QUOTES}](~\d*)?/
    WORD: /(?!(DAN|AND|ATAU|OR|TIDAK|NOT){_BEHIND})[^\s(){QUOTES}]+/
    VALUE: /[^\s(){QUOTES}]+/
    %ignore /\s+/
"""
_FIELDS = "judul penulis media tanggal jenis kumpulan pembicara"
_MARKS = re.compile(rf"[{QUOTES}][^{QUOTES}]*(?P<closed>[{QUOTES}])?|(?P<open>\()|(?P<close>\))")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_UNKNOWN_FIELD = re.compile(r"([^\W\d_]+):(?=.)")


@dataclass(frozen=True)
class Word:
    """One word; ``kind`` says how it is compared: by its stem, raw, by its beginning, or with a slip."""

    kind: str
    key: str


@dataclass(frozen=True)
class Words:
    """Words in this order; with a ``gap`` in any order, with at most so many other words among them.

    ``field`` is the only column they may stand in; without one, title and text.
    """

    words: tuple[Word, ...]
    gap: int | None = None
    field: str | None = None


@dataclass(frozen=True)
class Dates:
    """Days from ``first`` to ``last``, both ISO and inclusive; None is open."""

    first: str | None
    last: str | None


@dataclass(frozen=True)
class FileType:
    """A file format by its name in ``index.readers.formats``."""

    format: str


@dataclass(frozen=True)
class InCollection:
    """Articles in a collection, by its name."""

    name: str


@dataclass(frozen=True)
class SaidBy:
    """Articles that quote somebody: by her whole name, else by a word of it, which may be cut short."""

    name: str
    whole: bool = True
    cut: bool = False


@dataclass(frozen=True)
class Not:
    """Articles that the part does not find."""

    part: Node


@dataclass(frozen=True)
class Both:
    """Articles that every part finds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """Articles that at least one part finds."""

    parts: tuple[Node, ...]


Node = Words | Dates | FileType | InCollection | SaidBy | Not | Both | Either


def parse(query: str) -> Node:
    """Return what a query asks for.

    >>> parse("beras TIDAK impor")
    Both(parts=(Words(words=(Word(kind='stem', key='beras'),), gap=None, field=None), \
Not(part=Words(words=(Word(kind='stem', key='impor'),), gap=None, field=None))))

    Raises InputError that tells the mistake and marks its place with ^:

    >>> parse("beras DAN")
    Traceback (most recent call last):
    index.errors.InputError: Kueri tidak terbaca, sesudah DAN belum ada yang dicari: beras DAN^
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    if len(query) > MAX_QUERY_CHARS:
        raise InputError(f"Kueri terlalu panjang ({len(query)} huruf, batas {MAX_QUERY_CHARS}); ringkaskan.")
    if not query.strip():
        raise InputError('Kueri kosong; tulis yang dicari, misalnya: "harga beras" TIDAK impor')
    _check_marks(query)
    try:
        tree = _parser().parse(query)
    except UnexpectedToken as error:
        _refuse_token(query, len(query) if error.token.type == "$END" else error.pos_in_stream or 0)
    except UnexpectedCharacters as error:
        _refuse_token(query, error.pos_in_stream or 0)
    (top,) = tree.children
    return _Reading(query).node(top)


def _check_marks(query: str) -> None:
    """Find brackets and quotation marks without their partners; the parser would only tell where it gave up."""
    opened: list[int] = []
    for match in _MARKS.finditer(query):
        if match["open"]:
            opened.append(match.start())
        elif match["close"]:
            if not opened:
                _refuse(query, match.start(), "kurung tutup ini tanpa kurung buka")
            if not query[opened[-1] + 1 : match.start()].strip():
                _refuse(query, match.start(), "kurung ini kosong")
            opened.pop()
        elif not match["closed"]:
            _refuse(query, match.start(), "tanda kutip ini tidak ditutup")
    if opened:
        _refuse(query, opened[-1], "kurung buka ini tidak ditutup")


def _refuse_token(query: str, place: int) -> NoReturn:
    """Tell what the parser did not expect at a place."""
    said = re.search(r"(?:[^\W\d_]+:|[^\s()]+|\()$", query[:place].rstrip())
    found = re.match(r"[^\s()]+|[()]", query[place:])
    if found is None:
        place = len(query.rstrip())
        _refuse(query, place, f"sesudah {said[0] if said else 'ini'} belum ada yang dicari")
    if said is None:
        _refuse(query, place, f"{found[0]} perlu sesuatu di kirinya")
    _refuse(query, place, f"sesudah {said[0]} perlu yang dicari, bukan {found[0]}")


def _refuse(query: str, place: int, reason: str) -> NoReturn:
    raise InputError(f"Kueri tidak terbaca, {reason}: {query[:place]}^{query[place:]}")


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual")


class _Reading:
    """One query's tree → its nodes."""

    def __init__(self, query: str) -> None:
        self._query = query

    def node(self, tree: Tree[Token] | Token, field: str | None = None) -> Node:
        """Return the node of a tree; words in it stand in ``field``, where one is given."""
        negated = False
        assert not isinstance(tree, str)  # a Token: no rule of the grammar leaves one where a node is wanted
        while tree.data == "negation":  # a loop: a long row of them must not be a deep one
            negated = not negated
            (tree,) = tree.children
            assert not isinstance(tree, str)
        found = self._positive(tree, field)
        return Not(found) if negated else found

    def _positive(self, tree: Tree[Token], field: str | None) -> Node:
        if tree.data in ("either", "both"):
            parts: list[Node] = []
            for child in tree.children:
                parts.append(self.node(child, field))
            return Either(tuple(parts)) if tree.data == "either" else Both(tuple(parts))
        token = tree.children[0]
        assert isinstance(token, str)
        if tree.data == "words":
            return self._phrase(token, field) if token.type == "PHRASE" else self._plain(token, field)
        if field is not None:
            self._refuse(token, f"{field}: hanya berisi kata, bukan bidang lain")
        if tree.data == "field":
            return self.node(tree.children[1], token[:-1].lower())
        if tree.data == "collection":
            return self._collection(token)
        if tree.data == "speaker":
            return self._speaker(token)
        return self._dates(token) if tree.data == "dates" else self._type(token)

    # --- words ---

    def _plain(self, token: Token, field: str | None) -> Words:
        text = str(token)
        if unknown := _UNKNOWN_FIELD.match(text):
            self._refuse(token, f"bidang {unknown[1]}: tidak dikenal (yang ada {_FIELDS})")
        if text.startswith("-"):
            self._refuse(token, "tanda - (bukan) perlu spasi di kirinya dan kata di kanannya")
        kind = {"*": PREFIX, "~": SLIP}.get(text[-1], RAW if field in (AUTHOR, PUBLISHER) else STEM)
        words = self._words(text[:-1] if kind in (PREFIX, SLIP) else text, kind, token, 0)
        if kind == SLIP and len(words) > 1:
            self._refuse(token, "~ hanya untuk satu kata", len(text) - 1)
        if kind == PREFIX:  # only the last word of covid-19* is cut short
            *whole, cut = words
            words = (*(replace(word, kind=RAW) for word in whole), self._prefix(cut, token, len(text) - 1))
        return Words(words, field=field)

    def _phrase(self, token: Token, field: str | None) -> Words:
        end = max(map(token.rfind, QUOTES))
        words: tuple[Word, ...] = ()
        for part in re.finditer(r"\S+", token[1:end]):
            cut = part[0].endswith("*")
            some = self._words(part[0].removesuffix("*"), RAW, token, 1 + part.start(), may_be_none=not cut)
            words += (*some[:-1], self._prefix(some[-1], token, part.end())) if cut else some
        if not words:
            self._refuse(token, "di antara tanda kutip tidak ada kata")
        near = token[end + 1 :]
        if near == "~":
            self._refuse(token, "sesudah ~ perlu bilangan, misalnya ~5", len(token))
        if near and len(words) < 2:
            self._refuse(token, f"{near} perlu paling sedikit dua kata", end + 1)
        if near and (len(near) > len(f"~{_MAX_GAP}") or int(near[1:]) > _MAX_GAP):
            self._refuse(token, f"paling banyak ~{_MAX_GAP}", end + 1)
        if near and len(words) > _MAX_NEAR_WORDS:
            self._refuse(token, f"{near} paling banyak untuk {_MAX_NEAR_WORDS} kata", end + 1)
        return Words(words, int(near[1:]) if near else None, field)

    def _prefix(self, word: Word, token: Token, at: int) -> Word:
        """Return a word that is cut short; ``at`` is the place of its *. One letter begins a good part of all words."""
        if len(word.key) < 2 and word.key.isalpha():
            self._refuse(token, "awalan perlu paling sedikit dua huruf", at)
        return replace(word, kind=PREFIX)

    def _words(self, text: str, kind: str, token: Token, at: int, *, may_be_none: bool = False) -> tuple[Word, ...]:
        for sign, use in (("*", "kata yang dipotong"), ("~", "satu kata")):
            if sign in text:
                self._refuse(token, f"{sign} hanya di akhir {use}", at + text.index(sign))
        words = tuple(Word(kind, key) for key in spoken(text).keys)
        if not words and not may_be_none:
            self._refuse(token, "di sini tidak ada kata yang dapat dicari", at)
        return words

    # --- what stands beside the text ---

    def _dates(self, token: Token) -> Dates:
        first, dots, last = token.partition("..")
        if not first and not last:
            self._refuse(token, "tanggal ini kosong, tulis misalnya 2019..2021")
        if not dots:
            last = first
        begins = self._day(token, 0, first, last=False) if first else None
        ends = self._day(token, len(token) - len(last), last, last=True) if last else None
        if begins and ends and begins > ends:
            self._refuse(token, "tanggal awal sesudah tanggal akhir")
        return Dates(begins, ends)

    def _day(self, token: Token, at: int, text: str, *, last: bool) -> str:
        """Return the first or the last day of a year, a month or a day."""
        match = _DAY.fullmatch(text)
        try:
            if match is None:
                raise ValueError
            year, month = int(match[1]), int(match[2] or (12 if last else 1))
            day = int(match[3] or (calendar.monthrange(year, month)[1] if last else 1))
            return date(year, month, day).isoformat()
        except ValueError:
            self._refuse(token, f"{text} bukan tanggal, tulis 2019, 2019-05 atau 2019-05-04", at)

    def _type(self, token: Token) -> FileType:
        format = format_by_name(f"a.{token.removeprefix('.')}")
        if format is None:
            self._refuse(token, f"jenis berkas {token} tidak dikenal, tulis misalnya pdf, docx, html atau txt")
        return FileType(format)

    def _collection(self, token: Token) -> InCollection:
        inside = token[1 : max(map(token.rfind, QUOTES))] if token.type == "PHRASE" else token
        name = " ".join(inside.split())
        if not name or (token.type == "PHRASE" and token[-1] not in QUOTES):
            self._refuse(token, 'sesudah kumpulan: perlu namanya, misalnya kumpulan:"Pemilu 2024"')
        return InCollection(name)

    def _speaker(self, token: Token) -> SaidBy:
        whole = token.type == "PHRASE"
        cut = not whole and token.endswith("*")
        name = token[1 : max(map(token.rfind, QUOTES))] if whole else token.removesuffix("*")
        if not spoken(name).keys:
            self._refuse(token, 'sesudah pembicara: perlu namanya, misalnya pembicara:"Joko Widodo"')
        for sign in ("*", "~"):
            if sign in name:
                self._refuse(token, f"{sign} tidak berlaku di dalam nama", token.index(sign))
        if whole and token[-1] not in QUOTES:
            self._refuse(token, "~ tidak berlaku untuk nama", token.rindex("~"))
        if cut:
            self._prefix(Word(RAW, spoken(name).keys[-1]), token, len(token) - 1)
        return SaidBy(" ".join(name.split()), whole, cut)

    def _refuse(self, token: Token, reason: str, at: int = 0) -> NoReturn:
        _refuse(self._query, (token.start_pos or 0) + at, reason)
