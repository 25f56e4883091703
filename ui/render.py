"""Everything from articles, users or the model → HTML that shows it as text. No Streamlit here, and no markup gets in.

Pages hand these strings to ``st.html`` and never pass such text to anything that reads Markdown; where Streamlit reads
a label as Markdown, ``label`` takes its meaning away.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from index.articles import Article
from index.cleaning.page_lines import Line
from index.metadata.publication_date import certainty, other_dates
from index.readers.page_view import PageView
from index.storage.corrections import RULE
from index.text.dates import in_words
from index.text.sentences import sentence_spans
from rag.answering.answer import Source, appeared_in
from rag.generation.prompts import NOT_FOUND
from rag.retrieval.full_text import Match, Snippet
from rag.retrieval.provenance import flags_of, origin_line, provenance

_CONTEXT_CHARS = 140  # of a passage, on each side of the sentence that proves
_CARD_CHARS = 320  # of a passage, at the least
_MAX_HEADING_CHARS, _MAX_PARAGRAPH_CHARS = 120, 2000
_FOLDERS = re.compile(r"(?<![\w.…/])(?:[A-Za-z]:\\|/)(?:[^\s/\\:;,()'\"“”]+[/\\])*(?=[^\s/\\])")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$:&-])")


def words(text: str, kind: str = "ta-words") -> str:
    """Return plain text, as the reader or the model wrote it.

    >>> words("<b>![x](http://x)</b>")
    '<div class="ta-words">&lt;b&gt;![x](http://x)&lt;/b&gt;</div>'
    """
    return f'<div class="{kind}">{escape(text)}</div>'


def count(number: int) -> str:
    """Return a number as it is written in Indonesian.

    >>> count(15000)
    '15.000'
    """
    return f"{number:,}".replace(",", ".")


def refusal(text: str) -> str:
    """Return an answer in the page's own words where it is the model's fixed phrase for not found.

    >>> refusal(NOT_FOUND), refusal("40 pedagang.")
    ('Tidak ditemukan di arsip ini.', '40 pedagang.')
    """
    return "Tidak ditemukan di arsip ini." if text.strip() == NOT_FOUND else text


def label(text: str, max_chars: int = 80) -> str:
    r"""Return text for a place where Streamlit reads Markdown, on one line.

    >>> label("![x](http://x) :red[y]")
    '\\!\\[x\\]\\(http\\://x\\) \\:red\\[y\\]'
    """
    line = " ".join(text.split())
    line = line if len(line) <= max_chars else f"{line[: max_chars - 1]}…"
    return _MARKDOWN.sub(r"\\\1", line)


def cut(text: str, max_chars: int) -> str:
    """Return text on one line, no longer than this.

    >>> cut("satu\\ndua tiga", 9)
    'satu dua…'
    """
    line = " ".join(text.split())
    return line if len(line) <= max_chars else f"{line[: max_chars - 1].rstrip()}…"


def source(item: Source, exchange: int, proofs: Sequence[tuple[int, int]] = ()) -> str:
    """Return a source's card: number, title, outlet, date, and its passage around the sentences that prove."""
    first = max(0, min((start for start, _ in proofs), default=0) - _CONTEXT_CHARS)
    last = max((end for _, end in proofs), default=0) + _CONTEXT_CHARS
    first, last = _at_word(item.text, first), _at_word(item.text, max(last, first + _CARD_CHARS))
    inside = [(max(start, first) - first, end - first) for start, end in proofs]
    return (
        f'<div class="ta-source" id="sumber-{exchange}-{item.n}">'
        f'<div class="ta-heading">[{item.n}] {escape(item.title or item.article_id)}</div>'
        f'<div class="ta-meta">{escape(item.publisher or "media tidak diketahui")} · {escape(day(item.date))}'
        f"{escape(appeared_in(item.also_in))}</div>{came_from(item.provenance)}"
        f'<div class="ta-passage-words">{"… " if first else ""}{_marked(item.text[first:last], inside, rest="")}'
        f"{'…' if last < len(item.text) else ''}</div></div>"
    )


