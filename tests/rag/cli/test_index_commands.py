import argparse
import json
import threading
import time
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.errors import InputError, StoreError
from index.pipeline.progress import Progress, Report
from index.storage.alerts import SEARCH
from index.storage.repository import Store
from index.storage.speakers import SpeakerCounts, Speakers
from rag.cli import index_commands
from rag.cli.parser import build_parser, main
from rag.serving import loading
from rag.serving.access.accounts import LOCAL
from rag.serving.kept_searches import KeptSearches
from rag.settings import Settings

PAGE = (
    "Warga Panen Kopi\nSabtu, 10 April 2021 - 13:29 WIB\nloading...\nWarga desa memanen kopi di lereng gunung.\n"
    "Baca juga: Harga teh naik\nPanen berlangsung tiga hari.\n"
)


@pytest.fixture(autouse=True)
def _fake_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())


# --- inspect ---


def test_inspect_shows_every_line_and_what_became_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kopi.txt"
    path.write_text(PAGE)
    assert main(["inspect", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (article,) = told["articles"]
    assert (told["path"], told["problems"]) == (str(path), [])
    assert (article["id"], article["title"], article["date"]) == ("kopi.txt", "Warga Panen Kopi", "2021-04-10")
    assert (article["date_rule"], article["date_certainty"]) == ("dateline", "kuat")
    assert [line["text"] for line in article["lines"]] == PAGE.splitlines()
    assert [line["text"] for line in article["lines"] if line["kind"] is None] == article["text"].split("\n")
    assert article["text"] == "Warga desa memanen kopi di lereng gunung.\nPanen berlangsung tiga hari."


def test_inspect_for_the_eye(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kopi.txt"
    path.write_text(PAGE)
    (tmp_path / "metadata.csv").write_text("file,date,publisher\nkopi.txt,2020-01-02,Warta\n")
    assert main(["inspect", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Tanggal : 2020-01-02 (pasti: sidecar)" in lines
    assert "Media   : Warta" in lines
    assert "  Panen berlangsung tiga hari." in lines
    assert [line for line in lines if line.startswith("- [") and "Baca juga" in line]


def test_inspect_tells_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "absen.txt")]) == 1
    assert "absen.txt tidak dapat dibaca" in capsys.readouterr().err
    (tmp_path / "rusak.jsonl").write_text('{"text": "Isi."}\n{"text": \n')
    assert main(["inspect", str(tmp_path / "rusak.jsonl")]) == 0
    told = capsys.readouterr()
    assert "== rusak.jsonl" in told.out
    assert "tanya: baris 2: JSON tidak sah" in told.err


# --- the summary ---


def run_index(tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    code = main(["index", str(tmp_path / "arsip"), "--data", str(tmp_path / "data"), *options])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_summary_tells_what_was_done_and_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "kopi.txt").write_text(PAGE)
    (folder / "kosong.txt").touch()
    (folder / "foto.gif").write_bytes(b"\xff\xd8")
    (folder / "rusak.jsonl").write_text('{"text": "Isi."}\n{"text": \n')
    code, out, err = run_index(tmp_path, capsys)
    assert code == 1
    assert out.startswith(
        "2 artikel baru, 0 berubah, 0 tetap, 0 dihapus; 1 dilewati, 1 gagal, 1 berkas lain bukan artikel. "
    )
    assert f"dilewati: {folder / 'kosong.txt'}: kosong" in err.splitlines()
    assert f"tanya: {folder / 'rusak.jsonl'}:2: JSON tidak sah" in err
    (folder / "rusak.jsonl").unlink()
    (folder / "kopi.txt").rename(folder / "panen.txt")
    code, out, err = run_index(tmp_path, capsys, "--json")
    report = json.loads(out)
    assert (code, report["moved"], report["removed"], report["embedded"], report["articles"]) == (0, 1, 1, 0, 1)


# --- progress ---


def test_progress_is_plain_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with index_commands._Bar(iter([0.0, 10.0, 11.0]).__next__) as bar:
        bar.show(Progress(Report(added=20), 50, 200))
        bar.show(Progress(Report(added=21), 60, 200))  # too soon after
    assert capsys.readouterr().err == "25% dibaca, 20 artikel masuk, 2.0 per detik\n"


def test_progress_is_a_bar_with_rate_and_time_left_in_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with index_commands._Bar(iter([0.0, 0.0, 10.0]).__next__) as bar:
        bar.show(Progress(Report(), 0, 200))
        bar._bar.start_t -= 10
        bar.show(Progress(Report(added=20), 100, 200))
        drawn = str(bar._bar)
    assert drawn.startswith(" 50%|")
    assert "20 artikel, 2.0 per detik [00:10, sisa 00:" in drawn
    assert "\n" not in capsys.readouterr().err


# --- watching ---


def test_watch_takes_in_what_changes_and_goes_on_after_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "kopi.txt").write_text(PAGE)
    rounds: list[set[tuple[int, str]]] = [set(), {(1, "a")}, set(), {(1, "b")}, {(1, "c")}]

    def changes(*paths: Path, **options: object):  # type: ignore[no-untyped-def]
        assert paths == (folder,)
        for number, change in enumerate(rounds):
            if number == 1:
                (folder / "kopi.txt").rename(folder / "teh.txt")
                (folder / "metadata.csv").write_text("file,title\nteh.txt,Judul Baru\n")
            if number == 3:
                (folder / "teh.txt").unlink()  # an emptied folder may be an unplugged disk: told, nothing removed
            if number == 4:
                (folder / "padi.txt").write_text("Harga padi naik tajam di pasar.")
            yield change

    monkeypatch.setattr("watchfiles.watch", changes)
    assert main(["index", str(folder), "--data", str(tmp_path / "data"), "--watch"]) == 0
    told = capsys.readouterr()
    summaries = [line.split(";")[0] for line in told.out.splitlines()]
    assert summaries == [
        "1 artikel baru, 0 berubah, 0 tetap, 0 dihapus",
        "1 artikel baru, 0 berubah, 0 tetap, 1 dihapus",
        "1 artikel baru, 0 berubah, 0 tetap, 1 dihapus",
    ]
    assert "tidak berisi artikel yang dapat dibaca" in told.err
    assert "Mengikuti perubahan di" in told.err


def test_watch_notices_a_file_for_real_and_stops(tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "kopi.txt").write_text(PAGE)
    settings = Settings.load(data=str(tmp_path / "data"))
    options = build_parser().parse_args(["index", str(folder), "--data", str(tmp_path / "data")])
    stop = threading.Event()
    following = threading.Thread(
        target=index_commands._watch, args=(settings, WordEmbedder(), [folder], options), kwargs={"stop": stop}
    )
    following.start()
    try:
        assert _soon(lambda: _articles(settings) == 1)
        (folder / "teh.txt").write_text("Harga teh naik tajam di pasar.")
        assert _soon(lambda: _articles(settings) == 2)
    finally:
        stop.set()
        following.join(timeout=10)
    assert not following.is_alive()


def test_watch_needs_a_folder() -> None:
    with pytest.raises(InputError, match="Sebutkan folder"):
        index_commands.index(argparse.Namespace(data=None, models=None, paths=[], reembed=True, watch=True))


def _articles(settings: Settings) -> int:
    try:
        with loading.open_store(settings) as store:
            return store.counts()[0]
    except StoreError:  # not there yet, or just being made
        return 0


def _soon(holds: object) -> bool:
    for _ in range(300):
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_who_is_quoted_is_read_once_the_articles_are_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "a.txt").write_text("“Harga beras turun,” kata Presiden Joko Widodo. Ani Lestari diam.\n", "utf-8")
    run_index(tmp_path, capsys)
    (folder / "b.txt").write_text("“Panen raya dimulai,” kata Joko Widodo. “Ya,” ujar warga.\n", "utf-8")
    run_index(tmp_path, capsys)
    with Store(tmp_path / "data" / "arsip.sqlite3") as store:
        assert Speakers(store).counts(list(store.stored_articles())) == SpeakerCounts((("Joko Widodo", 2),), 0)


def test_the_summary_tells_what_came_in_for_what_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "a.txt").write_text("Harga beras turun sejak panen raya di desa.\n", "utf-8")
    code, out, _ = run_index(tmp_path, capsys, "--json")
    assert json.loads(out)["alerts"] == []
    with Store(tmp_path / "data" / "arsip.sqlite3") as store:
        kept = KeptSearches(store, WordEmbedder)
        kept.add(LOCAL.name, SEARCH, "gabah", name="Gabah")
        kept.add("ani", SEARCH, "gabah")
    (folder / "b.txt").write_text("Harga gabah naik di tingkat petani.\n", "utf-8")
    code, out, _ = run_index(tmp_path, capsys)
    assert code == 0
    assert out.splitlines()[1:] == [
        "Kabar: Gabah: 1 artikel baru cocok.",
        "Kabar: 1 pencarian tersimpan milik pembaca lain punya artikel baru.",
    ]
    _, out, _ = run_index(tmp_path, capsys)
    assert len(out.splitlines()) == 1
