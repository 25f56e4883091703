"""A first run over a folder and the runs after it: what is new, changed, moved or gone, and only that."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder
from indexed import contents, index, texts, two_files

from index.articles import Article
from index.pipeline.indexer import Indexer
from index.pipeline.progress import Report
from index.storage.repository import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_files(tmp_path)


def test_files_become_articles_with_passages_vectors_and_words(store: Store, folder: Path) -> None:
    embedder = WordEmbedder()
    assert Indexer(store, embedder).run([folder]) == Report(added=2)
    assert store.article("kopi.txt") == Article(
        id="kopi.txt",
        path=str(folder / "kopi.txt"),
        title="Warga Panen Kopi",
        text="Warga memanen kopi di lereng.",
        date="2021-04-10",
        date_rule="dateline",
    )
    assert store.article("desa/teh.md") == Article(
        id="desa/teh.md",
        path=str(folder / "desa" / "teh.md"),
        title="Harga Teh",
        publisher="Warta",
        text="Harga teh naik tajam.",
    )
    ids, vectors = store.vectors()
    for (passage, article), vector in zip(store.passages(ids.tolist()).values(), vectors, strict=True):
        # the title helps its passages to be found, by meaning and by word
        np.testing.assert_array_equal(vector, embedder.embed_query(f"{article.title}\n{passage.text}"))
    (found,) = store.search_words(["panen"], 5)
    assert store.passages([found[0]])[found[0]][0].id == "kopi.txt#0"


def test_an_unchanged_folder_is_not_embedded_again(store: Store, folder: Path) -> None:
    index(store, folder)
    before, generation = contents(store), store.generation
    embedder = WordEmbedder()
    assert Indexer(store, embedder).run([folder]) == Report(unchanged=2)
    assert embedder.embedded == []
    assert (contents(store), store.generation) == (before, generation)


def test_only_a_changed_file_is_embedded_again(store: Store, folder: Path) -> None:
    index(store, folder)
    (folder / "kopi.txt").write_text("Warga Panen Kopi\nSabtu, 10 April 2021\nWarga menjual kopi di pasar.")
    embedder = WordEmbedder()
    assert Indexer(store, embedder).run([folder]) == Report(changed=1, unchanged=1)
    assert embedder.embedded == [["Warga Panen Kopi\nWarga menjual kopi di pasar."]]
    assert texts(store) == {"kopi.txt": "Warga menjual kopi di pasar.", "desa/teh.md": "Harga teh naik tajam."}
    assert store.search_words(["lereng"], 5) == []


def test_a_changed_title_alone_is_a_change(store: Store, folder: Path) -> None:
    index(store, folder)
    (folder / "desa" / "teh.md").write_text("---\ntitle: Teh Mahal\npublisher: Warta\n---\nHarga teh naik tajam.")
    assert index(store, folder) == Report(changed=1, unchanged=1)
    assert store.stem_counts(["mahal"]) == {"mahal": 1}


def test_a_file_whose_bytes_are_known_is_not_read_again(store: Store, folder: Path) -> None:
    (folder / "kosong.txt").touch()
    assert index(store, folder) == Report(added=2, skipped=[f"{folder / 'kosong.txt'}: kosong"])
    assert index(store, folder) == Report(unchanged=2)  # so it is told once


def test_other_bytes_with_the_same_article_are_unchanged(store: Store, folder: Path) -> None:
    index(store, folder)
    path = folder / "kopi.txt"
    path.write_text(path.read_text() + "\n\nloading...\n")
    embedder = WordEmbedder()
    assert Indexer(store, embedder).run([folder]) == Report(unchanged=2)
    assert embedder.embedded == []


def test_a_deleted_file_is_gone(store: Store, folder: Path) -> None:
    index(store, folder)
    (folder / "kopi.txt").unlink()
    assert index(store, folder) == Report(unchanged=1, removed=1)
    assert list(texts(store)) == ["desa/teh.md"]
    assert store.paths() == {str(folder / "desa" / "teh.md")}
    assert store.search_words(["kopi", "lereng"], 5) == []


def test_a_renamed_file_is_the_same_article_under_its_new_name(store: Store, folder: Path) -> None:
    index(store, folder)
    (folder / "kopi.txt").rename(folder / "desa" / "panen.txt")
    assert index(store, folder) == Report(moved=1, unchanged=1)
    assert texts(store) == {"desa/panen.txt": "Warga memanen kopi di lereng.", "desa/teh.md": "Harga teh naik tajam."}


def test_files_outside_the_given_folder_stay(store: Store, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "lain"
    other.mkdir()
    (other / "susu.txt").write_text("Warga minum susu segar.")
    index(store, folder)
    index(store, other)
    (folder / "kopi.txt").unlink()
    assert index(store, other) == Report(unchanged=1)
    assert set(texts(store)) == {"kopi.txt", "desa/teh.md", "susu.txt"}
    # a folder whose name merely begins alike is another folder
    shutil.copytree(other, tmp_path / "arsip lama")
    index(store, tmp_path / "arsip lama")
    assert len(texts(store)) == 4


def test_one_file_can_be_given_and_keeps_the_id_it_has(store: Store, folder: Path) -> None:
    path = folder / "desa" / "teh.md"
    assert index(store, path) == Report(added=1)
    assert list(texts(store)) == ["teh.md"]
    assert index(store, folder) == Report(added=1, unchanged=1)
    path.write_text("Harga teh turun.")
    assert index(store, folder) == Report(changed=1, unchanged=1)
    assert texts(store) == {"teh.md": "Harga teh turun.", "kopi.txt": "Warga memanen kopi di lereng."}


def test_one_file_given_alone_removes_no_other(store: Store, folder: Path) -> None:
    index(store, folder)
    (folder / "kopi.txt").unlink()
    assert index(store, folder / "desa" / "teh.md") == Report(unchanged=1)
    assert set(texts(store)) == {"kopi.txt", "desa/teh.md"}


def test_a_file_that_lost_its_text_is_told_and_its_article_gone(store: Store, folder: Path) -> None:
    index(store, folder)
    (folder / "kopi.txt").write_bytes(b"")
    (folder / "desa" / "teh.md").write_text("Baca juga: Kopi")
    assert index(store, folder) == Report(
        removed=2,
        skipped=[
            f"{folder / 'kopi.txt'}: kosong",
            f"{folder / 'desa' / 'teh.md'}: artikel desa/teh.md tidak berisi teks",
        ],
    )
    assert texts(store) == {}


def test_progress_is_told(store: Store, folder: Path) -> None:
    told: list[tuple[int, int, int]] = []
    Indexer(store, WordEmbedder(), lambda p: told.append((p.report.added, p.done_bytes, p.total_bytes))).run([folder])
    sizes = [(folder / "kopi.txt").stat().st_size, (folder / "desa" / "teh.md").stat().st_size]
    assert told[-1] == (2, sum(sizes), sum(sizes))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
