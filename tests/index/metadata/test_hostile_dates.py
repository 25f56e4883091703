"""Pages with a date in every wrong place: none of them is ever taken for the article's own and called *pasti*."""

import io
import json
from datetime import timedelta, timezone

import pytest

from index.articles import Article, RawArticle
from index.metadata.publication_date import certainty, other_dates
from index.pipeline.preparation import prepare
from index.readers.files import read
from index.text.timestamps import WIB, ZONES

TITLE = "Pompa Air Desa Contoh Rusak Lagi"
URL = "https://warta.example/pompa-air-desa-contoh"
BODY = """<p>Pompa air Desa Contoh rusak lagi dan warga mengambil air dari sungai sejak kemarin pagi hingga petang.</p>
<p>Kepala desa mengatakan pompa itu akan diperbaiki oleh bengkel dari kota dalam dua pekan mendatang.</p>
<p>“Kami menunggu suku cadang pompa air,” kata Tono Contoh kepada warga yang berkumpul di balai desa.</p>"""
OWN = '<p class="tgl">Rabu, 20 November 2024 10:00 WIB</p>'
CARD = '<a href="/x">Harga Teh Naik Dua Kali Lipat</a>'


def page(
    own: str = OWN, *, head: str = "", above: str = "", before: str = "", inside: str = "", below: str = ""
) -> str:
    """Return a page: ``above`` the article's block, ``before`` its headline, ``own`` behind it, then text and rest."""
    return (
        f"<!DOCTYPE html><html lang='id'><head><title>{TITLE} - Warta Contoh</title>{head}</head><body>{above}"
        f"<div class='wadah'>{before}<h1>{TITLE}</h1>{own}<div class='isi'>{inside}{BODY}</div></div>"
        f"{below}</body></html>"
    )


def json_ld(*values: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values)


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def article_of(html: str, zone: timezone = WIB) -> Article:
    (raw,) = read("a.html", io.BytesIO(html.encode()))
    assert isinstance(raw, RawArticle), raw
    return prepare(raw, id="a", path="a.html", zone=zone).article


def news(date: str | None, headline: str | None = TITLE, **more: object) -> dict[str, object]:
    named = {"@type": "NewsArticle", "headline": headline, "datePublished": date, **more}
    return {name: value for name, value in named.items() if value is not None}


