from index.articles import Article
from index.passages import Passage
from rag.retrieval.passage_merging import merged
from rag.retrieval.results import Retrieved


def item(article: str, position: int, score: float) -> Retrieved:
    start = position * 10
    passage = Passage(article, position, start, start + 8, f"{article}{position}" + "." * 6)
    return Retrieved(passage, Article(article, "", "x.txt", sha256="x"), score, score, 0.0)


def places(found: list[Retrieved]) -> list[tuple[str, int, int]]:
    return [(one.passage.article_id, one.passage.start, one.passage.end) for one in merged(found)]


def test_touching_passages_become_one_at_the_better_ones_rank() -> None:
    found = [item("a", 2, 0.9), item("b", 0, 0.8), item("a", 1, 0.7)]
    assert places(found) == [("a", 10, 28), ("b", 0, 8)]
    assert merged(found)[0].passage.text == "a1......  a2......"


def test_two_at_most_and_only_of_one_article() -> None:
    assert places([item("a", 1, 0.9), item("a", 0, 0.8), item("a", 2, 0.7)]) == [("a", 0, 18), ("a", 20, 28)]
    assert places([item("a", 0, 0.9), item("b", 1, 0.8)]) == [("a", 0, 8), ("b", 10, 18)]
    assert places([item("a", 0, 0.9), item("a", 2, 0.8)]) == [("a", 0, 8), ("a", 20, 28)]


def test_nothing() -> None:
    assert merged([]) == []
