"""Everything from articles, users or the model → HTML that shows it as text. No Streamlit here, and no markup gets in.

Pages hand these strings to ``st.html`` and never pass such text to anything that reads Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.dates import MONTH_NAMES
from rag.answer import Answer, Source, appeared_in

STYLE = """<style>
.ta-words { white-space: pre-wrap; line-height: 1.55; font-size: 1.05rem; }
.ta-cite { font-weight: 600; text-decoration: none; padding: 0 .1em; }
.ta-unsupported { text-decoration: underline wavy #b42318; }
.ta-badge { font-size: .75rem; color: #7a271a; background: #fef3f2; border: 1px solid #fda29b; border-radius: .4rem;
  padding: 0 .35rem; margin-left: .25rem; white-space: nowrap; }
.ta-source { border-left: 3px solid #0b5c7a55; padding: .15rem 0 .15rem .8rem; scroll-margin-top: 5rem; }
.ta-source:target { border-left-color: #0b5c7a; background: #0b5c7a14; }
.ta-heading { font-weight: 600; }
.ta-meta, .ta-note { opacity: .75; font-size: .9rem; }
.ta-context { opacity: .55; }
.ta-passage { background: #fff4c2; color: #1c1c1c; }
.ta-proof { background: #ffd84d; color: #1c1c1c; }
.ta-article { white-space: pre-wrap; line-height: 1.6; }
</style>"""
# Our own constant; nothing from an article is ever part of a script.
SCROLL_TO_PASSAGE = "<script>document.getElementById('ta-bagian')?.scrollIntoView({block: 'center'});</script>"
_CONTEXT_CHARS = 140  # of the article on each side of a passage in its card


def words(text: str) -> str:
    """Return plain text, as the reader or the model wrote it.

    >>> words("<b>![x](http://x)</b>")
    '<div class="ta-words">&lt;b&gt;![x](http://x)&lt;/b&gt;</div>'
    """
    return f'<div class="ta-words">{escape(text)}</div>'


def answer(found: Answer, exchange: int) -> str:
    """Return the checked answer: each citation leads to its source, each unsupported sentence is marked."""
    if not found.found:
        told = f"{found.articles_searched} artikel diperiksa. Bagian yang terdekat ada di bawah sebagai petunjuk."
        return words(found.answer) + f'<div class="ta-note">{escape(told)}</div>'
    parts = []
    for sentence in found.sentences:
        marks = "".join(
            f'<a class="ta-cite" href="#{_anchor(exchange, number)}">[{number}]</a>' for number in sentence.citations
        )
        if sentence.supported:
            parts.append(f"<span>{escape(sentence.text)}</span> {marks}")
        else:
            badge = '<span class="ta-badge">tidak didukung arsip</span>'
            parts.append(f'<span class="ta-unsupported">{escape(sentence.text)}</span>{badge}')
    notes = "".join(f'<div class="ta-note">{escape(note)}</div>' for note in found.notes)
    return f'<div class="ta-words">{" ".join(parts)}</div>{notes}'


def source(item: Source, article_text: str, exchange: int, proofs: Sequence[tuple[int, int]] = ()) -> str:
    """Return a source's card: number, title, outlet, date, and the passage within its surroundings."""
    before = article_text[max(0, item.start - _CONTEXT_CHARS) : item.start]
    after = article_text[item.end : item.end + _CONTEXT_CHARS]
    return (
        f'<div class="ta-source" id="{_anchor(exchange, item.n)}">'
        f'<div class="ta-heading">[{item.n}] {escape(item.title or item.article_id)}</div>'
        f'<div class="ta-meta">{escape(item.publisher or "media tidak diketahui")} · {escape(day(item.date))}'
        f"{escape(appeared_in(item.also_in))}</div>"
        f'<div class="ta-words"><span class="ta-context">{"… " if before else ""}{escape(before)}</span>'
        f"{_marked(item, proofs)}"
        f'<span class="ta-context">{escape(after)}{" …" if after else ""}</span></div></div>'
    )


def article(item: Source, article_text: str, proofs: Sequence[tuple[int, int]] = ()) -> str:
    """Return the whole article with the passage marked; ``proofs`` are spans of the passage, marked stronger."""
    return (
        f'<div class="ta-heading">{escape(item.title or item.article_id)}</div>'
        f'<div class="ta-meta">{escape(item.publisher or "media tidak diketahui")} · {escape(day(item.date))} · '
        f"{escape(item.path)}{escape(appeared_in(item.also_in))}</div>"
        f'<div class="ta-article">{escape(article_text[: item.start])}'
        f'<span id="ta-bagian">{_marked(item, proofs)}</span>'
        f"{escape(article_text[item.end :])}</div>"
    )


def day(iso: str | None) -> str:
    """Return an ISO date in Indonesian.

    >>> day("2021-11-29"), day(None)
    ('29 November 2021', 'tanggal tidak diketahui')
    """
    if not iso:
        return "tanggal tidak diketahui"
    year, month, number = iso.split("-")
    return f"{int(number)} {MONTH_NAMES[int(month) - 1]} {year}"


def _marked(item: Source, proofs: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(set(proofs)):
        parts.append(f'<mark class="ta-passage">{escape(item.text[at:start])}</mark>' if start > at else "")
        parts.append(f'<mark class="ta-proof">{escape(item.text[max(at, start) : end])}</mark>')
        at = max(at, end)
    parts.append(f'<mark class="ta-passage">{escape(item.text[at:])}</mark>' if at < len(item.text) else "")
    return "".join(parts)


def _anchor(exchange: int, number: int) -> str:
    return f"sumber-{exchange}-{number}"