# What stands where → the page, and the day that is right (None: the page does not tell).
PAGES: dict[str, tuple[str, str | None]] = {
    "clock in the header": (page(above="<header><span>Jumat, 27 Februari 2026</span></header>"), "2024-11-20"),
    "clock above the headline, without any mark": (page(before="<div>Jumat, 27 Februari 2026</div>"), "2024-11-20"),
    "clock in a bar": (page(above="<div id='topBar'><b>Jumat, 27 Februari 2026 08:11 WIB</b></div>"), "2024-11-20"),
    "clock and nothing else": (page("", above="<div class='tanggal-now'>Jumat, 27 Februari 2026</div>"), None),
    "sidebar": (
        page(below=f"<aside>{CARD}<time datetime='2019-01-02T08:00:00+07:00'>2 Jan</time></aside>"),
        "2024-11-20",
    ),
    "sidebar and nothing else": (
        page("", below=f"<div class='sidebar'>{CARD}<time datetime='2019-01-02'>2 Januari 2019</time></div>"),
        None,
    ),
    "column without a mark": (
        page("", below=f"<div class='kol-3'>{CARD}<span class='date'>2 Januari 2019</span></div>"),
        None,
    ),
    "related story before the text": (
        page("", inside=f"<div>{CARD}<time datetime='2019-01-02'>2 Januari 2019</time></div>"),
        None,
    ),
    "related story, link and date apart": (
        page("", inside=f"<ul><li><h3>{CARD}</h3><p>2 Januari 2019</p></li></ul>"),
        None,
    ),
    "related story as an article before the headline": (
        page(above=f"<article class='pos'><h3>{CARD}</h3><time datetime='2019-01-02'>2 Januari 2019</time></article>"),
        "2024-11-20",
    ),
    "popular stories": (
        page(before=f"<div class='box-terpopuler'><p>{CARD}</p><p class='date'>2 Januari 2019</p></div>"),
        "2024-11-20",
    ),
    "footer": (page("", below="<footer><p class='date'>2 Januari 2019</p>Hak cipta</footer>"), None),
    "bottom without a mark": (page("", below="<div><time datetime='2019-01-02'>2 Januari 2019</time></div>"), None),
    "comment in the record": (
        page(
            "",
            head=json_ld(
                news("2024-11-20T06:00:00+07:00", comment=[{"@type": "Comment", "datePublished": "2024-12-30"}])
            ),
        ),
        "2024-11-20",
    ),
    "comment before the date in the record": (
        page(
            "",
            head=json_ld(
                {
                    "@type": "Article",
                    "comment": {"@type": "Comment", "datePublished": "2024-12-30"},
                    **news("2024-11-20"),
                }
            ),
        ),
        "2024-11-20",
    ),
    "comment as microdata": (
        page(
            below="<div itemscope itemtype='https://schema.org/Comment'><time itemprop='datePublished' "
            "datetime='2024-12-30'>30 Desember 2024</time>Bagus.</div>"
        ),
        "2024-11-20",
    ),
    "comments in a list": (
        page("", below="<ol class='comments'><li><time datetime='2024-12-30'></time>Bagus.</li></ol>"),
        None,
    ),
    "review": (page(head=json_ld({"@type": "Review", "name": TITLE, "datePublished": "2018-03-03"})), "2024-11-20"),
    "video": (
        page(head=json_ld({"@type": "VideoObject", "name": TITLE, "datePublished": "2018-03-03"})),
        "2024-11-20",
    ),
    "video in the record": (
        page("", head=json_ld(news("2024-11-20", video={"@type": "VideoObject", "datePublished": "2018-03-03"}))),
        "2024-11-20",
    ),
    "list of stories": (
        page(
            "",
            head=json_ld(
                {
                    "@type": "ItemList",
                    "itemListElement": [{"@type": "ListItem", "item": news("2019-01-02", "Harga Teh Naik")}],
                }
            ),
        ),
        None,
    ),
    "event": (page(head=json_ld({"@type": "Event", "name": TITLE, "startDate": "2025-01-01"})), "2024-11-20"),
    "records of other stories, told by address": (
        page(
            "",
            head=f"<link rel='canonical' href='{URL}'>"
            + json_ld(
                news("2019-01-02", None, url="https://warta.example/teh"),
                news("2024-11-20", None, mainEntityOfPage={"@id": f"{URL}/?utm=1"}),
            ),
        ),
        "2024-11-20",
    ),
    "records of other stories, told by headline": (
        page(
            "",
            head=json_ld([news("2019-01-02", "Harga Teh Naik"), news("2024-11-20"), news("2018-01-02", "Panen Kopi")]),
        ),
        "2024-11-20",
    ),
    "record of another story alone": (page(head=json_ld(news("2019-01-02", "Harga Teh Naik"))), "2024-11-20"),
    "record of another story and nothing else": (page("", head=json_ld(news("2019-01-02", "Harga Teh Naik"))), None),
    "story that the article is part of": (
        page("", head=json_ld(news("2024-11-20", isPartOf=news("2019-01-02"), hasPart=[news("2018-01-02")]))),
        "2024-11-20",
    ),
    "changed, in the head": (page(head=meta("article:modified_time", "2024-11-25T08:00:00+07:00")), "2024-11-20"),
    "changed, and nothing else": (page("", head=meta("og:updated_time", "2024-11-25T08:00:00+07:00")), None),
    "changed, in the record alone": (page("", head=json_ld(news(None, dateModified="2024-11-25"))), None),
    "changed, marked before published": (
        page(
            "<p><time class='updated' datetime='2024-11-25T08:00:00+07:00'>25 November 2024</time> "
            "<time class='entry-date published' datetime='2024-11-20T08:00:00+07:00'>20 November 2024</time></p>"
        ),
        "2024-11-20",
    ),
    "changed, its label in an element of its own": (
        page("<p>Diperbarui:</p><p>25 November 2024</p><p>Terbit:</p><p>20 November 2024</p>"),
        "2024-11-20",
    ),
    "changed and published on one line": (
        page("<p>Oleh Tono Contoh | Diperbarui 25 November 2024, 08:00 WIB | Terbit 20 November 2024, 10:00 WIB</p>"),
        "2024-11-20",
    ),
    "evening in London": (page("", head=meta("article:published_time", "2024-11-20T18:30:00Z")), "2024-11-21"),
    "evening in New York": (page("", head=meta("article:published_time", "2024-11-20T20:30:00-05:00")), "2024-11-21"),
    "morning in Jayapura": (page("", head=json_ld(news("2024-11-21T01:30:00+09:00"))), "2024-11-20"),
    "milliseconds since 1970": (page("", head=meta("article:published_time", "1732121400000")), "2024-11-20"),
    "no offset": (page("", head=meta("article:published_time", "2024-11-20 23:30:00")), "2024-11-20"),
    "Hijri first": (page("<p>Rabu, 18 Jumadil Awal 1446 H / 20 November 2024 M</p>"), "2024-11-20"),
    "Hijri last": (page("<p>Rabu, 20 November 2024 M | 18 Jumadil Awal 1446 H</p>"), "2024-11-20"),
    "Hijri in brackets": (page("<p>Rabu, 20 November 2024 (18 Jumadilawal 1446 Hijriah) 10:00 WIB</p>"), "2024-11-20"),
    "Hijri alone": (page("<p>Rabu, 18 Jumadil Awal 1446 H</p>"), None),
    "placeholder of a program": (page(head=meta("article:published_time", "1970-01-01T00:00:00Z")), "2024-11-20"),
    "placeholder of another": (page(head=json_ld(news("0001-01-01T00:00:00Z"))), "2024-11-20"),
    "far ahead": (page(head=json_ld(news("2099-12-31"))), "2024-11-20"),
    "in a script": (
        page("", head="<script>var cfg = {'start': '2018-02-02', 'expires': '2031-01-31'};</script>"),
        None,
    ),
    "in an address": (page("", head="<link rel='canonical' href='https://warta.example/2019/02/03/pompa'>"), None),
    "hours ago": (page("<span class='time'>2 jam yang lalu</span>"), None),
    "American order": (page("<span class='date'>11/20/2024</span>"), None),
    "hidden": (page("", inside="<time style='display:none' datetime='2019-01-02'>2 Januari 2019</time>"), None),
    "caption of a picture": (page("", inside="<figure><figcaption>2 Januari 2019</figcaption></figure>"), None),
    "words on the author": (page("", below="<div class='author-box'><p class='date'>2 Januari 2019</p></div>"), None),
    "box of prayer times": (
        page(before="<div class='jadwal-salat'><p>Jumat, 27 Februari 2026</p></div>"),
        "2024-11-20",
    ),
    "logo as a headline of its own": (
        page(above="<h1>Warta Contoh</h1><p>Jumat, 27 Februari 2026</p>"),
        "2024-11-20",
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_date_in_the_wrong_place_is_never_the_articles(name: str) -> None:
    html, right = PAGES[name]
    article = article_of(html)
    assert article.title == TITLE
    assert article.date == right


def test_no_wrong_date_is_called_certain() -> None:
    wrong = {
        name: found.date
        for name, (html, right) in PAGES.items()
        if (found := article_of(html)).date != right and certainty(found.date_rule) == "pasti"
    }
    assert not wrong
    assert len(PAGES) >= 30


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        (page("", head=json_ld(news("2024-11-20"))), "file"),
        (page(head=json_ld(news("2024-11-20"))), "file"),
        (page(head=json_ld(news("2024-11-20")) + meta("article:published_time", "2024-11-19T23:00:00Z")), "file"),
        (page("", head=json_ld({"@graph": [{"@type": "WebSite"}, news("2024-11-20")]})), "file"),
        (page("", head=json_ld({"@type": "WebPage", "mainEntity": news("2024-11-20")})), "file"),
        (
            page("", head=json_ld({"@type": ["ReportageNewsArticle"], "name": TITLE, "datePublished": "2024-11-20"})),
            "file",
        ),
        (
            page("", head=f'<script type="application/ld+json"><!-- {json.dumps(news("2024-11-20"))} --></script>'),
            "file",
        ),
        (
            page(
                "", head='<script type="application/ld+json">{"@type":"Article","datePublished":"2024-11-20",}</script>'
            ),
            "file",
        ),
        (
            page(
                "<p itemscope itemtype='https://schema.org/Article'><abbr itemprop='datePublished' title='2024-11-20'>"
                "kemarin</abbr></p>"
            ),
            "file",
        ),
        (page("<time datetime='2024-11-20T10:00:00+07:00'>kemarin</time>"), "dateline"),
        (page(), "dateline"),
        # the day that the page shows is that of its last change, and the record says so
        (page(head=json_ld(news("2024-11-20", dateModified="2024-11-25")), own="<p>25 November 2024</p>"), "file"),
    ],
)
def test_how_sure_a_date_is(html: str, rule: str) -> None:
    article = article_of(html)
    assert (article.date, article.date_rule) == ("2024-11-20", rule)


