"""The search by words against BM25 by hand."""

import math

import pytest
from stored import put, row_ids, words_found

from index.storage.repository import Store


def idf(rows: int, holding: int) -> float:
    """Return FTS5's inverse document frequency: https://sqlite.org/fts5.html#the_bm25_function."""
    return max(math.log((rows - holding + 0.5) / (holding + 0.5)), 1e-6)


def term_weight(count: int, length: int, average: float) -> float:
    return count * (1.2 + 1) / (count + 1.2 * (1 - 0.75 + 0.75 * length / average))


STEMS = ["kopi kopi desa warga", "teh desa", "kopi susu", "susu warga desa gunung hujan", "gunung", "hujan desa"]


def test_scores_are_bm25_by_hand(store: Store) -> None:
    put(store, "a", STEMS)
    average = 16 / 6
    weight = idf(rows=6, holding=2)
    assert weight == pytest.approx(math.log(4.5 / 2.5))
    assert words_found(store, ["kopi"]) == [
        ("a#0", pytest.approx(weight * term_weight(2, 4, average))),
        ("a#2", pytest.approx(weight * term_weight(1, 2, average))),
    ]


def test_the_scores_of_two_terms_add_up(store: Store) -> None:
    put(store, "a", STEMS)
    average, weight = 16 / 6, idf(6, 2)
    expected = {
        "a#0": weight * term_weight(2, 4, average),
        "a#2": weight * (term_weight(1, 2, average) + term_weight(1, 2, average)),
        "a#3": weight * term_weight(1, 5, average),
    }
    found = words_found(store, ["kopi", "susu"])
    assert dict(found) == pytest.approx(expected)
    assert [score for _, score in found] == sorted(expected.values(), reverse=True)


def test_a_stem_that_most_passages_hold_weighs_next_to_nothing(store: Store) -> None:
    put(store, "a", STEMS)
    assert idf(6, 4) == 1e-6
    scores = dict(words_found(store, ["desa"]))
    assert scores["a#1"] == pytest.approx(1e-6 * term_weight(1, 2, 16 / 6))
    assert set(scores) == {"a#0", "a#1", "a#3", "a#5"}


def test_a_phrase_counts_as_one_term_where_its_words_follow_one_another(store: Store) -> None:
    put(store, "a", ["pasar ikan segar", "ikan pasar", "pasar besar ikan", "kopi", "teh"])
    assert words_found(store, ["pasar ikan"]) == [("a#0", pytest.approx(idf(5, 1) * term_weight(1, 3, 10 / 5)))]
    assert words_found(store, ["ikan segar pasar"]) == []


def test_equal_scores_come_in_the_order_of_the_rows_and_count_limits_them(store: Store) -> None:
    put(store, "a", ["kopi", "kopi", "teh", "teh", "susu", "gula", "kopi"])
    ids = row_ids(store)
    assert [id for id, _ in store.search_words(["kopi"], 2)] == [ids["a#0"], ids["a#1"]]


@pytest.mark.parametrize("term", ['"', "a AND b", "kopi*", "NEAR(kopi", "stems:kopi", "_", "^kopi", "(", ""])
def test_the_query_language_of_fts5_is_out_of_reach(store: Store, term: str) -> None:
    put(store, "a", ["gula", "teh"])
    assert store.search_words([term], 5) == []
    assert [name for name, _ in words_found(store, [term, "teh"])] == ["a#1"]


def test_no_terms_find_nothing(store: Store) -> None:
    put(store, "a", ["kopi"])
    assert store.search_words([], 5) == []
    assert store.stem_counts([]) == {}


def test_stem_counts_count_passages_not_occurrences(store: Store) -> None:
    put(store, "a", STEMS)
    assert store.stem_counts(["kopi", "desa", "padi"]) == {"kopi": 2, "desa": 4, "padi": 0}
