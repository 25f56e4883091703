"""Finding with a reader: its judgements order the passages, and its words are counted in the article."""

import json
import math
from pathlib import Path

import pytest
from fake_reader import FakeReader
from fakes import WordEmbedder

from index.articles import Article
from index.passages import Passage
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.query.query import Query
from rag.reading.reading import Reading, ReadPassage, Span
from rag.retrieval.passage_merging import merged
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import READ, ReadWeights, Retriever, read_score

QUESTION = "Berapa kios pasar ikan?"


def opened(tmp_path: Path, articles: list[dict[str, str]], reader: FakeReader | None = None) -> Retriever:
    tmp_path.mkdir(exist_ok=True)
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(map(json.dumps, articles)))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder(), reader)


def words_of(retriever: Retriever, item: Retrieved) -> list[str]:
    """Return what the readings of a passage name, read in the text of its article."""
    article = retriever.store.article(item.article.id)
    assert article is not None
    return [article.text[span.start : span.end] for reading in item.readings for span in reading.spans]


def test_read_score_by_hand() -> None:
    reading = Reading(relevant=2.0, answers=-1.0, none=1.0, spans=(Span(0, 1, 4.0),), items=())
    weights = ReadWeights(constant=-1.0, score=2.0, relevant=0.5, answers=0.25, margin=0.1)
    # -1 + 2 × .5 + .5 × 2 - .25 + .1 × 3
    assert read_score(0.5, reading, weights) == pytest.approx(1 / (1 + math.exp(-1.05)))


def test_a_margin_beyond_twenty_counts_no_more() -> None:
    weights = ReadWeights(constant=0.0, score=0.0, relevant=0.0, answers=0.0, margin=0.1)
    far, further = (Reading(0.0, 0.0, 0.0, (Span(0, 1, logit),), ()) for logit in (20.0, 90.0))
    assert read_score(0.0, far, weights) == read_score(0.0, further, weights) == pytest.approx(1 / (1 + math.exp(-2)))
    assert read_score(0.0, Reading(0.0, 0.0, 90.0, (), ()), weights) == pytest.approx(1 / (1 + math.exp(2)))


def test_every_weight_in_use_speaks_for_the_passage() -> None:
    base = Reading(0.0, 0.0, 0.0, (Span(0, 1, 0.0),), ())
    better = [
        Reading(1.0, 0.0, 0.0, base.spans, ()),
        Reading(0.0, 1.0, 0.0, base.spans, ()),
        Reading(0.0, 0.0, 0.0, (Span(0, 1, 5.0),), ()),
    ]
    assert all(read_score(0.5, one) >= read_score(0.5, base) for one in better)
    assert read_score(0.6, base) > read_score(0.5, base)


def test_order_and_scores_by_hand(tmp_path: Path) -> None:
    articles = [
        {"id": "kios", "text": "Kios pasar ikan, kios pasar ikan."},
        {"id": "jumlah", "title": "Ikan", "date": "2021-05-04", "source": "Warta", "text": "Pasar punya 12 kios."},
        {"id": "kopi", "text": "Petani memanen kopi."},
    ]
    before = {item.article.id: item.score for item in opened(tmp_path / "a", articles).search(Query(QUESTION), 3)}
    assert before["kios"] > before["jumlah"] > before["kopi"]
    reader = FakeReader()
    found = opened(tmp_path / "b", articles, reader).search(Query(QUESTION), 3)
    assert [item.article.id for item in found] == ["jumlah", "kios", "kopi"]
    # "jumlah" shares pasar, kios and, by its title, ikan: 1, 1, and 12 with the margin 3. "kios" shares the same three
    # and has no number: 1, 1, -20. "kopi": -2, -2, -20.
    weights = ReadWeights()
    for id, of, margin in (("jumlah", 1, 3), ("kios", 1, -20), ("kopi", -2, -20)):
        value = weights.constant + weights.score * before[id]
        value += weights.relevant * of + weights.answers * of + weights.margin * margin
        (item,) = (item for item in found if item.article.id == id)
        assert item.score == pytest.approx(1 / (1 + math.exp(-value)), rel=1e-6)
    assert reader.asked == [
        [
            ReadPassage("Kios pasar ikan, kios pasar ikan."),
            ReadPassage("Pasar punya 12 kios.", "Ikan (Warta, 2021-05-04)"),
            ReadPassage("Petani memanen kopi."),
        ]
    ]


