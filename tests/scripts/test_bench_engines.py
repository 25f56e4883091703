import json
from collections.abc import Sequence
from pathlib import Path

import bench
import pytest
from fakes import WordEmbedder

from index.pipeline.indexer import Indexer
from index.storage.candidate_index import EmbeddedIndex
from index.storage.filters import Filters
from index.storage.repository import Store
from index.storage.vectors import Vectors
from rag.retrieval.retriever import Retriever

engines = bench.load("engines")
TEXTS = {"kopi": "Kopi dipanen warga.", "teh": "Harga teh naik.", "ikan": "Pasar ikan dibuka."}


class Forgetful(EmbeddedIndex):
    """Never finds the passage of row 2."""

    def candidates(
        self, vector: Vectors, terms: Sequence[str], count: int, filters: Filters | None = None
    ) -> dict[int, float]:
        return {id: near for id, near in super().candidates(vector, terms, count, filters).items() if id != 2}


def test_what_differs_is_counted_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "corpus.jsonl"
    rows = [{"id": id, "text": text, "date": "2021-05-04"} for id, text in TEXTS.items()]
    source.write_text("\n".join(map(json.dumps, rows)))
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        embedder = WordEmbedder()
        Indexer(store, embedder).run([source])
        assert [passage.article_id for passage, _ in store.passages([2]).values()] == ["teh"]
        made = {"SQLite + FAISS": engines.Kept(EmbeddedIndex(store)), "Milvus": engines.Kept(Forgetful(store))}
        retrievers = {name: Retriever(store, embedder, None, index) for name, index in made.items()}
        engines.compare(["harga teh", "pasar ikan"], made, retrievers, [])
        told = capsys.readouterr().out
        assert "other first passage: harga teh\n  [('teh', 0)]\n  [(" in told
        assert "same candidates: 0 of 2" in told
        assert "same first passage: 1 of 2" in told
        assert "same first 10: 0 of 2" in told
        assert "mean 0.6667, least 0.6667" in told
        engines.compare(["harga teh"], made, retrievers, ["2019"])  # nothing is of that year
        assert "same first 10: 1 of 1" in capsys.readouterr().out
