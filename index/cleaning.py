"""Raw text → the words the journalist wrote. Menus, links and the page's second copy of itself go; no word is changed.

It drops whole lines only. White space is evened out (quotations are compared without it); everything else stays.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.dates import is_dateline

# One pattern a kind of line that Indonesian news pages put around an article. Matched against the whole line.
_BOILERPLATE = re.compile(
    r"""(?ix) ^ (?:
      selamat\ datang\ di\b.* |
      baca\ (?:juga|pula|selengkapnya|berita\ terkait).* |
      (?:berita|artikel)\ (?:terkait|lainnya|terpopuler|pilihan).* |
      (?:lihat|simak|tonton)\ juga\b.* |
      loading\.* | (?:a\ ){1,2}a | advertisement | iklan | scroll\ to\ continue.* |
      (?:tinggalkan|tulis|post\ a|kirim)\ ?(?:komentar|comment)\b.* | silakan\ masukkan\b.* | komentar |
      previous\ post.* | next\ post.* | contact\ form | share(?:\ this)?:? | bagikan:? |
      (?:copyright\b|©|hak\ cipta\b).* | all\ rights\ reserved.* | read/?\ rendering\ in\b.* |
      editor\ *:.* | \(\w{2,5}\) | gambar\ [\w.]+\.\w{2,4} |
      .*©\ *[\w.]+\.\w{2,4} |
      artikel\ ini\ (?:diambil|telah\ tayang)\b.*
    ) $"""
)
HEAD_LINES = 8  # headline, dateline, "loading..." and caption come before the first paragraph
# Shorter repeats (a subheading, "Ya.") may be meant; a doubled paragraph of a scraped page is far longer.
_MIN_REPEAT_CHARS = 60
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\0\u200b\u200c\u200d\u2060\ufeff\u00ad]")


def tidy(text: str) -> str:
    """Even out white space and invisible characters; one line break ends a line, empty lines go.

    >>> tidy("Satu\\u00a0 dua\\r\\n\\r\\n tiga")
    'Satu dua\\ntiga'
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def is_boilerplate(line: str) -> bool:
    """Tell whether a tidy line belongs to the page and not to the article.

    >>> is_boilerplate("Baca juga: Gubernur Ajak Belanda"), is_boilerplate("Ia membaca juga buku itu.")
    (True, False)
    """
    return _BOILERPLATE.match(line) is not None


@dataclass(frozen=True)
class Line:
    """A line of a page. ``kind`` says, in Indonesian, what it is when it is not the article's own text; else None."""

    text: str
    kind: str | None = None


def lines_of(text: str, *, title: str | None = None, scraped: bool = True) -> list[Line]:
    """Return every line of a tidy text, in order, each told from the article's own.

    >>> [line.kind for line in lines_of("Panen\\nWarga senang.\\nBaca juga: Yang lain", title="Panen")]
    ['judul', None, 'halaman']

    ``title`` is the article's headline, found before: its copies in the head are no body text. ``scraped`` is False for
    a format that keeps headline and date apart from the text: then neither is looked for.
    """
    lines: list[Line] = []
    seen: set[str] = set()
    for number, line in enumerate(line for line in text.split("\n") if line):
        kind = None
        if scraped and number < HEAD_LINES and line == title:
            kind = "judul"
        elif scraped and number < HEAD_LINES and is_dateline(line):
            kind = "tanggal"
        elif is_boilerplate(line):
            kind = "halaman"
        elif len(line) >= _MIN_REPEAT_CHARS:
            kind = "ulangan" if line in seen else None
            seen.add(line)
        lines.append(Line(line, kind))
    return lines
