"""One article in every format goes in, and the same question finds the same sentence, where it stands."""

from pathlib import Path

import pytest
from fakes import WordEmbedder
from reading import FILES, LINES, tarred, zipped

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.query.query import Query
from rag.retrieval.retriever import Retriever

QUESTION = "Berapa nilai gudang baru yang akan dibangun?"


def found(tmp_path: Path, folder: Path) -> tuple[str, str]:
    """Index a folder; return the best passage for the question and its article's text, offsets checked."""
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        report = Indexer(store, WordEmbedder(max_tokens=40)).run([folder])
        assert (report.added, report.failed, report.skipped) == (1, [], [])
        best = Retriever(store, WordEmbedder(max_tokens=40)).search(Query(QUESTION), 1)[0]
        article = store.article(best.article.id)
        assert article is not None
        for passage, _ in store.passages(store.rowids(article.id)).values():
            assert passage.text == article.text[passage.start : passage.end]
        assert best.passage.text == article.text[best.passage.start : best.passage.end]
        return best.passage.text, article.text


@pytest.mark.parametrize("name", FILES)
def test_the_same_question_finds_the_same_sentence(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / name).write_bytes(FILES[name][0])
    passage, text = found(tmp_path, folder)
    assert LINES[1] in passage
    assert text.split("\n")[-len(LINES) :] == LINES


@pytest.mark.parametrize("name", ["arsip.zip", "arsip.tar.gz"])
def test_from_an_archive_too(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    pack = zipped if name.endswith(".zip") else tarred
    (folder / name).write_bytes(pack({"2021/a.pdf": FILES["a.pdf"][0]}))
    assert LINES[1] in found(tmp_path, folder)[0]
