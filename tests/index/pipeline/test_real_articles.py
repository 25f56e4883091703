"""The five scraped articles beside the checkout, read in place: menus, "Baca juga" and repeated halves and all.

Every line of each file is told by hand, by its number; no sentence of the news stands here.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.articles import Article, RawArticle
from index.cleaning.page_lines import tidy
from index.passages import split_passages
from index.pipeline.preparation import Prepared, prepare
from index.text.sentences import sentence_spans

SHARED = Path(__file__).parents[3].parent / "shared"
METADATA = SHARED / "eval" / "articles" / "metadata.jsonl"

pytestmark = pytest.mark.skipif(not METADATA.is_file(), reason="the real articles do not lie beside this checkout")


@dataclass(frozen=True)
class Page:
    """A file, the beginning of its SHA-256, and its lines: those of the article, the rest by kind."""

    sha256: str
    body: tuple[int, ...]
    rest: dict[str, tuple[int, ...]]
    # Captions that read like a paragraph, which no rule tells from one. They stay: what they say is the newsroom's.
    captions_that_stay: tuple[int, ...] = ()

    @property
    def kept(self) -> tuple[int, ...]:
        return tuple(sorted(self.captions_that_stay + self.body))


def odd(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1, 2))


PAGES = {
    "000_5e8aa9e101f2ea4a.txt": Page(
        "35b55f4faefa",
        body=odd(9, 25),
        captions_that_stay=(7,),
        rest={"sapaan": (1,), "judul": (3,), "keterangan gambar": (5,), "baca juga": (27, 33), "kredit": (29,)},
    ),
    "001_1f933120bf8a02e9.txt": Page(
        "6144e412fc45",
        body=(3, 5, *range(8, 57, 2)),  # line 38 is a sub-heading
        captions_that_stay=(1,),
        rest={"komentar": (58, 60, 61)},
    ),
    "002_b4eefdbc935804fa.txt": Page(
        "7d0c3a6b798e",
        body=odd(5, 27),
        rest={"judul": (1,), "keterangan gambar": (3,), "sumber": (29,), "komentar": (31,), "navigasi": (33, 35)},
    ),
    "003_1c1771e49a0bfc54.txt": Page(
        "9c03a228237d",
        body=(3, 4, 6, 7, 8, 10),
        rest={
            "judul": (1,),
            "tanggal": (2,),
            "baca juga": (5, 9, 12, 16),
            "ulangan": (11, 13, 14, 15, 17),
            "kredit": (18,),
            "komentar": (19,),
        },
    ),
    "004_a2c230b7e3bfc65b.txt": Page(
        "424599656538",
        body=(8, 10, 14, 16, 18, 22, 24, 26),
        rest={
            "judul": (1, 5),
            "tanggal": (3,),
            "memuat": (4,),
            "keterangan gambar": (6,),
            "navigasi": (7,),
            "baca juga": (12, 20, 28),
            "kredit": (27,),
            "hak cipta": (29, 30),
            "waktu muat": (31,),
        },
    ),
}


def raw_lines(name: str) -> dict[int, str]:
    """Return the lines of a file that are not empty, evened out, by number from 1."""
    text = (SHARED / "articles" / name).read_text(encoding="utf-8")
    lines = ((number, tidy(line)) for number, line in enumerate(text.split("\n"), start=1))
    return {number: line for number, line in lines if line}


@pytest.fixture(scope="module")
def pages() -> dict[str, Prepared]:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((SHARED / "articles").glob("*.txt"))}
    return {name: prepare(RawArticle(text=text), id=name, path=name) for name, text in texts.items()}


@pytest.fixture(scope="module")
def articles(pages: dict[str, Prepared]) -> dict[str, Article]:
    return {name: page.article for name, page in pages.items()}


def test_title_publisher_and_date_are_found_and_unknown_stays_none(articles: dict[str, Article]) -> None:
    expected = [json.loads(line) for line in METADATA.read_text(encoding="utf-8").splitlines()]
    found = [(name, article.title, article.publisher, article.date) for name, article in articles.items()]
    assert found == [(stated["file"], stated["title"], stated["publisher"], stated["date"]) for stated in expected]


def test_every_line_of_every_file_is_listed_once(articles: dict[str, Article]) -> None:
    assert set(articles) == set(PAGES)
    for name, page in PAGES.items():
        content = (SHARED / "articles" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest()[:12] == page.sha256
        listed = [*page.kept, *(number for numbers in page.rest.values() for number in numbers)]
        assert sorted(listed) == sorted(raw_lines(name))


@pytest.mark.parametrize("name", PAGES)
def test_each_line_gets_its_kind(pages: dict[str, Prepared], name: str) -> None:
    kinds = {number: kind for kind, numbers in PAGES[name].rest.items() for number in numbers}
    expected = [(number, line, kinds.get(number)) for number, line in raw_lines(name).items()]
    found = zip(raw_lines(name), pages[name].lines, strict=True)
    assert [(number, line.text, line.kind) for number, line in found] == expected


@pytest.mark.parametrize("name", PAGES)
def test_each_sentence_of_the_body_stands_word_for_word(articles: dict[str, Article], name: str) -> None:
    raw, text, place = raw_lines(name), articles[name].text, 0
    for number in PAGES[name].kept:
        for start, end in sentence_spans(raw[number]):
            place = text.index(raw[number][start:end], place) + end - start
    # nothing but these lines: every character is accounted for
    assert text.split("\n") == [raw[number] for number in PAGES[name].kept]


@pytest.mark.parametrize("name", PAGES)
def test_no_passage_holds_a_line_of_the_page(articles: dict[str, Article], name: str) -> None:
    passages = split_passages(articles[name], WordEmbedder().count_tokens)
    assert passages
    assert all(passage.text == articles[name].text[passage.start : passage.end] for passage in passages)
    raw = raw_lines(name)
    gone = [raw[number] for kind, numbers in PAGES[name].rest.items() if kind != "ulangan" for number in numbers]
    assert [line for line in gone for passage in passages if line in passage.text] == []


@pytest.mark.parametrize("name", PAGES)
def test_what_the_page_holds_twice_stands_once(articles: dict[str, Article], name: str) -> None:
    text = articles[name].text
    repeated = [raw_lines(name)[number] for number in PAGES[name].rest.get("ulangan", ())]
    assert [text.count(line[start:end]) for line in repeated for start, end in sentence_spans(line)] == [
        1 for line in repeated for _ in sentence_spans(line)
    ]
    sentences = [text[start:end] for start, end in sentence_spans(text) if end - start >= 60]
    assert len(sentences) == len(set(sentences)) > 9
