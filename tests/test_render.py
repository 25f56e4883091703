from html.parser import HTMLParser

from rag.answer import Answer, Source
from rag.grounding import Sentence
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


def answer(sentences: tuple[Sentence, ...], found: bool = True) -> Answer:
    return Answer("Apa?", "Jawaban", found, sentences, (source(),), 7, 20, {}, "m", "raw", ())


def test_hostile_text_stays_text_everywhere() -> None:
    hostile = source(title=HOSTILE, publisher=HOSTILE, path=HOSTILE, text=HOSTILE, start=0, end=len(HOSTILE))
    pages = [
        render.words(HOSTILE),
        render.answer(answer((Sentence(HOSTILE, (1,), True), Sentence(HOSTILE, (), False))), 0),
        render.source(hostile, HOSTILE, 0),
        render.article(hostile, HOSTILE, [(0, 5)]),
    ]
    for page in pages:
        seen = Tags(page)
        assert not {"script", "img", "iframe", "style"} & set(seen.tags)
        assert all(link is not None and link.startswith("#sumber-") for link in seen.links)
        assert HOSTILE in seen.text


def test_citation_leads_to_the_card_of_its_source() -> None:
    page = Tags(render.answer(answer((Sentence("Isi.", (1,), True),)), 3))
    assert page.links == ["#sumber-3-1"]
    assert 'id="sumber-3-1"' in render.source(source(), "Satu tiga lima", 3)


def test_unsupported_sentence_is_marked_in_plain_sight() -> None:
    page = render.answer(answer((Sentence("Benar.", (1,), True), Sentence("Karangan.", (), False))), 0)
    assert Tags(page).text == "Benar. [1] Karangan.tidak didukung arsip"


def test_a_no_tells_how_many_articles_were_searched() -> None:
    assert "7 artikel diperiksa" in render.answer(answer((), found=False), 0)


def test_article_shows_every_character_with_the_passage_marked() -> None:
    text = "Satu tiga lima"
    page = Tags(render.article(source(start=5, end=9, text="tiga"), text, [(1, 3)]))
    assert text in page.text
    assert page.tags.count("mark") == 3


def test_dates_in_indonesian() -> None:
    assert render.day("2023-03-01") == "1 Maret 2023"
    assert render.day(None) == "tanggal tidak diketahui"
