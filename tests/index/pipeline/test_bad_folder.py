"""A folder as a newsroom may have it, with everything in it that can go wrong: each is told, and the rest goes in."""

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.errors import InputError
from index.pipeline.indexer import Indexer
from index.pipeline.progress import Report
from index.storage.repository import Store

GOOD = "Bupati meresmikan pasar baru di Desa Sukamaju pada Senin pagi."


def pdf(*, encrypted: bool = False, picture: bool = False) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    content = io.BytesIO()
    canvas = Canvas(content, encrypt=StandardEncryption("rahasia") if encrypted else None)
    if picture:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("RGB", (40, 40), "navy")), 100, 600)
    else:
        canvas.drawString(72, 700, GOOD)
    canvas.save()
    return content.getvalue()


def zip_of(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


@cache
def bomb() -> bytes:
    content = io.BytesIO()
    block = bytes(1024**2)
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("isi.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(600):
            member.write(block)
    return content.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "baik.txt").write_text(GOOD)
    (folder / "kosong.txt").touch()
    with (folder / "besar.txt").open("w") as stream:
        for _ in range(100):
            stream.write("Warga memanen kopi di lereng. " * 35_000)
    (folder / "putus.pdf").write_bytes(pdf()[:300])
    (folder / "terkunci.pdf").write_bytes(pdf(encrypted=True))
    (folder / "pindaian.pdf").write_bytes(pdf(picture=True))
    (folder / "bom.zip").write_bytes(bomb())
    (folder / "keluar.zip").write_bytes(
        zip_of({"../../jahat.txt": b"Jahat.", "dalam.txt": b"Warga panen kopi di lereng."})
    )
    (folder / "putar.txt").symlink_to(folder / "putar.txt")
    (folder / "putar").symlink_to(folder, target_is_directory=True)
    (folder / "biner.txt").write_bytes(bytes(range(256)) * 64)
    nested = "<div>" * 200_000 + "Isi bersarang." + "</div>" * 200_000
    (folder / "sarang.html").write_text(f"<html><body>{nested}</body></html>")
    (folder / "dilarang.txt").write_text("Isi.")
    return folder


def told(report: Report, name: str) -> str:
    """Return the one line that tells of a file."""
    (line,) = [line for line in (*report.skipped, *report.failed) if line.split(": ")[0].endswith(f"/{name}")]
    assert "\n" not in line
    return line.split(": ", 1)[1]


def test_each_bad_file_is_told_in_one_line_and_the_rest_is_in(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refused(path: Path, *arguments: object, **options: object) -> object:
        if path.name == "dilarang.txt":  # root may read all: the refusal is played
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refused)
    report = Indexer(store, WordEmbedder()).run([folder])
    assert told(report, "kosong.txt") == "kosong"
    assert "besar" in told(report, "besar.txt")
    assert "rusak atau terpotong" in told(report, "putus.pdf")
    assert "dikunci dengan kata sandi" in told(report, "terkunci.pdf")
    assert "hanya berisi gambar" in told(report, "pindaian.pdf")
    assert "tak wajar" in told(report, "bom.zip") or "mengembang" in told(report, "bom.zip")
    assert "keluar dari arsip" in told(report, "keluar.zip/../../jahat.txt")
    assert "putus atau berputar" in told(report, "putar.txt")
    assert "tidak diikuti" in told(report, "putar")
    assert "bukan teks" in told(report, "biner.txt")
    assert any("dilarang.txt tidak dapat dibaca" in line for line in report.failed)
    articles = {id: article.text for id in store.stored_articles() if (article := store.article(id))}
    assert articles["baik.txt"] == GOOD
    assert articles["keluar.zip:dalam.txt"] == "Warga panen kopi di lereng."
    assert set(articles) <= {"baik.txt", "keluar.zip:dalam.txt", "sarang.html"}
    if "sarang.html" in articles:
        assert articles["sarang.html"] == "Isi bersarang."
    assert not (folder.parent.parent / "jahat.txt").exists()


def test_a_second_run_reads_no_good_file_again(store: Store, folder: Path) -> None:
    Indexer(store, WordEmbedder()).run([folder])
    embedder = WordEmbedder()
    again = Indexer(store, embedder).run([folder])
    assert (again.added, again.changed, again.removed, embedder.embedded) == (0, 0, 0, [])


def test_a_folder_of_nothing_but_bad_files_loses_nothing(store: Store, folder: Path) -> None:
    Indexer(store, WordEmbedder()).run([folder])
    before = set(store.stored_articles())
    (folder / "baik.txt").write_bytes(b"\x89PNG\0\0\0")  # spoilt: what was in stays until it can be read again
    Indexer(store, WordEmbedder()).run([folder])
    assert set(store.stored_articles()) == before


def test_an_empty_folder_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "hampa").mkdir()
    with pytest.raises(InputError, match="tidak berisi artikel"):
        Indexer(store, WordEmbedder()).run([tmp_path / "hampa"])