def found(match: Match) -> str:
    """Return the line below the title of an article that exact search found."""
    hits = f" · {match.hits} temuan" if match.hits else ""
    return words(
        f"{match.article.publisher or 'media tidak diketahui'} · {day(match.article.date)}{hits}", "ta-meta ta-below"
    )


def snippet(piece: Snippet) -> str:
    """Return a piece of an article with its hits marked."""
    return f'<div class="ta-passage-words">… {_marked(piece.text, piece.marks, rest="")} …</div>'


def came_from(came: dict[str, Any] | None) -> str:
    """Return how an article came into the archive, and what is odd about it; "" where that is not known.

    >>> came_from({"file": "/arsip/a.txt", "flags": []})
    '<div class="ta-meta">Asal: berkas a.txt; kapan masuk arsip tidak tercatat</div>'
    """
    if not came:
        return ""
    flags = "".join(f'<div class="ta-note">Perhatikan: {escape(flag)}</div>' for flag in flags_of(came))
    return f'<div class="ta-meta">Asal: {escape(origin(came))}</div>{flags}'


def origin(came: dict[str, Any]) -> str:
    """Return an article's way into the archive; of the file its name alone, not the server's folders."""
    return origin_line({**came, "file": file_name(came["file"])})


def file_name(path: str) -> str:
    r"""Return the name of a file without its folders.

    >>> file_name("/arsip/2021/a.txt"), file_name(r"C:\arsip\a.txt")
    ('a.txt', 'a.txt')
    """
    return re.split(r"[/\\]", path)[-1]


def heading(item: Article) -> str:
    """Return an article's title; of one without a title its first sentence, cut at a word.

    >>> heading(Article(id="a", text="Warga panen kopi. Lalu pulang.", path="a.txt"))
    'Warga panen kopi.'
    """
    if item.title or not item.text:
        return item.title or item.id
    first = item.text.split("\n", 1)[0][:_MAX_PARAGRAPH_CHARS]
    start, end = next(iter(sentence_spans(first)), (0, len(first)))
    cut = min(end, _at_word(item.text, start + _MAX_HEADING_CHARS))
    return f"{first[start:cut].rstrip()}{'…' if cut < end else ''}"


def date_with_certainty(item: Article) -> str:
    """Return the day of an article, how sure it is, and the other days that its file states.

    >>> date_with_certainty(Article(id="a", text="", path="", date="2024-11-20", date_rule="desk"))
    '20 November 2024 (dikonfirmasi redaksi)'
    >>> date_with_certainty(Article(id="a", text="", path="", date="2024-11-20", date_rule="disputed 2024-11-25"))
    '20 November 2024 (perkiraan; berkas ini juga menyebut 25 November 2024)'
    """
    if not item.date_rule:
        return day(item.date)
    others = " dan ".join(day(other) for other in other_dates(item.date_rule))
    sure = "dikonfirmasi redaksi" if item.date_rule == RULE else certainty(item.date_rule) or item.date_rule
    return f"{day(item.date)} ({sure}{f'; berkas ini juga menyebut {others}' if others else ''})"


def article(
    item: Article, passage: tuple[int, int] | None = None, proofs: Sequence[tuple[int, int]] = (), note: str = ""
) -> str:
    """Return a whole article; ``passage`` is marked in it, and ``proofs``, spans of the passage, stronger."""
    return f"{article_head(item, note)}{article_text(item.text, passage, proofs)}"


def article_head(item: Article, note: str = "") -> str:
    """Return what stands above an article: title, outlet, date and where it came from."""
    return (
        f'<div class="ta-heading">{escape(heading(item))}</div>'
        f'<div class="ta-meta">{escape(item.publisher or "media tidak diketahui")} · {escape(day(item.date))}'
        f"{escape(note)}</div>{came_from(provenance(item) if item.path else None)}"
    )


def article_text(text: str, passage: tuple[int, int] | None = None, proofs: Sequence[tuple[int, int]] = ()) -> str:
    """Return an article's text with a passage marked, and ``proofs``, spans of the passage, stronger.

    >>> article_text("Satu. Dua.", (6, 10), [(0, 4)])
    '<div class="ta-article">Satu. <span id="ta-bagian"><mark class="ta-proof">Dua.</mark></span></div>'
    """
    start, end = passage or (len(text), len(text))
    marked = f'<span id="ta-bagian">{_marked(text[start:end], proofs)}</span>' if passage else ""
    return f'<div class="ta-article">{escape(text[:start])}{marked}{escape(text[end:])}</div>'


