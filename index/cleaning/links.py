"""Links to other articles inside a page: "Baca juga: …", "[Simak Juga - …]", "Berita Terkait"."""

from __future__ import annotations

import re

from index.cleaning.prose import INNER_END, is_speech, is_title_cased

SITE = r"[a-z\d][a-z\d-]*(?:\.[a-z]{2,7}){1,2}\b"
_MAX_CHARS = 250  # a longer "Baca juga: …" has swallowed a paragraph
_MAX_BARE_CHARS = 140  # without a colon it must be a headline
_MAX_TAIL_CHARS = 160  # label and headline; a longer tail holds a sentence too
_SIGNS = r"[(\[*•>»\-–—\s]{0,4}"
_SEPARATOR = r"\s?[:|»>\-–—]\s?"
_ALSO = rf"{_SIGNS}(?:(?:baca|simak|lihat|tonton|saksikan)[ _](?:juga|pula)|baca(?=\s?:))"
_BARE_READ = re.compile(rf"{_SIGNS}baca\s?:", re.I)
_LINK = re.compile(rf"(?:{SITE}\s-\s)?{_ALSO}\b(?P<separator>{_SEPARATOR})?\s*(?P<rest>.*)", re.I)
_LINK_INSIDE = re.compile(rf"(?<=[.!?…\"”’)\]])\s(?={_ALSO}\b{_SEPARATOR})", re.I)
_RELATED = r"(?:terkait|lainnya|terpopuler|populer|pilihan|terbaru|terkini|rekomendasi|menarik|selengkapnya)"
_LINKS_HEADING = re.compile(
    rf"""(?:{SITE}\s-\s)? [\W_]{{0,3}} (?:
      (?:(?:baca|lihat|simak)\s)?(?:berita|artikel|video|foto)\s{_RELATED}(?:\s(?:lainnya|editor|untuk\sanda|hari\sini))?
      | terpopuler | populer | terkini | trending | berita\sutama | rekomendasi(?:\suntuk\sanda)?
      | pilihan\s(?:editor|redaksi|untuk\sanda) | related\s(?:posts?|articles?|news) | you\s(?:may|might)\salso\slike
    ) (?P<separator>\s?:)? \s? (?P<rest>.*)""",
    re.I | re.X,
)
_LINK_ELSEWHERE = re.compile(
    r"""(?: baca\s(?:berita\s|artikel\s)?selengkapnya(?:\s(?:di\ssini|di\s\S+|klik.{0,40}))?[\s:.»>]{0,3}
    | (?:simak|lihat|tonton|saksikan)(?:\sjuga)?,?\svideo(?:nya)?(?:\sterkait|\slainnya|\spilihan[\w\s]{0,30})?
      \s?(?:[:“"].{0,200}) )""",
    re.I | re.X,
)


def is_link(line: str) -> bool:
    """Tell whether a line links to other articles, or heads a list of such links.

    >>> is_link("[Baca Juga: Panen Raya]"), is_link("Baca juga buku itu, kata dia."), is_link("Berita Terkait")
    (True, False, True)
    """
    if len(line) > _MAX_CHARS:
        return False
    if _LINK_ELSEWHERE.fullmatch(line):
        return True
    heading = _LINKS_HEADING.fullmatch(line)
    if heading and (not heading["rest"] or (heading["separator"] and not line.endswith("."))):
        return True
    link = _LINK.fullmatch(line)
    if link is None or (line[0] in "([" and line[-1] not in ")]"):
        return False
    if _BARE_READ.match(line) and link["rest"][:1].islower():  # "(baca: man-ga-ka)" tells how to say it
        return False
    title = link["rest"].rstrip(")] \"'”’")
    if not link["separator"]:
        # "Simak juga cerita warga ini:" and "Baca juga buku itu." are the journalist's
        return len(title) <= _MAX_BARE_CHARS and not title.endswith((".", ":")) and not is_speech(line)
    # no headline ends with a full stop; a paragraph that ran into the link does
    return not title.endswith(".") or (is_title_cased(title) and not INNER_END.search(title))


def heads_links(line: str) -> bool:
    """Tell whether a line is a bare "Baca juga:" or "Berita Terkait", its links on the lines below.

    >>> heads_links("Baca juga:"), heads_links("Baca juga: Panen Raya")
    (True, False)
    """
    found = _LINK.fullmatch(line) or _LINKS_HEADING.fullmatch(line) if len(line) <= _MAX_CHARS else None
    return found is not None and not found["rest"].strip(")] :")


def without_link(line: str) -> tuple[str, str | None]:
    """Cut a link that closes a line: ``(line, link)``; in mid-line it stays, for nobody knows where its title ends.

    >>> without_link("Panen usai. Baca juga: Harga Teh Naik")
    ('Panen usai.', 'Baca juga: Harga Teh Naik')
    >>> without_link("Panen usai. Baca juga: Harga Teh Menurut dia, panen baik.")
    ('Panen usai. Baca juga: Harga Teh Menurut dia, panen baik.', None)
    """
    for gap in _LINK_INSIDE.finditer(line, max(0, len(line) - _MAX_CHARS)):
        link = line[gap.end() :]
        bracketed = link[0] in "(["
        if len(link) > _MAX_TAIL_CHARS or INNER_END.search(link) or is_speech(link):
            continue
        if is_link(link) and (not bracketed or link[-1] in ")]"):
            return line[: gap.start()], link
    return line, None
