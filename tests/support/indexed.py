"""Folders → what the index holds of them, for tests of the indexer."""

import json
from pathlib import Path

from fakes import WordEmbedder

from index.pipeline.indexer import Indexer
from index.pipeline.progress import Report
from index.storage.repository import Store

RICE = "SURABAYA - Harga beras naik tajam di Pasar Wonokromo. Pedagang menaikkan harga sejak Senin pagi."


def rice_and_coffee(tmp_path: Path) -> Path:
    """Write a folder of two articles, ``beras.txt`` with a slip in its title."""
    folder = tmp_path / "artikel"
    folder.mkdir()
    (folder / "beras.txt").write_text(f"Harga Bears Naik\n{RICE}", "utf-8")
    (folder / "kopi.txt").write_text("Kopi Laris\nJEMBER - Kopi laris di pameran desa pada akhir pekan.", "utf-8")
    return folder


def two_files(tmp_path: Path) -> Path:
    """Write a folder of two articles, one of them in a folder of its own."""
    folder = tmp_path / "arsip"
    (folder / "desa").mkdir(parents=True)
    (folder / "kopi.txt").write_text("Warga Panen Kopi\nSabtu, 10 April 2021\nWarga memanen kopi di lereng.")
    (folder / "desa" / "teh.md").write_text("---\ntitle: Harga Teh\npublisher: Warta\n---\nHarga teh naik tajam.")
    return folder


def write_lines(path: Path, *records: dict[str, object] | str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(record if isinstance(record, str) else json.dumps(record) for record in records))
    return path


def index(store: Store, *paths: Path) -> Report:
    return Indexer(store, WordEmbedder()).run(paths)


def texts(store: Store) -> dict[str, str]:
    """Return article id → text of all articles, each read from the store."""
    found = {id: store.article(id) for id in store.stored_articles()}
    return {id: article.text for id, article in found.items() if article is not None}


def contents(store: Store) -> dict[str, object]:
    """Return all that a search or an answer can come upon, under names that do not depend on the order of writing."""
    ids, vectors = store.vectors()
    passages = {rowid: passage for rowid, (passage, _) in store.passages(ids.tolist()).items()}
    words = ["warga", "panen", "desa", "nomor", "kopi"]
    return {
        "articles": {id: store.article(id) for id in store.stored_articles()},
        "stored": store.stored_articles(),
        "passages": {passage.id: passage for passage in passages.values()},
        "vectors": {passages[rowid].id: vector.tobytes() for rowid, vector in zip(ids.tolist(), vectors, strict=True)},
        "words": {passages[rowid].id: score for rowid, score in store.search_words(words, 10_000)},
        "stems": store.stem_counts(words),
        "files": store.files(),
    }
