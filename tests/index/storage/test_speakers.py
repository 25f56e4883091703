"""Who is quoted where: counts and articles of a name stay true whatever comes, goes, changes or comes back."""

import sqlite3
from pathlib import Path

import pytest
from archive import put
from fakes import WordEmbedder

from index.articles import Article
from index.errors import StoreError
from index.pipeline.editor import Desk
from index.storage import database, speakers
from index.storage.repository import Store
from index.storage.speakers import Quoted, SpeakerCounts, Speakers, bare_name, name_key
from rag.retrieval.full_text import Finder


def told(text: str) -> list[Quoted]:
    """Who is quoted in a text of the form "Name/other name, Name"."""
    return [Quoted(names[0], tuple(names[1:])) for part in text.split(", ") if (names := part.split("/")) != [""]]


def add(store: Store, id: str, text: str, title: str = "Judul") -> None:
    put(store, Article(id=id, text=text, path=f"{id}.txt", title=title))


@pytest.fixture
def kept(store: Store) -> Speakers:
    add(store, "a", "Joko Widodo/Jokowi, Ani Lestari")
    add(store, "b", "Jokowi, Ani LESTARI")
    add(store, "c", "Ani Lestari, Budi")
    return Speakers(store, told)


def test_counts_and_articles_are_of_the_same_rule(kept: Speakers) -> None:
    counts = kept.counts(["a", "b", "c"])
    # Jokowi stands in b as a name, in a as another name of Joko Widodo: asked for, both are found.
    assert counts == SpeakerCounts((("Ani Lestari", 3), ("Jokowi", 2), ("Budi", 1), ("Joko Widodo", 1)), 0)
    assert {name: len(kept.articles_of(name)) for name, _ in counts.names} == dict(counts.names)
    assert kept.counts(["b"]).names == (("Ani LESTARI", 1), ("Jokowi", 1))
    assert kept.counts([]) == SpeakerCounts((), 0)


def test_an_article_is_found_by_the_whole_name_or_a_word_of_it(kept: Speakers) -> None:
    kept.refresh()
    assert kept.articles_of("Presiden JOKO widodo") == ["a"]
    assert (kept.articles_of("Widodo"), kept.articles_of("Joko"), kept.articles_of("'")) == ([], [], [])
    assert (kept.articles_with("widodo"), kept.articles_with("lestari")) == (["a"], ["a", "b", "c"])
    assert (kept.articles_with("jok"), kept.articles_with("jok", cut=True)) == ([], ["a", "b"])
    assert (kept.articles_with("dodo", cut=True), kept.articles_with("ani les", cut=True)) == ([], ["a", "b", "c"])
    assert (kept.articles_with("%"), kept.articles_with("")) == ([], [])


def test_a_name_is_compared_without_titles_case_and_signs() -> None:
    assert name_key("Prof. Dr. H. Ma’ruf AMIN") == name_key("ma'ruf amin") == "maruf amin"
    assert name_key("Imam Nahrawi") == "imam nahrawi"  # a title and a first name
    assert (bare_name("Ir. Budi"), bare_name("Ir."), name_key("…")) == ("Budi", "Ir.", "")


def test_what_changes_goes_and_comes_back_is_counted_as_it_stands(store: Store, kept: Speakers) -> None:
    kept.refresh()
    add(store, "b", "Citra")
    store.remove_articles(["c"])
    assert kept.waiting() == ["b"]
    assert kept.articles_of("Jokowi") == ["a"]
    assert kept.counts(["a", "b", "c"]).names == (("Ani Lestari", 1), ("Citra", 1), ("Joko Widodo", 1))
    desk = Desk(store, WordEmbedder())
    desk.remove("a")
    assert kept.counts(["a", "b"]).names == (("Citra", 1),)
    desk.restore("a")
    assert kept.counts(["a", "b"]).names == (("Ani Lestari", 1), ("Citra", 1), ("Joko Widodo", 1))
    desk.correct("a", {"title": "Lain"})
    assert kept.counts(["a"]) == SpeakerCounts((("Ani Lestari", 1), ("Joko Widodo", 1)), 0)
    assert store.database.rows("SELECT count(*) FROM speakers WHERE article_id NOT IN (SELECT id FROM articles)") == [
        (0,)
    ]


def test_a_few_are_taken_in_at_once_and_the_rest_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for id in "abcd":
        add(store, id, f"Ani {id}")
    monkeypatch.setattr(speakers, "_AT_ONCE", 3)
    assert Speakers(store).counts(list("abcd")) == SpeakerCounts((), 4)
    assert Speakers(store, told).counts(list("abcd")).unread == 1
    assert Speakers(store, told).counts(list("abcd")).unread == 0


def test_a_name_is_not_looked_for_while_articles_are_unread(store: Store) -> None:
    add(store, "a", "Ani")
    with pytest.raises(StoreError, match="Pembicara di 1 artikel belum dibaca; jalankan: tanya index FOLDER"):
        Finder(store).find("pembicara:ani")
    assert Finder(store, read_speakers=told).find("pembicara:ani").articles == 1
    assert Finder(store).find("pembicara:ani").articles == 1


def test_another_version_of_the_rules_reads_all_again(
    store: Store, kept: Speakers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (kept.refresh(), kept.refresh()) == (3, 0)
    monkeypatch.setattr(speakers, "_VERSION", speakers._VERSION + 1)
    again = Speakers(store, lambda text: [Quoted("Dewi")])
    assert again.refresh() == 3
    assert again.counts(["a", "b", "c"]).names == (("Dewi", 3),)


def test_a_text_that_cannot_be_read_keeps_no_other_out(store: Store) -> None:
    add(store, "a", "rusak")
    add(store, "b", "Ani")

    def read(text: str) -> list[Quoted]:
        if text == "rusak":
            raise ValueError(text)
        return told(text)

    assert Speakers(store, read).refresh() == 2
    assert Speakers(store, read).counts(["a", "b"]) == SpeakerCounts((("Ani", 1),), 0)


def test_an_article_that_changed_while_it_was_read_is_read_again(store: Store) -> None:
    add(store, "a", "Ani")

    def read(text: str) -> list[Quoted]:
        if text == "Ani":
            add(store, "a", "Budi")
        return told(text)

    kept = Speakers(store, read)
    kept.refresh()
    assert (kept.waiting(), kept.articles_of("Ani")) == (["a"], [])
    assert kept.counts(["a"]).names == (("Budi", 1),)


def test_give_way_is_asked_before_each_part(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speakers, "_CHUNK", 2)
    for id in "abc":
        add(store, id, "Ani")
    asked: list[int] = []
    Speakers(store, told).refresh(give_way=lambda: asked.append(len(Speakers(store).waiting())))
    assert asked == [3, 1]


def test_an_index_of_the_version_before_is_filled_when_it_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    with Store(path, create=True) as store:
        add(store, "a", "Ani")
        add(store, "b", "Ani, Budi")
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE speakers; DROP TABLE speakers_read; PRAGMA user_version = 9;")
    connection.close()
    with Store(path) as store:
        found = Finder(store, read_speakers=told).find("judul:judul")
        assert (found.facets().speakers, found.facets().unread) == ((("Ani", 2), ("Budi", 1)), 0)
        assert Finder(store, read_speakers=told).find("pembicara:Budi").articles == 1
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (database.SCHEMA_VERSION,)
    connection.close()