@pytest.mark.parametrize(
    ("html", "date", "other"),
    [
        (
            page("", head=json_ld(news("2024-11-20")) + meta("article:published_time", "2024-11-22")),
            "2024-11-20",
            "2024-11-22",
        ),
        (page(head=meta("article:published_time", "2024-11-22")), "2024-11-22", "2024-11-20"),
        # two of three agree
        (page(head=json_ld(news("2024-11-22")) + meta("pubdate", "2024-11-20")), "2024-11-20", "2024-11-22"),
        # nothing tells which of two records is the page's
        (page("", head=json_ld(news("2024-11-20", None), news("2024-11-22", None))), "2024-11-20", "2024-11-22"),
    ],
)
def test_two_places_that_differ_are_no_certainty_and_both_are_kept(html: str, date: str, other: str) -> None:
    article = article_of(html)
    assert (article.date, certainty(article.date_rule)) == (date, "perkiraan")
    assert other_dates(article.date_rule) == [other]


def test_the_day_is_that_of_the_archives_zone() -> None:
    html = page("", head=meta("article:published_time", "2024-11-20T15:30:00Z"))
    zones = (WIB, ZONES["WITA"], ZONES["WIT"], timezone(timedelta(hours=-5)))
    assert [article_of(html, zone).date for zone in zones] == ["2024-11-20", "2024-11-20", "2024-11-21", "2024-11-20"]
