"""Whole evaluations with fakes: three articles, four questions and their right answers, run and judged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fake_reader import TrustingReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.cli.evaluate import Set, run_sets
from rag.evaluation.gold import Gold
from rag.evaluation.kinds import KINDS, Models
from rag.evaluation.report import JudgedRun
from rag.generation.prompts import NOT_FOUND
from rag.serving import loading
from rag.settings import Settings

ARTICLES = [
    {"id": "pasar", "text": "Pasar ikan itu menampung 40 pedagang."},
    {"id": "beras", "text": "Harga beras naik tajam menjadi Rp15.000."},
    {"id": "kapal", "text": "Kapal perintis Sabuk tiba di Ambon."},
]
ROWS: list[dict[str, Any]] = [
    {"id": "q1", "question": "Berapa pedagang di pasar ikan?", "answers": ["40"], "passage_id": "pasar"},
    {"id": "q2", "question": "Berapa harga beras?", "answers": ["Rp15.000"], "passage_id": "beras"},
    {"id": "q3", "question": "Kapal apa tiba di Ambon?", "answers": ["Sabuk"], "passage_id": "kapal"},
    {"id": "q4", "question": "Siapa nakhoda kapal perintis?", "answers": [], "passage_id": "x", "is_answerable": False},
]
RIGHT = ["40 pedagang", "Rp15.000", "Kapal perintis Sabuk", NOT_FOUND]


def indexed_articles(tmp_path: Path) -> Path:
    """Index the articles and return the folder of data."""
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, ARTICLES)))
    with Store(tmp_path / "data" / loading.STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([corpus])
    return tmp_path / "data"


def models(*answers: str | BaseException, name: str = "scripted") -> Models:
    return Models(WordEmbedder, lambda: ScriptedChat(*answers, name=name), TrustingReader)


def one_set(data: Path, kind: str = "ask", rows: Sequence[dict[str, Any]] = ROWS) -> Set:
    counted = tuple(row for row in rows if KINDS[kind].counts(row))
    return Set(kind, Gold("uji", counted, len(counted)), Settings(data, data))


def run(data: Path, *answers: str, kind: str = "ask", **options: Any) -> tuple[JudgedRun, JudgedRun | None]:
    ((now, before),) = run_sets([one_set(data, kind)], models(*answers), **options)
    return now, before


def value(judged: JudgedRun, name: str) -> float:
    return judged.figures[name].value
