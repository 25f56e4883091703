"""``tanya eval``: gold questions through the real pipeline → a table, a report, and what changed since the last one.

gold.jsonl → sample → the functions behind --batch → answers.jsonl → outcomes → figures → report
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import InputError
from index.storage.repository import Store
from rag.cli.console import settings_of, tell
from rag.evaluation import runs
from rag.evaluation.gold import Gold, read_gold, sample
from rag.evaluation.kinds import KINDS, Models, Record
from rag.evaluation.metrics import Row
from rag.evaluation.report import JudgedRun, as_json, judge, markdown, screen
from rag.evaluation.runs import Run
from rag.serving import loading
from rag.settings import Settings

_PROGRESS_S = 2.0
_REPORTS = "evaluasi"
_INTERRUPTED = 130


@dataclass(frozen=True)
class Set:
    """One set to run: its kind, its questions, and the settings that say which index."""

    kind: str
    gold: Gold
    settings: Settings
    seed: int = 0


def evaluate(options: argparse.Namespace) -> int:
    """``tanya eval KIND GOLD.jsonl``"""
    settings = settings_of(options)
    sets = [_set(spec, settings, options) for spec in _specs(options)]
    models = Models(
        lambda: loading.open_embedder(settings),
        lambda: loading.open_llm(settings),
        lambda: loading.open_reader(settings),
        lambda store: loading.open_index(settings, store),
    )
    out = Path(options.out).expanduser() if options.out else None
    try:
        for judged, before in run_sets(sets, models, out, resume=options.resume):
            if options.json:
                print(json.dumps(as_json(judged, before), ensure_ascii=False), flush=True)
            else:
                print(f"{screen(judged, before)}\nLaporan: {judged.run.folder / 'report.md'}\n", flush=True)
    except KeyboardInterrupt:
        tell("\ntanya: Dihentikan; jawaban yang sudah ada tersimpan. Lanjutkan dengan perintah yang sama dan --resume.")
        return _INTERRUPTED
    return 0


def run_sets(
    sets: Sequence[Set], models: Models, out: Path | None = None, *, resume: bool = False
) -> Iterator[tuple[JudgedRun, JudgedRun | None]]:
    """Run each set and yield it judged, with the last run of the same set.

    Reports go to ``out``, else to each index's own folder. With ``resume`` what was begun is carried on and what is
    finished is only shown. All models are loaded and all runs begun before the first question: a stop during the first
    set leaves the second one to be resumed as well, and a missing model leaves nothing behind.
    """
    with ExitStack() as stack:
        opened = []
        for item in sets:
            store = stack.enter_context(loading.open_store(item.settings))
            reports = out or item.settings.data_dir / _REPORTS
            begun = _begun(reports, item, store) if resume else None
            answer = None if begun and begun.finished else KINDS[item.kind].open(store, models)
            opened.append((reports, begun, item, store, answer))
        planned = [
            (reports, begun or _begin(reports, item, store), answer) for reports, begun, item, store, answer in opened
        ]
        for reports, run, answer in planned:
            if answer:
                with runs.alone(run):
                    _answer(run, answer)
                    run = _report(run, runs.last_before(reports, run))
            last = runs.last_before(reports, run)
            yield judge(run), judge(last) if last else None


def _begin(reports: Path, item: Set, store: Store) -> Run:
    articles, passages = store.counts()
    return runs.create(
        reports,
        item.kind,
        item.gold,
        seed=item.seed,
        data=str(item.settings.data_dir),
        generation=store.generation,
        articles=articles,
        passages=passages,
        embedder=", ".join(store.embedders()),
    )


def _begun(reports: Path, item: Set, store: Store) -> Run | None:
    """Return the newest run of a set, where it may be carried on."""
    found = runs.runs_of(reports, item.kind, item.gold.digest)
    if not found:
        return None
    run = found[-1]
    if not run.finished and (run.data, run.generation) != (str(item.settings.data_dir), store.generation):
        raise InputError(f"Indeks sudah lain dari saat {run.folder} dimulai; ulangi tanpa --resume.")
    return run


def _answer(run: Run, answer: Callable[[Row], Record]) -> None:
    kept = run.answers()
    rows = run.rows()
    model = next((record.get("model") for record in kept.values()), None)
    told = time.monotonic()
    for row in rows:
        if row["id"] in kept:
            continue
        record = answer(row)
        if kept and record.get("model") != model:
            raise InputError(f"Model sudah lain dari saat {run.folder} dimulai ({model}); ulangi tanpa --resume.")
        run.append(record)
        kept[row["id"]], model = record, record.get("model")
        if time.monotonic() - told > _PROGRESS_S:
            told = time.monotonic()
            tell(f"{run.kind} {run.gold}: {len(kept)} dari {len(rows)}")


def _report(run: Run, last: Run | None) -> Run:
    from rag.evaluation.plot import plot

    now, before = judge(run), judge(last) if last else None
    with runs.writable(run.folder):
        (run.folder / "report.md").write_text(markdown(now, before), "utf-8")
        (run.folder / "figures.json").write_text(
            json.dumps(as_json(now, before), ensure_ascii=False, indent=1), "utf-8"
        )
        (run.folder / "plot.png").write_bytes(plot(now, before))
    return run.finish()


def _specs(options: argparse.Namespace) -> list[tuple[str, str, str | None]]:
    """Return kind, gold file and data folder of every set named."""
    specs: list[tuple[str, str, str | None]] = []
    if bool(options.kind) != bool(options.gold):
        raise InputError("Sebutkan jenis dan berkas uji: tanya eval ask GOLD.jsonl")
    if options.kind:
        specs.append((options.kind, options.gold, None))
    for text in options.set:
        kind, _, rest = text.partition(":")
        gold, _, data = rest.partition(":")
        specs.append((kind, gold, data or None))
    if not specs:
        raise InputError("Sebutkan apa yang diuji: tanya eval ask GOLD.jsonl, atau --set ask:GOLD.jsonl:FOLDER")
    for kind, gold, _ in specs:
        if kind not in KINDS or not gold:
            raise InputError(f"{kind}:{gold} bukan JENIS:GOLD.jsonl; jenis: {', '.join(KINDS)}.")
    return specs


def _set(spec: tuple[str, str, str | None], settings: Settings, options: argparse.Namespace) -> Set:
    kind, path, data = spec
    gold = read_gold(Path(path).expanduser(), KINDS[kind].check, KINDS[kind].counts)
    own = replace(settings, data_dir=Path(data).expanduser()) if data else settings
    return Set(kind, sample(gold, options.sample, options.seed), own, options.seed)
