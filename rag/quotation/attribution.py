"""Who says a quotation in its article: named behind it, before it, within it, or by a pronoun. Unknown is said so.

A wrong name is worse than none: a quotation that stands alone goes on with the speaker before it only where nobody else
has come in between, and only who is named beside a quotation speaks against another name that is claimed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from index.text.lexicon import lexicon
from index.text.sentences import sentence_spans
from rag.quotation.article_cache import Read
from rag.quotation.detection import Quotation, quotations
from rag.quotation.person_names import People, Person, is_over_place, is_short_for, split_role
from rag.quotation.reporting import GAP, Report, behind, for_sentences, report_at, reports, unquoted
from rag.quotation.speaker_confidence import SpeakerFeatures, fitted
from rag.quotation.speaker_signs import DOES, MAX_SENTENCE, POINTED, Signs, name_words, opens
from rag.quotation.speech import PERSON_ROLES, PRONOUNS, SPEECH, last_before

_MAX_CHAIN = 12  # paragraphs that one quotation may go on over
_MAX_HEAD = 1000  # characters within which who writes, and where, is told
_MAX_LEAD = 6  # words before a comma that lead to a quotation without a verb of saying: "Budi Santoso, “…”"
_MAX_TAIL = 60  # characters behind a quotation within which its verb stands
_MAX_BACK = 8  # sentences before a quotation that a pronoun may point back to
_MIN_NAME = 3  # letters of a name that nothing makes longer: "Ballon d"Or"
_MAX_RIVAL = 16  # sentences before it in which another may have spoken whom it may mean as well
# First names so common that they alone do not make two full names one person.
_COMMON_NAMES = lexicon("names").set("common")
# Offices that news uses as a name: "kata Presiden". The name of their holder is set behind them.
_OFFICES = lexicon("roles").set("names_by_office")
_BACKGROUND = re.compile(r"\s*(?:Sebelumnya|Sebelum ini|Seperti di|Sebagaimana di|Diketahui|Diberitakan)")
# "Ketua Progres 98 itu": what is named is a body.
_NUMBERED = re.compile(r"(?: \d+)? (?:itu|ini|tersebut)\b")
# "Ani menyebutnya perlu, sementara Budi mengatakan": the subject stands in the second half.
_WHILE = re.compile(r".*,? (?:sementara|sedangkan) (?=(?:[a-z]+ ){0,3}[A-Z])", re.DOTALL)
# "Dalam suratnya kepada Ani Lestari, Budi menulis": what opens the sentence is not about who acts.
_ASIDE = re.compile(r"\s*(?:Dalam|Kepada|Pada|Soal|Terkait|Mengenai|Tentang|Lewat|Melalui|Saat|Usai|Ketika|Menurut)\b")
_NAME_ONLY = re.compile(r"\s*([A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3}) (?:(?:juga|pun|lalu|kemudian|kembali) )?")
_DOCUMENTS = lexicon("speech").set("documents")
_APPOSED_TO = re.compile(r" (?:itu|ini|tersebut), ([A-Z][\w’'-]*(?: [A-Z][\w’'-]*){1,3})(?=[.,])")
# "analis media digital dan iklan dari Pusat Media, Budi Santoso": the name behind a description that goes on.
_DESCRIBED_ON = re.compile(r"(?: (?!yang\b|(?:me|ber|ter|di)[a-z]{4,})[\w&’'-]+){1,9}, (?=[A-Z])")
# "tulis akun Instagram @budi.santoso", "tulis warganet pada akun @budi.santoso"
_HANDLE = re.compile(r"@\w(?:[\w.]*\w)?")
_ACCOUNT = re.compile(rf"(?: (?:pada|dari|pemilik|pengguna))?(?: akun)?(?: [A-Z]\w+)? ({_HANDLE.pattern})")
_WITHIN = re.compile(r"\byang (?:juga |sempat )?$")  # "menyinggung ancaman yang dilontarkan Budi" is not said by Budi
_LAWS = frozenset({"Pasal", "Ayat", "Undang-Undang", "Undang", "Peraturan", "Keputusan", "Putusan", "UU"})
_OF_OTHERS = lexicon("roles").set("of_others")
_KIN = _OF_OTHERS - lexicon("roles").set("titles", "occupations") - {"hukum", "mantan", "akun", "perwakilan", "winger"}
_BYNAMES = frozenset({"gus", "kiai", "mas", "mbak", "bang", "kang", "cak"})
_SEXES = frozenset({"pria", "wanita", "perempuan", "lelaki", "laki-laki", "pemuda", "gadis", "dara"})
_MORE = re.compile(r" (?:yang|itu|ini|tersebut|berusia|kelahiran)\b")
# "Salah satu warga bernama Rini Astuti, mengatakan": who is told for the first time, and her name.
_MANY = re.compile(
    r"\s*(?:(?:Namun|Sementara itu|Sementara),? )?((?:[Ss]alah (?:satu|seorang)|[Ss]eorang) \w+(?: [a-z]+)?)"
)
_NAMED = re.compile(r"\b(?:bernama(?: lengkap)?|yakni|yaitu|,) ([A-Z][\w’'-]*(?: [A-Z][\w’'-]*){1,3})(?=,? ?$| \()")
_ONE_OF_MANY = lexicon("speech").set("one_of_many")
# What has a title: what stands between marks behind it is that title, and nobody says it.
_TITLED = lexicon("speech").set("titled")
_POINTS_BACK = re.compile(r"(?: [\w-]+){0,4} (?:itu|ini|tersebut)\b")  # "pria 67 tahun itu"
_REFERS_BACK = re.compile(r" (?:hal |pernyataan )?(?:itu|ini|demikian|tersebut)\b")
_NICKNAMED = re.compile(
    r"[^.“”\"\n]{0,40}?\byang (?:\w+ ){0,3}?(?:disapa|dipanggil|bernama|berinisial|menyebut dirinya|dijuluki|dikenal)"
    r"(?: sebagai| dengan nama| dengan sapaan)? [“\"‘'«]?((?:[A-Z][\w’'-]*)(?: [A-Z][\w’'-]*){0,3})"
)
# "REMBANG, KOMPAS.com - ", "TEMPO.CO, Jakarta - ", "JAKARTA, KOMPAS — ": who writes, and where.
_DATELINE = re.compile(r"^[A-Z][^\n“\"]{1,70}? ?[–—-]{1,2} (?=\S)", re.MULTILINE)
_WRITES_IN_CAPITALS = re.compile(r"[A-Z]{3}|\.(?:com|co|id|net)\b")
BEHIND, BEFORE, TOLD, PRONOUN, CARRIED = "behind", "before", "told", "pronoun", "carried"


Weigh = Callable[[SpeakerFeatures], float]


@dataclass(frozen=True)
class Speaker:
    """Who says it. ``name`` is the fuller form that the article gives; ``role`` the title or office beside it.

    ``written`` is how the article attributes it, at ``start`` to ``end`` of its text. ``direct`` is speech between
    quotation marks; else the article tells it in its own words. ``how`` tells how it is known: named ``behind`` or
    ``before`` the quotation, ``told`` in a sentence without marks, by a ``pronoun``, or ``carried`` over from the
    quotation before it. ``aliases`` are other names that the article gives her.
    """

    name: str
    role: str | None
    written: str
    start: int
    end: int
    direct: bool
    how: str = BEHIND
    aliases: tuple[str, ...] = ()
    probability: float = 1.0

    @property
    def shown(self) -> str:
        """Name and office."""
        return f"{self.name} ({self.role})" if self.role and self.role.lower() not in self.name.lower() else self.name

    @property
    def sure(self) -> bool:
        """Tell whether somebody is named beside the quotation, so that it cannot be another."""
        role, name = split_role(self.name)
        unclear = role is not None and is_over_place(role) and len((name or "").split()) == 1
        unclear = unclear or self.name.startswith("The ")  # a byname: "The Special One"
        return self.how in (BEHIND, BEFORE, TOLD) and self.name[:1].isupper() and name is not None and not unclear


def speaker_of(read: Read, first: int, last: int) -> Speaker | None:
    """Return who says the words ``first`` to ``last`` of an article, None where the article does not tell."""
    text = read.article.text
    quotation = read.bounds.quotation_of(first) or read.bounds.quotation_of(last)
    finder = _finder(text)
    if quotation is not None:
        return finder.of_quotation(quotation)
    return finder.of_indirect(read.words.starts[first], read.words.ends[last])


def speakers_in(
    text: str, quoted: list[Quotation], weigh: Weigh | None = None, named: Container[str] = ()
) -> Callable[[Quotation], Speaker | None]:
    """Return what tells who says a quotation of any text, as that text tells it; the text is read once for all.

    ``weigh``, where given, tells in place of the fitted weights how likely a speaker is who is not named beside it; one
    that it gives 0 is not told. Who is among ``named`` is told unweighed, for whoever asks only who is quoted.

    >>> text = "“Harga beras turun di pasar,” kata Budi Santoso."
    >>> from rag.quotation.detection import quotations
    >>> speakers_in(text, quotations(text))(quotations(text)[0]).name
    'Budi Santoso'
    """
    return _Finder(text, quoted, weigh, named).of_quotation


def agrees(claimed: str, speaker: Speaker) -> bool:
    """Tell whether a claimed speaker may be the one found: a word of the name in common, titles aside.

    >>> agrees("Bu Khofifah", Speaker("Khofifah Indar Parawansa", "Gubernur", "", 0, 0, True))
    True
    >>> agrees("Jokowi", Speaker("Presiden Joko Widodo", None, "", 0, 0, True))
    True
    """
    named = split_role(claimed.title())[1]
    if named is None:  # an office is claimed
        return bool(name_words(claimed) & (name_words(speaker.name) | name_words(speaker.role or "")))
    return any(_is_one(named, name) for name in (speaker.name, *speaker.aliases))


def contradicts(claimed: str, speaker: Speaker) -> bool:
    """Tell whether it was said by another than claimed: only who is named beside it, and only against a name.

    >>> ani = Speaker("Ani", None, "", 0, 0, True)
    >>> contradicts("Budi", ani), contradicts("Wali Kota", ani)
    (True, False)
    """
    return speaker.sure and split_role(claimed.title())[1] is not None and not agrees(claimed, speaker)


def _is_one(claimed: str, name: str) -> bool:
    asked, names = name_words(claimed), name_words(name)
    shared = asked & names
    bare = name_words(split_role(name)[1] or "")
    if len(asked) > 1 and len(bare) > 1:  # Budi Santoso is not Budi Karya
        shared -= _COMMON_NAMES
    return bool(shared) or any(is_short_for(word, name.lower().split()) for word in asked)


@lru_cache(maxsize=16)
def _finder(text: str) -> _Finder:
    """Return the finder of an article; a text may hold many places of one quotation."""
    return _Finder(text, quotations(text, single=False))


class _Finder:
    """Looks for attributions in one article."""

    def __init__(
        self, text: str, quoted: list[Quotation], weigh: Weigh | None = None, named: Container[str] = ()
    ) -> None:
        self._text = text
        self._quoted = quoted
        self._weigh = weigh
        self._told = named
        self._plain = _without_dateline(unquoted(text, quoted))
        self._people = People(_without_dateline(text))
        self._sentences = list(_bounded(sentence_spans(for_sentences(text, quoted))))
        self._starts = [begin for begin, _ in self._sentences]
        self._ends = [end for _, end in self._sentences]
        self._position = {item: position for position, item in enumerate(quoted)}
        self._unlisted: dict[int, Report] = {}  # words in a verb's place that are no known verbs of saying, by place
        for item in quoted:
            found = behind(text, item)
            if found is not None and report_at(text, found.start) is None:
                self._unlisted[found.start] = found
        self._unlisted_starts = sorted(self._unlisted)
        self._signs = Signs(text, self._plain, self._people, self._sentences, quoted, self._behind, lambda: self._said)

    def of_quotation(self, quotation: Quotation, chain: int = _MAX_CHAIN) -> Speaker | None:
        """Behind it first, as news does; then before it, then the one who spoke last."""
        if self._is_title(quotation):
            return None
        if person := self._behind(quotation):
            return self._speaker(person, quotation.start, True, BEHIND)
        if person := self._before(quotation):
            said = self._speaker(person, quotation.start, True, BEFORE)
            return said if said is None or _may_say(said.name) else None
        if not chain:
            return None
        opened = self._goes_on_from(quotation)
        if opened is not None:
            said = self.of_quotation(opened, chain - 1)
            return replace(said, how=CARRIED) if said else None
        said = self._speaker(self._continued(quotation), quotation.start, True, CARRIED)
        return said if said is None or self._goes_on_as(quotation, said) else None

    def _is_title(self, quotation: Quotation) -> bool:
        """Tell whether it is what something is called ("bertajuk “…” pada akhir pekan"), and nobody says it."""
        before = self._plain[max(0, quotation.start - 30) : quotation.start - 1].split()
        if not before or before[-1].lower() not in _TITLED:
            return False
        gap = GAP.match(self._text, quotation.end + 1)
        start = gap.end() if gap else quotation.end + 1
        return report_at(self._text, start) is None

    def of_indirect(self, start: int, end: int) -> Speaker | None:
        """The sentence itself must say who says it."""
        spans = [span for span in self._sentences if span[0] < end and span[1] > start]
        for begin, stop in spans:
            person = self._event(begin, stop)
            if person is not None:
                return self._speaker(person, begin, False, TOLD)
        return None

    def _behind(self, quotation: Quotation) -> Person | None:
        at = quotation.end + 1
        gap = GAP.match(self._text, at)
        start = gap.end() if gap else at
        ended = last_before(self._text, quotation.end) in ".!?…" or "." in self._text[quotation.end : start]
        report = report_at(self._text, start) or self._unlisted.get(start)
        if report is None:
            # "…," Budi menambahkan; "…," demikian kata Budi; "…," begitu kata Budi
            stop = self._sentence_end(at)
            if stop <= start and ended:
                stop = self._sentence_end(start)
            tail = self._plain[at:stop]
            report = next(self._reports(at, min(stop, at + _MAX_TAIL)), None)
            early = tail[: report.start - at] if report else ""
            if report is None or "\n" in early.strip(" ") or "." in early.strip(' "”».'):
                return None
            if ended and self._text[start : start + 1].isupper() and not _REFERS_BACK.match(self._text, report.end):
                return None  # a sentence of its own, which leads to what comes next
        elif self._text[start].isupper() and (ended or "\n" in self._text[at:start]):
            return None  # a new sentence with a subject of its own
        return self._named_by(report, at, self._sentence_end(report.start))

    def _before(self, quotation: Quotation) -> Person | None:
        """Budi mengatakan, “…”: the verb stands in the sentence that leads to the mark."""
        begin = self._sentence_begin(quotation.start - 1)
        lead = self._plain[begin : quotation.start - 1]
        if not lead.strip() or lead.rstrip()[-1] in ".!?":
            return None
        if person := self._event(begin, quotation.start - 1, last=True):
            return person
        if lead.rstrip().endswith(":") or (lead.rstrip().endswith(",") and len(lead.split()) <= _MAX_LEAD):
            return self._people.subject(lead, begin)
        return None

    def _goes_on_from(self, quotation: Quotation) -> Quotation | None:
        """Return the quotation that this one goes on with in a new paragraph: one that no mark has closed."""
        position = self._position[quotation]
        if not position:
            return None
        before = self._quoted[position - 1]
        between = self._text[before.end : quotation.start - 1]
        return before if between and not between.strip() and "\n" in between[:1] else None

    def _goes_on_as(self, quotation: Quotation, said: Speaker) -> bool:
        """Tell whether no quotation that follows at once is said by somebody else."""
        position = self._position[quotation] + 1
        following = self._quoted[position] if position < len(self._quoted) else None
        if following is None or self._text[quotation.end + 1 : following.start - 1].strip():
            return True
        person = self._behind(following)
        if person is None or not person.name:
            return True
        return bool(name_words(self._people.full_name(person.name, person.start)) & name_words(said.name))

    def _continued(self, quotation: Quotation) -> Person | None:
        """A quotation alone goes on with what the sentence before it began, unless somebody else has come in."""
        at = quotation.start - 1
        before = bisect_right(self._ends, at)
        if not before or self._plain[self._sentence_begin(at) : at].strip():
            return None
        begin, end = self._sentences[before - 1]
        position = self._position[quotation]
        last = self._quoted[position - 1] if position else None
        stop = self._sentence_end(at)
        if re.search(r"\w", self._plain[quotation.end + 1 : stop]):
            return None  # it does not stand alone: what is said of it was not understood
        if "\n" in self._text[end:at]:
            line = self._text.find("\n", quotation.end)
            tail = self._plain[quotation.end + 1 : line if line >= 0 else len(self._plain)]
            if self._someone(tail, quotation.end + 1):
                return None  # who does something beside it may be who says it
        if last and last.start >= begin and (person := self._behind(last)):
            return person  # "…," tutur Vidi menurut AS.
        return self._event(begin, end, last=True)

    def _someone(self, text: str, offset: int) -> Person | None:
        """Return the person that the first sentence of a stretch is about."""
        spans = sentence_spans(text.strip("”»\"’' ,"))
        if not spans:
            return None
        start = len(text) - len(text.lstrip("”»\"’' ,"))
        clause = text[start + spans[0][0] : start + spans[0][1]]
        return self._people.subject("- " + clause, offset)

    def _reports(self, begin: int, end: int) -> Iterator[Report]:
        found = list(reports(self._plain, begin, end))
        first, last = (bisect_left(self._unlisted_starts, place) for place in (begin, end))
        found += [self._unlisted[start] for start in self._unlisted_starts[first:last]]
        return iter(sorted(found, key=lambda report: report.start))

    def _event(self, begin: int, end: int, *, last: bool = False) -> Person | None:
        """Return who says something in a stretch of the article's own words: the first, or the last to do so."""
        found = list(self._reports(begin, end))
        if last:
            found = [
                report for report in reversed(found)
                if report.form != "passive" or not _WITHIN.search(self._plain[begin : report.start])
            ]  # fmt: skip
        for report in found:
            if person := self._named_by(report, begin, end):
                return person
        return None

    def _named_by(self, report: Report, begin: int, end: int) -> Person | None:
        """Return the subject of a verb of saying."""
        if report.form == "active":
            left = self._plain[begin : report.start]
            if half := _WHILE.match(left):
                begin, left = begin + half.end(), left[half.end() :]
            if many := _MANY.match(left):
                named = _NAMED.search(left)
                start, end = (begin + place for place in (named or many).span(1))
                name, role = (self._text[start:end], None) if named else (None, " ".join(many.group(1).split()))
                return Person(name, role, start, end)
            words = left.split()[-1:] or [""]
            if words[0].lower().strip(",") in PRONOUNS:
                return Person(None, "-nya", report.start, report.end)
            first, comma, part = left.rpartition(", ")
            apart = DOES.search(first) or SPEECH.search(first) or _ASIDE.match(first)
            if comma and _NAME_ONLY.fullmatch(part) and apart:
                at = begin + len(first) + len(comma)
                if person := self._people.subject("- " + part, at - 2):
                    return person  # "Ketika Putin bertanya, Seagal menjawab"
            if person := self._people.subject(left, begin):
                return person
            lone = _NAME_ONLY.fullmatch(left)
            word = lone.group(1) if lone else ""
            if lone and " " not in word and self._people.may_be_name(word):
                return Person(word, None, begin + lone.start(1), begin + lone.end(1))
            return None
        if report.form == "own":
            return Person(None, "-nya", report.start, report.end)
        rest = self._text[report.end : end]
        if report.form == "passive":
            rest = rest.lstrip(" ,")  # "Hal itu juga diutarakan, Ny. Imas"
        at = end - len(rest.lstrip())
        if account := _HANDLE.match(rest.lstrip()):
            return Person(account.group(), None, at, at + account.end())
        person = self._people.leading(rest.lstrip(), at)
        if person is None or (person.name is None and (person.role or "").lower() in PRONOUNS):
            return Person(None, "-nya", report.start, person.end if person else report.end) if rest.strip() else None
        return person

    def _speaker(self, person: Person | None, at: int, direct: bool, how: str) -> Speaker | None:
        if person is None:
            return None
        written = " ".join(self._text[person.start : person.end].split())
        said = person
        described = None
        if (
            person.name
            and (person.role or "").lower() in _SEXES
            and person.name.lower().split()[0] not in self._people.known
        ) and _MORE.match(self._text, person.end):
            person = replace(person, name=None, role=person.shown_whole)  # "pria Kosta Rika yang …"
        if person.name and (person.role or "A")[0].islower() and self._is_of_another(person):
            whole = person.shown_whole  # "kerabat Echon", "eks striker Chelsea"
            return Speaker(whole, None, written, said.start, said.end, direct, how)
        described_by = person.name and (person.role or "A")[0].islower() and POINTED.match(self._text, person.end)
        if described_by and self._people.full_name(person.name or "", person.start) == person.name:
            person = replace(person, name=None, role=person.shown_whole)  # "vokalis grup band Lyla itu"
        if person.name is None and not _is_office(person.role):
            described = person.role if person.role not in PRONOUNS and person.role != "-nya" else None
            if described and (account := _ACCOUNT.match(self._text, person.end)):
                return Speaker(account.group(1), described, written, said.start, account.end(), direct, how)
            if described and (named := self._named_on(person)):
                written = " ".join(self._text[said.start : named.end].split())
                name = self._people.full_name(named.name or "", named.start)
                return Speaker(name, described, written, said.start, named.end, direct, how)
            if described and (nick := _NICKNAMED.match(self._text, person.end)):
                name = self._people.full_name(nick.group(1).rstrip("’'"), person.start)
                return Speaker(name, described, written, said.start, nick.end(), direct, how)
            if described and not _POINTS_BACK.match(self._text, person.end):
                return Speaker(described, None, written, said.start, said.end, direct, how)  # "seorang warga"
            how = PRONOUN if how != CARRIED else how
            person = self._named_before(at)
            if described and (apposed := _APPOSED_TO.match(self._text, said.end)):
                written = " ".join(self._text[said.start : apposed.end()].split())
                return Speaker(apposed.group(1), described, written, said.start, apposed.end(), direct, how)
            if described and (_is_one_of_many(described) or described.split()[0] in _DOCUMENTS):
                return Speaker(described, None, written, said.start, said.end, direct, how)
            if described and self._told_of(described, at):
                person = None  # "kata tamu tersebut" is of whom "salah satu tamu" told
            elif described and person and person.name is None and not _is_office(person.role):
                person = None
            if person is None:
                return Speaker(described, None, written, said.start, said.end, direct, how) if described else None
        chance = 1.0
        if how in (PRONOUN, CARRIED):
            chance = self._chance(person, at, carried=how == CARRIED, described=described is not None)
            if not chance:
                return Speaker(described, None, written, said.start, said.end, direct, how) if described else None
        found = self._named(person, said, written, direct, how, described)
        return found and replace(found, probability=round(chance, 4))

    def _named_on(self, person: Person) -> Person | None:
        """Return who is named behind a long description, where the article names her elsewhere too."""
        on = _DESCRIBED_ON.match(self._text, person.end)
        if on is None or "\n" in on.group():
            return None
        named = self._people.leading(self._text[on.end() : on.end() + _MAX_TAIL], on.end())
        if named is None or named.role or " " not in (named.name or "") or self._people.may_be_place(named):
            return None
        elsewhere = self._plain[: named.start] + self._plain[named.end :]
        known = any(re.search(rf"\b{re.escape(word)}\b", elsewhere) for word in str(named.name).split())
        return named if known else None

    def _named(
        self, person: Person, said: Person, written: str, direct: bool, how: str, described: str | None
    ) -> Speaker | None:
        """Return the speaker by the fuller form of the name of somebody, or by the office."""
        if person.name is None:
            holder = self._people.holder(person.role or "", person.start)
            if holder and str(person.role).lower() not in _OFFICES:
                aliases = self._people.aliases(holder)
                return Speaker(holder, person.role, written, said.start, said.end, direct, how, aliases)
            name = f"{person.role} {holder}" if holder else person.role or ""
            return Speaker(name, None, written, said.start, said.end, direct, how)
        name = self._people.full_name(person.name, person.start)
        if name == person.name and self._people.may_be_place(person):
            return Speaker(person.shown_whole, None, written, said.start, said.end, direct, how)
        if name.split()[0] in _LAWS or (len(name) < _MIN_NAME and not name.isupper()):
            return None
        if person.role and not _DOCUMENTS.isdisjoint(person.role.split()) and described is None:
            before = self._text[max(0, said.start - 20) : said.start].split()[-1:] or [""]
            whole = " ".join([*(before if before[0] in _DOCUMENTS - {"bunyi", "isi"} else ()), person.shown_whole])
            return Speaker(whole, None, written, said.start, said.end, direct, how)  # "pernyataan resmi pihak Sixers"
        if (person.role or "").lower() in _BYNAMES and " " not in name and described is None:
            return Speaker(person.shown_whole, None, written, said.start, said.end, direct, how)  # "Gus Ipul"
        aliases = self._people.aliases(name)
        return Speaker(name, described or person.role, written, said.start, said.end, direct, how, aliases)

    def _chance(self, person: Person, at: int, *, carried: bool, described: bool) -> float:
        """Return how likely somebody named before a place is who says what stands there; 0 where that is too little."""
        if person.name and self._people.full_name(person.name, person.start) in self._told:
            return 1.0
        features = self._signs.of(person, at, carried=carried, described=described)
        if self._weigh is not None:
            return self._weigh(features)
        chance = fitted().probability(features)
        return chance if chance >= fitted().threshold else 0.0

    @cached_property
    def _said(self) -> list[tuple[int, frozenset[str] | None]]:
        """The verbs of saying in the article's own words: place, and the words of the name of who says it.

        None for a pronoun, and no words where the subject was not understood.
        """
        found: list[tuple[int, frozenset[str] | None]] = []
        for begin, end in self._sentences:
            for report in self._reports(begin, end):
                person = self._named_by(report, begin, end)
                if person is None or (report.form in ("bare", "by", "passive") and person.end <= report.end):
                    words: frozenset[str] | None = frozenset()
                elif person.name:
                    words = frozenset(name_words(self._people.full_name(person.name, person.start)))
                elif self._points_back(person):
                    words = None if self._is_pronoun(person) else frozenset()
                else:
                    words = frozenset(name_words(person.role or ""))
                found.append((report.start, words))
        return found

    @staticmethod
    def _is_pronoun(person: Person) -> bool:
        return person.name is None and (person.role or "-nya") in PRONOUNS

    def _named_before(self, at: int) -> Person | None:
        """Return the one that a pronoun points back to: who spoke last or was last spoken of.

        Where one who does not speak stands nearer than another who does, it may be either, and is neither.
        """
        position = bisect_left(self._starts, at)
        before = self._sentences[max(0, position - _MAX_RIVAL) : position]
        silent: Person | None = None
        for back, (begin, end) in enumerate(reversed(before), 1):
            end = min(end, at - 1)
            if back > _MAX_BACK and silent is None:
                return None
            if begin >= end:
                continue
            person = self._event(begin, end)
            if person is not None and person.start < at and not self._points_back(person):
                if person.name is None and _is_one_of_many(person.role or ""):
                    return None if silent else person  # "ujar saksi mata"
                if (
                    silent is None
                    and _BACKGROUND.match(self._plain, begin)
                    and self._people.is_person(person, says=True)
                ):
                    silent = person  # what was said before; the one who goes on may be another
                    continue
                if self._people.is_person(person, says=True):
                    return person if silent is None or self._is_one(person, silent) else None
                if person.name and not person.role and len(person.name.split()) == 1:
                    return None  # one word that says something and may be a person as well as a body
            elif person is None and silent is None:
                named = self._people.subject(self._plain[begin:end], begin)
                acts = named is not None and named.name and named.start < at and opens(self._plain, begin, named)
                if acts and named and self._people.acts_as_person(named):
                    silent = named
        return silent

    def _is_of_another(self, person: Person) -> bool:
        """Tell whether the one word behind a description may be another or a body, and not who is described."""
        name, role = person.name or "", (person.role or "").lower().split()
        if role[-1] not in _OF_OTHERS:
            return False
        return " " not in name or role[-1] in _KIN

    def _told_of(self, described: str, at: int) -> bool:
        """Tell whether somebody without a name is told of by this word before: "seorang tamu"."""
        noun = re.escape(described.split()[0])
        back = max(0, at - _MAX_HEAD)
        return re.search(rf"\b(?:[Ss]eorang|[Ss]alah (?:satu|seorang)) {noun}\b", self._plain[back:at]) is not None

    def _points_back(self, person: Person) -> bool:
        """Tell whether it is a pronoun, or a description of somebody named before: "politisi Partai Golkar itu"."""
        if person.name:
            if person.role and person.role[0].islower() and POINTED.match(self._text, person.end):
                return True  # "eks pilar Real Madrid tersebut"
            known = self._people.full_name(person.name, person.start) != person.name or " " in person.name
            return bool(person.role) and not known and _NUMBERED.match(self._text, person.end) is not None
        role = person.role or "-nya"
        if role in PRONOUNS or role == "-nya":
            return True
        if _is_one_of_many(role):
            return False
        return role[0].islower() or _POINTS_BACK.match(self._text, person.end) is not None

    def _is_one(self, one: Person, other: Person) -> bool:
        """Tell whether two mentions are of one person, by the full names or the office of the first."""
        names = [self._people.full_name(person.name, person.start) for person in (one, other) if person.name]
        return len(names) < 2 or bool(name_words(names[0]) & name_words(names[1]))

    def _sentence_end(self, at: int) -> int:
        position = bisect_right(self._starts, at) - 1
        if position >= 0 and self._sentences[position][1] > at:
            return self._sentences[position][1]
        return self._sentences[position + 1][1] if position + 1 < len(self._sentences) else len(self._text)

    def _sentence_begin(self, at: int) -> int:
        position = bisect_right(self._starts, at) - 1
        return self._sentences[position][0] if position >= 0 else 0


