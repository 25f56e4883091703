import re
from html.parser import HTMLParser

from index.articles import Article
from index.cleaning.page_lines import Line
from rag.answering.answer import Source
from ui import render

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> ![a](http://x/y.png) [b](javascript:alert(1)) $x$ \"'"


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def source(**changes: object) -> Source:
    fields = {"n": 1, "article_id": "a", "title": "Judul", "publisher": "Media", "date": "2021-11-29", "path": "a.txt"}
    fields |= {"start": 5, "end": 9, "text": "tiga", "score": 1.0}
    return Source(**{**fields, **changes})  # type: ignore[arg-type]


def test_hostile_text_stays_text_everywhere() -> None:
    article = Article(id="a", text=HOSTILE, path=HOSTILE, title=HOSTILE, publisher=HOSTILE)
    hostile = source(title=HOSTILE, publisher=HOSTILE, path=HOSTILE, text=HOSTILE, start=0, end=len(HOSTILE))
    pages = [
        render.words(HOSTILE),
        render.words(HOSTILE, "ta-asked"),
        render.source(hostile, 0),
        render.source(hostile, 0, [(3, 9)]),
        render.article(article, (5, 20), [(0, 5)], HOSTILE),
        render.lines([Line(HOSTILE), Line(HOSTILE, "navigasi")]),
        render.table([(HOSTILE, HOSTILE)]),
        render.problems([HOSTILE, "b"]),
    ]
    for page in pages:
        seen = Tags(page)
        assert not {"script", "img", "iframe", "style", "a"} & set(seen.tags)
        assert seen.links == []
        assert HOSTILE in seen.text


def test_a_label_means_what_it_says() -> None:
    hostile = "![a](http://x) :red[b] $x$ `c` <b> #1 *d* _e_"
    told = render.label(hostile)
    assert re.sub(r"\\(.)", r"\1", told) == hostile
    assert not re.search(r"(?<!\\)[!\[\]():$`<>#*_]", told)
    assert render.label("a\n b" + "c" * 100) == "a b" + "c" * 76 + "…"


def test_a_card_shows_the_proof_with_what_stands_around_it() -> None:
    text = "Awal. " * 100 + "Inilah buktinya. " + "Akhir. " * 100
    start = text.index("Inilah")
    page = Tags(render.source(source(text=text), 3, [(start, start + 16)]))
    assert 'id="sumber-3-1"' in render.source(source(text=text), 3)
    assert page.tags.count("mark") == 1
    assert "29 November 2021… Awal." in page.text
    assert "Inilah buktinya. Akhir." in page.text
    assert page.text.endswith("Akhir. …")
    assert len(page.text) < 600


def test_a_card_without_a_proof_shows_how_the_passage_begins() -> None:
    page = Tags(render.source(source(text="kata " * 200), 0))
    assert page.text.startswith("[1] JudulMedia · 29 November 2021kata kata")
    assert page.text.endswith("kata …")


def test_article_shows_every_character_with_the_passage_marked() -> None:
    item = Article(id="a", text="Satu tiga lima", path="a.txt")
    page = Tags(render.article(item, (5, 9), [(1, 3)]))
    assert item.text in page.text
    assert page.tags.count("mark") == 3
    assert "mark" not in Tags(render.article(item)).tags


def test_long_lists_tell_how_much_more_there_is() -> None:
    assert Tags(render.problems(["a", "b", "c"], shown=2)).text == "abdan 1 lagi"


def test_dates_in_indonesian() -> None:
    assert render.day("2023-03-01") == "1 Maret 2023"
    assert render.day(None) == "tanggal tidak diketahui"
