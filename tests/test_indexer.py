import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import InterruptedEmbedder, WordEmbedder

from index.articles import Article
from index.errors import EmbedderMismatch, InputError
from index.indexer import Indexer, Report, check_embedder
from index.passages import Passage
from index.store import Store
from index.writer import embedded_text


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        yield store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "arsip"
    (folder / "desa").mkdir(parents=True)
    (folder / "kopi.txt").write_text("Warga Panen Kopi\nSabtu, 10 April 2021\nWarga memanen kopi di lereng.")
    (folder / "desa" / "teh.md").write_text("---\ntitle: Harga Teh\npublisher: Warta\n---\nHarga teh naik tajam.")
    return folder


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


# --- a first run, and the runs after it ---


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


# --- what is in a folder ---


def test_hidden_files_loops_and_other_formats_are_left_out(store: Store, folder: Path) -> None:
    (folder / ".rahasia.txt").write_text("Isi tersembunyi.")
    (folder / ".git").mkdir()
    (folder / ".git" / "catatan.txt").write_text("Isi tersembunyi.")
    (folder / "foto.jpg").write_bytes(b"\xff\xd8")
    (folder / "putar").symlink_to(folder, target_is_directory=True)
    (folder / "diri.txt").symlink_to(folder / "diri.txt")
    (folder / "hilang.txt").symlink_to(folder / "tidak ada.txt")
    (folder / "map.txt").mkdir()
    report = index(store, folder)
    assert (report.added, report.failed, report.other_files) == (2, [], 1)  # the picture
    assert report.skipped == [
        f"{folder / 'putar'}: tautan ke folder lain tidak diikuti; indeks folder aslinya",
        f"{folder / 'diri.txt'}: tautan ini putus atau berputar",
        f"{folder / 'hilang.txt'}: tautan ini putus atau berputar",
    ]
    assert set(texts(store)) == {"kopi.txt", "desa/teh.md"}


def test_a_name_that_is_no_text_is_told_and_the_rest_read(store: Store, folder: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xe9.txt")).write_text("Isi.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    report = index(store, folder)
    assert (report.added, len(report.failed)) == (2, 1)
    assert report.failed[0].endswith(r"\udce9.txt': nama berkasnya bukan UTF-8; ganti namanya lalu jalankan lagi")


def test_a_binary_file_is_told_and_the_rest_read(store: Store, folder: Path) -> None:
    (folder / "aneh.txt").write_bytes(b"\x89PNG\0\0")
    assert index(store, folder) == Report(
        added=2, failed=[f"{folder / 'aneh.txt'}: isinya bukan teks; perbaiki lalu jalankan lagi"]
    )


@pytest.mark.parametrize("kind", ["missing", "empty", "unreadable", "image"])
def test_nothing_to_read_is_an_error_that_changes_nothing(store: Store, folder: Path, kind: str) -> None:
    index(store, folder)
    before, generation = contents(store), store.generation
    (folder / "kopi.txt").unlink()  # a deletion that must not be taken up either
    path = folder.parent / kind
    expected = f"Folder {path} tidak berisi artikel yang dapat dibaca"
    if kind == "missing":
        expected = f"{path} tidak ada; periksa ejaan foldernya."
    elif kind == "image":
        path = path.with_suffix(".jpg")
        path.touch()
        expected = f"Format berkas {path} tidak dikenal"
    else:
        path.mkdir()
        if kind == "unreadable":
            (path / "foto.jpg").touch()
            (path / ".rahasia.txt").write_text("Isi.")
    with pytest.raises(InputError) as error:
        index(store, folder, path)
    assert str(error.value).startswith(expected)
    assert (contents(store), store.generation) == (before, generation)


def test_a_folder_emptied_by_mistake_keeps_its_articles(store: Store, folder: Path) -> None:
    index(store, folder)
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="tidak berisi artikel"):
        index(store, folder)
    assert len(texts(store)) == 2