def test_without_a_reader_nothing_is_read(tmp_path: Path) -> None:
    (item,) = opened(tmp_path, [{"id": "a", "text": "Pasar punya 12 kios."}]).search(Query(QUESTION), 3)
    assert item.readings == ()


def test_an_empty_archive_asks_no_reader(tmp_path: Path) -> None:
    reader = FakeReader()
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        assert Retriever(store, WordEmbedder(), reader).search(Query(QUESTION), 3) == []
    assert reader.asked == []


def test_what_is_not_read_comes_behind_in_its_order(tmp_path: Path) -> None:
    names = "apel bambu ceri duku emas fosil gula hutan intan jati kayu lada madu nila opak padi randu salak tebu ubi"
    articles = [{"id": f"b{name}", "text": f"Pasar ikan {name} {name}besar."} for name in names.split()]
    articles += [{"id": f"a{name}", "text": f"Kebun {name} {name}kecil ada 7."} for name in names.split()]
    plain = opened(tmp_path / "a", articles).search(Query(QUESTION), 40)
    reader = FakeReader()
    found = opened(tmp_path / "b", articles, reader).search(Query(QUESTION), 40)
    assert len(found) == len(plain) == 40
    assert [len(asked) for asked in reader.asked] == [READ]
    assert all(item.readings for item in found[:READ])
    assert not any(item.readings for item in found[READ:])
    assert {item.article.id for item in found[:READ]} == {item.article.id for item in plain[:READ]}
    assert [item.article.id for item in found[READ:]] == [item.article.id for item in plain[READ:]]
    assert max(item.score for item in found[READ:]) <= min(item.score for item in found[:READ])


def test_joined_passages_keep_both_readings_the_better_ones_first() -> None:
    article = Article("a", "", "a.txt", sha256="x")
    readings = [Reading(float(n), 0.0, 0.0, (Span(10 * n, 10 * n + 4, 1.0),), ()) for n in range(2)]
    better = Retrieved(Passage("a", 1, 10, 14, "Dua."), article, 0.9, 0.9, 1.0, readings=(readings[1],))
    other = Retrieved(Passage("a", 0, 0, 5, "Satu."), article, 0.5, 0.8, 0.0, readings=(readings[0],))
    (joined,) = merged([better, other])
    assert joined.readings == (readings[1], readings[0])
    assert [joined.passage.text[span.start : span.end] for r in joined.readings for span in r.spans] == ["Dua.", "Satu"]


def test_readings_of_joined_passages_count_characters_of_the_article(tmp_path: Path) -> None:
    first = "Pasar ikan dibuka dengan 12 kios. " + "Warga desa datang dari jauh untuk melihat pasar itu. " * 11
    second = "Kios ikan bertambah 34 buah tahun ini. " + "Kepala pasar senang melihat warga berbelanja di sana. " * 11
    articles = [
        {"id": "panjang", "text": f"{first.strip()}\n\n{second.strip()}"},
        {"id": "lain", "text": "Petani memanen kopi."},
    ]
    retriever = opened(tmp_path, articles, FakeReader())
    (item,) = (item for item in retriever.search(Query(QUESTION), 3) if item.article.id == "panjang")
    assert len(item.readings) == 2
    assert sorted(words_of(retriever, item)) == ["12", "34"]
    base = item.passage.start
    assert sorted(
        item.passage.text[span.start - base : span.end - base] for reading in item.readings for span in reading.spans
    ) == ["12", "34"]


def test_readings_of_a_copy_count_characters_of_the_article_that_is_shown(tmp_path: Path) -> None:
    story = (
        "Bupati meresmikan pasar ikan baru di Desa Sukamaju pada Senin pagi. Pasar itu menampung 120 kios dari enam "
        "desa di sekitarnya. Para pedagang pindah mulai pekan depan setelah kios selesai dicat."
    )
    opening = "Kabar gembira datang dari lereng gunung."
    articles = [
        {"id": "warta", "date": "2021-03-01", "text": f"{opening} {story}"},
        {"id": "kabar", "date": "2021-03-02", "text": story},
        {"id": "lain", "date": "2021-03-03", "text": "Petani memanen kopi."},
    ]
    retriever = opened(tmp_path, articles, FakeReader())
    item = retriever.search(Query(QUESTION), 3)[0]
    assert item.article.id == "warta"  # where it stood first
    assert [other.id for other in item.also_in] == ["kabar"]
    assert words_of(retriever, item) == ["120"]
    assert item.readings[0].spans[0].start == f"{opening} {story}".index("120")
