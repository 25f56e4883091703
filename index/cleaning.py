"""Raw text → the words the journalist wrote. Menus, links and the page's second copy of itself go; no word is changed.

It drops whole lines only. White space is evened out (quotations are compared without it); everything else stays.
"""

from __future__ import annotations

import re
import unicodedata

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


def clean(text: str) -> str:
    """Return the article's own lines of a tidy text.

    >>> clean("Warga senang.\\nBaca juga: Yang lain\\nSelesai.")
    'Warga senang.\\nSelesai.'
    """
    kept: list[str] = []
    seen: set[str] = set()
    for line in text.split("\n"):
        if not line or is_boilerplate(line):
            continue
        if len(line) >= _MIN_REPEAT_CHARS:
            if line in seen:
                continue
            seen.add(line)
        kept.append(line)
    return "\n".join(kept)
