"""What all visitors of the page share: the archive, its history, the answers in the making, the models.

The store opens at once; the models are loaded when they are first needed, and only once.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from index.articles import Article
from index.errors import InputError, ModelError, TanyaError
from index.fair_turns import FairTurns
from index.pipeline.editor import Desk
from index.pipeline.embedder import Embedder
from index.pipeline.inspection import inspected
from index.pipeline.preparation import Prepared
from index.pipeline.reading import shared
from index.readers.page_view import PageView
from index.readers.rows import TableRow
from index.storage.collections import Collections
from index.storage.conversations import Conversations
from index.storage.corrections import Corrections
from index.storage.daily_copy import keep_daily
from index.storage.filters import Filters
from index.storage.history import ASKED, DONE, History
from index.storage.listing import Listing
from index.storage.repository import Store
from index.storage.speakers import Speakers
from rag.answering.answer import Answer, Finished
from rag.answering.conversation import turn_after
from rag.answering.pipeline import Assistant
from rag.answering.serialization import Record, restored, search_record
from rag.generation.prompts import copy_prompt
from rag.generation.protocol import ChatModel
from rag.generation.remote_chat import RemoteChat
from rag.generation.scheduling import Handle, QuickFirst
from rag.query.rewriting import Turn
from rag.query.small_talk import small_talk
from rag.quotation.checker import QuoteChecker, QuoteResult
from rag.quotation.claims_table import MAX_CELL_CHARS, MAX_ROWS, MAX_TABLE_MB
from rag.quotation.detection import quotations
from rag.quotation.draft import DraftReport, check_draft
from rag.quotation.evidence_record import evidence_record, heading
from rag.quotation.named_speakers import named_speakers
from rag.retrieval.full_text import Finder, Found
from rag.retrieval.provenance import flag_late
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand
from rag.serving import loading
from rag.serving.access.accounts import LOCAL
from rag.serving.batch_checks import BatchChecks
from rag.serving.examples import TriedExamples
from rag.serving.following import Follower
from rag.serving.index_process import COMMAND, Background
from rag.serving.jobs import Events, Job, Jobs
from rag.serving.kept_searches import KeptSearches
from rag.serving.printed_pages import PrintedPages
from rag.serving.uploads import FOLDER, PART_FOLDER, Taken, Upload, copied, take
from rag.settings import Settings

_log = logging.getLogger("tanya.page")
_CHOICE_FILE, EXAMPLES_FILE = "model.json", "contoh.json"
MAX_QUESTION_CHARS = 500
_REST_S = 0.2  # between articles read beside the page: as long as reading them takes
_READ_AT_ONCE = 2  # questions whose passages are read at a time without a first look: as many as common processors bear
_TURNS = 3  # of a conversation that the next question may lean on
AUTOMATIC, SINGLE, DRAFT = "Otomatis", "Satu kutipan", "Naskah"  # what a text to be checked may be
_FILE, _TABLE = "Berkas", "Daftar"


class Workplace:
    """One archive at work. Safe to share by threads.

    >>> Workplace(Settings.load()).assistant.ask("Apa itu OPOP?")  # doctest: +SKIP

    ``cut_off`` counts the answers that were in the making when the program last ended.
    """

    keeps = True  # whether searches, questions and tables of quotations may be kept here

    def __init__(self, settings: Settings, indexing: Sequence[str] = COMMAND, *, beside: bool = False) -> None:
        """``indexing`` is the process that takes uploads in (``rag.serving.index_process``).

        ``beside``: the page of the same folder may be served by another program. Then the answers that are in the
        making, the uploads that wait and the tables that are being checked may be that one's and are left alone.
        """
        self.settings = _with_choice(settings)
        self.store: Store = loading.open_store(self.settings)
        self.history = History(self.store.database)
        self.conversations = Conversations(self.store.database)
        self.cut_off = 0 if beside or self.store.database.read_only else self.history.cut_off()
        self._copying = threading.Lock()
        self._keep_daily()
        self.jobs = Jobs(self.history)
        self.listing = Listing(self.store.database)
        self.collections = Collections(self.store.database)
        examples = self.settings.data_dir / EXAMPLES_FILE
        self.tried = TriedExamples(self.store, self._try, lambda: self.jobs.count() > 0, examples)
        self.background = Background(self.settings, self.settings.data_dir / FOLDER, indexing)
        if not beside:
            self.background.resume()
        self._quick = QuickFirst(self._make_way)  # evidence and quotations, before the language model's next step
        self._loading = threading.RLock()
        self._checking = FairTurns()  # one quotation a turn, whoever's draft it is in
        self._opening_checker = threading.Lock()
        self._drafts: dict[str, threading.Lock] = defaultdict(threading.Lock)  # one draft of a reader at a time
        self.batches = BatchChecks(self.store, self._check_in_turn)
        if not (beside or self.store.database.read_only):
            self.batches.resume()
        self.kept_searches = KeptSearches(self.store, lambda: self.embedder, lambda: self.retriever)
        self._assistant: Assistant | None = None
        self._model: ChatModel | None = None
        self.problem = ""  # why there are no answers: one line for the page, "" while nothing is known to be wrong
        if self.store.truth is not None:
            back = (lambda: None) if beside else self._take_up
            self._follower = Follower(self.store.truth, self._came, back)
            self._follower.start()

    @property
    def store_problem(self) -> str:
        """Why the archive is read as it was, and cannot be changed now: one line; "" where nothing is wrong."""
        return self.store.truth.problem if self.store.truth is not None else ""

    def _take_up(self) -> None:
        """Go on with the uploads that could not be taken in while the server was away."""
        self.background.resume()

    def _came(self) -> None:
        """See to what follows new articles from another machine, as the indexer does for its own."""
        if not self.ready:  # nothing is loaded for it: the next run of the indexer tells it too
            return
        try:
            self.retriever.refresh()
        except TanyaError:
            _log.warning("not-refreshed", exc_info=True)
        self.kept_searches.check_quietly()

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        with self._loading:
            return loading.open_embedder(self.settings)

    @cached_property
    def retriever(self) -> Retriever:
        """Finds passages; warm."""
        with self._loading:
            retriever = loading.open_retriever(self.settings, self.store, self.embedder)
            retriever.warm()
            return retriever

    @property
    def assistant(self) -> Assistant:
        """Answers questions. Raises ModelError where a model cannot be loaded."""
        with self._loading:
            if self._assistant is None:
                retriever = self.retriever
                model = loading.open_llm(self.settings)
                self._model = model
                if isinstance(model, RemoteChat):
                    # The constant part of the prompt is read ahead, beside the page.
                    threading.Thread(target=model.warm, args=(copy_prompt("", ()),), daemon=True).start()
                self._assistant = Assistant(retriever, model, self.settings.today)
                self.problem = ""
            return self._assistant

    def load_models(self) -> None:
        """Load the models; where they cannot be, ``problem`` tells why."""
        try:
            _ = self.assistant
        except TanyaError as error:
            _log.exception("model-not-loaded")
            self.problem = str(error)
        except Exception as error:
            _log.exception("model-not-loaded")
            self.problem = f"Model tidak dapat dimuat ({type(error).__name__}); jalankan: tanya doctor"

    def _make_way(self, busy: bool) -> None:
        if isinstance(self._model, RemoteChat):
            self._model.make_way(busy)

    @property
    def ready(self) -> bool:
        """Whether the models are loaded; it never waits for them."""
        return self._assistant is not None

    @property
    def desk(self) -> Desk:
        """Corrects and removes single articles."""
        return Desk(self.store, self.embedder)

    def removed(self) -> list[tuple[Article, str]]:
        """Return the articles that were taken out, each with the time; no model is needed for it."""
        return Corrections(self.store.database).put_away_articles()

    def examples(self) -> list[str]:
        """Return questions that this archive answers, tried while nobody asks; none until then, nor without a model."""
        return self.tried.questions() if self.ready else []

    def _try(self, question: str, handle: Handle) -> Answer:
        with closing(self.assistant.stream(question, None, handle)) as events:
            return next(event.answer for event in events if isinstance(event, Finished))

    def begin(
        self,
        reader: str,
        session: str,
        question: str,
        filters: Filters | None,
        *,
        implied: bool = True,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Job:
        """Start to answer a question within its conversation; ``implied=False`` reads no filters from its words.

        It returns at once; where the models are still being loaded, the job waits for them. Without a ``session`` the
        question stands alone and is kept nowhere. ``turn`` is held while its evidence is sought; where others' is being
        sought, what lies nearest is shown at once, and put in order when it is read.
        """
        self._keep_daily()  # the page may be open for weeks
        turns = self._turns(reader, session) if session else []

        def ask(handle: Handle) -> Events:
            assistant = self.assistant
            with closing(assistant.stream(question, filters, handle, turns=turns, implied=implied)) as events:
                with self._quick.quick() as at_once:
                    if at_once > _READ_AT_ONCE and (
                        look := assistant.first_look(question, filters, turns=turns, implied=implied)
                    ):
                        yield look
                    with turn():
                        if handle.cancelled:  # who left while waiting for the turn is not searched for
                            raise InputError("Dihentikan sebelum dicari.")
                        first = next(events)
                yield first
                yield from events

        job = self.jobs.begin(reader, session, question, ask)
        self.tried.give_way()  # once the job counts, or the try would begin again before it
        return job

    def _keep_daily(self) -> None:
        if self._copying.acquire(blocking=False):  # of those who ask first after midnight one copies
            try:
                keep_daily(self.settings.data_dir / loading.STORE_FILE)
            finally:
                self._copying.release()

    def _turns(self, reader: str, session: str) -> list[Turn]:
        """Return what was asked before in this conversation, and the articles that answered it."""
        asked = [
            entry for entry in self.history.session(reader, session) if entry.kind == ASKED and entry.state == DONE
        ]
        answers = [restored({"question": entry.question, **(entry.record or {})}) for entry in asked[-_TURNS:]]
        return [turn_after(answer, self.store) for answer in answers if not small_talk(answer.question)]

    def search(self, question: str, count: int, filters: Filters | None, *, implied: bool = True) -> Record:
        """Return what ``tanya search --json`` says of a question."""
        retriever, today = self.retriever, self.settings.today or date.today()
        with self._quick.quick():
            plan = understand(question, retriever, today=today, given=filters, implied=implied)
            results, plan = find(plan, retriever, count, keep_undated=True)
        return search_record(None, question, results, plan)

    def quote(self, text: str, speaker: str, filters: Filters | None, reader: str = LOCAL.name) -> QuoteResult:
        """Check one quotation in this reader's turn; the language model takes no part."""
        with self._quick.quick(), self._checking.turn(f"{SINGLE} {reader}"):
            return self._checker.check(text, speaker.strip() or None, filters)

    def draft(
        self,
        text: str,
        filters: Filters | None,
        reader: str = LOCAL.name,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> DraftReport:
        """Check all quotations of a draft, each in a turn of its own; a reader's drafts come one after the other.

        Raises InputError as soon as it is no longer wanted.
        """
        with self._drafts[reader]:
            return check_draft(text, self._checker, filters, turn=lambda: self._draft_turn(reader, is_wanted))

    def check(
        self, text: str, speaker: str, kind: str, filters: Filters | None, reader: str = LOCAL.name
    ) -> dict[str, Any]:
        """Check a quotation, or each of a draft, and return the record of it; the language model takes no part.

        Readers take turns, quotation by quotation, and a reader's drafts come one after the other: nobody waits for
        another's draft. A draft's record also has the words ``left_out``; ``asked`` is what was chosen beside the text.
        A place that entered the archive after this reader checked the same words first is flagged.
        """
        record = self._checked(text, speaker, kind, filters, reader)
        first = self.history.first_checked(reader, heading(text))
        if first is not None:
            for check in record["checks"]:
                flag_late(check["matches"], first)
        return record

    def _checked(self, text: str, speaker: str, kind: str, filters: Filters | None, reader: str) -> dict[str, Any]:
        asked = {"speaker": speaker.strip(), "kind": kind}
        if kind == DRAFT or (kind == AUTOMATIC and len(quotations(text)) > 1):
            report = self.draft(text, filters, reader)
            results = [item.result for item in report.quotes]
            spans = [(item.start, item.end) for item in report.quotes]
            record = evidence_record(self.store, results, filters=filters, draft=text, spans=spans)
            return {**record, "asked": asked, "left_out": list(report.left_out)}
        result = self.quote(text, speaker, filters, reader)
        return {**evidence_record(self.store, [result], filters=filters), "asked": asked}

    @contextmanager
    def _draft_turn(self, reader: str, is_wanted: Callable[[], bool]) -> Iterator[None]:
        """One quotation's turn of a draft: behind the evidence and the single quotations that others wait for."""
        self._quick.give_way()
        with self._checking.turn(f"{DRAFT} {reader}"):
            if not is_wanted():
                raise InputError("Pemeriksaan naskah dihentikan; tidak ada yang menunggunya lagi.")
            yield

    def _check_in_turn(self, reader: str, quote: str, speaker: str | None, filters: Filters | None) -> QuoteResult:
        """Check one row of a reader's table: a table waits as a draft does, and for the reader's own drafts."""
        self._quick.give_way()
        with self._checking.turn(f"{_TABLE} {reader}"):
            return self._checker.check(quote, speaker, filters)

    def table(self, upload: Upload, reader: str = LOCAL.name) -> list[TableRow]:
        """Return the rows of an uploaded table, read within the limits of reading; the file itself is not kept.

        Raises InputError where it is no table, too large or too long.
        """
        if upload.size > MAX_TABLE_MB * 1024**2:
            raise InputError(f"Berkas {upload.name} lebih dari {MAX_TABLE_MB} MB; bagi menjadi beberapa berkas.")
        with copied(upload, self.settings.data_dir / PART_FOLDER) as path:
            return shared().rows(path, MAX_ROWS + 1, MAX_CELL_CHARS, f"{_FILE} {reader}")

    @property
    def _checker(self) -> QuoteChecker:
        with self._opening_checker:  # two that come at once share one
            return self._one_checker

    @cached_property
    def _one_checker(self) -> QuoteChecker:
        return QuoteChecker(self.store)

    def find(self, query: str, sort: str, collection: str | None = None) -> Found:
        """Return what an exact query finds, in a collection where one is named.

        Raises InputError where it cannot be read.
        """
        with self._quick.quick():
            return self._finder.find(query, sort, collection)

    @cached_property
    def _finder(self) -> Finder:
        threading.Thread(target=self._read_speakers, name="pembicara", daemon=True).start()
        return Finder(self.store, read_speakers=named_speakers)

    def _read_speakers(self) -> None:
        """Take in, beside the page, who is quoted in the articles that no run of the indexer has read for it."""
        with suppress(TanyaError):  # whoever asks for a speaker is told
            Speakers(self.store, named_speakers).refresh(give_way=self._rest)

    def _rest(self) -> None:
        time.sleep(_REST_S)
        while self.jobs.count() > 0:
            time.sleep(_REST_S)

    def upload(self, uploads: Iterable[Upload], reader: str = "", collection: str | None = None) -> Taken:
        """Keep what ``reader`` uploads and index it beside the page.

        Where a collection is named, which may be a new one, each article is in it as soon as it is in the archive.
        """

        def note(folder: Path) -> None:
            with self.store.database.change(bump=False):
                self.store.note_upload(str(folder.resolve()), reader)
                if collection:
                    if collection.casefold() not in {one.name.casefold() for one in self.collections.all()}:
                        self.collections.make(collection)
                    self.collections.add_folder(collection, str(folder.resolve()))

        with self.background.awaiting() as mark:
            taken = take(self.settings.data_dir, uploads, note, mark)
            if taken.kept:
                self.background.start()
        return taken

    def prepared(self, article: Article, reader: str = LOCAL.name) -> Prepared | None:
        """Return the lines an article was made from, None where its file is gone or has changed.

        A reader waits for their own files, and at most for one of each other reader's.
        """
        path = Path(article.path)
        if not path.is_file():
            return None
        try:
            with closing(inspected(path, lambda _: None, self.settings.zone, f"{_FILE} {reader}")) as found:
                prepared = next((item for item in found if item.article.text == article.text), None)
                next(found, None)  # where the file ends here, the process that read it is free for the next one
                return prepared
        except InputError:
            return None

    def page(
        self, article: Article, span: tuple[int, int] | None, number: int | None = None, reader: str = LOCAL.name
    ) -> PageView:
        """Return a page of an article's PDF with ``span`` of its text marked (``rag.serving.printed_pages``)."""
        return self._printed.page(article, span, number, f"{_FILE} {reader}")

    @cached_property
    def _printed(self) -> PrintedPages:
        return PrintedPages(self._file_store, self._is_as_read)

    @property
    def _file_store(self) -> Store:
        return self.store

    def _is_as_read(self, article: Article, line: str) -> bool:
        return self.prepared(article, line.removeprefix(f"{_FILE} ")) is not None

    def choose_llm(self, path: Path | None) -> None:
        """Answer with another GGUF file from now on, None for the catalogue's; the choice outlives a restart.

        Raises InputError while an answer is being written, and ModelError where the file is no usable model; the model
        so far stays then.
        """
        with self._loading:
            if self.settings.llm_servers:
                raise InputError("Model jawaban ada di server (TANYA_LLM); hapus pengaturan itu untuk memilih berkas.")
            if self.jobs.count():
                raise InputError("Model tidak dapat diganti selagi ada jawaban yang ditulis; tunggu sebentar.")
            before = self.settings
            self._close_model()
            self.settings = replace(before, llm_path=path)
            try:
                _ = self.assistant
            except ModelError:
                self._close_model()
                self.settings = before
                raise
            self._remember(path)

    def _close_model(self) -> None:
        if isinstance(self._model, RemoteChat):
            self._model.close()
        self._model = self._assistant = None

    def _remember(self, path: Path | None) -> None:
        file = self.settings.data_dir / _CHOICE_FILE
        if path is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(json.dumps({"llm": str(path)}), "utf-8")


def _with_choice(settings: Settings) -> Settings:
    """Return the settings with the model chosen on the page, where the environment names none and the file is there."""
    try:
        chosen = Path(json.loads((settings.data_dir / _CHOICE_FILE).read_text("utf-8"))["llm"])
    except (OSError, ValueError, KeyError, TypeError):
        return settings
    named = settings.llm_path is not None or settings.llm_servers
    return settings if named or not chosen.is_file() else replace(settings, llm_path=chosen)
