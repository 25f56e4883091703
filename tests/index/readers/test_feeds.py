"""RSS, Atom and WordPress exports."""

from io import BytesIO

import pytest
from reading import article_in, found_in, rss

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.files import read
from index.readers.fragment import lines_of_html

WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?><!-- WordPress -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Warta &amp; Desa</title><link>https://warta.example</link>
<wp:author><wp:author_login>tono</wp:author_login></wp:author>
<image><url>logo.png</url><title>Logo</title></image>"""


def wordpress(*entries: str) -> bytes:
    return (WXR_HEAD + "".join(entries) + "</channel></rss>").encode()


def post(content: str, kind: str = "post", status: str = "publish", number: int = 1) -> str:
    return f"""<item><title>Panen&nbsp;{number}</title><link>https://warta.example/?p={number}&a=1</link>
<pubDate>Tue, 16 Nov 2021 22:30:00 +0000</pubDate><dc:creator><![CDATA[tono]]></dc:creator>
<guid isPermaLink="false">https://warta.example/?p={number}</guid><description></description>
<excerpt:encoded><![CDATA[RINGKASAN]]></excerpt:encoded><content:encoded><![CDATA[{content}]]></content:encoded>
<wp:post_date><![CDATA[2021-11-17 05:30:00]]></wp:post_date><wp:status>{status}</wp:status>
<wp:post_type>{kind}</wp:post_type><category domain="category"><![CDATA[Desa]]></category></item>"""


def test_a_wordpress_export_keeps_the_local_day_and_the_paragraphs_of_its_editor() -> None:
    photo = '[caption id="x"]<img src="a.jpg" /> Foto[/caption]'
    content = f"{photo}\n\nSatu <b>te</b>bal.\nBaris dua.\n\n<h3>Sub</h3>\nTiga &amp; é."
    assert article_in("a.xml", wordpress(post(content))) == RawArticle(
        "Foto\nSatu tebal.\nBaris dua.\nSub\nTiga & é.",
        title="Panen 1",
        date="2021-11-17 05:30:00",
        publisher="Warta & Desa",
        author="tono",
        url="https://warta.example/?p=1&a=1",
        place="https://warta.example/?p=1",
        has_fields=True,
    )


def test_blocks_of_the_newer_editor_are_one_paragraph_each() -> None:
    paragraph = "<!-- wp:paragraph -->\n<p>Satu\ndua.</p>\n<!-- /wp:paragraph -->"
    blocks = "<!-- wp:list -->\n<ul><li>A</li><li>B</li></ul>"
    assert article_in("a.xml", wordpress(post(f"{paragraph}\n\n{blocks}"))).text == "Satu dua.\nA\nB"


def test_only_published_posts_and_pages_count_and_the_others_are_told_once() -> None:
    entries = [
        post("Satu.", number=1),
        post("Draf.", status="draft", number=2),
        post("foto.jpg", kind="attachment", status="inherit", number=3),
        post("Halaman.", kind="page", number=4),
        post("Menu", kind="nav_menu_item", number=5),
    ]
    one, page, told = found_in("a.xml", wordpress(*entries))
    assert [raw.text for raw in (one, page) if isinstance(raw, RawArticle)] == ["Satu.", "Halaman."]
    assert told == BadRecord("3 entri WordPress bukan tulisan yang terbit (draf, lampiran, menu)", skipped=True)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("<description>&lt;p&gt;Satu &lt;b&gt;te&lt;/b&gt;bal&lt;/p&gt;Dua</description>", "Satu tebal\nDua"),
        ("<description>Ringkas.</description><content:encoded> </content:encoded>", "Ringkas."),
        ("<description>A&nbsp;B &amp; C &mdash; D & E &eacute; &#233;</description>", "A B & C — D & E é é"),
        ("<description/><title>x</title>", ""),
        ("<description>Satu \x0b dua</description>", "Satu dua"),
        ('<m:title xmlns:m="http://search.yahoo.com/mrss/">FOTO</m:title><description>Isi</description>', "Isi"),
    ],
)
def test_the_text_of_an_entry(entry: str, text: str) -> None:
    assert article_in("a.rss", rss(f"<item>{entry}</item>")).text == text


@pytest.mark.parametrize(
    ("entry", "date"),
    [
        ("<pubDate>Wed, 17 Nov 2021 23:30:00 +0700</pubDate>", "2021-11-17T23:30:00+07:00"),
        ("<pubDate>Wed, 17 Nov 2021 00:30:00 GMT</pubDate>", "2021-11-17T00:30:00+00:00"),
        ("<pubDate>17 Nov 2021 08:00</pubDate>", "2021-11-17T08:00:00"),
        ("<dc:date>2021-11-17T23:59:00-05:00</dc:date>", "2021-11-17T23:59:00-05:00"),
        ("<pubDate>Rabu, 17 November 2021</pubDate>", "Rabu, 17 November 2021"),
        ("<pubDate/>", None),
        ("<updated>2021-11-18T00:00:00Z</updated>", None),
    ],
)
def test_a_stamp_keeps_the_offset_that_the_feed_writes(entry: str, date: str | None) -> None:
    assert article_in("a.rss", rss(f"<item>{entry}<description>Isi</description></item>")).date == date


def test_fields_of_an_entry_without_many() -> None:
    items = """<item><author>redaksi@w.example (Tono Contoh)</author><source url="x">Warta Lain</source></item>
