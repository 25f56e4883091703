"""Whose page it is: who may not see an article sees no page of it, and who may sees it from their own archive."""

from pathlib import Path

import pytest
from fakes import WordEmbedder
from printed import printed

from index.errors import InputError
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving import loading
from rag.serving.access.accounts import READER, Reader
from rag.serving.service import Workplace
from rag.serving.visibility import Places, ReadersPlace
from rag.settings import Settings

BUDI = Reader("budi", READER)


def test_a_hidden_article_has_no_page_and_an_open_one_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    folder, data = tmp_path / "arsip", tmp_path / "data"
    folder.mkdir()
    (folder / "terbuka.pdf").write_bytes(printed(0))
    (folder / "rahasia.pdf").write_bytes(printed(3))
    with Store(data / loading.STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
    whole = Workplace(Settings(data, data))
    whole.collections.make("Embargo")
    whole.collections.add("Embargo", ["rahasia.pdf"])
    whole.collections.show_to("Embargo", [])
    places = Places(whole)
    try:
        place = places.of(BUDI)
        assert isinstance(place, ReadersPlace)
        assert place.store.article("rahasia.pdf") is None
        article = place.store.article("terbuka.pdf")
        assert article is not None
        view = place.page(article, (0, 40), None, BUDI.name)
        assert view.number == 1 and view.boxes
        (folder / "terbuka.pdf").write_bytes(printed(1))
        with pytest.raises(InputError, match="sudah berubah"):
            place.page(article, (0, 40), None, BUDI.name)
    finally:
        places.close()
        whole.store.close()
