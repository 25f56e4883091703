"""Forty pages in the markup of ten outlets: every sentence of the article is kept, every other line accounted for."""

import re
from io import BytesIO

import pytest
from lxml import html
from outlet_pages import PAGES, Page

from index.articles import RawArticle
from index.pipeline.preparation import Prepared, prepare
from index.readers.files import read


def prepared(page: str) -> Prepared:
    (raw,) = read("a.html", BytesIO(page.encode()))
    assert isinstance(raw, RawArticle), raw
    return prepare(raw, id="a", path="a.html")


def text_nodes(page: str) -> list[str]:
    """Return every text node of a page's body but those of scripts and styles."""
    nodes = html.fromstring(page).xpath("//body//text()[not(ancestor::script or ancestor::style)]")
    return [text for node in nodes if (text := " ".join(node.split()))]


def test_there_are_forty_and_no_two_alike() -> None:
    assert len(PAGES) == len({page.html for page in PAGES.values()}) == 40
    assert all(len(page.body) == 10 and len(page.furniture) >= 6 for page in PAGES.values())


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_article_is_whole_and_nothing_goes_untold(page: Page) -> None:
    found = prepared(page.html)
    kept = found.article.text
    places = [kept.find(sentence) for sentence in page.body]
    assert [sentence for sentence, place in zip(page.body, places, strict=True) if place < 0] == []
    assert places == sorted(places)
    assert [line for line in page.furniture if line in kept] == []
    shown = [line.text for line in found.lines]
    assert [node for node in text_nodes(page.html) if not any(node in line for line in shown)] == []
    assert kept.split("\n") == [line.text for line in found.lines if line.kind is None]


ARTICLE = [
    f"Warga dusun ke-{number} memperbaiki saluran air bersama perangkat desa sejak pagi buta." for number in range(6)
]


@pytest.mark.parametrize(
    "part",
    [
        '<div class="quote-box"><p>{}</p></div>',
        '<section class="elementor-widget"><div><span>{}</span></div></section>',
        '<p class="lead">{}</p>',
        '<div class="body has-ads"><p>{}</p></div>',
        "<div>{}</div>",
        '<div class="x"><div class="y"><div class="z">{}</div></div></div>',
        "<figure><p>{}</p></figure>",
        "<center>{}</center>",
        "<p><small>{}</small></p>",
        "<details><summary>Lebih lanjut</summary><p>{}</p></details>",
        "<h3>{}</h3>",
    ],
)
def test_prose_between_two_paragraphs_is_kept_wherever_it_stands(part: str) -> None:
    sentence = "Kepala desa berjanji membagikan hasil panen ikan kepada seluruh warga."
    body = [f"<p>{line}</p>" for line in ARTICLE]
    inner = "".join([*body[:3], part.format(sentence), *body[3:]])
    page = f"<html><body><div class='isi'>{inner}</div></body></html>"
    lines = prepared(page).article.text.split("\n")
    assert [line for line in lines if line in (*ARTICLE, sentence)] == [*ARTICLE[:3], sentence, *ARTICLE[3:]]


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ('<div id="pop" class="modal fade"><p>{}</p></div>', "jendela"),
        ("<div hidden><p>{}</p></div>", "tersembunyi"),
        ('<div style="display: none">{}</div>', "tersembunyi"),
        ("<aside><p>{}</p></aside>", "samping"),
        ('<div class="recommendation">{}</div>', "baca juga"),
        ('<div class="komentar-list"><p>{}</p></div>', "komentar"),
        ("<form><label>{}</label></form>", "formulir"),
        ('<div class="iklan-tengah">{}</div>', "iklan"),
    ],
)
def test_what_its_place_tells_is_left_out_with_the_reason(part: str, kind: str) -> None:
    sentence = "Dapatkan kabar desa setiap pagi langsung dari redaksi kami di sini."
    body = [f"<p>{line}</p>" for line in ARTICLE]
    inner = "".join([*body[:3], part.format(sentence), *body[3:]])
    page = f"<html><body><div class='isi'>{inner}</div></body></html>"
    found = prepared(page)
    assert [(line.text, line.kind) for line in found.lines if line.kind] == [(sentence, kind)]
    assert [line.text for line in found.lines].index(sentence) == 3
    assert found.article.text.split("\n") == ARTICLE


def test_a_part_whose_name_misleads_is_the_article() -> None:
    body = "".join(f"<p>{line}</p>" for line in ARTICLE)
    for name in ("content has-sidebar", "widget-content widget", "related", "share"):
        assert (
            prepared(f"<html><body><div class='{name}'>{body}</div></body></html>").article.text.split("\n") == ARTICLE
        )


def test_a_note_in_a_page_is_no_part_of_its_word_and_is_told() -> None:
    body = "".join(f"<p>{line}</p>" for line in ARTICLE)
    noted = "<p>Desa Bahari berdiri<sup>1</sup> pada tahun 1928 di tepi sungai itu.</p>"
    page = f"<html><body><article>{noted}{body}</article></body></html>"
    found = prepared(page)
    assert found.article.text.split("\n")[0] == "Desa Bahari berdiri pada tahun 1928 di tepi sungai itu."
    assert [(line.text, line.kind) for line in found.lines if line.kind] == [("1", "tanda catatan")]


def test_a_page_made_to_exhaust_the_walk_is_read_in_time() -> None:
    long = " ".join(re.sub(r"\W", "", line) for line in ARTICLE)
    page = "<html><body>" + "".join(f"<p>{long} {number}.</p><div>{long} x{number}</div>" for number in range(2000))
    assert len(prepared(page).lines) == 4000
