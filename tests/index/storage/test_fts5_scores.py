"""The scores reckoned here are those that SQLite's own FTS5 gives."""

import random
from pathlib import Path

import pytest
from stored import put, row_ids

from index.storage.database import parted
from index.storage.fts5_scores import score, weight_of
from index.storage.repository import Store

WORDS = [*(f"kata{number}" for number in range(12)), "wali", "kota", "wali_kota"]


@pytest.mark.parametrize("terms", [["kata0"], ["kata3", "kata11"], ["wali kota", "kata1"], ["wali_kota"]])
def test_as_fts5_scores(tmp_path: Path, terms: list[str]) -> None:
    drawn = random.Random(1)
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        for number in range(40):
            some = [drawn.choices(WORDS, weights=range(len(WORDS), 0, -1), k=drawn.randint(0, 25)) for _ in range(2)]
            put(store, f"a{number}", [" ".join(words) for words in some])
        counts = store.term_counts(terms)
        expected = dict(store.search_words(terms, 1000))
        assert len(terms) > 1 or counts == {terms[0]: len(expected)}
        weights = {term: weight_of(store.counts()[1], held) for term, held in counts.items()}
        stems = store.stems(list(row_ids(store).values()))
        found = {id: score(parted(words), weights, store.average_stems()) for id, words in stems.items()}
        assert {id: value for id, value in found.items() if value} == pytest.approx(expected)
        assert len(expected) > 3


def test_nothing_is_looked_for_where_there_is_no_word(tmp_path: Path) -> None:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        put(store, "a", ["kopi"])
        assert store.term_counts(["_", "", "kopi"]) == {"kopi": 1}
    assert score(["kopi"], {"": 2.0, "_": 2.0}, 1.0) == 0.0
