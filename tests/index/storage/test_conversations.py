import pytest

from index.storage.conversations import Conversations
from index.storage.history import ASKED, CHECKED, DONE, History
from index.storage.repository import Store


@pytest.fixture
def asked(store: Store) -> Store:
    history = History(store.database)
    for reader, session, kind, question, answer in (
        ("ani", "s1", ASKED, "Apa itu OPOP?", "Satu pesantren satu produk."),
        ("ani", "s2", ASKED, "Berapa harga beras?", "Harga 100% naik."),
        ("ani", "s1", ASKED, "Sejak kapan?", "Sejak 2019."),
        ("ani", "s3", CHECKED, "Kutipan saja.", ""),
        ("ani", "s1", CHECKED, "Kutipan di percakapan.", ""),
        ("budi", "s1", ASKED, "Pertanyaan Budi?", "Jawaban Budi."),
    ):
        history.keep(history.begin(reader, session, kind, question), {"answer": answer}, DONE)
    return store


def titles(store: Store, text: str = "", reader: str = "ani") -> list[str]:
    return [one.title for one in Conversations(store.database).list(reader, text)]


def test_conversations_are_called_by_their_first_question_the_last_used_first(asked: Store) -> None:
    assert titles(asked) == ["Apa itu OPOP?", "Berapa harga beras?"]
    assert [one.questions for one in Conversations(asked.database).list("ani")] == [2, 1]
    assert titles(asked, reader="budi") == ["Pertanyaan Budi?"]
    assert len(Conversations(asked.database).list("ani", count=1)) == 1


def test_names_and_pins_hold_for_one_reader(asked: Store) -> None:
    conversations = Conversations(asked.database)
    conversations.pin("ani", "s2", True)
    conversations.rename("ani", "s2", "  Harga   pangan ")
    assert titles(asked) == ["Harga pangan", "Apa itu OPOP?"]
    assert conversations.list("ani")[0].pinned
    conversations.pin("ani", "s2", False)
    conversations.rename("ani", "s2", " ")
    conversations.rename("ani", "s1", "Milik Ani")
    assert titles(asked) == ["Milik Ani", "Berapa harga beras?"]
    assert titles(asked, reader="budi") == ["Pertanyaan Budi?"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kapan", ["Pesantren"]),  # a later question
        ("satu produk", ["Pesantren"]),  # an answer
        ("PESANTR", ["Pesantren"]),  # the name
        ("100% naik", ["Berapa harga beras?"]),
        ("100_ naik", []),
        ("Budi", []),
        ("Kutipan", []),
    ],
)
def test_a_search_looks_at_names_questions_and_answers(asked: Store, text: str, found: list[str]) -> None:
    Conversations(asked.database).rename("ani", "s1", "Pesantren")
    assert titles(asked, text) == found


def test_a_removed_conversation_is_gone_and_checks_and_others_stay(asked: Store) -> None:
    conversations = Conversations(asked.database)
    conversations.rename("ani", "s1", "Pesantren")
    conversations.remove("ani", "s1")
    assert titles(asked) == ["Berapa harga beras?"]
    assert titles(asked, "Pesantren") == []
    history = History(asked.database)
    assert [entry.question for entry in history.session("ani", "s1")] == ["Kutipan di percakapan."]
    assert [entry.question for entry in history.session("budi", "s1")] == ["Pertanyaan Budi?"]


def test_a_look_writes_nothing(asked: Store) -> None:
    before = asked.database.rows("SELECT count(*) FROM sqlite_master")
    assert titles(asked) == ["Apa itu OPOP?", "Berapa harga beras?"]
    assert asked.database.rows("SELECT count(*) FROM sqlite_master") == before  # a look makes no table