def _bounded(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield sentences, those that go on too long in parts: each quotation in one would read all of it again."""
    for begin, end in spans:
        for at in range(begin, end, MAX_SENTENCE):
            yield at, min(end, at + MAX_SENTENCE)


def _is_one_of_many(role: str) -> bool:
    """Tell whether somebody is told for the first time and without a name: "seorang warga", "saksi mata"."""
    return role.split(" ", 1)[0].lower() in _ONE_OF_MANY


def _may_say(name: str) -> bool:
    """Tell whether it is a name, or a description of somebody: "data" and "laporan itu" say nothing."""
    words = name.split()
    return name[0].isupper() or _is_one_of_many(name) or not PERSON_ROLES.isdisjoint(words)


def _is_office(role: str | None) -> bool:
    """Tell whether it is an office as a name ("Presiden"), not a description ("pria itu")."""
    return bool(role) and str(role)[0].isupper()


def _without_dateline(text: str) -> str:
    """Return a text with the datelines of its first lines made blank, lengths kept."""
    return _DATELINE.sub(_without_outlet, text[:_MAX_HEAD]) + text[_MAX_HEAD:]


def _without_outlet(match: re.Match[str]) -> str:
    """Return a dateline made blank; an opening with a dash that names no outlet or place in capitals stays."""
    return " " * len(match.group()) if _WRITES_IN_CAPITALS.search(match.group()) else match.group()
