"""The embedder bounds the passages; another one is refused until all vectors are made anew."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder
from indexed import contents, index, two_files

from index.articles import Article
from index.errors import EmbedderMismatch
from index.passages import Passage
from index.pipeline.indexer import Indexer, check_embedder
from index.pipeline.progress import Report
from index.pipeline.writer import embedded_text
from index.storage.repository import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_files(tmp_path)


def test_the_embedders_own_limit_bounds_the_passages(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("satu dua tiga empat lima enam. Tujuh delapan.")
    Indexer(store, WordEmbedder(max_tokens=3)).run([tmp_path / "a.txt"])
    passages = [passage for passage, _ in store.passages(store.vectors()[0].tolist()).values()]
    assert [p.text for p in passages] == ["satu dua tiga", "empat lima enam.", "Tujuh delapan."]


def test_a_page_long_title_does_not_crowd_out_its_passage() -> None:
    article = Article(id="a", text="Isi.", path="a.txt", title="k" * 1000)
    assert embedded_text(article, Passage("a", 0, 0, 4, "Isi.")) == "k" * 200 + "\nIsi."


def test_another_embedder_is_refused_by_name_and_changes_nothing(store: Store, folder: Path) -> None:
    index(store, folder)
    before = contents(store)
    (folder / "baru.txt").write_text("Warga baru.")
    with pytest.raises(EmbedderMismatch) as error:
        Indexer(store, WordEmbedder("words-v2", dimensions=16)).run([folder])
    assert str(error.value) == (
        f"Indeks {store.path.parent} dibuat dengan model words-256, sekarang dipakai words-v2; pasang lagi model itu "
        f"atau buat ulang vektornya: tanya index --reembed --data {store.path.parent}"
    )
    assert contents(store) == before


def test_an_empty_store_takes_any_embedder(store: Store) -> None:
    check_embedder(store, "anything")


def test_reembed_makes_all_vectors_anew_from_the_store_alone(store: Store, folder: Path, tmp_path: Path) -> None:
    index(store, folder)
    articles = contents(store)["articles"]
    shutil.move(folder, tmp_path / "pergi")  # the files need not be there
    new = WordEmbedder("words-v2", dimensions=16, max_tokens=6)  # a title takes its share of them
    assert Indexer(store, new).reembed() == Report(changed=2)
    check_embedder(store, "words-v2")
    assert contents(store)["articles"] == articles
    ids, vectors = store.vectors()
    passages = store.passages(ids.tolist())
    assert {passage.text for passage, _ in passages.values()} == {
        "Warga memanen",
        "kopi di lereng.",
        "Harga teh naik tajam.",
    }
    for rowid, vector in zip(ids.tolist(), vectors, strict=True):
        passage, article = passages[rowid]
        np.testing.assert_array_equal(vector, new.embed_query(embedded_text(article, passage)))
    assert Indexer(store, new).reembed() == Report(unchanged=2)


def test_after_reembed_the_folder_is_unchanged(store: Store, folder: Path) -> None:
    index(store, folder)
    new = WordEmbedder("words-v2")
    Indexer(store, new).reembed()
    assert Indexer(store, new).run([folder]) == Report(unchanged=2)
