"""Several articles in a file, and their ids."""

from pathlib import Path

import pytest
from fakes import WordEmbedder
from indexed import index, texts, write_lines

from index.articles import Article
from index.pipeline.progress import Report
from index.pipeline.writer import Writer
from index.storage.repository import Store


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


def test_an_article_that_waits_twice_is_stored_as_it_was_last(store: Store) -> None:
    writer = Writer(store, WordEmbedder(), pipeline=1)
    writer.add(Article(id="a", text="Warga panen.", path="/a.txt"))
    writer.add(Article(id="a", text="Warga senang.", path="/a.txt"))
    writer.flush()
    assert texts(store) == {"a": "Warga senang."}
    assert store.counts() == (1, 1)
