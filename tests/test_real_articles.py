"""The five scraped articles beside the checkout, read in place: menus, "Baca juga" and repeated halves and all."""

import json
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.articles import Article, RawArticle
from index.passages import split_passages
from index.prepare import prepare
from index.readers import read_file
from index.sentences import sentence_spans

SHARED = Path(__file__).parents[1].parent / "shared"
METADATA = SHARED / "eval" / "articles" / "metadata.jsonl"

pytestmark = pytest.mark.skipif(not METADATA.is_file(), reason="the real articles do not lie beside this checkout")

BOILERPLATE = ["baca juga", "loading...", "copyright", "tulis komentar", "tinggalkan komentar", "post a comment"]


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    found = {}
    for path in sorted((SHARED / "articles").glob("*.txt")):
        (raw,) = read_file(path)[1]
        assert isinstance(raw, RawArticle)
        found[path.name] = prepare(raw, id=path.name, path=str(path)).article
    return found


def test_title_publisher_and_date_are_found_and_unknown_stays_none(articles: dict[str, Article]) -> None:
    expected = [json.loads(line) for line in METADATA.read_text(encoding="utf-8").splitlines()]
    found = [(name, article.title, article.publisher, article.date) for name, article in articles.items()]
    assert found == [(stated["file"], stated["title"], stated["publisher"], stated["date"]) for stated in expected]


def test_no_passage_holds_boilerplate(articles: dict[str, Article]) -> None:
    passages = [p for article in articles.values() for p in split_passages(article, WordEmbedder().count_tokens)]
    assert {passage.article_id for passage in passages} == set(articles)
    for passage in passages:
        assert passage.text == articles[passage.article_id].text[passage.start : passage.end]
        assert [phrase for phrase in BOILERPLATE if phrase in passage.text.lower()] == []


def test_a_page_scraped_twice_over_is_kept_once(articles: dict[str, Article]) -> None:
    text = articles["003_1c1771e49a0bfc54.txt"].text
    assert text.count("Inovasi adalah ruhnya birokrasi.") == 1
    long_sentences = [text[start:end] for start, end in sentence_spans(text) if end - start >= 60]
    assert len(long_sentences) == len(set(long_sentences)) > 10


def test_no_word_of_the_articles_is_changed(articles: dict[str, Article]) -> None:
    for name, article in articles.items():
        raw = " ".join((SHARED / "articles" / name).read_text(encoding="utf-8").split())
        for line in article.text.split("\n"):
            assert line in raw
