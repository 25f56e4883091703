import io
import os
from pathlib import Path

import pytest

from index.errors import StoreError
from rag.serving import uploads
from rag.serving.uploads import FOLDER, safe_name, take


class Sent(io.BytesIO):
    def __init__(self, name: str, content: bytes, size: int | None = None) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content) if size is None else size


def inside(data: Path) -> list[str]:
    (folder,) = (data / FOLDER).iterdir()
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_files_are_kept_with_their_folders(tmp_path: Path) -> None:
    taken = take(tmp_path, [Sent("a.txt", b"Satu."), Sent("sub/b.txt", b"Dua."), Sent("a.txt", b"Tiga.")])
    assert inside(tmp_path) == ["a (2).txt", "a.txt", "sub/b.txt"]
    assert sorted(path.read_bytes() for path in taken.kept) == [b"Dua.", b"Satu.", b"Tiga."]
    assert taken.refused == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/cron.d/x.txt",
        "/etc/x.txt",
        "..\\..\\x.txt",
        "C:\\x.txt",
        "a/../../x.txt",
        "\x00../x.txt",
        "....//x.txt",
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    data = tmp_path / "data"
    (kept,) = take(data, [Sent(name, b"Isi.")]).kept
    assert kept.resolve().is_relative_to((data / FOLDER).resolve())
    assert ".." not in kept.parts
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


def test_names_are_shortened_and_cleaned() -> None:
    assert safe_name("").as_posix() == safe_name("...").as_posix() == "tanpa-nama"
    assert safe_name(".htaccess").as_posix() == "htaccess"
    assert safe_name("a\u202etxt.exe.txt").as_posix() == "atxt.exe.txt"
    assert safe_name("é" * 200 + ".txt").name.endswith(".txt")
    assert len(os.fsencode(safe_name("é" * 200 + ".txt").name)) <= 120
    assert len(safe_name("a/" * 50 + "x.txt").parts) == 5
    assert safe_name("buruk\ud800.txt").as_posix() == "buruk.txt"


def test_what_is_refused_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    first = take(tmp_path, [Sent("lama.txt", b"Sudah ada.")])
    taken = take(
        tmp_path,
        [
            Sent("kosong.txt", b""),
            Sent("gambar.gif", b"\xff\xd8\xff\xe0 bukan artikel"),
            Sent("salinan.txt", b"Sudah ada."),
            Sent("besar.txt", b"x", size=uploads.MAX_FILE_MB * 1024**2 + 1),
        ],
    )
    assert taken.kept == []
    assert taken.refused == [
        "kosong.txt: kosong",
        "gambar.gif: formatnya tidak dikenal",
        "salinan.txt: sudah pernah diunggah",
        "besar.txt: lebih dari 100 MB; pecah dahulu",
    ]
    assert [path for path in (tmp_path / FOLDER).rglob("*") if path.is_file()] == first.kept


def test_count_and_total_size_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 2)
    monkeypatch.setattr(uploads, "MAX_TOTAL_BYTES", 1024**2)
    sent = [Sent("a.txt", b"a"), Sent("b.txt", b"b" * 1024**2), Sent("c.txt", b"c"), Sent("d.txt", b"d")]
    taken = take(tmp_path, sent)
    assert [path.name for path in taken.kept] == ["a.txt", "c.txt"]
    assert taken.refused == [
        "b.txt: melebihi 1 MB sekali unggah; unggah sisanya nanti",
        "d.txt: melebihi 2 berkas sekali unggah; unggah sisanya nanti",
    ]


def test_a_size_that_lies_is_cut_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_MB", 1)
    (kept,) = take(tmp_path, [Sent("a.txt", b"a" * (1024**2 + 100), size=10)]).kept
    assert kept.stat().st_size == 1024**2


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(upload: object, stream: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "_copy", full)
    with pytest.raises(StoreError, match=r"No space left on device; periksa ruang disk"):
        take(tmp_path, [Sent("a.txt", b"Isi.")])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_mark_is_left_before_the_files_are_in_place(tmp_path: Path) -> None:
    there: list[bool] = []

    def mark() -> None:
        there.append((tmp_path / FOLDER).exists())

    (path,) = take(tmp_path, [Sent("a.txt", b"Isi.")], mark=mark).kept
    assert (there, path.read_bytes()) == ([False], b"Isi.")
    assert take(tmp_path, [Sent("b.txt", b"Isi.")], mark=mark).kept == []
    assert there == [False]