<item><link>https://w.example/2</link></item><item><link>https://w.example/2</link></item><item/>"""
    url = "https://w.example/2"
    assert found_in("a.rss", rss(items)) == [
        RawArticle("", publisher="Warta Lain", author="Tono Contoh", has_fields=True),
        RawArticle("", publisher="Warta Desa", url=url, place=url, has_fields=True),
        RawArticle("", publisher="Warta Desa", url=url, place=f"{url}:2", has_fields=True),
        RawArticle("", publisher="Warta Desa", has_fields=True),
    ]


def test_rss_1_keeps_its_entries_beside_the_channel() -> None:
    feed = """<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><channel><title>Warta</title></channel>
<item rdf:about="x"><title>Harga &lt; 5</title><description>Isi.</description></item></rdf:RDF>"""
    expected = RawArticle("Isi.", title="Harga < 5", publisher="Warta", has_fields=True)
    assert article_in("a.xml", feed.encode()) == expected


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('type="xhtml"><h:div xmlns:h="x"><h:p>Satu <h:b>te</h:b>bal.</h:p><h:p>Dua</h:p></h:div>', "Satu tebal.\nDua"),
        ('type="text">Harga &lt; 5 &amp; &lt;b&gt;.\nDua', "Harga < 5 & <b>.\nDua"),
        ('type="html">&lt;p>Satu&lt;/p>', "Satu"),
    ],
)
def test_the_kinds_of_content_in_atom(content: str, text: str) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content {content}</content></entry></feed>'
    assert article_in("a.atom", feed.encode()).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("declared", ["UTF-8", "windows-1252", "tidak-dikenal"])
def test_the_charset_of_a_feed(encoding: str, declared: str) -> None:
    items = "<channel><item><description>“é”</description></item></channel>"
    feed = f'<?xml version="1.0" encoding="{declared}"?><rss>{items}</rss>'
    assert article_in("a.rss", feed.encode(encoding)).text == "“é”"


def test_a_torn_feed_gives_what_came_before() -> None:
    whole = rss("<item><guid>1</guid><description>Satu.</description></item>" * 2)
    found = found_in("a.rss", whole[: whole.rindex(b"Satu.")])
    assert found[0] == RawArticle("Satu.", publisher="Warta Desa", place="1", has_fields=True)


def test_a_feed_without_entries_says_so() -> None:
    assert found_in("a.rss", rss("")) == [BadRecord("tidak berisi entri; umpannya kosong atau rusak")]


def test_entries_come_while_the_feed_is_being_read() -> None:
    items = "\n".join(f"<item><guid>{n}</guid><description>{'Isi. ' * 200}</description></item>" for n in range(2000))
    stream = BytesIO(rss(items))
    first = next(read("a.rss", stream))
    assert isinstance(first, RawArticle)
    assert first.place == "0"
    assert stream.tell() < len(rss(items)) / 4


@pytest.mark.parametrize(
    "text",
    ["", " \n\t ", "Warga\n\n panen.", "a\xa0 b\u2028c\x85d", "\x01\x1f“é” > 'c' \u200b;", "ya \ud83d", "a\0b"],
)
def test_text_without_markup_is_what_a_parser_makes_of_it(text: str) -> None:
    assert lines_of_html(text) == lines_of_html(text + "<i></i>")
