"""What the ``tanya`` commands do that ask and tell: options in, results on stdout, exit code out."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import InputError, ModelError
from index.storage.store_address import shown_address
from rag.answering.answer import Copy, appeared_in
from rag.answering.conversation import turn_after
from rag.answering.pipeline import Assistant
from rag.answering.serialization import search_record
from rag.cli.console import open_archive, settings_of, tell
from rag.cli.filters import filters_of
from rag.models import registry as catalogue
from rag.models.download import fetch
from rag.query.rewriting import Turn
from rag.query.small_talk import small_talk
from rag.retrieval.provenance import flags_of, origin_line
from rag.retrieval.search import find
from rag.retrieval.search_plan import turn_of, understand
from rag.serving import loading
from rag.settings import Settings

_PROGRESS_S = 2.0
Record = dict[str, Any]


def ask(options: argparse.Namespace) -> int:
    """``tanya ask "…"`` or ``--batch``"""
    settings = settings_of(options)
    questions = _questions(options)
    with open_archive(settings) as store:
        retriever = loading.open_retriever(settings, store)
        assistant = Assistant(retriever, loading.open_llm(settings), settings.today)
        filters = filters_of(options, store)
        turns: dict[str, list[Turn]] = {}

        def answered(asked: _Asked) -> Record:
            before = turns.setdefault(asked.conversation or "", [])
            answer = assistant.ask(asked.question, filters, turns=before, implied=not options.no_implied)
            if asked.conversation and not small_talk(asked.question):
                before.append(turn_after(answer, store))
            return answer.as_json(asked.id)

        return _each(options, questions, answered, _print_answer)


def search(options: argparse.Namespace) -> int:
    """``tanya search "…"`` or ``--batch``"""
    settings = settings_of(options)
    questions = _questions(options)
    with open_archive(settings) as store:
        retriever = loading.open_retriever(settings, store)
        today, filters = settings.today or date.today(), filters_of(options, store)
        turns: dict[str, list[Turn]] = {}

        def found(asked: _Asked) -> Record:
            before = turns.setdefault(asked.conversation or "", [])
            plan = understand(
                asked.question, retriever, today=today, given=filters, turns=before, implied=not options.no_implied
            )
            results, plan = find(plan, retriever, options.top, keep_undated=True)
            if asked.conversation:
                before.append(turn_of(plan.question, [item.article.id for item in results[:1]], store))
            return search_record(asked.id, asked.question, results, plan)

        return _each(options, questions, found, _print_results)


def status(options: argparse.Namespace) -> int:
    """``tanya status``"""
    settings = settings_of(options)
    with open_archive(settings) as store:
        articles, passages = store.counts()
        told: Record = {
            "data": str(settings.data_dir),
            "articles": articles,
            "passages": passages,
            "embedders": store.embedders(),
            "files": len(store.files()),
            "models": str(settings.models_dir),
            "models_missing": [file.path for file in _missing(settings)],
        }
        if store.truth is not None and settings.store:
            told["store"] = {"address": shown_address(settings.store), "change": store.truth.number}
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"Indeks {told['data']}: {articles} artikel, {passages} bagian, {told['files']} berkas.")
        if shared := told.get("store"):
            print(f"Arsip bersama: PostgreSQL {shared['address']}, sampai perubahan {shared['change']}.")
        print(f"Model embedding indeks: {', '.join(told['embedders']) or 'belum ada'}.")
        print(f"Model di {told['models']}: {_missing_text(settings)}.")
    return 0


def models(options: argparse.Namespace) -> int:
    """``tanya models [list|fetch|verify]``"""
    settings = settings_of(options)
    if options.action == "fetch":
        fetch(settings.models_dir, tell)
        print(f"Model lengkap di {settings.models_dir}.")
    elif options.action == "verify":
        catalogue.verify(settings.models_dir, tell)
        print(f"Semua model di {settings.models_dir} benar.")
    else:
        for model in catalogue.CATALOGUE:
            size_mb = sum(file.size_bytes for file in model.files) / 1e6
            state = "belum ada" if catalogue.missing(settings.models_dir, model) else "ada"
            print(f"{model.name} ({model.role}, {model.licence}, {size_mb:,.0f} MB): {state}")
    return 0


def ui(options: argparse.Namespace) -> int:
    """``tanya ui``"""
    settings = settings_of(options)
    open_archive(settings).close()  # no page without an index: say so here, in one line
    if missing := _missing(settings):
        raise ModelError(f"Model {missing[0].path} belum ada di {settings.models_dir}; jalankan: tanya models fetch.")
    from rag.serving.server import ADDRESS, serve

    oidc = Path(options.oidc).expanduser().resolve() if options.oidc else None
    serve(settings, options.port, options.address or ADDRESS, oidc, options.name, options.proxy or "")


@dataclass(frozen=True)
class _Asked:
    """A question as it comes in; those of one ``conversation`` follow one another."""

    id: str | None
    question: str
    conversation: str | None = None


def _missing(settings: Settings) -> list[catalogue.ModelFile]:
    wanted = {catalogue.LLM: settings.llm_path, catalogue.EMBEDDER: settings.embedder_path}
    return [
        file for model, own in wanted.items() if own is None for file in catalogue.missing(settings.models_dir, model)
    ]


def _missing_text(settings: Settings) -> str:
    missing = _missing(settings)
    return f"kurang {missing[0].path}; jalankan: tanya models fetch" if missing else "lengkap"


def _questions(options: argparse.Namespace) -> Iterator[_Asked]:
    """Yield the question asked, or that of each line of the batch; the whole batch is checked first."""
    if bool(options.batch) != bool(options.out):
        raise InputError("--batch dan --out dipakai bersama: --batch IN.jsonl --out OUT.jsonl")
    if bool(options.batch) == bool(options.question):
        raise InputError(f'Tulis satu pertanyaan, atau --batch dan --out: tanya {options.command} "…"')
    if not options.batch:
        if not options.question.strip():
            raise InputError("Pertanyaannya kosong; tulis sesuatu untuk dicari.")
        return iter([_Asked(None, options.question)])
    return iter(_batch(Path(options.batch)))


def _batch(path: Path) -> list[_Asked]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Berkas {path} tidak dapat dibaca ({error}); periksa nama dan izinnya.") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            question = record["question"]
            if not isinstance(question, str) or not question.strip():
                raise ValueError("pertanyaannya kosong")
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f'{path}:{number}: bukan {{"id", "question"}} ({error}); perbaiki baris itu.') from error
        conversation = record.get("conversation")
        questions.append(_Asked(record.get("id"), question, None if conversation is None else str(conversation)))
    return questions


def _each(
    options: argparse.Namespace,
    questions: Iterator[_Asked],
    answer: Callable[[_Asked], Record],
    show: Callable[[Record], None],
) -> int:
    """Answer each question, to the screen or, line by line as they come, to the batch's file."""
    if not options.batch:
        for asked in questions:
            record = answer(asked)
            if options.json:
                print(json.dumps(record, ensure_ascii=False))
            else:
                show(record)
        return 0
    try:
        out = Path(options.out).open("w", encoding="utf-8")  # noqa: SIM115 closed by the with below
    except OSError as error:
        raise InputError(f"Berkas {options.out} tidak dapat ditulis: {error.strerror}; pilih --out lain.") from error
    told = time.monotonic()
    with out:
        count = 0
        for count, asked in enumerate(questions, start=1):
            out.write(json.dumps(answer(asked), ensure_ascii=False) + "\n")
            out.flush()
            if time.monotonic() - told > _PROGRESS_S:
                told = time.monotonic()
                tell(f"{count} pertanyaan selesai")
    tell(f"{count} pertanyaan selesai: {options.out}")
    return 0


def _print_answer(record: Record) -> None:
    print(record["answer"])
    if not record["found"]:
        print(f"({record['searched']['articles']} artikel diperiksa; yang terdekat:)")
    cited = {number for sentence in record["sentences"] for number in sentence["citations"]}
    for source in record["sources"]:
        if not record["found"] or source["n"] in cited:
            print(f"\n[{source['n']}] {_heading(source)}\n    {source['text']}\n    {_origin(source)}")
    for note in record["notes"]:
        tell(f"catatan: {note}")


def _print_results(record: Record) -> None:
    for result in record["results"]:
        print(f"{result['rank']}. {_heading(result)} (kecocokan {result['score']:.2f})\n   {result['text']}")
        print(f"   {_origin(result)}\n")
    for note in record["notes"]:
        tell(f"catatan: {note}")


def _origin(record: Record) -> str:
    came = record["provenance"]
    return "; ".join((f"asal: {origin_line(came)}", *flags_of(came)))


def _heading(record: Record) -> str:
    parts = (record["title"] or record["article_id"], record["publisher"], record["date"])
    line = " ".join(", ".join(part for part in parts if part).split())
    return line + appeared_in([Copy(**copy) for copy in record["also_in"]])
