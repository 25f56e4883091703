from pathlib import Path

import numpy as np
import pytest
from archive import put

from index.articles import Article
from index.storage import full_text
from index.storage.full_text import AUTHOR, TEXT, TITLE, FullText, column_and_word, indexed, number_of
from index.storage.repository import Store


def stands(store: Store, key: str, columns: tuple[int, ...] = (TITLE, TEXT)) -> list[tuple[int, int, int]]:
    """Where a raw word stands: number of the article, column, word."""
    places = FullText(store).places([indexed(key)], columns)
    return [(number, *column_and_word(place)) for number, place in zip(number_of(places), places.tolist(), strict=True)]


def test_only_what_is_new_is_taken_in(store: Store) -> None:
    put(store, "Harga beras naik.", "Harga cabai turun.")
    words = FullText(store)
    told: list[tuple[int, int]] = []
    assert words.waiting() == ["a0", "a1"]
    assert words.refresh(lambda done, total: told.append((done, total))) == 2
    assert told == [(2, 2)]
    assert (words.refresh(), words.waiting()) == (0, [])


def test_a_place_is_article_column_and_word(store: Store) -> None:
    put(store, "Harga beras.", Article(id="b", text="Ya, beras.", path="/b.txt", title="Beras", author="Ani Beras"))
    FullText(store).refresh()
    assert stands(store, "beras") == [(1, TEXT, 1), (2, TITLE, 0), (2, TEXT, 1)]
    assert stands(store, "beras", (AUTHOR,)) == [(2, AUTHOR, 1)]
    assert stands(store, "naik") == []


def test_forms_are_found_by_stem_beginning_and_slip(store: Store) -> None:
    put(store, "Pelajaran membaca; bacaan dibaca. Baca! Bacca, bca, bcaa, kaca, Jum'at 10.30")
    words = FullText(store)
    words.refresh()
    assert words.with_stem("bacakan") == ["baca", "bacaan", "dibaca", "membaca"]
    assert words.beginning("baca") == ["baca", "bacaan"]
    assert words.near("baca") == ["baca", "bacca", "bca", "bcaa", "kaca"]
    assert words.with_stem("jumat") == ["jumat"]
    assert words.beginning("10.") == [indexed("10.30")]


def test_a_changed_article_leaves_no_place_of_its_old_words(store: Store) -> None:
    put(store, "Harga beras naik.")
    words = FullText(store)
    words.refresh()
    put(store, "Cuaca cerah.")
    assert words.waiting() == ["a0"]
    assert words.heads() == []
    words.refresh()
    (head,) = words.heads()
    assert (head.number, head.id, head.words, head.sha256) == (2, "a0", 2, store.stored_articles()["a0"].sha256)
    store.remove_articles(["a0"])
    assert words.heads() == []


def test_the_table_is_made_anew_when_most_of_it_is_gone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_text, "_LEAST_GONE", 2)
    words = FullText(store)
    for text in ("Satu.", "Dua.", "Tiga."):
        put(store, text)
        words.refresh()
    assert len(stands(store, "satu")) == 1  # of an article that is gone
    put(store, "Empat.", "Lima.")
    words.refresh()
    assert [len(stands(store, word)) for word in ("satu", "tiga", "empat", "lima")] == [0, 0, 1, 1]
    assert [head.id for head in words.heads()] == ["a0", "a1"]
    assert words.with_stem("satu") == []


def test_many_forms_are_looked_up_in_parts(store: Store) -> None:
    put(store, " ".join(f"kata{letter}{other}{third}" for letter in "abcdefghij" for other in "abcdefghij" for third in
                        "abcdefghij"))  # fmt: skip
    words = FullText(store)
    words.refresh()
    forms = words.beginning("kata")
    assert len(forms) == 1000
    np.testing.assert_array_equal(words.places(forms, [TEXT]) & 0xFFFF, np.arange(1000))


def test_no_form_is_empty_or_parts_a_word(store: Store, tmp_path: Path) -> None:
    text = "` ´ ' 10.30 $ + ~ ^ | = < > & # @ % ° ¨ 😀 ½ ² _ kata"
    put(store, text)
    FullText(store).refresh()
    ((_, _, word),) = stands(store, "kata")
    (head,) = FullText(store).heads()
    assert word == head.words - 1
