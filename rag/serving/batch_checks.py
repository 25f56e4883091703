"""Tables of quotations checked beside the page: one thread a table, one quotation a turn, every result kept at once.

    claims → written down → turn by turn checked → kept; a bad row has its reason, and the next one goes on

A table goes on whatever its page does; one that was cut off when the program ended is taken up at the next start.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from index.errors import InputError, TanyaError
from index.storage.batches import Batch, Batches, BatchRow
from index.storage.filters import Filters
from index.storage.history import DONE, FAILED, RUNNING, STOPPED
from index.storage.repository import Store
from rag import log
from rag.quotation.checker import QuoteResult
from rag.quotation.claims_table import Claim
from rag.quotation.evidence_record import check_record, index_digest
from rag.quotation.review import AGREES, CONTRADICTED, UNKNOWN
from rag.quotation.verdict_text import NAMES

MAX_RUNNING = 3  # tables of one reader that are checked or wait for it
_MAX_PLACES = 3  # of a quotation, kept with its row; how many there are is kept as well
_SPEAKERS = {AGREES: "sesuai", CONTRADICTED: "orang lain", UNKNOWN: "belum pasti", None: "tidak diperiksa"}
_log = logging.getLogger("tanya.quotation")
Record = dict[str, Any]
Check = Callable[[str, str, str | None, Filters | None], QuoteResult]


class BatchChecks:
    """Checks the tables of all readers of one archive.

    >>> BatchChecks(store, check).begin("ani", "klaim.csv", claims, "Kutipan = kutipan", None)  # doctest: +SKIP

    ``check`` gets reader, quotation, speaker and filters, and waits for its turn.
    """

    def __init__(self, store: Store, check: Check) -> None:
        self.kept = Batches(store.database)
        self._store = store
        self._check = check
        self._lock = threading.Lock()
        self._stopping: dict[int, threading.Event] = {}  # of the tables that have a thread
        self._one_at_a_time: dict[str, threading.Lock] = defaultdict(threading.Lock)  # of a reader

    def resume(self) -> None:
        """Take up what was cut off when the program last ended."""
        for batch in self.kept.unfinished():
            self._start(batch)

    def begin(
        self,
        reader: str,
        name: str,
        claims: Sequence[Claim],
        columns: str,
        filters: Filters | None,
        earlier: int | None = None,
    ) -> int:
        """Begin to check a table and return its id; ``columns`` tells how it was read.

        It is compared with ``earlier``, else with the reader's last table of that name. Raises InputError where there
        is nothing to check, or where too many of this reader's tables are being checked.
        """
        if not claims:
            raise InputError("Tabel ini tidak berisi baris kutipan di bawah baris judulnya; periksa berkasnya.")
        running = sum(batch.state == RUNNING for batch in self.kept.of_reader(reader))
        if running >= MAX_RUNNING:
            raise InputError(f"{running} daftar Anda masih diperiksa; tunggu salah satunya, atau hentikan.")
        about = {"columns": columns, "filters": asdict(filters) if filters else None}
        earlier = earlier if earlier is not None else self.kept.latest(reader, name)
        id = self.kept.begin(reader, name, about, [asdict(claim) for claim in claims], earlier)
        batch = self.kept.batch(reader, id)
        assert batch is not None
        self._start(batch)
        return id

    def again(self, reader: str, id: int) -> int:
        """Check all rows of a table anew, on the archive as it is now, and compare; return the new table's id."""
        batch = self.kept.batch(reader, id)
        if batch is None:
            raise InputError(f"Daftar {id} tidak ada; mungkin sudah dihapus.")
        claims = [Claim(**row.claim) for row in self.kept.rows(id)]
        return self.begin(reader, batch.name, claims, batch.about["columns"], _filters(batch), earlier=id)

    def go_on(self, reader: str, id: int) -> None:
        """Go on with a table that was stopped or has failed."""
        batch = self.kept.batch(reader, id)
        if batch is not None and batch.state in (STOPPED, FAILED):
            self.kept.set_state(id, RUNNING)
            self._start(batch)

    def stop(self, reader: str, id: int) -> None:
        """Stop a table after the quotation in hand; what is checked stays."""
        batch = self.kept.batch(reader, id)
        if batch is None or batch.state != RUNNING:
            return
        with self._lock:
            event = self._stopping.get(id)
        if event is not None:
            event.set()
        else:
            self.kept.set_state(id, STOPPED)

    def remove(self, reader: str, id: int) -> None:
        """Forget a table; one that is being checked is stopped."""
        self.stop(reader, id)
        self.kept.remove(reader, id)

    def is_running(self, id: int) -> bool:
        """Tell whether a table is being checked or waits for that."""
        with self._lock:
            return id in self._stopping

    def is_outdated(self, batch: Batch) -> bool:
        """Tell whether the archive has changed since a table was done."""
        return bool(batch.state == DONE and batch.about.get("generation") != self._store.generation)

    def _start(self, batch: Batch) -> None:
        with self._lock:
            if batch.id in self._stopping:
                return
            self._stopping[batch.id] = threading.Event()
        threading.Thread(target=self._work, args=(batch,), name=f"daftar-{batch.id}", daemon=True).start()

    def _work(self, batch: Batch) -> None:
        stopping = self._stopping[batch.id]
        try:
            with self._one_at_a_time[batch.reader]:
                self._run(batch, stopping)
        except TanyaError as error:
            _log.exception("failed", extra=log.fields(batch=batch.id))
            self._fail(batch, str(error))
        except Exception as error:  # the page must not wait for a thread that is gone
            _log.exception("failed", extra=log.fields(batch=batch.id))
            self._fail(batch, f"Pemeriksaan terhenti ({type(error).__name__}); lanjutkan.")
        finally:
            with self._lock:
                del self._stopping[batch.id]

    def _run(self, batch: Batch, stopping: threading.Event) -> None:
        before = self._before(batch)
        filters = _filters(batch)
        while not stopping.is_set():
            row = self.kept.next(batch.id)
            if row is None:
                self.kept.set_state(batch.id, DONE, self._archive())
                return
            self._check_row(batch, row, filters, before)
        self.kept.set_state(batch.id, STOPPED)

    def _check_row(
        self, batch: Batch, row: BatchRow, filters: Filters | None, before: dict[str, BatchRow] | None
    ) -> None:
        try:
            result = self._check(batch.reader, row.claim["quote"], row.claim["speaker"] or None, filters)
            record = self._record(result)
        except InputError as error:
            self.kept.refuse(batch.id, row.number, str(error))
            return
        except TanyaError:
            raise  # of the store: no other row will do better
        except Exception as error:  # one bad row never stops the others
            _log.exception("not-checked", extra=log.fields(batch=batch.id, row=row.number))
            self.kept.refuse(
                batch.id, row.number, f"tidak dapat diperiksa ({type(error).__name__}); laporkan baris ini"
            )
            return
        change = change_of(before.get(_key(row.claim)), record) if before is not None else None
        look = bool(record["told"]["look"])
        self.kept.keep(batch.id, row.number, record, verdict=result.verdict, look=look, change=change)

    def _record(self, result: QuoteResult) -> Record:
        ids = [match.article.id for match in result.matches[:_MAX_PLACES]]
        record = check_record(result, self._store.digests(ids), _MAX_PLACES)
        return {**record, "places": sum(match.verdict == result.verdict for match in result.matches)}

    def _before(self, batch: Batch) -> dict[str, BatchRow] | None:
        """Return the rows of the table that this one is compared with, by what they claim; None without one."""
        if batch.earlier is None or self.kept.batch(batch.reader, batch.earlier) is None:
            return None
        return {_key(row.claim): row for row in self.kept.rows(batch.earlier) if row.record is not None}

    def _archive(self) -> Record:
        digests = {id: stored.sha256 for id, stored in self._store.stored_articles().items()}
        return {"articles": len(digests), "sha256": index_digest(digests), "generation": self._store.generation}

    def _fail(self, batch: Batch, message: str) -> None:
        try:
            self.kept.set_state(batch.id, FAILED, error=message)
        except TanyaError:  # of a store that cannot be written; the next start takes it up again
            _log.exception("not-kept", extra=log.fields(batch=batch.id))


def change_of(before: BatchRow | None, now: Record) -> str | None:
    """Return what is other than at the check before, in words; None where nothing is, or there was none.

    Told are the verdict, the speaker, and how many places there are.
    """
    if before is None or before.record is None:
        return None
    old = before.record
    told = []
    if old["verdict"] != now["verdict"]:
        told.append(f"{NAMES[old['verdict']]} → {NAMES[now['verdict']]}")
    elif old.get("places") != now["places"]:
        told.append(f"{old.get('places')} tempat → {now['places']} tempat")
    states = old["told"].get("speaker"), now["told"].get("speaker")
    if states[0] != states[1] and old["verdict"] == now["verdict"]:
        told.append(f"pembicara {_SPEAKERS[states[0]]} → {_SPEAKERS[states[1]]}")
    return "; ".join(told) or None


def _key(claim: Record) -> str:
    return "\n".join(" ".join(str(claim[name]).casefold().split()) for name in ("quote", "speaker"))


def _filters(batch: Batch) -> Filters | None:
    told = batch.about.get("filters")
    return Filters(**{**told, "articles": tuple(told.get("articles", ()))}) if told else None
