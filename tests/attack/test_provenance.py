"""Where a source came from is told with it, and what is odd about that."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakes import WordEmbedder
from scripted_chat import KnowingChat

from index.articles import Article
from index.pipeline.indexer import Indexer
from index.storage.history import CHECKED, DONE
from index.storage.repository import Store
from rag.answering.answer import numbered_source
from rag.query.query import Query
from rag.quotation.checker import QuoteChecker
from rag.quotation.evidence_record import as_markdown, evidence_record
from rag.quotation.serialization import as_json
from rag.retrieval.provenance import flags_of, origin_line, provenance
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.serving.service import AUTOMATIC, Workplace
from rag.settings import Settings
from ui import render

SAID = "“Harga beras naik tajam sejak Senin pagi,” kata Akmal Malik."
QUOTE = "Harga beras naik tajam sejak Senin pagi"


class Upload(io.BytesIO):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    monkeypatch.setattr(loading, "open_llm", lambda settings: KnowingChat({}))
    folder = tmp_path / "artikel"
    folder.mkdir()
    with zipfile.ZipFile(folder / "2021.zip", "w") as archive:
        archive.writestr("maret/a.txt", f"Beras Naik\nSURABAYA - {SAID}")
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
    place = Workplace(Settings(tmp_path, tmp_path), indexing=("true",))
    yield place
    place.store.close()


def test_a_quotation_s_place_tells_folder_member_and_time(place: Workplace, tmp_path: Path) -> None:
    (match,) = as_json(QuoteChecker(place.store).check(QUOTE))["matches"]
    came = match["provenance"]
    assert (came["folder"], came["file"], came["member"]) == (
        str(tmp_path / "artikel"),
        str(tmp_path / "artikel" / "2021.zip"),
        "maret/a.txt",
    )
    assert came["entered_at"][:10] == date.today().isoformat()
    assert (came["uploaded_by"], came["changed_at"], came["flags"]) == (None, None, [])
    line = origin_line(came)
    assert line.startswith(f"berkas {tmp_path}/artikel/2021.zip, bagian maret/a.txt; masuk arsip {date.today()}")
    record = evidence_record(place.store, [QuoteChecker(place.store).check(QUOTE)])
    assert f"Asal: berkas {tmp_path}/artikel/2021.zip" in as_markdown(record).replace("\\", "")


def test_a_source_tells_the_same_on_the_command_line_and_on_the_page(place: Workplace) -> None:
    (found,) = Retriever(place.store, WordEmbedder()).search(Query("harga beras"), 1)
    source = numbered_source(1, found)
    assert source.provenance is not None and source.provenance["member"] == "maret/a.txt"
    assert "bagian maret/a.txt; masuk arsip" in render.source(source, 1)
    assert json.loads(json.dumps(source.provenance))["folder"]


def test_an_upload_tells_who_brought_it_and_when(place: Workplace, tmp_path: Path) -> None:
    taken = place.upload([Upload("baru.txt", f"Beras Lagi\nSURABAYA - {SAID} Warga mengeluh.".encode())], "ani")
    assert len(taken.kept) == 1
    Indexer(place.store, WordEmbedder()).run([tmp_path / "unggahan"])
    (article,) = [place.store.article(id) for id in place.store.stored_articles() if id.endswith("baru.txt")]
    assert article is not None and article.uploaded_by == "ani"
    assert origin_line(provenance(article)).startswith(f"unggahan oleh ani, {date.today()}")


def test_a_text_keeps_the_time_it_came_in_and_tells_when_it_changed(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "artikel"
    folder.mkdir()
    (folder / "a.txt").write_text(f"Judul\nSURABAYA - {SAID}", "utf-8")
    Indexer(store, WordEmbedder()).run([folder])
    with store.database.change() as connection:
        connection.execute("UPDATE articles SET entered_at = '2026-01-01T10:00:00'")
    (folder / "a.txt").rename(folder / "b.txt")
    Indexer(store, WordEmbedder()).run([folder])
    article = store.article("b.txt")
    assert article is not None and (article.entered_at, article.changed_at) == ("2026-01-01T10:00:00", None)
    (folder / "b.txt").write_text(f"Judul\nSURABAYA - {SAID} Pedagang mengeluh.", "utf-8")
    Indexer(store, WordEmbedder()).run([folder])
    article = store.article("b.txt")
    assert article is not None and article.entered_at == "2026-01-01T10:00:00"
    assert article.changed_at is not None and article.changed_at[:10] == date.today().isoformat()


@pytest.mark.parametrize(
    ("day", "flag"),
    [
        ((date.today() + timedelta(2)).isoformat(), "bertanggal di masa depan"),
        ("1599-12-31", "bertanggal sebelum ada surat kabar (1599-12-31)"),
        (date.today().isoformat(), None),
        ("1744-08-08", None),
        (None, None),
    ],
)
def test_a_day_that_cannot_be_is_flagged(day: str | None, flag: str | None) -> None:
    flags = flags_of(provenance(Article(id="a", text="Isi.", path="/a.txt", date=day)))
    assert [text.startswith(flag or "") for text in flags] == ([True] if flag else [])


def test_a_place_that_entered_after_the_claim_was_checked_is_flagged(place: Workplace, tmp_path: Path) -> None:
    assert (
        flags_of(place.check(QUOTE, "", AUTOMATIC, None, reader="ani")["checks"][0]["matches"][0]["provenance"]) == []
    )
    id = place.history.begin("ani", "s1", CHECKED, QUOTE)
    place.history.keep(id, {}, DONE)
    with place.store.database.change() as connection:
        connection.execute("UPDATE history SET asked_at = '2026-01-01T09:00:00'")
    (match,) = place.check(f"{QUOTE.upper()} ", "", AUTOMATIC, None, reader="ani")["checks"][0]["matches"]
    (flag,) = match["provenance"]["flags"]
    assert flag.endswith("setelah klaim ini pertama kali diperiksa pada 2026-01-01 09:00")
    assert "Perhatikan: baru masuk" in render.came_from(match["provenance"])
    # What somebody else checked is nobody's business.
    (match,) = place.check(QUOTE, "", AUTOMATIC, None, reader="budi")["checks"][0]["matches"]
    assert match["provenance"]["flags"] == []


def test_what_an_old_store_does_not_know_is_said_so() -> None:
    article = Article(id="a", text="Isi.", path="/arsip/a.txt")
    assert origin_line(provenance(article)) == "berkas /arsip/a.txt; kapan masuk arsip tidak tercatat"
