"""The packed words against FTS5: the same passages with the same scores, whatever has come and gone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stored import put

from index.storage import packed_words
from index.storage.filters import Filters
from index.storage.packed_words import PackedWords
from index.storage.repository import Store

WORDS = [f"kata{number}" for number in range(40)]
TERMS = [
    ["kata0"],
    ["kata1", "kata30"],
    ["kata0", "kata1", "kata2", "kata0 kata1", "kata1 kata2"],
    ["kata3 kata3"],
    ["kata0 kata1 kata2"],
    ["kata39", "hilang", ""],
    ['"', "kata5"],
    ["santoso"],
    ["budi_santoso", "kata9"],
    ["budi santoso"],
    ["kata1 budi_santoso"],
    ["_santoso_"],
    ["logoς"],
    ["logoσ kata0"],
]
COUNTED = [*WORDS, "hilang", "santoso", "budi_santoso", "logoς", "logoσ"]


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(6)


@pytest.fixture
def large(store: Store, chance: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that counts as large, its words not yet packed, in blocks of 32 passages."""
    monkeypatch.setattr(packed_words, "MIN_PASSAGES", 100)
    monkeypatch.setattr(packed_words, "MAX_UNPACKED", 20)
    monkeypatch.setattr(packed_words, "_MOST_UNPACKED", 60)
    monkeypatch.setattr(packed_words, "_BLOCK_BITS", 5)
    monkeypatch.setattr(packed_words, "_BLOCK", 32)
    for number in range(80):
        write(store, chance, number)
    return store


def write(store: Store, chance: np.random.Generator, number: int) -> None:
    stems = [" ".join(chance.choice(WORDS, size=chance.integers(1, 12), p=weights())) for _ in range(2)]
    put(store, f"a{number}", stems, date=f"20{10 + number % 5}-01-01", publisher="Warta" if number % 3 else "Kabar")


def weights() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    ranks = 1 / np.arange(1, len(WORDS) + 1)
    return np.asarray(ranks / ranks.sum())


def searched(store: Store) -> list[list[tuple[int, float]]]:
    every = [Filters(), Filters(date_from="2012-01-01"), Filters(date_to="2010-12-31", publisher="kabar")]
    return [
        [(rowid, round(score, 9)) for rowid, score in store.search_words(terms, count, filters)]
        for terms in TERMS
        for filters in every
        for count in (3, 1000)
    ]


