"""Names of people in an article: capitalised words read apart from titles and offices, short forms made full."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import merge
from itertools import pairwise

from index.text.analysis import ANSWER_KIND_WORDS, QUESTION_WORDS, STOP_WORDS
from index.text.dates import MONTH_WORDS, WEEKDAY_WORDS
from index.text.lexicon import lexicon
from rag.quotation.name_phrases import TIME_NAMES, is_field, name_phrase, opens_name
from rag.quotation.speech import (
    ACTIVE_VERBS,
    BARE_VERBS,
    NAME_LINKS,
    PERSON_ROLES,
    PLACED_ROLES,
    PRONOUNS,
    ROLE_WORDS,
    STOPPERS,
    last_before,
    speech_in,
)

# A full stop goes with initials and short forms only: "KH.", "M.", "Prof."
_CAPITAL = r"(?:(?:[A-Z][A-Z]?[a-z]{0,2}|Prof)\.(?= [A-Z])|[A-ZÀ-Þ][\w’'‘`/-]*)"
_ARABIC = r"(?:a[lnsdrtz]|ash|el) ?- ?[A-Z][\w’'‘`-]*"
_SEQUENCE = re.compile(rf"{_CAPITAL}(?: (?:{_CAPITAL}|{_ARABIC}|{'|'.join(sorted(NAME_LINKS))})(?=[\s,.;:()”\"]|$))*")
_GLUED = re.compile(r"(?<=[a-z]{3})['‘](?=[A-Z])")  # Duffy'Boyzone'dan
_GLUED_BEHIND = re.compile(r"['‘’][a-z]{4,}")  # sinetron'Bidadari'bersama
_FOR_A_BODY = re.compile(r" (?:untuk|bagi) [A-Z]")  # "wakil duta besar Winong untuk PBB"
_IN_A_PLACE = re.compile(r"\b(?:di|ke) $")
_PREPOSITIONS = lexicon("function_words").set("prepositions") | {
    "sebelum",
    "selain",
    "seperti",
    "bersama",
    "melawan",
    "mengutip",
    "via",
    "melalui",
    "lewat",
    "melansir",
    "dilansir",
    "dikutip",
}
_NOT_NAMES = frozenset[str]().union(
    STOP_WORDS, QUESTION_WORDS, ANSWER_KIND_WORDS, WEEKDAY_WORDS, MONTH_WORDS, PRONOUNS, STOPPERS, ACTIVE_VERBS
)
_MAX_NAME_WORDS = 6
_MOST_WORDS = 12  # of a body with a name behind it
_SHORT_ORGANISATIONS = frozenset(map(str.upper, lexicon("organisations").words("short_forms")))
# "MenPAN", "MenPAN/RB", "Menko/Kepala": an office written as one word.
_OFFICE = re.compile(r"[A-Z][a-z]+[A-Z]{2,}|\w+/\w[\w/]*")
# Offices over a place: "Camat Lasem" is who governs Lasem, where Lasem is a place.
_OVER_PLACES = PLACED_ROLES | lexicon("roles").set("over_places")
_OFFICES_OF_BODIES = lexicon("roles").set("of_bodies")
_OFFICES_OF_COMPANIES = lexicon("roles").set("of_companies")
_ENGLISH = lexicon("organisations").set("english") | {"legenda"}
_INSTITUTIONS = lexicon("organisations").set("institutions", "governments")
_IN_NAMES_OF_BODIES = lexicon("organisations").set("in_names")
_OF_OTHERS = lexicon("roles").set("of_others")
_OF_BODIES = lexicon("organisations").set("fields", "english", "institutions", "proper") - PERSON_ROLES
_SPEAK_FOR_BODIES = {"bicara", "petinggi", "president", "officer", "manager"}
_CO = re.compile(r"[Cc]o - (?=[a-z])")
_OF_PLACES_AND_TIMES = {"asal", "kelahiran", "era"}
_NAMED_BODIES = lexicon("organisations").set("named")
_OF_PLACES = (
    r"(?:[Dd]i|[Kk]e|[Dd]ari|[Aa]sal|[Ww]ilayah|[Kk]ecamatan|[Kk]abupaten|[Kk]ota|[Dd]esa|[Kk]elurahan|[Dd]usun"
    r"|[Pp]ihak|[Kk]lub|[Pp]erusahaan|[Mm]anajemen|[Mm]erek|[Aa]plikasi|[Pp]artai|[Ll]embaga|[Uu]niversitas|[Pp]rovinsi|[Pp]ulau|[Pp]ol(?:res|sek|da)|Pemkab|Pemkot|Pemprov|Perum|[Kk]antor|[Gg]udang)"
)
# What bears a name without being its bearer: "Jalan Sri Mulyani", "Universitas Budi Luhur".
_COMMON = lexicon("names").set("common")
_NAMES_TOO = lexicon("roles").set("names_too")
_OPENERS = lexicon("names").set("no_first_names")
_AFFIXED = re.compile(
    r"(?:ke|pe|per|pem|pen|peng|se)[a-z]{3,}(?:(?<!w)an|nya)|[a-z]{3,}nya|di[a-z]{3,}kan|[a-z]{3,}(?:[ae]nsi|asi|itas|isme)"
)
_BEARERS = lexicon("names").set("bearers")
_ALIASED = re.compile("alias|disapa|dipanggil|dijuluki")
_ALIAS = re.compile(
    rf"({_CAPITAL}(?: {_CAPITAL}){{0,4}})(?: alias |,? (?:atau )?(?:yang )?(?:akrab|biasa|kerap|karib|sering)? ?"
    rf"(?:disapa|dipanggil|dijuluki) )[“\"‘'«]?({_CAPITAL}(?: {_CAPITAL}){{0,3}})"
)
_BODY = re.compile(r"^Kemen\w+|(?:^| )[A-Z]{4,}$")  # "Sekretaris Jenderal Kemendes PDTT"
_AGED = re.compile(rf"({_CAPITAL}(?: {_CAPITAL}){{0,4}}) \(\d{{2}}\)")
# "Sulaiman salah seorang warga", "Imas, warga lainnya"
_ONE_OF = re.compile(rf"({_CAPITAL}(?: {_CAPITAL}){{0,3}}),? (?:salah (?:satu|seorang)|seorang|warga) [a-z]")
_DEGREE = re.compile(r"[A-Z]{1,3}[a-z]?\.\w|[A-Z]{2,3}(?=[,.]|$)")  # M.Si., S.H., MH
_APPOSED = re.compile(rf"(?: \([^()]*\))?, ({_CAPITAL}(?: (?:- )?{_CAPITAL}){{0,5}})(?! (?:&|dan) )(?=[,. (]|$)")


_ATAU = re.compile(r"(?: (?:atau|alias) [A-Z]\w+)?")  # "kuasa hukum Basuki Tjahaja Purnama atau Ahok, Fifi Indra"
_DASHED_BODY = re.compile(r" - [A-Z]\w*(?: [A-Z]\w*)*")
_AND_OFFICE = re.compile(r"( dan )(?=(?:President|Presiden|CEO|Chief|Head|Director|Direktur|Founder|Chairman|Co)\b)")
# A name behind a body's short form in brackets, or alone between commas.
_BRACKETED = re.compile(rf" \([A-Z]\w*\) ({_CAPITAL}(?: {_CAPITAL}){{1,4}})(?=\s*$| [a-z])")
_NAME_ALONE = re.compile(r", ([A-Z][\w’'-]+), ")
_CALLED = re.compile(
    rf"\b(?:(?:[Mm]enurut|{'|'.join(BARE_VERBS)})|[Pp]ak|[Bb]u|[Bb]apak|[Ii]bu|[Mm]as|[Mm]bak)"
    r" ([A-Z][\w’'-]+)(?! [A-Z])"
)
_SAYS = re.compile(rf",? (?:(?:juga|pun|telah|sudah) )?(?:{'|'.join(ACTIVE_VERBS)})\b|,? \(")
_LONE = re.compile(r"(?:^|[.!?\n”\"»] ?|, )([A-Z][\w’'-]+) (?:(?:juga|pun|lalu|kemudian|kembali) )?$")

_MAX_ALIASES = 8  # by hand: who has more is a list


@dataclass(frozen=True)
class Person:
    """Somebody as the article calls her: name, title or office (either may be missing), and where that stands."""

    name: str | None
    role: str | None
    start: int
    end: int

    @property
    def shown_whole(self) -> str:
        """Title and name as they stand."""
        return " ".join(filter(None, [self.role, self.name]))


@dataclass(frozen=True)
class Mention:
    """Capitalised words at ``start``, titles apart, in small letters; ``known``: one of them names a person."""

    start: int
    words: frozenset[str]
    known: bool


@lru_cache(maxsize=20_000)
def split_role(text: str) -> tuple[str | None, str | None]:
    """Split a run of words into title or office and name.

    >>> split_role("Kepala Polres Metro Jakarta Utara Komisaris Besar Budhi Herdi")
    ('Kepala Polres Metro Jakarta Utara Komisaris Besar', 'Budhi Herdi')
    >>> split_role("Presiden"), split_role("Fikser")
    (('Presiden', None), (None, 'Fikser'))
    """
    words = text.split()
    last = -1
    for position in range(len(words)):
        if _is_role_word(words, position):
            last = position
    role, name = " ".join(words[: last + 1]), " ".join(words[last + 1 :])
    return role or None, name.strip(".,") or None


def _is_role_word(words: list[str], position: int) -> bool:
    """Tell whether a word belongs to a title, an office or a place, not to a name."""
    word = words[position]
    bare = word.strip(".,'’‘`").lower()
    before = words[position - 1].lower() if position else ""
    if bare == "agung":
        return before in ("jaksa", "mahkamah", "hakim", "kejaksaan", "imam")
    if len(bare) == 1 and word[0].isupper() and bare not in "ivx":
        return False  # an initial
    if bare in TIME_NAMES and opens_name(words, position):
        return False
    following = words[position + 1] if position + 1 < len(words) else ""
    if bare == "imam" and not position and words[1:2] and words[1].lower() not in ROLE_WORDS and word[0].isupper():
        return False  # "Imam Nahrawi"
    if bare in _NAMES_TOO and position and before not in ROLE_WORDS and words[position - 1][1:2].islower():
        return False  # "Lukman Hakim Saifuddin"
    if (
        bare in _NAMES_TOO - {"hakim"}
        and before in ROLE_WORDS
        and following[:1].isupper()
        and following.lower() not in ROLE_WORDS
    ):
        return False  # "Menteri Olahraga Imam Nahrawi"
    if is_field(bare) and (before in ROLE_WORDS or (before == "dan" and position > 1)):
        return True  # "Menko Kemaritiman Luhut"
    if word == "I" and before in ROLE_WORDS and following[1:2].islower() and following.lower() not in ROLE_WORDS:
        return False  # "AKBP I Ketut Artha"
    if bare in ROLE_WORDS or bare in _NOT_NAMES or _OFFICE.fullmatch(word):
        return True
    if re.fullmatch(r"[IVX]+|\d+(?:/RW)?", word):
        return position > 0 and (before in ROLE_WORDS or before.upper() in _SHORT_ORGANISATIONS or "/" in before)
    if word[0].islower():
        return bare not in NAME_LINKS
    if len(bare) < 2 or not word.isupper() or "." in word:
        return False
    final = position == len(words) - 1 and position and not _is_role_word(words, position - 1)
    return bare.upper() in _SHORT_ORGANISATIONS or (len(bare) > 2 and not final)


class People:
    """The people of one article's text."""

    def __init__(self, text: str) -> None:
        self._text = text
        # The names of the text by the words that were asked for.
        self._named: dict[tuple[str, int], list[tuple[str, list[str], int]]] = {}

    @cached_property
    def _small(self) -> frozenset[str]:
        """The words that stand in small letters somewhere: one of them is no name because it opens a sentence."""
        return frozenset(re.findall(r"\b[a-z]{2,}\b", self._text))

    @cached_property
    def _sequences(self) -> list[tuple[str, int]]:
        """Capitalised words in a row with their place, without one that only opens a sentence."""
        found = []
        for match in _SEQUENCE.finditer(self._text):
            words = _GLUED.split(match.group().strip("."))[0].split()
            before = last_before(self._text, match.start(), " “\"'(")
            if before in ("", ".", "!", "?", "\n") and words[0].lower() in self._small:
                words = words[1:]
            if words:
                found.append((" ".join(words), match.start()))
        return found

    @cached_property
    def _reports(self) -> list[re.Match[str]]:
        """The verbs of saying in the text."""
        return list(speech_in(self._text))

    @cached_property
    def known(self) -> frozenset[str]:
        """The words of names of people: who says something, holds an office or has her age in brackets behind her."""
        found: set[str] = set()
        for match in self._reports:
            if (match.group("bare") and not match.group("own")) or match.group("by"):
                rest = self._text[match.end() : match.end() + 120].lstrip()
                if rest[:1].isupper() or rest.split(" ", 1)[0] in PERSON_ROLES:
                    person = self.leading(rest, 0)
                    found |= _name_words(person.name if person else None)
        for sequence, _ in self._sequences:
            role, name = split_role(sequence)
            if role and set(role.lower().split()) & PERSON_ROLES:
                found |= _name_words(name)
        for match in (*_AGED.finditer(self._text), *_ONE_OF.finditer(self._text)):
            found |= _name_words(split_role(match.group(1))[1])
        return frozenset(found - _OPENERS)

    @cached_property
    def mentions(self) -> list[Mention]:
        """The capitalised words in a row that may name somebody, in the order of the text."""
        found = []
        for sequence, start in self._sequences:
            words = _name_words(split_role(sequence)[1])
            if words:
                found.append(Mention(start, frozenset(words), not words.isdisjoint(self.known)))
        return found

    @property
    def called(self) -> frozenset[str]:
        """By what one name people are called: "kata Clara", "Pak Ndut"."""
        return self._called

    @property
    def placed_words(self) -> frozenset[str]:
        """The words that the article uses for places and bodies."""
        return self._placed_words

    def placed(self, person: Person) -> Person:
        """Return somebody with the place that she governs apart from her name: "Camat Lasem" has no name here.

        >>> people = People("Banjir di Lasem. Camat Lasem datang.")
        >>> people.placed(Person("Lasem", "Camat", 17, 28))
        Person(name=None, role='Camat Lasem', start=17, end=28)
        """
        name, role = person.name, person.role
        if name and role and role.endswith(" The"):
            name, role = f"The {name}", role.removesuffix(" The")  # "mantan gelandang The Reds"
        name, role = self._without_body(name, role)
        of_body = role is not None and role.lower().split()[-1] in _OF_BODIES
        if name and of_body and " " not in name and name.lower() not in self._speaking:
            return Person(None, f"{role} {name}", person.start, person.end)  # "Dirjen Industri Kimia"
        if name and role and (len(name.strip(".")) < 2 or name[0] in "‘’'`-"):
            name = None  # "CEO & Founder D'Cost"
        if not (name and role):
            return Person(name, role, person.start, person.end)
        words, named = role.lower().split(), name.split()
        if words[-1] in _OF_PLACES_AND_TIMES:
            return Person(None, f"{role} {name}", person.start, person.end)  # "pria asal Cepu"
        body = bool(words) and words[-1] in PLACED_ROLES and words[-2:-1] not in (["wali"], ["kepala"])
        if body and len(named) > 2:  # Direktur PT Transjakarta Budi Kaliwono
            name, role = " ".join(named[1:]), f"{role} {named[0]}"
        while name and role and _is_of_place(role) and self._is_place(name.split()[0]):
            first, _, rest = name.partition(" ")
            role, name = f"{role} {first}", rest or None
        return Person(name, role, person.start, person.end)

    def _without_body(self, name: str | None, role: str | None) -> tuple[str | None, str | None]:
        """Return a name without the body that stands before it, which goes to the office: "CEO Panenku Clara Leung".

        So it is where the first words stand alone elsewhere and never behind a verb of saying, and a later one does.
        """
        words = name.split() if name else []
        if len(words) > _MOST_WORDS:  # no name; looking for a body in it would take its time
            return name, role
        if role == "The":
            return f"The {name}" if name else None, None
        titles = role.lower().split() if role else []
        if titles and len(words) == 1 and titles[0] in _INSTITUTIONS and PERSON_ROLES.isdisjoint(titles):
            return None, " ".join([str(role), *words])  # "Kementerian Luar Negeri Kosovo"
        office = not _OFFICES_OF_BODIES.isdisjoint(titles) or not _ENGLISH.isdisjoint(titles[-1:])
        company = not _OFFICES_OF_COMPANIES.isdisjoint([*titles[:1], *titles[-1:]])
        if (
            titles
            and titles[-1] in _NAMED_BODIES
            and len(words) < 3
            and self._speaking.isdisjoint(map(str.lower, words))
        ):
            return None, " ".join([str(role), *words])
        while len(words) > 1 and not re.search(r"\w", words[0]):
            words = words[1:]
        ends = [at for at, word in enumerate(words[:-1], 1) if word.lower() in _IN_NAMES_OF_BODIES]
        if ends and office and len(words) - ends[-1] > 1:  # Sekretaris ASOC Technical Committee Rini Astuti
            return " ".join(words[ends[-1] :]), " ".join([str(role), *words[: ends[-1]]])
        if titles and words and self._speaking.isdisjoint(map(str.lower, words)):
            inside = words[-1].lower() in _IN_NAMES_OF_BODIES and office
            if inside or (len(words) == 1 and titles[-1] in _SPEAK_FOR_BODIES):
                return None, " ".join([str(role), *words])  # "Direktur Eksekutif Voxpol Center", "juru bicara Samsung"
        if titles and len(words) > (3 if office else 4) and words[-1].lower() in self._speaking:
            return " ".join(words[-2:]), " ".join([str(role), *words[:-2]])
        for cut in range(len(words) - 2, 0, -1):
            body, rest = words[:cut], words[cut:]
            lower = [word.lower() for word in body]
            called = self._called if company else self._speaking
            if lower[0] in _COMMON or not called.isdisjoint(lower) or body[-1] in NAME_LINKS or rest[0] == "-":
                continue
            if (company or (titles and cut > 1)) and rest[0].lower() in self._speaking:
                return " ".join(rest), " ".join(filter(None, [role, *body]))
            if not self._stands_without(lower, rest[0]):
                continue
            place = len(body) == 1 and bool(titles) and lower[0] in self._placed_words
            if office or place or any(word.lower() in self._speaking for word in rest):
                return " ".join(rest), " ".join(filter(None, [role, *body]))
        return " ".join(words) or None, role

    def _stands_without(self, words: list[str], following: str) -> bool:
        """Tell whether capitalised words stand somewhere without another one behind them."""
        ends = len(words)
        for sequence, _, _ in self._with.get(words[0], ()):
            for at in range(len(sequence) - ends + 1):
                if sequence[at : at + ends] == words and sequence[at + ends : at + ends + 1] != [following.lower()]:
                    return True
        return False

    @cached_property
    def _with(self) -> dict[str, list[tuple[list[str], str, int]]]:
        """The capitalised sequences by each of their words in small letters: those words, as it stands, its place."""
        found: dict[str, list[tuple[list[str], str, int]]] = {}
        for sequence, start in self._sequences:
            words = sequence.lower().split()
            for word in dict.fromkeys(words):
                found.setdefault(word, []).append((words, sequence, start))
        return found

    @cached_property
    def _called(self) -> frozenset[str]:
        """By what one name people are called, where no body is: "kata Clara", "Pak Ndut"."""
        return frozenset(match.group(1).lower() for match in _CALLED.finditer(self._text))

    @cached_property
    def _speaking(self) -> frozenset[str]:
        """The words that are called or say something alone: "Clara menambahkan"; so may a body."""
        found = set(self._called)
        for match in self._reports:
            if match.group("active") and (
                before := _LONE.search(self._text, max(0, match.start() - 40), match.start())
            ):
                found.add(before.group(1).lower())
        return frozenset(found)

    def _is_place(self, word: str) -> bool:
        return word.lower() in self._placed_words

    def may_be_place(self, person: Person) -> bool:
        """Tell whether the one word behind an office is as well a place as a name: "Lurah Winong"."""
        name, role = person.name or "", person.role or ""
        if not role or not name or " " in name or not is_over_place(role):
            return False
        called = rf"\b(?:[Pp]ak|[Bb]u|[Bb]apak|[Ii]bu|kata|ujar|tutur|ucap|menurut|oleh|kepada) {re.escape(name)}\b"
        return re.search(called, self._text) is None

    @cached_property
    def _placed_words(self) -> frozenset[str]:
        """Names that the article uses for places and bodies: behind "di", "Kecamatan", "kantor"."""
        found = re.findall(rf"(?<![Kk]epala )(?<![Ww]ali )\b{_OF_PLACES} (?=([A-Z][\w-]+))", self._text)
        called = re.findall(r"\b(?:Pak|Bu|Bapak|Ibu|Mas|Mbak) ([A-Z][\w-]+)", self._text)
        return frozenset(word.lower() for word in found) - {word.lower() for word in called} - self._called

    def is_person(self, person: Person, *, says: bool) -> bool:
        """Tell whether it is somebody; ``says``: it is the subject of a verb of saying."""
        if person.name is None:
            return bool(person.role) and bool(set(str(person.role).lower().split()) & PERSON_ROLES)
        titles = person.role.lower().split() if person.role else []
        if titles and titles[-1] in PLACED_ROLES and not set(titles) & PERSON_ROLES:
            return False  # "PT Railink"
        if says and not PERSON_ROLES.isdisjoint(titles):
            return True  # "anggota Laskar Bahari Yeni meyakini"
        words = _name_words(person.name)
        return bool(words & self.known) or (says and len(_name_words(self.full_name(person.name, person.start))) >= 2)

    def may_be_name(self, word: str) -> bool:
        """Tell whether a word that opens a sentence may name somebody: no common word, and none of an office."""
        low = word.lower()
        return low not in _NOT_NAMES | ROLE_WORDS | self._small and not _AFFIXED.fullmatch(low)

    def acts_as_person(self, person: Person) -> bool:
        """Tell whether one who does not speak here is a person: with a title, two names, or called by one elsewhere."""
        if not self.is_person(person, says=False) or not person.name:
            return False
        full = _name_words(self.full_name(person.name, person.start))
        titles = str(person.role or "").lower().split()
        return not PERSON_ROLES.isdisjoint(titles) or len(full) > 1 or not self._called.isdisjoint(full)

    def full_name(self, name: str, at: int | None = None) -> str:
        """Return the fuller form of a name that its nearest bearer before ``at`` has, else the one behind it.

        >>> people = People("Sri Mulyati datang. Sri senang. Sri Mulyani Indrawati pergi. Sri pulang.")
        >>> people.full_name("Sri", 20), people.full_name("Sri", 62), people.full_name("Sri Mulyani", 0)
        ('Sri Mulyati', 'Sri Mulyani Indrawati', 'Sri Mulyani Indrawati')

        Behind it only where all who bear it are one person: else it stays short.
        """
        before, after = self._bearers(name, len(self._text) if at is None else at)
        if before:
            fuller, start = before[-1]
            words = fuller.split()
            if start in self._openings and words[1] == name.split()[0] and self._only_opens(words):
                fuller = " ".join(words[1:])
            elif words[1:] == name.split() and self._opens_once(fuller, start):
                return name
            return self.full_name(fuller, start)
        if not after:
            return name
        longest = max((fuller for fuller, _ in after), key=lambda fuller: len(fuller.split()))
        whole = [word.lower() for word in longest.split()]
        one = all(_holds(whole, [word.lower() for word in fuller.split()]) for fuller, _ in after)
        return longest if one else name

    def _only_opens(self, words: Sequence[str]) -> bool:
        """Tell whether the first of capitalised words is no name but opens a sentence: "Kehadiran Agus".

        So it is where it stands in small letters elsewhere, is built as nouns and adverbs are, or stands only once
        before a name and surname of which the first is used alone ("Moderator Dwi Astuti", "kata Dwi").
        """
        first = words[0].lower()
        if len(words) < 2 or first in self.known or first in ROLE_WORDS:
            return False
        if first in self._small or first in _OPENERS or _AFFIXED.fullmatch(first):
            return True
        return len(words) > 2 and words[1].lower() in self.known and self._text.count(" ".join(words[:2])) == 1

    def _opens_once(self, fuller: str, start: int) -> bool:
        """Tell whether one word stands before a name once only, where a sentence opens that no verb of saying follows.

        It may be a first name or any other word ("Impian Buffon kandas"): the name alone is never wrong.
        """
        first = fuller.split()[0].lower().strip(".")
        if start not in self._openings or self._text.count(fuller) > 1 or first in self.known or len(first) < 2:
            return False
        return _SAYS.match(self._text, start + len(fuller)) is None

    @cached_property
    def _openings(self) -> frozenset[int]:
        """Where sentences open with a capital."""
        return frozenset(match.end() for match in re.finditer(r"(?:^|[.!?\n][\s”\"’»)]*)(?=[A-Z])", self._text))

    def _bearers(self, name: str, at: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Return the longer names that hold a name, each with its place: those before a place, and those behind it."""
        wanted = [word.lower() for word in name.split()]
        before: list[tuple[str, int]] = []
        after: list[tuple[str, int]] = []
        for full, words, start in self._names_with(wanted[0], len(wanted)) if wanted else ():
            if _holds(words, wanted):
                if not self._small.isdisjoint(set(words) - set(wanted)):
                    continue  # a headline: "Fernando Menuju Galatasaray"
                if start != at:
                    (before if start < at else after).append((full, start))
        return before, after

    def _names_with(self, word: str, longer_than: int) -> list[tuple[str, list[str], int]]:
        """Return the names in the text that hold a word and have more words than a number: with words and place."""
        if (word, longer_than) not in self._named:
            longer = (item for item in self._with.get(word, ()) if len(item[0]) > longer_than)
            found = [(self._name_in(sequence, start), start) for _, sequence, start in longer]
            named = [(name, name.lower().split(), start) for name, start in found if name]
            self._named[word, longer_than] = [item for item in named if longer_than < len(item[1]) <= _MAX_NAME_WORDS]
        return self._named[word, longer_than]

    def _name_in(self, sequence: str, start: int) -> str | None:
        """Return the name in a capitalised sequence, titles apart; None where there is none."""
        role, name = split_role(sequence)
        if start in self._openings and name and name.count(" ") > 1:
            rest = name.partition(" ")[2]
            if self._text.count(rest) > self._text.count(name):
                name = rest  # "Usul Ahmad Dhani"
        if not role and _IN_A_PLACE.search(self._text, max(0, start - 4), start):
            return None  # "di Trump Tower"
        person = self.placed(Person(name, role, start, start))
        bears = bool(person.role) and str(person.role).lower().split()[-1] in _BEARERS
        return None if bears else person.name

    def aliases(self, name: str) -> tuple[str, ...]:
        """Return the other names that the article gives somebody: "Tukimin alias Min Kribo", "yang akrab disapa Min".

        >>> People("Tukimin alias Min Kribo pulang.").aliases("Min Kribo")
        ('Tukimin',)
        """
        words = _name_words(name)
        found: dict[str, None] = {}
        for _, ones, one, other in merge(*(self._aliased.get(word, ()) for word in sorted(words))):
            found[other if words & ones else one] = None
            if len(found) == _MAX_ALIASES:
                break
        return tuple(found)

    @cached_property
    def _aliased(self) -> dict[str, list[tuple[int, frozenset[str], str, str]]]:
        """The pairs of names for one person, by each of their words, in the order of the text."""
        found: dict[str, list[tuple[int, frozenset[str], str, str]]] = {}
        for match in _ALIAS.finditer(self._text) if _ALIASED.search(self._text) else ():
            one, other = split_role(match.group(1))[1] or match.group(1), match.group(2)
            ones = frozenset(_name_words(one))
            for word in ones | _name_words(other):
                found.setdefault(word, []).append((match.start(), ones, one, other))
        return found

    @cached_property
    def _offices(self) -> dict[str, list[tuple[list[str], str, int]]]:
        """Who holds an office, by its first word: the words of the office, the name, its place."""
        found: dict[str, list[tuple[list[str], str, int]]] = {}
        for sequence, start in self._sequences:
            office, name = split_role(sequence)
            if office and name and not (is_over_place(office) and " " not in name):
                words = office.lower().split()  # not "Kapolsek Ciledug": a place as well as a name
                found.setdefault(words[0], []).append((words, name, start))
        return found

    def holder(self, role: str, at: int | None = None) -> str | None:
        """Return the name of the one who holds an office: of several holders the one named last before ``at``.

        >>> People("Presiden Joko Widodo hadir. Presiden Jokowi pulang.").holder("Presiden")
        'Joko Widodo'
        """
        wanted = role.lower().split()
        held = self._offices.get(wanted[0], ()) if wanted else [item for all in self._offices.values() for item in all]
        names = [(name, start) for words, name, start in held if words[: len(wanted)] == wanted]
        if not names:
            return None
        near = [name for name, start in names if at is None or start < at] or [names[0][0]]
        alike = [name for name, _ in names if name == near[-1] or is_short_for_name(near[-1], name)]
        return max(alike, key=lambda name: len(name.split()))

    def leading(self, text: str, offset: int) -> Person | None:
        """Return the person that a run of words begins with: a role in small letters, a name, or both.

        >>> people = People("")
        >>> people.leading("Ketua KPUD Muna, Kubais, Senin", 0).name
        'Kubais'
        """
        if beside := _CO.match(text):  # "co - owner restoran, Chef Fernando"
            return self.leading(text[beside.end() :], offset + beside.end())
        found = name_phrase(text)
        if not found:
            return None
        plain = " ".join(re.sub(r"\([^)]*\)", " ", found).split())
        role, name = split_role(plain)
        end = len(found)
        words = plain.split()
        begins_with_role = role is not None or words[0][0].islower()
        of_another = role is not None and role.split()[-1].lower() in _OF_OTHERS
        if role and name and begins_with_role and not of_another:
            of_another = self._speaking.isdisjoint(name.lower().split())  # Direktur Yayasan Pelita, Winda Kusuma
        if begins_with_role and (name is None or len(name.split()) == 1 or _BODY.search(name) or of_another):
            of_place = name is not None and len(words) > 1 and words[-2].lower() in PLACED_ROLES
            of_body = name is not None and _BODY.search(name) is not None
            of_place = of_place or of_body or (name is not None and self.placed(Person(name, role, 0, 0)).name is None)
            no_office = plain.lower() in PRONOUNS  # "kata dia, Gunung Agung siaga"
            if not no_office and (apposed := _apposed(text, end, single=name is None or of_place)):
                role, name, end = plain, text[apposed[0] : apposed[1]], apposed[1]
            elif of_body:
                role, name = plain, None
        if role and name and not self._speaking.intersection(name.lower().split()):
            second = _AND_OFFICE.match(text, end)
            if second and not _OFFICES_OF_COMPANIES.isdisjoint(role.lower().split()):
                other = self.leading(text[second.end(1) :], offset + second.end(1))
                if other and other.name and other.role:  # EVP Panen Inc dan President Panen Tani Amon
                    return Person(other.name, f"{plain} dan {other.role}", offset, other.end)
        return self.placed(Person(name, role, offset, offset + end))

    def subject(self, clause: str, offset: int) -> Person | None:
        """Return the person that a clause is about: who is named first and not behind a preposition."""
        office: Person | None = None
        for at, part in _parts(clause):
            for match in _SEQUENCE.finditer(part):
                before = part[: match.start()].split()
                if _GLUED_BEHIND.search(match.group()):
                    continue
                if before and before[-1].lower() in _PREPOSITIONS:
                    continue
                words = match.group().split()
                skip = 0
                while skip < len(words) and self._is_no_name(words, skip):
                    skip += 1
                if not before and at == 0 and skip == 0 and self._only_opens(words):
                    skip = 1
                opens = not before and at == 0 and skip == 0
                if skip == len(words) or (skip and words[skip - 1].lower() in _PREPOSITIONS):
                    break
                if opens and len(words) == 1 and not _name_words(words[0]) & self.known:
                    continue
                start = at + match.start() + len(" ".join(words[:skip])) + bool(skip)
                role, name = split_role(" ".join(words[skip:]))
                while before and before[-1] in NAME_LINKS:
                    before = before[:-1]  # "de Villiers"
                small = _small_role(before)
                if office and name and before[-1:] == ["dan"] and offset + at + match.start() == office.end + 5:
                    # "Menteri Pendidikan dan Kebudayaan Muhadjir Effendy": one office
                    role, name = split_role(f"{office.role} dan {' '.join(words[skip:])}")
                    start = office.start - offset
                role = " ".join(filter(None, [small, role])) or None
                if small and name and not _is_person_role(small):
                    continue
                person = self.placed(Person(name, role, offset + start, offset + at + match.end()))
                bracketed = _BRACKETED.match(clause, at + match.end()) if role and _is_of_place(role) else None
                if bracketed and name and split_role(bracketed.group(1))[0] is None:
                    # Direktur PT Asuransi Pelita (PLife) Yanti Chandra
                    return Person(bracketed.group(1), person.shown_whole, offset + start, offset + bracketed.end())
                named = (person.name or "").split()
                apposed = None
                if role and name and (dashed := _DASHED_BODY.match(clause, at + match.end())):
                    apposed = _apposed(clause, dashed.end(), single=False)  # Direktur Coca - Cola, Gita Filipa
                    if apposed is None:
                        return None
                    return Person(clause[slice(*apposed)], role, offset + start, offset + apposed[1])
                if name and role and role.split()[-1].lower() in _OF_OTHERS:
                    apposed = _apposed(clause, _ATAU.match(clause, at + match.end()).end(), single=False)  # type: ignore[union-attr]
                elif name and role and len(named) < 2 and _FOR_A_BODY.match(clause, at + match.end()):
                    person = Person(None, f"{role} {name}", person.start, person.end)
                elif name and role and not _is_of_place(role) and len(named) < 2 and _is_person_role(role.lower()):
                    apposed = _apposed(clause, at + match.end(), single=False)  # "menteri era Wahid, Budi Santoso,"
                elif name and role and _is_of_place(role):
                    end = at + match.end()
                    other = _NAME_ALONE.match(clause, end) if len(named) > 1 else None
                    if len(named) < 2:
                        apposed = _apposed(clause, end, single=True)
                    elif other and other[1].lower() in self._speaking.difference(map(str.lower, named)):
                        apposed = other.span(1)  # Kepala Seksi Operasi Damkar Jaktim, Gatot, mengatakan
                if apposed:  # Camat Lasem, Lestari Ningsih, mengatakan
                    return Person(clause[slice(*apposed)], person.shown_whole, offset + start, offset + apposed[1])
                if person.name:
                    return person
                office = office or person
        return office

    def _is_no_name(self, words: list[str], position: int) -> bool:
        """Tell whether a word only opens a sentence, as a day does; one that names somebody elsewhere does not."""
        bare = words[position].strip(".,").lower()
        if bare in TIME_NAMES and bare in self.known and opens_name(words, position):
            return False
        return bare in _NOT_NAMES or bare in _PREPOSITIONS or (bare in _OPENERS and bare not in ROLE_WORDS)


def is_over_place(role: str) -> bool:
    """Tell whether an office is held over a place: who stands behind "Camat" may be a place or a person."""
    return role.lower().split()[-1] in _OVER_PLACES


def _is_of_place(role: str) -> bool:
    words = role.lower().split()
    return words[0] in _OFFICES_OF_BODIES or bool(set(words) & _OVER_PLACES)


def is_short_for(word: str, names: list[str]) -> bool:
    """Tell whether a word is short for a name: Risma for Rismaharini, Jokowi for Joko Widodo, SBY by its initials.

    >>> is_short_for("jokowi", ["joko", "widodo"]), is_short_for("jok", ["joko", "widodo"])
    (True, False)
    """
    if any(len(word) >= 4 and name != word and name.startswith(word) for name in names):
        return True
    for first, second in pairwise(names):
        for cut in range(2, len(word)):
            if first.startswith(word[:cut]) and second.startswith(word[cut:]) and len(word) >= 4:
                return True
    initials = "".join(name[0] for name in names)
    return 2 <= len(word) <= 4 and word in initials and len(initials) == len(word)


def is_short_for_name(short: str, name: str) -> bool:
    """Tell whether a name may be a short form of another.

    >>> is_short_for_name("Jokowi", "Joko Widodo"), is_short_for_name("Budi", "Joko Widodo")
    (True, False)
    """
    words = name.lower().split()
    return any(word in words or is_short_for(word, words) for word in short.lower().split())


def _name_words(name: str | None) -> set[str]:
    return {word.strip(".,'’‘`").lower() for word in (name or "").split() if len(word.strip(".,")) > 1}


def _apposed(text: str, end: int, *, single: bool) -> tuple[int, int] | None:
    """Return where the name stands that follows an office between commas, further places left aside."""
    at = end
    while match := _APPOSED.match(text, at):
        start, at = match.start(1), match.end(1)
        role, name = split_role(match.group(1))
        words = match.group(1).split()
        if words[0].lower().strip(".") in _NOT_NAMES:
            return None
        if role and name and {word.strip(".").lower() for word in role.split()} <= PERSON_ROLES:
            start += len(match.group(1)) - len(name)  # ", Dr. Anton Wijaya", ", Iptu Rudi"
        elif role:
            continue
        if name and not _DEGREE.match(text, match.start(1)) and (len(words) > 1 or single):
            return start, at
    return None


def _parts(clause: str) -> Iterator[tuple[int, str]]:
    """Yield the parts between commas, each with its offset; what stands in brackets is blanked."""
    plain = re.sub(r"\([^)]*\)", lambda match: " " * len(match.group()), clause)
    at = 0
    for part in plain.split(","):
        yield at, part
        at += len(part) + 1


def _small_role(before: list[str]) -> str | None:
    words: list[str] = []
    for word in reversed(before):
        if not word.isalpha() or not word.islower() or word in _NOT_NAMES:
            break
        words.append(word)
    return " ".join(reversed(words)) or None


def _is_person_role(text: str) -> bool:
    return bool(set(text.split()) & PERSON_ROLES)


def _holds(words: list[str], wanted: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
