"""What a question wants done: one fact, a reason, a list, yes or no, a comparison, a summary, a list of articles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from rag.query.answer_type import asks_reason, asks_way
from rag.query.comparison import Comparison, comparison, shared_words, side_by_side
from rag.query.yes_no import YesNo, yes_no


class Wanted(Enum):
    """The form of answer a question asks for."""

    FACT = "fact"
    REASON = "reason"
    LIST = "list"
    COMPARE = "compare"
    SUMMARISE = "summarise"
    YES_NO = "yes or no"
    ARTICLES = "articles"


@dataclass(frozen=True)
class Intent:
    """``parts`` are the two questions to search with of a comparison; ``article`` names the article of a summary, or
    what listed articles are about.

    ``comparison`` is what is to be told of the two, ``statement`` what yes or no is said to.
    ``subject`` tells that ``article`` is a subject, and that all that was written on it is to be summed up.
    """

    wanted: Wanted
    parts: tuple[str, ...] = ()
    article: str | None = None
    comparison: Comparison | None = field(default=None, compare=False)
    statement: YesNo | None = field(default=None, compare=False)
    subject: bool = False


_MAX_CHARS = 600  # what is longer is no request of these kinds
_POLITE = r"^\s*(?:(?:tolong|mohon|coba|bisakah|dapatkah|bisa|harap|silakan|anda|kamu)\s+)*"
_SUMMARISE = re.compile(
    rf"""{_POLITE}(?:(?:buat(?:kan|lah)?|berikan|beri|tulis(?:kan)?|apa)\s+)?
    (?:(?:ringkas|rangkum|ikhtisar)(?:kan|lah|an|annya)?|(?:inti|pokok|garis\sbesar)\s+(?:isi|berita|artikel)|sarikan|simpulkan|
    (?<=apa\s)isi(?=\s(?:artikel(?!\s+\d)|berita(?!\s+acara)|tulisan(?!\s+(?:di|pada)\b)|liputan)))\b\s*(?:(?:dari|isi|singkat|untuk)\s+)*(?P<rest>.*)$""",
    re.I | re.X | re.S,
)
_ARTICLE = re.compile(
    r"^(?:(?:sebuah|satu|semua)\s+)?(?P<kind>artikel|berita|tulisan|laporan|liputan|naskah|dokumen|berkas)(?:nya)?\b\s*"
    r"(?P<by>(?:(?:yang\s+)?(?:berjudul|judulnya)|tentang|mengenai|soal|perihal|terkait)\b)?\s*(?P<what>.*)$",
    re.I | re.S,
)
# "berita tentang X", "semua artikel soal X", "apa saja yang ditulis tentang X": not one article, all of a subject.
_SUBJECT = re.compile(
    r"^(?:(?:berita|liputan|pemberitaan)(?:\s+\w+){0,3}?|(?:semua|seluruh|berbagai|kumpulan|beberapa)\s+(?:artikel|berita|tulisan|laporan|liputan)|"
    r"(?P<word>artikel|berita|tulisan|laporan|liputan)-(?P=word)|(?:apa(?:\s+saja)?|(?:se)?mua)(?:\s+yang)?(?:\s+(?:telah|sudah|pernah))?"
    r"\s+(?:di(?:tulis|beritakan|liput|laporkan|muat)|ada))(?:nya)?\s+(?:di\s+arsip\s+)?(?:yang\s+)?(?:tentang|mengenai|soal|perihal|terkait)\s+(?P<what>.+)$",
    re.I | re.S,
)
_QUOTED = tuple(  # of one kind of mark: a title may hold another kind, or an apostrophe
    re.compile(rf"(?<!\w){opens}(?P<title>(?:[^{opens}{closes}]|(?<=\w){closes}(?=\w)){{3,300}}){closes}(?!\w)")
    for opens, closes in (("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"))
)
_COMPARE = (
    re.compile(  # "Bandingkan A dengan B", "perbandingan antara A dan B"
        rf"""{_POLITE}(?:apa(?:kah)?\s+)?(?:bandingkan(?:lah)?|perbandingan|membandingkan)\s+(?:antara\s+)?
        (?P<one>.+?)\s+(?:dan|dengan|terhadap|vs\.?|versus|lawan)\s+(?P<two>.+)$""",
        re.I | re.X | re.S,
    ),
    re.compile(  # "Apa beda(nya) A dan B", "Apa perbedaan antara A dengan B"
        rf"""{_POLITE}(?:(?:apa(?:kah)?|jelaskan|sebutkan|di\s?mana|bagaimana|seberapa)(?:\s+saja)?\s+)?(?:letak\s+)?
        (?:(?:per)?beda(?:an)?(?:nya)?|persamaan(?:nya)?|selisih)\s+(?:antara\s+)?
        (?P<one>.+?)\s+(?:dan|dengan|dari)\s+(?P<two>.+)$""",
        re.I | re.X | re.S,
    ),
    re.compile(r"^(?P<one>[^?]+?)\s+(?:vs\.?|versus)\s+(?P<two>[^?]+)$", re.I | re.S),  # "A vs B"
    re.compile(  # "Mana yang lebih mahal, A atau B?"
        r"^(?:antara\s+[^,?]+,\s*)?(?:yang\s+)?(?:mana(?:kah)?|siapa(?:kah)?|apa(?:kah)?)\s+yang\s+(?:lebih|"
        r"paling)\s+(?P<what>[^,?]+),\s*"
        r"(?P<one>[^,?]+?)\s+atau\s+(?P<two>[^?]+)$",
        re.I | re.S,
    ),
)
_ASKS = re.compile(r"\b(?:siapa|kapan|berapa|mengapa|kenapa|bagaimana|gimana|mana|apa)(?:kah)?\b", re.I)
_NEWS = r"(?:berita|artikel|liputan|pemberitaan|tulisan)"
# "Artikel apa saja dalam UU ITE …" and "berita bohong apa saja …" ask for other things than articles of the archive.
_OF_SUBJECT = (
    r"(?=\s*$|\s+(?:yang\s+(?:\w+\s+){1,3}?)?(?:tentang|mengenai|soal|terkait|perihal|membahas|menyebut|memuat|pada|tahun|"
    r"bulan|tanggal|di\s+arsip|di\s+sini|hari|pekan|minggu)\b)"
)
_ARTICLES = re.compile(  # "Berita apa saja tentang X pada Y", "Ada artikel apa saja soal X", "Daftar berita X"
    rf"""{_POLITE}(?:ada\s+)?(?:{_NEWS}(?:-{_NEWS})?\s+(?:apa|mana)\s+(?:saja|aja)\b{_OF_SUBJECT} |
    (?:apa|mana)\s+(?:saja|aja)\s+{_NEWS}\b{_OF_SUBJECT} |
    (?:daftar(?:kan)?|cari(?:kan)?|tampilkan|kumpulkan|sebutkan)\s+(?:semua\s+|daftar\s+)?{_NEWS}\s+(?:tentang|mengenai|soal|terkait|perihal)\b)""",
    re.I | re.X,
)
_LIST = re.compile(
    rf"""{_POLITE}(?:sebut(?:kan|lah)?\b(?!\s+(?:saja\s+)?(?:nama|siapa|kapan|berapa|di\s?mana)\b(?!\s*-|\s+nama))|
    (?:buat(?:kan)?\s+)?daftar(?:kan)?\b(?!\s+(?:tunggu|ulang|hitam|pemilih)\b)(?!.*\b(?:berapa|kapan)\b)) |
    (?<!^apakah\s)\b(?:apa|siapa|mana|ke\s?mana|di\s?mana|dari\s?mana)(?:kah)?\s+saja(?:kah)?\b |
    \bapa-apa\s+saja\b | \bsaja\s+(?:apa|siapa)\b""",
    re.I | re.X,
)


def intent(question: str) -> Intent:
    """Return what a question wants done.

    >>> intent("Bandingkan sikap Khofifah dan Akmal Malik soal UMKM").parts
    ('sikap Khofifah soal UMKM', 'sikap Akmal Malik soal UMKM')
    >>> intent("Ringkas artikel tentang Samsat OPOP").article
    'Samsat OPOP'
    >>> intent("Rangkum apa saja yang ditulis tentang Samsat OPOP").subject
    True
    >>> intent("Apa saja penghargaan Jatim?").wanted, intent("Berapa penduduk Jatim?").wanted
    (<Wanted.LIST: 'list'>, <Wanted.FACT: 'fact'>)

    An article that is only pointed at ("Ringkas artikel itu") gives the words that point.
    """
    text = " ".join(question.split()).rstrip("?.! ")
    if len(text) > _MAX_CHARS:
        return Intent(Wanted.FACT)
    if summary := _SUMMARISE.match(text):
        if not _title(summary["rest"]) and (subject := _SUBJECT.match(summary["rest"].strip(" :,"))):
            return Intent(Wanted.SUMMARISE, article=subject["what"].strip(" :,"), subject=True)
        article = _article(summary["rest"])
        if article:
            return Intent(Wanted.SUMMARISE, article=article)
    if compared := comparison(question):
        return Intent(Wanted.COMPARE, parts=compared.questions, comparison=compared)
    for form in _COMPARE:
        if (match := form.match(text)) and (parts := _parts(match)):
            return Intent(Wanted.COMPARE, parts=parts, comparison=side_by_side(parts))
    if listed := _ARTICLES.match(text):
        about = re.sub(
            rf"^(?:yang\s+\w+|tentang|mengenai|soal|terkait|perihal|{_NEWS})\s+", "", text[listed.end() :].strip()
        )
        return Intent(Wanted.ARTICLES, article=about or None)
    if _LIST.search(text):
        return Intent(Wanted.LIST)
    if statement := yes_no(question):
        return Intent(Wanted.YES_NO, statement=statement)
    return Intent(Wanted.REASON if asks_reason(text) or asks_way(text) else Wanted.FACT)


def _article(rest: str) -> str | None:
    """Return what names the article: a title in quotation marks, its topic, or all that was said."""
    rest = rest.strip(" :,")
    if title := _title(rest):
        return title
    named = _ARTICLE.match(rest)
    if named is None:
        return re.sub(r"^(?:tentang|mengenai|soal)\s+", "", rest, flags=re.I) or None
    return named["what"].strip(" :,") or named["kind"]


def _title(rest: str) -> str | None:
    """Return what stands in quotation marks, None where nothing does."""
    found = next(filter(None, (form.search(rest) for form in _QUOTED)), None)
    return found["title"].strip() if found else None


def _parts(match: re.Match[str]) -> tuple[str, str] | None:
    """Return two questions; what is said of both ("sikap … soal UMKM") stands in each."""
    one, two = match["one"].strip(" ,"), re.sub(r"\s+berapa$", "", match["two"].strip(" ,"), flags=re.I)
    if not one or not two or _ASKS.search(f"{one} {two}"):  # "Berapa skor A vs B?" asks for one fact
        return None
    if what := match.groupdict().get("what"):
        return f"{one} {what}", f"{two} {what}"
    one, two, tail = shared_words(one, two)
    one, two = f"{one} {tail}".strip(), f"{two} {tail}".strip()
    head, name = _head(one)
    if head and name and not _head(two)[0]:
        two = f"{head} {two}"
    return one, two


def _head(part: str) -> tuple[str, str]:
    """Return the common words that open a part ("sikap") and the name they are said of ("Khofifah …")."""
    words = part.split()
    count = next((at for at, word in enumerate(words) if word[:1].isupper() or word[:1].isdigit()), len(words))
    return " ".join(words[:count]), " ".join(words[count:])
