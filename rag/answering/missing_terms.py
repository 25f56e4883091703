"""What a question insists on and its source does not say: "the largest", "closed", "the second", "in 1852".

Most words of a question may be said otherwise, and their absence tells little. Those here are hardly ever left out
where the answer stands; their price is counted by `scripts/bench/misfit.py`. No model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.text.analysis import STOP_WORDS, stem, tokens
from index.text.dates import MONTH_NAMES
from index.text.lexicon import lexicon
from rag.query.query import Query


@dataclass(frozen=True)
class _Insists:
    """A pattern of questions, what has to match in a source for each match of it, and the group that is told."""

    asks: re.Pattern[str]
    says: Callable[[re.Match[str]], str]
    told: int | str = 0


def _insists(asks: str, says: str | Callable[[re.Match[str]], str], told: int | str = 0) -> _Insists:
    return _Insists(re.compile(asks, re.I), says if callable(says) else lambda match: says, told)


_ORDINALS = {
    "kedua": r"dua|\b2\b|\bII\b",
    "ketiga": r"tiga|\b3\b|\bIII\b",
    "keempat": r"empat|\b4\b|\bIV\b",
    "kelima": r"lima|\b5\b|\bV\b",
    "keenam": r"enam|\b6\b|\bVI\b",
}
_KIN = {
    "ibu": r"ibu|ibunda|bunda|mama|putr[ai]|anak|orang ?tua",
    "ayah": r"ayah|ayahanda|bapak|papa|putr[ai]|anak|bin|binti|ibn|orang ?tua",
    "istri": r"istri|isteri|suami|menikah\w*|dinikahi|nikah|kawin|mengawini|permaisuri|selir|janda",
    "suami": r"istri|isteri|suami|menikah\w*|dinikahi|nikah|kawin|permaisuri|janda",
}
# Left out: "pertama", as founding is always the first time; "terakhir" and "terbaru", which ask for the news of the
# day; "utama"; "mantan", as who held an office once may have held it when the article was written.
_RULES = (
    _insists(
        r"\b(?:satu-satunya|ter(?:baik|banyak|berat|besar|buruk|cepat|dalam|dekat|favorit|jauh|"
        r"kaya|kecil|kuat|lama|laris|luas|mahal|miskin|muda|murah|panjang|pendek|penting|populer|rendah|ringan|sedikit|"
        r"sempit|tinggi|tua))\b|\bpaling (?P<most>\w+)",
        lambda match: (
            rf"\b(?:paling |ter){re.escape(match['most'])}" if match["most"] else rf"\b{re.escape(match.group())}"
        ),
    ),
    _insists(rf"\b(?:{'|'.join(_ORDINALS)})\b", lambda match: _ORDINALS[match.group().lower()]),
    _insists(r"\bwakil\b", r"wakil|\bwa(?:pres|gub|bup|walkot)\b"),
    _insists(r"\b(?:sementara|informal|palsu|tiruan|rahasia)\b", lambda match: re.escape(match.group())),
    _insists(r"\bnon-\w+", r"\b(?:non|nir)"),
    _insists(r"\bsekolah dasar\b", r"\bsekolah dasar\b|\bSD\b"),
    _insists(r"\bsekolah menengah\b", r"\bsekolah menengah\b|\bSM[PAK]\b"),
    _insists(
        rf"\bsiapa(?:kah)? (?:nama )?(?P<kin>{'|'.join(_KIN)})\b",
        lambda match: rf"\b(?:{_KIN[match['kin'].lower()]})(?:nya|mu|ku)?\b",
        told="kin",
    ),
    _insists(
        r"\b(?:berakhir|diakhiri|berhenti|dihentikan)(?:nya)?\b",
        r"\b(?!terakhir|akhirnya)\w*(?:akhir|henti|selesai|usai|tamat|tutup|bubar|mundur|lengser|pensiun|setop|stop)|"
        r"\b(?:hingga|sampai)\b|\d ?[-–] ?\d",
    ),
    _insists(
        r"\b(?:ditutup|(?:di|mem)bubarkan|bubar|(?:di|meng)hapus(?:kan)?|(?:di|me)larang|(?:di|mem)batalkan|"
        r"(?:di)?runtuh(?:kan)?|dihancurkan|(?:di|me)musnahkan|punah|bangkrut)(?:nya)?\b",
        r"\b(?!terakhir|akhirnya)\w*(?:tutup|bubar|henti|akhir|usai|hapus|larang|batal|runtuh|hancur|musnah|punah|"
        r"bangkrut|pailit|lebur|cabut|robo|rubuh|gusur|setop|stop|hilang|lenyap|bakar|bom|cekal|blokir|sita|haram)|"
        r"\bgulung tikar|\b(?:tak|tidak) boleh\b",
    ),
)  # fmt: skip
_AMOUNT = re.compile(
    r"\bberapa(?:kah)? (?:jumlah|banyaknya) (?:total |keseluruhan |para |semua |seluruh )?(?P<what>[a-z]+)", re.I
)
_SAME_THINGS = tuple(frozenset(map(stem, things.split())) for things in lexicon("kinds").words("same"))
_ASKED_YEAR = re.compile(
    rf"\b(?:tahun|pada|sejak|hingga|sampai|di|in|{'|'.join(MONTH_NAMES)}) "
    r"(?P<year>\d{3,4})\b(?!\s?[-–/]|[.,]\d)(?P<bc> SM\b)?",
    re.I,
)
_NUMBER = re.compile(r"\b\d{3,4}\b")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b(?![.,]\d)")
# An article without a date may be of any year since, and need not say its own.
_OLDEST_UNDATED = 1990


def unsaid(query: Query, passage: str, article: str, published: int | None = None) -> str | None:
    """Return the word of a question that its source would have to say and does not, None where there is none.

    >>> unsaid(Query("Kapan pasar itu ditutup?"), "Pasar itu dibuka pada 2017.", "")
    'ditutup'
    >>> unsaid(Query("Siapa pendirinya pada tahun 1852?"), "Didirikan pada 1652, direbut pada 1806.", "") is None
    False

    ``passage`` is the passage with its title, ``article`` all of its article, ``published`` the year it is of.
    """
    passage = query.read_as_asked(passage)
    for rule in _RULES:
        for match in rule.asks.finditer(query.text):
            if not re.search(rule.says(match), passage, re.I):
                return str(match[rule.told])
    return _amount_not_said(query.text, passage) or _year_not_said(query.text, f"{passage}\n{article}", published)


def _amount_not_said(question: str, passage: str) -> str | None:
    match = _AMOUNT.search(question)
    if not match or match["what"].lower() in STOP_WORDS:
        return None
    asked, held = stem(match["what"].lower()), set(map(stem, tokens(passage)))
    names = {asked}.union(*(same for same in _SAME_THINGS if asked in same))
    said = bool(names & held) or asked in passage.lower()  # "gas" in "biogas"
    return None if said else match["what"]


def _year_not_said(question: str, text: str, published: int | None) -> str | None:
    asked = list(_ASKED_YEAR.finditer(question))
    if not asked:
        return None
    held = set(_NUMBER.findall(text))
    latest = max(map(int, _YEAR.findall(text)), default=0)
    for match in asked:
        year = int(match["year"])
        near = published is not None and abs(year - published) <= 1  # "tahun lalu"
        may_be_its_own = published is None and year >= max(_OLDEST_UNDATED, latest) and not match["bc"]
        if match["year"] not in held and not near and not may_be_its_own:
            return match["year"]
    return None