# --- several articles in a file, and their ids ---


def write_lines(path: Path, *records: dict[str, object] | str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(record if isinstance(record, str) else json.dumps(record) for record in records))
    return path


def test_a_given_id_stays_and_others_are_named_by_file_and_place(store: Store, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "arsip" / "a.jsonl", {"text": "Satu."}, {"id": "x-9", "text": "Dua."}, {"text": "Tiga."}
    )
    assert index(store, path) == Report(added=3)
    assert texts(store) == {"a.jsonl": "Satu.", "x-9": "Dua.", "a.jsonl:3": "Tiga."}
    write_lines(path, {"text": "Satu."}, {"id": "x-9", "text": "Dua lagi."})
    assert index(store, path) == Report(changed=1, unchanged=1, removed=1)
    assert texts(store) == {"a.jsonl": "Satu.", "x-9": "Dua lagi."}


def test_a_given_id_in_markdown(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nid: x-9\n---\nIsi.")
    index(store, tmp_path / "a.md")
    assert texts(store) == {"x-9": "Isi."}


def test_a_broken_line_keeps_the_older_article_of_its_file(store: Store, tmp_path: Path) -> None:
    one, two, three = ({"id": id, "text": f"Warga {id}."} for id in ("satu", "dua", "tiga"))
    path = write_lines(tmp_path / "arsip" / "a.jsonl", one, two, three)
    index(store, path)
    write_lines(path, {"id": "satu", "text": "Baru."}, '{"id": "dua", "text": "Wa', three)
    for changed, unchanged in ((1, 1), (0, 2)):  # told again until it is mended
        report = index(store, path)
        assert (report.changed, report.unchanged, report.removed) == (changed, unchanged, 0)
        assert len(report.failed) == 1
        assert report.failed[0].startswith(f"{path}:2: JSON tidak sah")
        assert texts(store) == {"satu": "Baru.", "dua": "Warga dua.", "tiga": "Warga tiga."}
    write_lines(path, {"id": "satu", "text": "Baru."}, three)
    assert index(store, path) == Report(unchanged=2, removed=1)
    assert set(texts(store)) == {"satu", "tiga"}


def test_a_mended_first_line_takes_no_other_articles_name(store: Store, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "arsip" / "a.jsonl", '{"text": "Sa', {"text": "Dua."})
    assert index(store, path).added == 1
    write_lines(path, {"text": "Satu."}, {"text": "Dua."})
    assert index(store, path) == Report(added=1, unchanged=1)
    assert texts(store) == {"a.jsonl": "Satu.", "a.jsonl:2": "Dua."}


def test_the_same_id_in_two_files_is_told_and_the_first_kept(store: Store, tmp_path: Path) -> None:
    first = write_lines(tmp_path / "arsip" / "a.jsonl", {"id": "x", "text": "Pertama."})
    second = write_lines(tmp_path / "arsip" / "b.jsonl", {"id": "x", "text": "Kedua."}, {"id": "y", "text": "Lain."})
    told = [f"{second}: id x sudah dipakai artikel lain; beri id yang berbeda"]
    assert index(store, tmp_path / "arsip") == Report(added=2, failed=told)
    assert texts(store) == {"x": "Pertama.", "y": "Lain."}
    assert index(store, tmp_path / "arsip") == Report(unchanged=2, failed=told)
    assert store.owner("x") == str(first)


def test_the_same_id_twice_in_a_file_is_told_and_the_first_kept(store: Store, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "arsip" / "a.jsonl", {"id": "x", "text": "Pertama."}, {"id": "x", "text": "Kedua."})
    told = [f"{path}: id x sudah dipakai artikel lain; beri id yang berbeda"]
    assert index(store, path) == Report(added=1, failed=told)
    assert index(store, path) == Report(unchanged=1, failed=told)
    assert texts(store) == {"x": "Pertama."}


def test_files_of_one_name_in_two_folders_are_two_articles(store: Store, tmp_path: Path) -> None:
    for name in ("satu", "dua"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"Warga desa {name}.")
        index(store, tmp_path / name)
    first, second = sorted(texts(store))
    assert first == "a.txt"
    assert second.startswith("a.txt~")
    assert (texts(store)[first], texts(store)[second]) == ("Warga desa satu.", "Warga desa dua.")
    assert index(store, tmp_path / "satu", tmp_path / "dua") == Report(unchanged=2)


@pytest.mark.parametrize("given", [True, False])
def test_a_file_moved_to_another_folder_is_taken_over(store: Store, tmp_path: Path, given: bool) -> None:
    record = {"id": "x", "text": "Isi."} if given else {"text": "Isi."}
    old = write_lines(tmp_path / "lama" / "a.jsonl", record)
    index(store, old.parent)
    (before,) = texts(store)
    new = tmp_path / "baru" / "a.jsonl"
    new.parent.mkdir()
    old.rename(new)
    assert index(store, new.parent).added == 1
    assert texts(store) == {before: "Isi."}
    assert store.owner(before) == str(new)
    assert store.paths() == {str(new)}


def test_an_emoji_cut_in_half_or_a_nul_costs_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_lines(path, r'{"id": "a", "text": "Ya \ud83d. Tamat."}', r'{"id": "b", "text": "Satu\u0000 dua. Tiga."}')
    assert index(store, path) == Report(added=2)
    assert texts(store) == {"a": "Ya \ufffd. Tamat.", "b": "Satu dua. Tiga."}
    passages = [passage.text for passage, _ in store.passages(store.vectors()[0].tolist()).values()]
    assert sorted(passages) == ["Satu dua. Tiga.", "Ya \ufffd. Tamat."]


# --- passages and their limit ---


def test_the_embedders_own_limit_bounds_the_passages(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("satu dua tiga empat lima enam. Tujuh delapan.")
    Indexer(store, WordEmbedder(max_tokens=3)).run([tmp_path / "a.txt"])
    passages = [passage for passage, _ in store.passages(store.vectors()[0].tolist()).values()]
    assert [p.text for p in passages] == ["satu dua tiga", "empat lima enam.", "Tujuh delapan."]


def test_a_page_long_title_does_not_crowd_out_its_passage() -> None:
    article = Article(id="a", text="Isi.", path="a.txt", title="k" * 1000)
    assert embedded_text(article, Passage("a", 0, 0, 4, "Isi.")) == "k" * 200 + "\nIsi."


# --- interruption ---


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A folder of 360 passages at 8 words each: files of one article, and files of many."""
    folder = tmp_path / "besar"
    folder.mkdir()
    for number in range(30):
        lines = [f"Warga desa nomor memanen{number} kopi{number} di lereng{number} {line}." for line in range(6)]
        (folder / f"{number:02}.txt").write_text("\n".join(lines))
    for name in ("m.jsonl", "n.jsonl"):
        records = [
            {"id": f"{name}-{n}", "text": f"Warga {name} panen kopi {n}.\nMereka pulang {name} nomor {n}."}
            for n in range(45)
        ]
        write_lines(folder / name, *records)
    return folder


@pytest.fixture
def undisturbed(large: Path, tmp_path: Path) -> dict[str, object]:
    with Store(tmp_path / "utuh" / "arsip.sqlite3", create=True) as store:
        embedder = WordEmbedder(max_tokens=8)
        assert Indexer(store, embedder, batch_tokens=1000).run([large]) == Report(added=120)
        assert len(embedder.embedded) >= 3
        return contents(store)


@pytest.mark.parametrize("error", [RuntimeError("listrik padam"), KeyboardInterrupt()])
@pytest.mark.parametrize("calls", [0, 1, 2])
def test_an_interrupted_run_and_another_equal_an_undisturbed_one(
    store: Store, large: Path, undisturbed: dict[str, object], calls: int, error: BaseException
) -> None:
    broken = InterruptedEmbedder(calls, error, max_tokens=8)
    with pytest.raises(type(error)):
        Indexer(store, broken, batch_tokens=1000).run([large])
    articles, passages = store.counts()
    assert passages == sum(len(batch) for batch in broken.embedded)  # what was embedded is kept
    assert 0 < articles < 120 if calls else articles == 0

    embedder = WordEmbedder(max_tokens=8)
    report = Indexer(store, embedder, batch_tokens=1000).run([large])
    assert (report.added, report.unchanged, report.changed, report.removed) == (120 - articles, articles, 0, 0)
    again = {text for batch in embedder.embedded for text in batch}
    assert again.isdisjoint(text for batch in broken.embedded for text in batch)
    assert contents(store) == undisturbed


def test_an_interrupted_change_and_another_run_equal_an_undisturbed_one(
    store: Store, large: Path, tmp_path: Path
) -> None:
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    for number in range(0, 30, 2):
        (large / f"{number:02}.txt").write_text("\n".join(f"Gubernur {number} datang ke {n}." for n in range(20)))
    (large / "01.txt").unlink()
    write_lines(large / "m.jsonl", {"id": "m.jsonl-0", "text": "Warga pulang."}, {"id": "baru", "text": "Baru."})
    with pytest.raises(KeyboardInterrupt):
        Indexer(store, InterruptedEmbedder(1, KeyboardInterrupt(), max_tokens=8), batch_tokens=1000).run([large])
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    with Store(tmp_path / "utuh" / "arsip.sqlite3", create=True) as fresh:
        Indexer(fresh, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
        assert contents(store) == contents(fresh)
    assert Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large]) == Report(unchanged=29 + 2 + 45)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, "tests")
from fakes import WordEmbedder
from index.indexer import Indexer
from index.store import Store
from index.writer import embedded_text

class Killed(WordEmbedder):
    def embed_passages(self, texts):
        if len(self.embedded) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_passages(texts)

Indexer(Store(Path(sys.argv[1]), create=True), Killed(max_tokens=8), batch_tokens=1000).run([Path(sys.argv[2])])
"""


def test_a_killed_process_and_another_run_equal_an_undisturbed_one(
    store: Store, large: Path, undisturbed: dict[str, object]
) -> None:
    command = [sys.executable, "-c", KILLED, str(store.path), str(large)]
    assert subprocess.run(command, cwd=Path(__file__).parents[1], check=False).returncode == -signal.SIGKILL
    assert store.counts()[1] > 0
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    assert contents(store) == undisturbed


# --- another embedder ---


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


def test_an_interrupted_reembed_goes_on_where_it_was(store: Store, large: Path, tmp_path: Path) -> None:
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    broken = InterruptedEmbedder(1, KeyboardInterrupt(), "words-v2", max_tokens=8)
    with pytest.raises(KeyboardInterrupt):
        Indexer(store, broken, batch_tokens=1000).reembed()
    assert store.embedders() == ["words-256", "words-v2"]
    assert store.counts() == (120, 360)  # nothing is missing meanwhile
    for identity in ("words-256", "words-v2"):  # neither may search half an index
        with pytest.raises(EmbedderMismatch, match=f"dipakai {identity}"):
            check_embedder(store, identity)

    embedder = WordEmbedder("words-v2", max_tokens=8)
    done = sum(stored.embedder == "words-v2" for stored in store.stored_articles().values())
    assert Indexer(store, embedder).reembed() == Report(changed=120 - done, unchanged=done)
    assert 0 < done < 120
    assert sum(len(batch) for batch in (*broken.embedded, *embedder.embedded)) == 360
    with Store(tmp_path / "utuh" / "arsip.sqlite3", create=True) as fresh:
        Indexer(fresh, WordEmbedder("words-v2", max_tokens=8), batch_tokens=1000).run([large])
        assert contents(store) == contents(fresh)