def page(view: PageView) -> str:
    """Return a page's picture with boxes over the cited words.

    >>> page(PageView(2, 3, b"", ((0.1, 0.2, 0.5, 0.25),), ("kopi",))).partition("<mark ")[2]
    'class="ta-proof" style="left:10.00%;top:20.00%;width:40.00%;height:5.00%" aria-hidden="true"></mark></div></div>'
    """
    picture = base64.b64encode(view.picture).decode("ascii")
    marks = "".join(
        f'<mark class="ta-proof" style="left:{100 * left:.2f}%;top:{100 * top:.2f}%;width:{100 * (right - left):.2f}%;'
        f'height:{100 * (bottom - top):.2f}%" aria-hidden="true"></mark>'
        for left, top, right, bottom in view.boxes
    )
    told = f"Halaman {view.number} dari {view.count}, sebagaimana tercetak"
    return (
        f'<div class="ta-page" tabindex="0" role="group" aria-label="{told}"><div id="ta-bagian">'
        f'<img alt="{told}" style="aspect-ratio:{view.ratio:.4f}" src="data:image/webp;base64,{picture}">'
        f"{marks}</div></div>"
    )


def lines(items: Iterable[Line]) -> str:
    """Return every line of a page, those that were left out struck through with what they are."""
    parts = []
    for line in items:
        if line.kind is None:
            parts.append(f"<div>{escape(line.text)}</div>")
        else:
            kind = f'<span class="ta-kind">{escape(line.kind)}</span>'
            parts.append(f'<div>{kind} <span class="ta-left-out">{escape(line.text)}</span></div>')
    return f'<div class="ta-article">{"".join(parts)}</div>'


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return two columns: what, and what is known of it."""
    cells = (f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    return f'<table class="ta-table">{"".join(cells)}</table>'


def log(lines: Sequence[str]) -> str:
    """Return the log's lines as they stand; the box can be scrolled by keyboard as well."""
    return f'<pre class="ta-log" tabindex="0" aria-label="Baris terakhir log">{escape(chr(10).join(lines))}</pre>'


def problems(items: Sequence[str], shown: int = 200) -> str:
    """Return a list of lines, the first of many."""
    rest = f"<li>dan {len(items) - shown} lagi</li>" if len(items) > shown else ""
    return f'<ul class="ta-meta">{"".join(f"<li>{escape(item)}</li>" for item in items[:shown])}{rest}</ul>'


def day(iso: str | None) -> str:
    """Return an ISO date in Indonesian.

    >>> day("2021-11-29"), day(None)
    ('29 November 2021', 'tanggal tidak diketahui')
    """
    return in_words(iso) if iso else "tanggal tidak diketahui"


def without_folders(text: str) -> str:
    """Return a message for a reader who has no business with the server's folders: of each path its last name alone.

    >>> without_folders("Model /srv/model/a.gguf rusak; jalankan: tanya models fetch --models /srv/model (1/2).")
    'Model …/a.gguf rusak; jalankan: tanya models fetch --models …/model (1/2).'
    """
    return _FOLDERS.sub("…/", text)


def _at_word(text: str, at: int) -> int:
    """Return the nearest place at or before ``at`` where a word begins, the end where there is no more text."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    return text.rfind(" ", 0, at) + 1


def _marked(text: str, proofs: Sequence[tuple[int, int]], rest: str = "ta-passage") -> str:
    """Return a passage with its proofs marked; ``rest`` is the mark of what is between, "" for none."""

    def plain(part: str) -> str:
        return f'<mark class="{rest}">{escape(part)}</mark>' if rest and part else escape(part)

    parts, at = [], 0
    for start, end in sorted(set(proofs)):
        parts.append(plain(text[at:start]) if start > at else "")
        parts.append(f'<mark class="ta-proof">{escape(text[max(at, start) : end])}</mark>')
        at = max(at, end)
    parts.append(plain(text[at:]))
    return "".join(parts)
