"""A question that asks two things → questions that each stand alone. Rules of the language; no model.

"Siapa X dan kapan Y?" asks two things; "Siapa X dan Y?" asks one. What the second half leaves out, or only points at
("-nya", "dia", "itu"), is carried over from the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS, stem, tokens
from rag.query.comparison import Telling
from rag.query.intent import Wanted, intent


@dataclass(frozen=True)
class Part:
    """One of the questions: ``asked`` as it was written, ``question`` as it stands alone.

    ``chained`` is the question with "{}" where the answer of the part before belongs ("apa jabatan {}?"), "" where
    nothing of it points there.
    """

    asked: str
    question: str
    chained: str = ""

    @property
    def leans(self) -> bool:
        """True where it is on what the part before is about: it takes words from it, points there, or says too little.

        >>> Part("berapa suratnya?", "Berapa surat Budi?").leans, Part("siapa ketua PSB?", "Siapa ketua PSB?").leans
        (True, False)
        """
        carried = self.question.lower() != self.asked.lower() or bool(self.chained)
        bare = _NAME.search(self.asked[1:]) is None and len(_content(self.asked)) <= _FEW_WORDS + 1
        return carried or bare or _owned(self.asked) is not None

    def after(self, answer: str) -> str:
        """Return the question once the part before is answered.

        >>> Part("apa jabatan dia?", "apa jabatan ketua?", "apa jabatan {}?").after("Tono Contoh")
        'apa jabatan Tono Contoh?'
        """
        return self.chained.replace("{}", answer) if self.chained and answer else self.question


_ASKS = (
    r"(?:siapa|apa|kapan|berapa|mengapa|kenapa|bagaimana|gimana|mana|dimana|kemana|darimana|apakah|what|who|"
    r"when|where|why|how)(?:kah)?"
)
_ASK = re.compile(rf"\b{_ASKS}\b", re.I)
# A question word with what belongs to it before ("oleh", "di", "pada tahun") and behind ("saja", "lama", "persen").
_PHRASE = re.compile(
    r"""(?:\b(?:oleh|dari|untuk|kepada|dengan|sejak|sampai|hingga|pada|di|ke|dalam|atas|menurut|bersama|sebagai|selama)\s+)?
    (?:(?:(?:pada|di|dari|ke)\s+)?\b(?:tahun|tanggal|bulan|hari|jam|pukul|negara|kota|provinsi|kabupaten|tempat|
    stadion|lokasi|daerah|abad|usia|umur)\s+)?"""
    rf"""\b{_ASKS}\b(?:\s+(?:saja|sih|ya|lama|banyak|besar|jauh|kali|persen|orang|tahun|bulan|hari|jam|tinggi|luas)\b)?""",
    re.I | re.X,
)
_JOINT = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?:dan(?:\s+juga)?|serta|lalu|kemudian|and)\s+|\s*[,;]\s+|\s*\?+\s+(?=\S)", re.I
)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)['‘][^'’]*['’](?!\w)")
_HEADS = re.compile(  # "Kapan dan di mana X …?"
    r"^\W*(?P<one>(?:(?:sejak|di|ke|dari|oleh)\s+)?(?:kapan|mana|dimana|mengapa|kenapa|bagaimana|"
    r"berapa)(?:kah)?)\s*(?:,\s*)?(?:dan|serta)\s+"
    r"(?P<two>(?:(?:sejak|di|ke|dari|oleh|untuk|pada\s+tahun)\s+)?(?:kapan|mana|dimana|mengapa|kenapa|bagaimana|"
    r"berapa|siapa)(?:kah)?)"
    r"\s+(?P<rest>\S.*)$",
    re.I | re.S,
)
_RELATIVE = re.compile(
    r"\b(?:di\s?mana|yang\s+mana|apa\s+yang|siapa\s+yang|apa\s+pun|apapun|siapa\s?pun|mana\s?pun|bagaimana)\b", re.I
)
_ANYTHING = re.compile(r"\b(?:apa|siapa|kapan|mana|berapa|bagaimana)\s?pun\b", re.I)
_THEN_WHY = re.compile(r"^(?P<first>.+?),?\s+dan\s+(?P<why>kenapa|mengapa|apa\s+alasannya)\W*$", re.I | re.S)
_BARE_PHRASE = re.compile(rf"(?:oleh|untuk|dari|di|ke|dengan|kepada|bersama)\s+\w+\s+{_ASKS}", re.I)
_LEADS_IN = re.compile(
    r"\W*(?:(?:\w+\s+){0,2}?(?:setelah|sebelum|sejak)|(?:pada|di(?!\s?mana)|dari(?!\s?mana)|menurut|selama|dalam))\b",
    re.I,
)
_TOPIC = re.compile(r"(?P<about>Tentang [^:]+:) (?P<rest>.+)$", re.S)  # as rag.query.rewriting sets it
_PRONOUN = re.compile(r"\b(?:dia|ia|beliau|mereka|dirinya|he|she|they)\b", re.I)
_POINTING = re.compile(
    r"\b(?:hal|peristiwa|kejadian|acara|kegiatan|orang|tokoh|kasus)?\s*(?:itu|tersebut)\b(?=\s*(?:[,?]|$))", re.I
)
_OWN = re.compile(r"\b(?P<noun>[a-z-]{3,})nya\b(?P<after>\s+\w+)?", re.I)
# "-nya" that is no possessive.
_NO_OWN = frozenset(
    "ha pu ta sebelum sesudah setelah akhir biasa hari seharus sebenar sebaik seluruh selanjut rupa ternyata misal "
    "pasti banyak keesokan satu umum khusus kabar tampak agak bulan tahun pekan minggu jam".split()
)
_OPENS_PHRASE = frozenset(
    "di ke dari pada untuk oleh dengan saat ketika sejak selama dalam yang dan atau akan sudah telah".split()
) | (_ABOUT := frozenset("tentang soal mengenai terhadap terkait".split()))
_VERB = re.compile(r"(?:di|me[mnl]|meng|meny|ber|ter)[a-z]{3,}(?<!nya)$")
# Nouns that begin with the letters of a prefix.
_NO_VERB = frozenset(
    "direktur dinas diri dirjen dia media menteri mentri merek bersama terhadap tentang berita tersebut diskon "
    "direksi dinding meja menit merah".split()
)
_LINKS = frozenset("di ke dari pada".split())
_AMOUNT = frozenset("jumlah nama total besar besarnya nilai banyaknya banyak harga angka".split())
_FRESH = frozenset("baru lama resmi pertama terakhir kedua".split())
_NAME = re.compile(r"(?<![\w-])(?:[A-ZÀ-Þ][\w./'’-]*|\d[\w.,/-]*)")
_MOST_PARTS = 3
_FEW_WORDS = 2
_MAX_CHARS = 600


def question_parts(question: str, wanted: Wanted) -> tuple[Part, ...]:
    """Return the questions that a question asks, one where it asks one thing; ``wanted`` is what the whole wants done.

    >>> [part.question for part in question_parts("Kapan Budi Contoh dilantik dan oleh siapa?", Wanted.FACT)]
    ['Kapan Budi Contoh dilantik?', 'Oleh siapa Budi Contoh dilantik?']
    >>> len(question_parts("Siapa nama gubernur dan wakil gubernur Bali?", Wanted.FACT))
    1

    A comparison is one question. At most three parts are told apart.
    """
    text = " ".join(question.split())
    whole = (Part(text, text),)
    if len(text) > _MAX_CHARS or wanted in (Wanted.COMPARE, Wanted.SUMMARISE):
        reason = _THEN_WHY.match(text)
        if reason and intent(f"{reason['first']}?").wanted is Wanted.COMPARE:
            first, why = reason["first"].strip(" ,"), reason["why"]
            return Part(f"{first}?", f"{first}?"), Part(
                f"{why}?", f"{_capital(why)} {_PHRASE.sub('', first, count=1)}?"
            )
        return whole if wanted is Wanted.SUMMARISE or len(text) > _MAX_CHARS else _in_each_respect(text) or whole
    topic = _TOPIC.match(text)
    if topic and len(parts := question_parts(topic["rest"], intent(topic["rest"]).wanted)) > 1:
        about = topic["about"]  # set before a question that goes on with a conversation: it belongs to each part
        return tuple(
            Part(part.asked, f"{about} {part.asked}", part.chained and f"{about} {part.chained}") for part in parts
        )
    if heads := _HEADS.match(text.rstrip("?.! ")):
        rest = heads["rest"]
        if not _ASK.search(_ANYTHING.sub("", rest)):
            return tuple(Part(f"{heads[one]} {rest}?", f"{_capital(heads[one])} {rest}?") for one in ("one", "two"))
    pieces = _pieces(text)
    if len(pieces) < 2:
        return whole
    first, *others = pieces
    others[-1] = others[-1].rstrip("?.! ")
    return _standing_alone([first.rstrip("?.! "), *others])


_RESPECTS = re.compile(r"^(?P<of>.+?)\s*,?\s+(?:dari\s+(?:segi|sisi|hal)|dalam\s+hal)\s+(?P<respects>.+)$", re.I | re.S)
_MAX_RESPECT_WORDS = 3


def _in_each_respect(text: str) -> tuple[Part, ...]:
    """Return a comparison in several respects as one in each of them, none where it is in one.

    >>> [part.question for part in _in_each_respect("Bandingkan harga dan berat Nova 2 dengan Nova 3.")]
    ['Bandingkan harga Nova 2 dengan harga Nova 3?', 'Bandingkan berat Nova 2 dengan berat Nova 3?']
    """
    text = text.rstrip("?.! ")
    told = _RESPECTS.match(text)
    asked = intent(f"{told['of'] if told else text}?").comparison
    if asked is None or asked.telling is not Telling.SIDE_BY_SIDE:
        return ()
    one, two = (question.partition(" ")[2].rstrip("?").split() for question in asked.questions)
    if told:
        respects = told["respects"]
    else:  # what both things begin with: "harga dan berat Nova" and "harga dan berat Lima"
        shared = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
        joint = max((at for at, word in enumerate(one[:shared]) if word.lower() == "dan"), default=shared)
        name = next((at for at in range(joint + 2, shared) if _NAME.match(one[at])), shared)  # "GPU" may be a respect
        respects, one, two = " ".join(one[:name]), one[name:], two[name:]
    made = [respect.strip() for respect in re.split(r"\s*,\s*(?:dan\s+)?|\s+dan\s+", respects)]
    if not 2 <= len(made) <= _MOST_PARTS or any(not 1 <= len(one.split()) <= _MAX_RESPECT_WORDS for one in made):
        return ()
    first, second = " ".join(one), " ".join(two)
    return tuple(Part(f"{made_of}?", f"Bandingkan {made_of} {first} dengan {made_of} {second}?") for made_of in made)


def _pieces(text: str) -> list[str]:
    """Cut where both sides ask something."""
    masked = _ANYTHING.sub(
        lambda match: "x" * len(match.group()), _QUOTED.sub(lambda match: "x" * len(match.group()), text)
    )
    pieces: list[str] = []
    start = 0
    for joint in _JOINT.finditer(masked):
        if len(pieces) == _MOST_PARTS - 1:
            break
        left, right = masked[start : joint.start()], masked[joint.end() :]
        if joint.start() >= start and _asks(left) and _begins_to_ask(right, joint.group(), left):
            pieces.append(text[start : joint.start()])
            start = joint.end()
    return [*pieces, text[start:]]


def _asks(left: str) -> bool:
    """Tell whether what stands before a joint is a question with something that it is about."""
    asked = list(_ASK.finditer(left))
    if not asked or not _content(_PHRASE.sub(" ", left)) or re.search(r"\byang\s*$", left, re.I):
        return False
    # "Titik di mana isotop berhenti …": a place that is told, not asked for
    only = _RELATIVE.search(left) if len(asked) == 1 else None
    inside = only is not None and bool(left[: only.start()].strip()) and bool(left[only.end() :].strip())
    return not (inside and only is not None and re.match(r"di\s?mana$", only.group(), re.I))


def _begins_to_ask(right: str, joint: str, left: str) -> bool:
    """Tell whether what follows a joint asks something itself."""
    ahead = _JOINT.search(right.rstrip("?.! ")) if "?" not in joint else None
    asked = _ASK.search(right)
    # "Siapa ketua dan wakil ketua X dan kapan …?": the first "dan" is cut only where its own side asks
    if not asked or (ahead and re.search("[a-z]", ahead.group(), re.I) and ahead.start() < asked.start()):
        return False
    if re.fullmatch(r"(?:apa|siapa|mana)(?:kah)?[ ?.!]*", right, re.I):  # "… dan apa?" asks for another of the same
        return False
    phrase = _PHRASE.match(right)
    joined = re.search(r"[a-z]", joint) is not None
    if not joined and "?" not in joint:  # a comma alone: what follows must open with its question
        # "Menurut siapa, berapa …" and "Pada tahun apa, apakah …" are one question
        relative = re.match(r"(?:(?:di|ke|dari)\s?mana|apakah)\b", right, re.I)
        leads_in = _LEADS_IN.match(left)
        whole = phrase is not None and relative is None and leads_in is None
        return whole and bool(_content(_PHRASE.sub(" ", right)))
    if phrase:
        return True
    # subtle: "kota dan pulau di mana X lahir" has no second question; with a comma before "dan" it may
    before = right[: asked.start()]
    told_of = _RELATIVE.match(right, max(0, asked.start() - 3)) is not None
    told_of = told_of and "kah" not in asked.group().lower()
    ends = not right[asked.end() :].strip(" ?.!")
    return "," in joint or ";" in joint or "?" in joint or ends or not told_of or not before.strip()


def _standing_alone(pieces: list[str]) -> tuple[Part, ...]:
    """Return the parts, each with what it leaves out."""
    first = pieces[0]
    second = pieces[1]
    if lent := _lent(first, second):
        first = f"{first} {lent}"
    parts = [Part(f"{pieces[0]}?", f"{_capital(first)}?")]
    for piece in pieces[1:]:
        parts.append(Part(f"{piece}?", f"{_capital(piece)}?") if lent else _carried(first, piece))
    return tuple(parts)


def _lent(first: str, second: str) -> str:
    """Return what the first half leaves to the second to say: "Apa syarat dan berapa biaya membuat SIM?"."""
    rest = _PHRASE.sub(" ", first).split()
    phrase = _PHRASE.match(second)
    if phrase is None or len(rest) != 1 or _NAME.match(rest[0]) or _OWN.fullmatch(rest[0]):
        return ""
    words = second[phrase.end() :].split()
    return " ".join(words[1:]) if len(words) > 2 and not _OWN.search(second) else ""


def _carried(first: str, piece: str) -> Part:
    """Return a later part with what it takes from the first."""
    said = _PHRASE.sub(" ", piece, count=1).strip(" ,")
    rest = " ".join(_PHRASE.sub(" ", first, count=1).split()).strip(" ,")
    asks_who = re.search(r"\bsiapa(?:kah)?\b", first, re.I) is not None
    bare = _BARE_PHRASE.fullmatch(piece) is not None
    if bare or not _content(said):
        return Part(f"{piece}?", f"{_capital(piece)} {_without_that(rest)}?")
    subject = _subject(rest, asks_who)
    if pronoun := _PRONOUN.search(piece):
        place = slice(pronoun.start(), pronoun.end())
        chained = f"{piece[: place.start]}{{}}{piece[place.stop :]}?" if asks_who else ""
        whole = f"orang {rest}" if rest.startswith("yang ") else rest if asks_who else subject
        return Part(f"{piece}?", f"{_capital(piece[: place.start] + whole + piece[place.stop :])}?", _capital(chained))
    if (own := _owned(piece)) and (
        not _NAME.search(piece[own.end("noun") :]) or (own["after"] or "").strip().lower() in _ABOUT
    ):
        end = own.end("noun")
        chained = ""
        if asks_who and (own["after"] or "").strip().lower() in _ABOUT:  # the opinion of whoever was asked for
            subject, chained = rest, f"{_capital(piece[:end])} {{}}{piece[end + 3 :]}?"
        return Part(f"{piece}?", f"{_capital(piece[:end])} {subject}{piece[end + 3 :]}?", chained)
    if (pointing := _POINTING.search(piece)) and not _NAME.search(piece) and len(_content(said)) <= _FEW_WORDS + 1:
        before = piece[: pointing.start()].rstrip()
        return Part(f"{piece}?", f"{_capital(before)} {subject}{piece[pointing.end() :]}?")
    if _lacks_subject(first, piece, said):
        if _is_verb(piece.split()[0]) or not _PHRASE.match(piece):
            return Part(f"{piece}?", f"{_capital(_name_from(rest) or subject)} {piece}?")
        return Part(f"{piece}?", f"{_capital(piece)} {_name_from(rest, linked=True) or subject}?")
    return Part(f"{piece}?", f"{_capital(piece)}?")


def _owned(piece: str) -> re.Match[str] | None:
    """Return the noun whose "-nya" points back, None where there is none."""
    for match in _OWN.finditer(piece):
        after = (match["after"] or "").strip().lower()
        noun = match["noun"].lower()
        if noun in _NO_OWN or (_VERB.match(noun) and after):
            continue
        if re.search(r"\byang\b", piece[: match.start()], re.I):  # "berapa bangsa yang menempatkan warganya": its own
            continue
        if not after or after in _OPENS_PHRASE or _ASK.fullmatch(after) or _VERB.match(after):
            return match
    return None


def _lacks_subject(first: str, piece: str, said: str) -> bool:
    """Tell whether a part says too little to stand alone."""
    words = _content(said)
    if _NAME.search(said if _PHRASE.match(piece) else said[1:]):
        # "dijual berapa di India": a place is named, but not what is sold
        return _is_verb(piece.split()[0]) and len(words) <= _FEW_WORDS + 1 and bool(_name_from(first))
    if len(words) <= _FEW_WORDS:
        return True
    if _is_verb(words[0]) and len(words) <= _FEW_WORDS + 1:
        return True
    shared = {stem(word) for word in words} & {stem(word) for word in _content(first)}
    return bool(shared) and len(words) <= 2 * _FEW_WORDS


def _is_verb(word: str) -> bool:
    word = word.lower()
    return word not in _NO_VERB | QUESTION_WORDS and _VERB.match(word) is not None


def _subject(rest: str, asks_who: bool) -> str:
    """Return what "-nya" points at in the first half: the thing, without the noun that was asked for.

    "harga Davy Klaassen saat dibeli Everton" is of "Davy Klaassen saat dibeli Everton".
    """
    words = rest.split()
    if words and words[0].lower() == "yang":
        return f"orang {rest}" if asks_who else _without_that(rest)
    names = [at for at, word in enumerate(words) if _NAME.match(word)]
    if not names or names[0] == 0:
        at = next((at for at, word in enumerate(words) if _OWN.fullmatch(word.lower())), len(words)) if names else 0
        return " ".join(words[:at]) if at else rest
    before = [word.lower() for word in words[: names[0]]]
    if set(before) & _OPENS_PHRASE:  # "kakek di Bone yang menikahi …": the name is not the thing itself
        return rest
    count = 1
    while count < len(before) and before[count] in _FRESH | _AMOUNT:
        count += 1
    return " ".join(words[count:]) or rest


def _name_from(rest: str, *, linked: bool = False) -> str:
    """Return a text from its first name on, ``linked`` with its preposition, without what is said of it."""
    rest = _PHRASE.sub(" ", rest)
    words = rest.split()
    start = next((at for at, word in enumerate(words) if _NAME.match(word) and (at or len(words) > 1)), None)
    if start is None:
        return ""
    end = next((at for at in range(start, len(words)) if _OWN.fullmatch(words[at])), len(words))
    if linked and start and words[start - 1].lower() in _LINKS:
        start -= 1
    return " ".join(words[start:end])


def _without_that(rest: str) -> str:
    return re.sub(r"^yang\s+", "", rest)


def _content(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in STOP_WORDS | QUESTION_WORDS]


def _capital(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]
