"""A reader's conversations as a list: named, pinned, searched. What was asked in them is ``index.storage.history``.

A conversation without a name of its own is called by its first question. Names and pins lie in a table that is made
with the first of them, so that an index needs no new version for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.storage.database import Database
from index.storage.history import ASKED

TABLE = (
    "CREATE TABLE IF NOT EXISTS conversations (reader TEXT NOT NULL, session TEXT NOT NULL, name TEXT, "
    "pinned INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (reader, session)) WITHOUT ROWID"
)


@dataclass(frozen=True)
class Conversation:
    """One conversation; ``last_at`` is the local ISO time of its last question, ``name`` what its reader called it."""

    session: str
    first_question: str
    last_at: str
    questions: int
    name: str | None = None
    pinned: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name or self.first_question


class Conversations:
    """The conversations in one store. Every call names its reader and touches no one else's.

    >>> Conversations(store.database).rename("ani", "s1", "Harga beras")  # doctest: +SKIP
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, reader: str, text: str = "", count: int = 50) -> list[Conversation]:
        """Return a reader's conversations, pinned ones first, then by their last question.

        With ``text`` those whose name, questions or answers hold it.
        """
        kept = self._kept(reader)
        pattern = "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        named = [session for session, (name, _) in kept.items() if name and text.casefold() in name.casefold()]
        rows = self._database.rows(
            "SELECT g.session, f.question, g.last_at, g.questions FROM (SELECT session, min(id) AS first, "
            "max(id) AS last, max(asked_at) AS last_at, count(*) AS questions FROM history "
            "WHERE reader = ? AND kind = ? AND (? = '' OR "
            f"session IN ({', '.join('?' * len(named))}) OR session IN (SELECT session FROM history "
            r"WHERE reader = ? AND kind = ? AND (question LIKE ? ESCAPE '\' OR record LIKE ? ESCAPE '\'))) "
            "GROUP BY session) g JOIN history f ON f.id = g.first ORDER BY g.last DESC",
            (reader, ASKED, text, *named, reader, ASKED, pattern, pattern),
        )
        all_of_them = [
            Conversation(str(session), str(first), str(at), int(n), *kept.get(session, (None, False)))
            for session, first, at, n in rows
        ]
        return sorted(all_of_them, key=lambda one: not one.pinned)[:count]

    def rename(self, reader: str, session: str, name: str) -> None:
        """Give a conversation a name; "" for its first question."""
        self._keep("name", reader, session, " ".join(name.split()) or None)

    def pin(self, reader: str, session: str, pinned: bool) -> None:
        """Keep a conversation on top of the list, or no longer."""
        self._keep("pinned", reader, session, int(pinned))

    def remove(self, reader: str, session: str) -> None:
        """Forget a conversation: its questions with their answers, its name. Checks of quotations stay."""
        with self._database.change(bump=False) as connection:
            connection.execute(TABLE)
            connection.execute("DELETE FROM conversations WHERE reader = ? AND session = ?", (reader, session))
            values = (reader, session, ASKED)
            connection.execute("DELETE FROM history WHERE reader = ? AND session = ? AND kind = ?", values)

    def _keep(self, column: str, reader: str, session: str, value: object) -> None:
        with self._database.change(bump=False) as connection:
            connection.execute(TABLE)
            connection.execute(
                f"INSERT INTO conversations (reader, session, {column}) VALUES (?1, ?2, ?3) "
                f"ON CONFLICT (reader, session) DO UPDATE SET {column} = ?3",
                (reader, session, value),
            )

    def _kept(self, reader: str) -> dict[str, tuple[str | None, bool]]:
        there = self._database.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'conversations'")
        rows = (
            self._database.rows("SELECT session, name, pinned FROM conversations WHERE reader = ?", (reader,))
            if there
            else []
        )
        return {str(session): (name, bool(pinned)) for session, name, pinned in rows}
