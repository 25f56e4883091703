"""A question that compares two things → the fact to look for on each side, and what is to be told of the two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Telling(Enum):
    """What of two facts is asked."""

    SIDE_BY_SIDE = "side by side"
    MORE = "more"
    LESS = "less"
    EARLIER = "earlier"
    LATER = "later"
    DIFFERENCE = "difference"
    SAME = "same"


@dataclass(frozen=True)
class Comparison:
    """``things`` are the two compared, ``questions`` what to look for of each; ``word`` is the quality ("mahal").

    ``claimed`` tells that yes or no is wanted: the first is said to be more ("Apakah A lebih mahal daripada B?").
    """

    things: tuple[str, str]
    questions: tuple[str, str]
    telling: Telling
    word: str = ""
    claimed: bool = False

    @property
    def measured(self) -> bool:
        """True where figures or days are asked for: "Berapa …", "Kapan …"; of "Bagaimana …" nothing is computed."""
        return any(not question.startswith("Bagaimana") for question in self.questions)


# A quality, what is measured by it, and which end "lebih" asks for.
_QUALITIES = {
    "mahal": ("harga", Telling.MORE), "murah": ("harga", Telling.LESS), "banyak": ("jumlah", Telling.MORE),
    "sedikit": ("jumlah", Telling.LESS), "tinggi": ("tinggi", Telling.MORE), "rendah": ("tinggi", Telling.LESS),
    "besar": ("besar", Telling.MORE), "kecil": ("besar", Telling.LESS), "luas": ("luas", Telling.MORE),
    "sempit": ("luas", Telling.LESS), "panjang": ("panjang", Telling.MORE), "pendek": ("panjang", Telling.LESS),
    "jauh": ("jarak", Telling.MORE), "dekat": ("jarak", Telling.LESS), "berat": ("berat", Telling.MORE),
    "ringan": ("berat", Telling.LESS), "tua": ("usia", Telling.MORE), "muda": ("usia", Telling.LESS),
    "lama": ("lama", Telling.MORE), "sebentar": ("lama", Telling.LESS), "cepat": ("kecepatan", Telling.MORE),
    "lambat": ("kecepatan", Telling.LESS), "dalam": ("kedalaman", Telling.MORE), "dulu": ("kapan", Telling.EARLIER),
    "dahulu": ("kapan", Telling.EARLIER), "awal": ("kapan", Telling.EARLIER), "lambatnya": ("kapan", Telling.LATER),
    "akhir": ("kapan", Telling.LATER), "baru": ("kapan", Telling.LATER), "subur": ("gol", Telling.MORE),
    "produktif": ("gol", Telling.MORE), "untung": ("keuntungan", Telling.MORE), "rugi": ("kerugian", Telling.MORE),
    "padat": ("penduduk", Telling.MORE), "ramai": ("jumlah", Telling.MORE), "kaya": ("kekayaan", Telling.MORE),
    "laku": ("penjualan", Telling.MORE), "laris": ("penjualan", Telling.MORE), "sering": ("kali", Telling.MORE),
}  # fmt: skip
_POLITE = r"^\W*(?:(?:tolong|mohon|coba|bisakah|dapatkah|bisa|harap|silakan|anda|kamu)\s+)*"
_ASK = r"(?:mana(?:kah)?|siapa(?:kah)?|apa(?:kah)?)"
_END = r"(?:\s+(?:dan\s+(?:kenapa|mengapa|berapa\s+selisih\w*)|ya|sih))*"
_THING = r"[^,?]+?"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(_POLITE + form + r"[\s?.!]*$", re.I | re.X | re.S), kind)
    for form, kind in (
        (  # "Harga beras lebih mahal di Solo atau di Batu?"
            rf"(?P<both>{_THING})\s+lebih\s+(?P<word>\w+)(?:\s+(?P<what>(?!yang\b|mana\b|dari(?:pada)?\b|dibanding)[^,?]+?))?\s+"
            rf"(?P<where>di|dari|ke|pada|untuk|oleh)\s+(?P<one>{_THING})\s+atau(?:kah)?\s+(?:(?P=where)\s+)?"
            rf"(?P<two>[^,?]+?)",
            "where",
        ),
        (  # "Budi atau Tono yang dihukum lebih lama?"
            rf"(?:(?P<front>[^,?]{{2,60}}),\s*)?(?:apa(?:kah)?\s+)?(?P<one>{_THING})\s+atau(?:kah)?\s+"
            rf"(?P<two>(?:(?!\byang\b)[^,?])+?)\s+yang\s+(?P<what>(?!lebih\b)[^,?]+?)\s+lebih\s+(?P<word>\w+){_END}",
            "known",
        ),
        (  # "Siapa yang dihukum lebih lama, Budi atau Tono?"
            rf"{_ASK}\s+yang\s+(?P<what>(?!lebih\b)[^,?]+?)\s+lebih\s+(?P<word>\w+)\s*[,:]\s*"
            rf"(?P<one>{_THING})\s+atau(?:kah)?\s+(?P<two>[^?]+?)",
            "known",
        ),
        (  # "Di Solo, lebih banyak yang setuju atau yang menolak?"
            rf"(?:(?P<front>[^,?]{{2,60}}),\s*)?lebih\s+(?P<word>\w+)\s+(?P<one>(?!{_ASK}\b){_THING})\s+"
            rf"atau(?:kah)?\s+(?P<two>[^,?]+?)",
            "known",
        ),
        (  # "Mana yang lebih mahal, A atau B?", "Siapa lebih subur musim ini, A atau B?", "antara A dan B, mana …"
            rf"(?:antara\s+[^,?]+,\s*)?(?:(?P<front>[^,?]{{2,60}}),\s*)?(?:yang\s+)?{_ASK}(?:\s+yang)?\s+(?:lebih|paling)\s+(?P<word>\w+)(?:\s+(?P<what>[^,?:]+?))?"
            rf"\s*[,:]?\s*(?:antara\s+)?(?<=[,:\s])(?P<one>{_THING})\s+(?:atau(?:kah)?|"
            rf"dan(?=.*\bantara\b))\s+(?P<two>[^?]+?)",
            "quality",
        ),
        (  # "Lebih mahal mana, A atau B?"
            rf"(?:yang\s+)?(?:lebih|"
            rf"paling)\s+(?P<word>\w+)(?:\s+(?P<what>[^,?]+?))?\s+{_ASK}\s*[,:]?\s*(?:antara\s+)?(?P<one>{_THING})\s+(?:atau(?:kah)?|dan|dengan)\s+(?P<two>[^?]+?)",
            "quality",
        ),
        (  # "A dan B, mana yang lebih mahal?", "Antara A dan B, siapa lebih tua?", "A dan B lebih mahal mana?"
            rf"(?:antara\s+)?(?P<one>{_THING})\s+(?:dan|atau|dengan|"
            rf"vs\.?)\s+(?P<two>[^,?]+?)\s*,?\s*(?:{_ASK}(?:\s+di\s?antara\w*)?(?:\s+yang)?\s+(?:lebih|"
            rf"paling)\s+(?P<word>\w+)"
            rf"|lebih\s+(?P<word2>\w+)\s+(?:yang\s+)?{_ASK})(?:\s+(?P<what>[^,?]+?))?{_END}",
            "quality",
        ),
        (  # "Pada Juni, A atau B yang lebih banyak datang?"
            rf"(?:(?P<front>[^,?]{{2,60}}),\s*)?(?:apa(?:kah)?\s+)?(?P<one>{_THING})\s+atau(?:kah)?\s+(?P<two>[^,?]+?)\s*,?\s*\b(?:yang\s+)?lebih\s+(?P<word>\w+)(?:\s+(?P<what>[^,?]+?))?{_END}",
            "quality",
        ),
        (  # "Apakah A lebih mahal daripada B?"
            rf"(?:apa(?:kah)?\s+|benarkah\s+)?(?P<one>{_THING})\s+(?:(?:memang|masih|"
            rf"sudah)\s+)?lebih\s+(?P<word>\w+)(?:\s+(?P<what>[^,?]+?))?\s+(?:daripada|dari(?:pada)?|ketimbang|"
            rf"dibanding(?:kan)?(?:\s+dengan)?)\s+(?P<two>[^,?]+?)",
            "than",
        ),
        (  # "A dan B beda berapa?", "berapa beda harga A dan B", "berapa selisih A dengan B"
            rf"(?P<one>{_THING})\s+(?:dan|dengan|sama)\s+(?P<two>[^,?]+?)\s*,?\s+(?:(?:ber)?beda(?:nya)?|"
            rf"selisih(?:nya)?)\s+berapa(?:\s+(?P<what>[^,?]+?))?",
            "difference",
        ),
        (
            rf"(?P<one>{_THING})\s+(?:dan|dengan|sama)\s+(?P<two>[^,?]+?)\s*,?\s+berapa\s+(?:beda|selisih)(?:nya)?",
            "difference",
        ),
        (
            rf"(?:berapa(?:kah)?|hitung|ada\s+berapa)\s+(?:beda|perbedaan|"
            rf"selisih)(?:nya)?\s+(?:antara\s+)?(?P<one>{_THING})\s+(?:dan|dengan|dari)\s+(?P<two>[^?]+?)",
            "difference",
        ),
        (
            rf"(?P<one>{_THING})\s+(?:dan|dengan|sama)\s+(?P<two>[^,?]+?)\s*,?\s+(?:apa(?:kah)?\s+)?(?:sama|"
            rf"beda)(?:kah)?(?:\s+besar(?:nya)?)?\s*,?\s*(?:atau\s+(?:tidak|beda|berbeda|sama)|tidak|gak|nggak|ya|kan)",
            "same",
        ),
        (rf"(?:apa(?:kah)?)\s+(?P<one>{_THING})\s+(?:sama(?:\s+(?:besar|tinggi|banyak|mahal|luas|"
         rf"panjang)(?:nya)?)?)\s+(?:dengan|seperti)\s+(?P<two>[^,?]+?)", "same"),
        (rf"samakah\s+(?P<one>{_THING})\s+(?:dan|dengan)\s+(?P<two>[^,?]+?)", "same"),
        (rf"(?:apa(?:kah)?)\s+(?P<one>{_THING})\s+dan\s+(?P<two>[^,?]+?)\s+sama(?:\s+(?:besar|tinggi|banyak|"
         rf"mahal|luas|panjang)(?:nya)?)?", "same"),
    )
)  # fmt: skip
_MEASURES = re.compile(
    r"\b(?:harga|tarif|jumlah|luas|panjang|tinggi|berat|nilai|biaya|gaji|usia|umur|skor|poin|gol|ekspor|impor|"
    r"penjualan|produksi|"
    r"penduduk|korban|kecepatan|jarak|kapasitas|anggaran|laba|rugi|pajak|upah|suara|kursi|denda|persentase|"
    r"suhu|tingkat|angka|volume|target|clock|kuota|durasi|bobot|omzet|pendapatan|utang|inflasi|pertumbuhan|"
    r"ppnbm|ppn|pph|belanja|bunga|tunjangan|retribusi|elektabilitas|kekuatan|tenaga|torsi|daya)\b",
    re.I,
)


# "Bandingkan harga dan berat A dengan B", "Apa beda tarif bawah dan atas di Wilayah I dan Wilayah II"
_LISTED = re.compile(
    _POLITE + r"(?:bandingkan|(?:apa\s+)?(?:per)?beda(?:an)?(?:nya)?)\s+(?:antara\s+)?"
    r"(?P<rest>.*\bdan\b.*\b(?:dan|dengan)\b.*)$",
    re.I | re.S,
)
_MAX_CHARS = 240  # what is longer is no comparison, and its forms have several open places
_WHY = re.compile(r",?\s+dan\s+(?:kenapa|mengapa|apa\s+(?:alasan|sebab|penyebab)\w*)\b[^?]*", re.I)
_NO_THING = re.compile(
    r"^(?:yang|nama|dasar|alasan|implikasi|efek|tingkat|tidak|itu)\b|\b(?:yang|tidak|bekerja|kali|selalu|paling|"
    r"kerja)$|"
    r"\b(?:siapa|kapan|berapa|kenapa|mengapa|bagaimana|apa|mana)(?:kah)?\b",
    re.I,
)


def comparison(question: str) -> Comparison | None:
    """Return what a question compares, None where it compares nothing or says it in another form.

    >>> comparison("Mana yang lebih mahal, tiket Solo atau tiket Batu?").questions
    ('Berapa harga tiket Solo?', 'Berapa harga tiket Batu?')
    >>> comparison("PPnBM sedan dan MPV beda berapa?").questions
    ('Berapa PPnBM sedan?', 'Berapa PPnBM MPV?')
    """
    text = _WHY.sub("", re.sub(r"\bterlebih\b", "lebih", " ".join(question.split()), flags=re.I))
    if len(text) > _MAX_CHARS:
        return None
    if (listed := _LISTED.match(text)) and (made := _of_attributes(listed["rest"].rstrip("?.! "))):
        return made
    for form, kind in _FORMS:
        if match := form.match(text):
            made = _made({name: (value or "").strip(" ,") for name, value in match.groupdict().items()}, kind)
            if made:
                return made
    return None


def _of_attributes(rest: str) -> Comparison | None:
    """Return the comparison of two things in several respects: cut at "dengan", else where both sides name one kind.

    >>> _of_attributes("harga dan berat tiket Solo dengan tiket Batu").things
    ('harga dan berat tiket Solo', 'harga dan berat tiket Batu')
    """
    cuts = list(re.finditer(r"\s+dengan\s+", rest)) or [
        cut
        for cut in re.finditer(r"\s+dan\s+", rest)
        if rest[cut.end() :].split()[0].lower() in map(str.lower, rest[: cut.start()].split())
    ]
    if not cuts:
        return None
    one, two, tail = shared_words(rest[: cuts[-1].start()], rest[cuts[-1].end() :])
    made = side_by_side((one, two))
    questions = f"{made.questions[0].rstrip('?')} {tail}".strip(), f"{made.questions[1].rstrip('?')} {tail}".strip()
    return Comparison((one, two), (f"{questions[0]}?", f"{questions[1]}?"), Telling.SIDE_BY_SIDE)


def side_by_side(parts: tuple[str, str]) -> Comparison:
    """Return the comparison of two things that are only named.

    >>> side_by_side(("ekspor Solo", "ekspor Batu")).questions
    ('Berapa ekspor Solo?', 'Berapa ekspor Batu?')
    """
    asked = (f"Berapa {part}?" if _MEASURES.search(part) else f"Bagaimana {part}?" for part in parts)
    return Comparison(parts, (next(asked), next(asked)), Telling.SIDE_BY_SIDE)


def _made(said: dict[str, str], kind: str) -> Comparison | None:
    one, two = _same_head(said["one"], said["two"])
    word = (said.get("word") or said.get("word2") or "").lower()
    if not one or not two or one.lower() == two.lower() or len(one.split()) > 14 or len(two.split()) > 14:
        return None
    if _NO_THING.search(one) or _NO_THING.search(two):
        return None
    if kind in ("than", "same") and re.search(r"\byang\b", one, re.I):
        return None
    if kind == "where":
        said["both"] = re.sub(r"^apa(?:kah)?\s+", "", said["both"], flags=re.I)
        if _NO_THING.search(said["both"]):
            return None
        one, two = (f"{said['both']} {said['where']} {place}" for place in (one, two))
    one, two, shared = shared_words(one, two)
    front = said.get("front", "")
    about = " ".join(part for part in (said.get("what", ""), shared, front[:1].lower() + front[1:]) if part)
    if kind in ("difference", "same"):
        telling = Telling.DIFFERENCE if kind == "difference" else Telling.SAME
        return Comparison(
            (one, two), (_how_much(one, about, ""), _how_much(two, about, "")), telling, claimed=kind == "same"
        )
    measure, telling = _QUALITIES.get(word, (word, Telling.MORE))
    if kind in ("than", "where", "known") and word not in _QUALITIES:
        return None
    if kind == "than" and _NO_RIVAL.search(said["two"]):
        return None
    asks = _when if telling in (Telling.EARLIER, Telling.LATER) else _how_much
    return Comparison((one, two), (asks(one, about, measure), asks(two, about, measure)), telling, word, kind == "than")


def _same_head(one: str, two: str) -> tuple[str, str]:
    """Return two things that "yang" tells apart, each with the noun it is said of; people where there is none.

    >>> _same_head("pemilih yang setuju", "yang menolak"), _same_head("yang setuju", "yang menolak")
    (('pemilih yang setuju', 'pemilih yang menolak'), ('orang yang setuju', 'orang yang menolak'))
    """
    if two.lower().startswith("yang ") and re.search(r"(?:^|\s)yang\s", one, re.I):
        head = re.split(r"(?:^|\s)yang\s", one, maxsplit=1, flags=re.I)[0] or "orang"
        two = f"{head} {two}"
        one = one if not one.lower().startswith("yang ") else f"{head} {one}"
    return one, two


# "lebih dari 10 orang", "lebih tinggi dari tahun lalu": a threshold or a time, not another thing
_NO_RIVAL = re.compile(
    r"^(?:(?:harga|jumlah)\s+)?(?:Rp\.?\s?)?\d|^(?:tahun|bulan|pekan|minggu|hari)\b|"
    r"^(?:perkiraan|target|sebelumnya|biasanya|semula)\b",
    re.I,
)


def _how_much(thing: str, about: str, measure: str) -> str:
    named = _MEASURES.search(f"{thing} {about}") is not None
    noun = "" if named or not measure else f"{measure} "
    return " ".join(f"Berapa {noun}{thing} {about}".split()) + "?"


def _when(thing: str, about: str, measure: str) -> str:
    return " ".join(f"Kapan {thing} {about}".split()) + "?"


_TAIL = re.compile(
    r"\s*[\s,]\s*(?P<what>(?:soal|tentang|mengenai|dalam\shal|perihal|terkait|menurut|pada|di|tahun|per|dari\ssegi|"
    r"dari\ssisi|untuk|waktu|saat|ketika|usai|setelah|sejak|jelang|menjelang|akibat|versi)\s+.+)$",
    re.I,
)


def shared_words(one: str, two: str) -> tuple[str, str, str]:
    """Return two things with what only one says of both: "harga A", "B" are of one kind; a tail belongs to both.

    >>> shared_words("PPnBM sedan", "MPV"), shared_words("turis China", "Singapura")
    (('PPnBM sedan', 'PPnBM MPV', ''), ('turis China', 'turis Singapura', ''))
    >>> shared_words("ekspor Indonesia", "Thailand tahun 2016")
    ('ekspor Indonesia', 'ekspor Thailand', 'tahun 2016')
    """
    tail = ""
    if (found := _TAIL.search(two)) and not _TAIL.search(one):
        two, tail = two[: found.start()].strip(), found["what"]
    first, second = one.split(), two.split()
    if not first or not second:
        return one, two, tail
    if first[-1].isdigit() and two.isdigit():  # "jumlah penumpang pada Lebaran 2016" and "2017"
        return one, " ".join([*first[:-1], two]), tail
    if first[-1].lower() == "sebelum" and second[0].lower() in ("sesudah", "setelah"):
        return " ".join([*first, *second[1:]]), " ".join([*first[:-1], *second]), tail
    name = next(iter(_names(second)), 0)
    if name and not tail and not _names(first):  # "muatan atas" and "bawah Truk Batu"
        second, tail = second[:name], " ".join(second[name:])
        two = " ".join(second)
    begun = next((at for at, word in enumerate(first) if word.lower() == second[0].lower()), 0)
    if begun:  # "harga tiket Solo" and "tiket Batu"
        two = " ".join([*first[:begun], *second])
    elif len(first) > len(second) and sum(first[at][:1].isupper() for at in _names(first)) < len(first):
        names = _names(first)
        named = second[0][:1].isupper() or second[0][:1].isdigit()
        if named and names and names[0] and not _same_start(first, second):  # "harga tiket Solo" and "Batu"
            two = " ".join([*first[: names[0]], *second])
        elif not set(map(str.lower, first)) & set(map(str.lower, second)):  # "PPnBM sedan" and "MPV"
            two = " ".join([*first[: len(first) - len(second)], *second])
    return one, two, tail


def _names(words: list[str]) -> list[int]:
    """Return the places of the words that are of a name or a number; a measure that opens a question is none."""
    return [
        at
        for at, word in enumerate(words)
        if (word[:1].isupper() or word[:1].isdigit()) and (at or not _MEASURES.fullmatch(word))
    ]


def _same_start(one: list[str], two: list[str]) -> bool:
    return one[0].lower() == two[0].lower()
