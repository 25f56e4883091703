"""A piece of HTML (of a feed's entry, a mail, a chapter) → plain lines, one a paragraph.  [only inscriptis]

Bullets, addresses of links and the alignment of tables are no words of the author; they do not appear.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING

from index.readers.notes import set_apart

if TYPE_CHECKING:
    from lxml.etree import _Element

_OPENING_TAG = re.compile(
    r"\s*<(?:!--|(?:p|div|span|h[1-6]|article|section|figure|blockquote|[ou]l|table|b|strong|em|i|br|a|img)\b[^<>]*>)",
    re.I,
)
_UNSEEN = ("script", "style", "template", "head", "iframe", "object", "svg", "math", "select", "button", "textarea")
# What inscriptis would draw with bullets, numbers and columns is drawn as plain blocks; a cell as words in its row.
_BLOCKS = ("ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "figcaption")
_CELLS = ("td", "th")
_MARKUP = re.compile("[<&\0\ud800-\udfff]")  # and what a parser reads as something else
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#[xX][\da-fA-F]+);)(\w+;)?")


def lines_of_html(fragment: str) -> list[str]:
    """Return the visible lines.

    >>> lines_of_html("<p>Warga <b>pa</b>nen,<br>lalu</p><ul><li>pulang</li></ul>")
    ['Warga panen,', 'lalu', 'pulang']
    """
    from lxml import etree, html

    if not _MARKUP.search(fragment):  # one paragraph, as its browser would show it
        line = " ".join(fragment.split())
        return [line] if line else []
    # Its own limit of 256 levels of nesting stays: the walk through the tree is recursive.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    content = f"<html><body>{fragment}</body></html>".encode("utf-8", "replace").replace(b"\0", b"")
    try:
        tree = html.document_fromstring(content, parser=parser)
    except etree.ParserError:  # nothing in it
        return []
    return lines_of_tree(tree)


def lines_of_xhtml(page: str) -> list[str]:
    """Return the visible lines of a page that is XML: there ``<title/>`` is closed, which HTML does not know.

    >>> lines_of_xhtml("<html xmlns='x'><head><title/></head><body><p>Bab&nbsp;satu.</p></body></html>")
    ['Bab satu.']
    """
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    tree = etree.fromstring(well_formed(page).encode("utf-8", "replace"), parser)
    if tree is None:
        return lines_of_html(page)
    for element in tree.iter("{*}*"):
        element.tag = etree.QName(element).localname
    return lines_of_tree(tree)


def well_formed(xml: str) -> str:
    """Return XML with the entities of HTML as characters and bare ampersands escaped, as its authors meant it.

    >>> well_formed("A&nbsp;& B &amp; C")
    'A\xa0&amp; B &amp; C'

    Undeclared, one "&nbsp;" would cost every "&amp;" behind it. No entity that the file itself declares is left.
    """
    return _ENTITY.sub(_character, _NO_XML.sub("", xml))


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    return html5.get(name, f"&amp;{name}") if name else "&amp;"


def lines_of_tree(tree: _Element) -> list[str]:
    """Return the visible lines of a parsed page or chapter; the tree is changed."""
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig
    from lxml import etree

    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    set_apart(tree)
    for element in tree.iter(*_BLOCKS):
        element.tag = "div"
    for element in tree.iter(*_CELLS):
        element.tag = "span"
        element.tail = f" {element.tail or ''}"
    text = Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"].copy(), display_links=False)).get_text()
    return [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]


def looks_like_html(text: str) -> bool:
    """Tell whether a field holds HTML and not plain words.

    >>> looks_like_html("<p>Warga panen.</p>"), looks_like_html("Harga < Rp5.000")
    (True, False)
    """
    return _OPENING_TAG.match(text) is not None