def by_fts5(store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[list[list[tuple[int, float]]], dict[str, int]]:
    with monkeypatch.context() as patched:
        patched.setattr(PackedWords, "is_ready", False)
        with Store(store.path) as fresh:
            return searched(fresh), fresh.stem_counts(COUNTED)


def assert_as_fts5(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, counts = by_fts5(store, monkeypatch)
    with Store(store.path) as fresh:
        for one in (store, fresh):
            assert one.packed_words.is_ready
            assert searched(one) == expected
            assert one.stem_counts(COUNTED) == counts


def test_the_same_as_fts5_through_packing_changes_and_packing_again(
    large: Store, chance: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not large.packed_words.is_ready
    before = searched(large)
    assert any(before)
    assert large.packed_words.pack() == 6  # row ids 1 to 160
    assert searched(large) == before
    assert_as_fts5(large, monkeypatch)
    assert large.packed_words.pack() == 0
    for number in range(70, 86):  # ten articles again with other words, six new ones: 32 passages behind the packing
        write(large, chance, number)
    large.remove_articles(["a3", "a84"])
    assert_as_fts5(large, monkeypatch)
    assert large.packed_words.pack() == 2  # row ids 161 to 192: the last of them begins a block
    assert_as_fts5(large, monkeypatch)
    large.remove_articles(["a5", "a85"])
    assert_as_fts5(large, monkeypatch)


def test_words_that_fts5_parts_or_folds_are_found_the_same(large: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(large, "wali", ["kata1 budi_santoso kata0", "wali__kota_ logoς kata0", "_ santoso", ""])
    assert len(searched(large)[TERMS.index(["santoso"]) * 6 + 1]) == 2
    large.packed_words.pack()
    put(large, "lagi", ["kata1 budi_santoso", "santoso logoς kata0"])
    assert_as_fts5(large, monkeypatch)
    assert len(searched(large)[TERMS.index(["santoso"]) * 6 + 1]) == 4
    large.remove_articles(["wali"])
    assert_as_fts5(large, monkeypatch)


def test_what_was_packed_by_another_rule_is_packed_anew(large: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(large, "wali", ["budi_santoso", "santoso"])
    with monkeypatch.context() as patched:
        patched.setattr(packed_words, "_RULE", 1)
        patched.setattr(packed_words, "parted", str.split)
        large.packed_words.pack()
    assert not large.packed_words.is_ready
    assert searched(large) == by_fts5(large, monkeypatch)[0]
    assert large.packed_words.pack() == 6
    assert_as_fts5(large, monkeypatch)


def test_packing_in_the_midst_of_a_search_changes_nothing_that_it_finds(
    large: Store, chance: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.packed_words.pack()
    for number in range(100, 116):
        write(large, chance, number)
    expected, counts = by_fts5(large, monkeypatch)
    terms = ["kata0", "kata1", "kata0 kata1", "kata3 kata3"]
    with Store(large.path) as reader:
        rows = reader.database.rows
        packed: list[int] = []

        def rows_as_another_packs(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
            if "FROM packed WHERE stem = ?" in query and not packed:
                packed.append(large.packed_words.pack())
            return rows(query, values)

        with monkeypatch.context() as patched:
            patched.setattr(reader.database, "rows", rows_as_another_packs)
            found = reader.packed_words.search(terms, 1000)
        assert packed == [2]
        with monkeypatch.context() as patched:
            patched.setattr(PackedWords, "is_ready", False)
            right = large.search_words(terms, 1000)
        assert [(rowid, round(score, 9)) for rowid, score in found] == [
            (rowid, round(score, 9)) for rowid, score in right
        ]
        assert (searched(reader), reader.stem_counts(COUNTED)) == (expected, counts)


def test_blocks_whose_passages_have_gone_are_packed_once(
    large: Store, chance: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.packed_words.pack()
    for number in range(100, 120):  # row ids 161 to 200
        write(large, chance, number)
    large.remove_articles([f"a{number}" for number in range(100, 120)])
    assert [large.packed_words.pack(), large.packed_words.pack()] == [2, 0]
    assert_as_fts5(large, monkeypatch)
    write(large, chance, 120)
    assert_as_fts5(large, monkeypatch)


def test_a_small_archive_is_not_packed(store: Store) -> None:
    put(store, "a", ["kopi"])
    assert store.packed_words.pack() == 0
    assert not store.packed_words.is_ready


def test_too_much_behind_the_packing_is_left_to_fts5(
    large: Store, chance: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.packed_words.pack()
    for number in range(100, 131):
        write(large, chance, number)
    assert not large.packed_words.is_ready
    assert searched(large) == by_fts5(large, monkeypatch)[0]
    large.packed_words.pack()
    assert_as_fts5(large, monkeypatch)


def test_what_was_asked_for_last_is_all_that_is_kept_in_memory(large: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_words, "_MAX_HELD_BYTES", 1500)
    large.packed_words.pack()
    assert_as_fts5(large, monkeypatch)
    words = large.packed_words
    assert words._held_bytes == sum(places.nbytes + packed_words._HELD_BYTES for places in words._held.values())
    assert words._held_bytes <= 1500 or len(words._held) == 1


def test_words_found_nowhere_take_no_memory(large: Store) -> None:
    large.packed_words.pack()
    large.search_words(["kata0", "kata1"], 5)
    large.search_words([f"hilang{number}" for number in range(200)], 5)
    assert large.stem_counts([f"lenyap{number}" for number in range(200)])["lenyap0"] == 0
    assert list(large.packed_words._held) == ["kata0", "kata1"]


def test_a_kill_between_blocks_leaves_what_is_packed_and_the_next_run_goes_on(
    large: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[int] = []
    whole = PackedWords._pack_block

    def killed(self: PackedWords, block: int) -> None:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(block)
        whole(self, block)

    with monkeypatch.context() as patched:
        patched.setattr(PackedWords, "_pack_block", killed)
        with pytest.raises(KeyboardInterrupt):
            large.packed_words.pack()
    assert searched(large) == by_fts5(large, monkeypatch)[0]
    large.packed_words.pack()
    assert_as_fts5(large, monkeypatch)
