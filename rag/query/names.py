"""Names in a question, told by their capitals: whom or what it is about, and what it leaves open.

A question has no sentence before it that tells a name from a word; so a capital at its very start counts only where
more speaks for a name. Who types without capitals has no names here, and is understood by other signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.dates import MONTHS

_TOKEN = re.compile(r"[^\s“”\"()\[\],;:?!]+")
_INSIDE = frozenset("van von bin binti de da la le al el dos del ibn of the".split())  # "Virgil van Dijk"
_PLACE_BEFORE = frozenset("di ke dari dalam pada untuk antara oleh melawan".split())
# Titles: they stand before a person's name, or for one.
ROLES = frozenset(
    "gubernur wagub cawagub bupati wabup wali walikota kota presiden wapres perdana menteri menko menhub menlu menkeu "
    "mendagri direktur utama jenderal dirjen deputi kepala ketua umum sekretaris sekjen wakil kapolda kapolri kapolres "
    "kapolsek panglima komandan pangdam camat lurah rektor dekan profesor prof dr drh ir hakim jaksa pelatih manajer "
    "kapten kiper striker penyanyi aktor aktris pak bu bapak ibu gus kiai kh habib ustaz ustad sultan raja ratu pm "
    "ceo juru bicara jubir managing director kombes brigjen irjen komjen letjen mayjen kolonel anggota calon mantan "
    "musisi rapper petinju pengacara pengamat pakar dokter".split()
)
# What is named with these is no person.
_BODIES = frozenset(
    "pemprov pemkot pemkab polda polres polri polsek kementerian dinas badan bank universitas institut pt cv yayasan "
    "partai fraksi komisi mahkamah pengadilan kejaksaan kabupaten kecamatan desa provinsi danau gunung pulau laut "
    "sungai jalan stadion gedung bandara stasiun pasar pelabuhan masjid gereja rumah hotel taman liga piala museum "
    "sekolah peraturan undang-undang forum festival kejuaraan konser aliansi persatuan asosiasi grup hari timnas klub "
    "tim otonomi daerah negara nasional kemendagri jakarta surabaya bandung indonesia jawa "
    "timur barat utara selatan tengah papua sumatera kalimantan sulawesi".split()
)
_OPENERS = frozenset(
    "apa apakah siapa siapakah kapan kapankah mana manakah di dimana ke dari berapa berapakah mengapa kenapa bagaimana "
    "gimana tentang sebutkan jelaskan tolong kalau dan lalu terus menurut pada dalam untuk sejak setelah sesudah "
    "sebelum saat ketika apabila bila jika selain antara bandingkan ringkas rangkum adakah ada yang".split()
)


@dataclass(frozen=True)
class Name:
    """A name as it stands in a question, with the characters it spans.

    ``titled`` tells that a title stands before it; ``placed`` that a preposition does: it hardly names who acts.
    """

    text: str
    start: int
    end: int
    titled: bool = False
    placed: bool = False

    @property
    def may_be_person(self) -> bool:
        """Whether the name can be a person's: no abbreviation, no number, not where something happens."""
        return (self.titled or not self.placed) and not any(
            word.lower() in _BODIES or any(map(str.isdigit, word)) or _abbreviation(word) for word in self.text.split()
        )


def names_in(question: str) -> list[Name]:
    """Return the names of a question in order; titles before them are not part of them.

    >>> [name.text for name in names_in("Apa kata Menteri Azwar Anas tentang SPBE di Jatim?")]
    ['Azwar Anas', 'SPBE', 'Jatim']
    >>> [name.text for name in names_in("Turnamen apa yang diikuti timnas U-19?")]
    ['U-19']
    """
    tokens = list(_TOKEN.finditer(question))
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        last = _last_of_name(question, tokens, at)
        if last is None:
            at += 1
            continue
        first = at
        while first <= last and _bare(tokens[first][0]).lower() in ROLES:
            first += 1
        if last - first > 1 and _abbreviation(tokens[first][0]) and not _abbreviation(tokens[first + 1][0]):
            last = first  # "tes DNA Ario Kiswinar": two names
        titled = first > at or (at > 0 and _bare(tokens[at - 1][0]).lower() in ROLES)
        before = at - 1
        while before >= 0 and _bare(tokens[before][0]).lower() in ROLES:
            before -= 1
        if first <= last and not (first == 0 and not _named_at_start(tokens, last)):
            placed = before >= 0 and tokens[before][0].lower() in _PLACE_BEFORE
            end = tokens[first].start() + len(question[tokens[first].start() : tokens[last].end()].rstrip(".'’"))
            found.append(Name(question[tokens[first].start() : end], tokens[first].start(), end, titled, placed))
        at = last + 1
    return found


def _last_of_name(question: str, tokens: list[re.Match[str]], at: int) -> int | None:
    """Return the index of the last token of the name that starts at a token, None where none does."""
    if (
        not _capital(tokens[at][0])
        or tokens[at][0].lower() in MONTHS
        or (at == 0 and _bare(tokens[at][0]).lower() in _OPENERS)
    ):
        return None
    last = at
    for next in range(at + 1, len(tokens)):
        if question[tokens[next - 1].end() : tokens[next].start()] != " ":
            break  # a comma or a bracket stands between
        word = tokens[next][0]
        if _capital(word) or (last == next - 1 and re.fullmatch(r"\d{1,3}[A-Z]?", word)):
            last = next
        elif word.lower() not in _INSIDE or not any(_capital(token[0]) for token in tokens[next + 1 : next + 2]):
            break
    return last


def _named_at_start(tokens: list[re.Match[str]], last: int) -> bool:
    """Tell whether what opens a question is a name: several words, an abbreviation, or capitals within the word."""
    first = tokens[0][0]
    return last > 0 or (first.isupper() and len(first) > 1) or _mixed(first) or any(map(str.isdigit, first))


def _abbreviation(word: str) -> bool:
    return (word.isupper() and len(word) > 2) or (_mixed(word) and not re.match(r"Ma?c[A-Z]", word))


def _capital(word: str) -> bool:
    return word[:1].isupper() or _mixed(word) or (any(map(str.isdigit, word)) and any(map(str.isupper, word)))


def _mixed(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:]) and not word.isupper() and "-" not in word and "." not in word


def _bare(word: str) -> str:
    return word.strip(".'’")
