"""``tanya index`` and ``tanya inspect``: articles in, and what became of each of their lines."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import EngineError, InputError, StoreAway, TanyaError
from index.metadata.publication_date import certainty, other_dates
from index.pipeline.embedder import Embedder
from index.pipeline.indexer import Indexer
from index.pipeline.inspection import inspected
from index.pipeline.preparation import Prepared
from index.pipeline.progress import Progress, Report
from index.storage.daily_copy import keep_daily
from index.storage.lock import writing
from rag.cli.console import progress, settings_of, taking_in, tell
from rag.quotation.named_speakers import read_speakers
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.serving.access.accounts import LOCAL
from rag.serving.kept_searches import KeptSearches, News
from rag.settings import Settings, go_offline

_log = logging.getLogger("tanya.index")
_PROGRESS_S = 2.0
_WATCH_TIMEOUT_MS = 1000
_SHOWN_PROBLEMS = 50  # on a screen; --json has all


def index(options: argparse.Namespace) -> int:
    """``tanya index PATH...``"""
    settings = settings_of(options)
    if not options.paths and (options.watch or not (options.reembed or settings.engine or settings.store)):
        raise InputError("Sebutkan folder atau berkas artikel: tanya index FOLDER")
    paths = [Path(path).expanduser() for path in options.paths]
    for path in paths:
        if not path.exists():
            raise InputError(f"{path} tidak ada; periksa ejaan foldernya.")
    embedder = loading.open_embedder(settings)
    done = _run(settings, embedder, paths, reembed=options.reembed, retry=options.retry)
    code = _tell_report(*done, settings, options)
    return _watch(settings, embedder, paths, options) if options.watch else code


def inspect(options: argparse.Namespace) -> int:
    """``tanya inspect FILE``: what would be indexed of a file, and what is left out and why; nothing is written."""
    go_offline()
    path = Path(options.file).expanduser()
    problems: list[str] = []
    found = list(inspected(path, problems.append, Settings.load().zone))
    if options.json:
        told = {"path": str(path), "articles": [_inspected(item) for item in found], "problems": problems}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for item in found:
            _print_inspected(item)
        for problem in problems:
            tell(f"tanya: {problem}")
    return 0 if found or not problems else 1


def _run(
    settings: Settings, embedder: Embedder, paths: Sequence[Path], *, reembed: bool = False, retry: bool = False
) -> tuple[Report, tuple[int, int], list[News]]:
    """Bring the index in step once; return what was done, how many articles and passages there are now, the alerts."""
    with (
        writing(settings.data_dir),
        _Bar() as bar,
        loading.open_store(settings, create=bool(paths) and not reembed, progress=taking_in()) as store,
        store.sole_writer(),
    ):
        report = Report()
        if reembed:
            report = Indexer(store, embedder, bar.show).reembed()
        if paths:
            report = Indexer(store, embedder, bar.show, zone=settings.zone, retry=retry).run(paths)
        retriever = Retriever(store, embedder, index=loading.open_index(settings, store))
        try:
            retriever.refresh()
        except EngineError as error:  # the articles are in; the next run takes the engine up again
            _log.exception("engine-not-refreshed")
            report.failed.append(str(error))
        read_speakers(store, progress("membaca siapa yang dikutip", "artikel"))
        news = KeptSearches(store, lambda: embedder, lambda: retriever).check_quietly()
        keep_daily(store.path)
        return report, store.counts(), news


def _tell_report(
    report: Report, counts: tuple[int, int], news: list[News], settings: Settings, options: argparse.Namespace
) -> int:
    for lines, told in (
        (report.failed, "tanya: {}"),
        (report.decided, "keputusan redaksi: {}"),
        (report.skipped, "dilewati: {}"),
    ):
        for line in lines[:_SHOWN_PROBLEMS]:
            tell(told.format(line))
        if len(lines) > _SHOWN_PROBLEMS:
            tell(f"... dan {len(lines) - _SHOWN_PROBLEMS} lagi; semuanya ada di --json")
    articles, passages = counts
    own = [one for one in news if one.alert.reader == LOCAL.name]  # what others keep is theirs
    if options.json:
        found = {"articles": articles, "passages": passages, "alerts": [one.as_json() for one in own]}
        print(json.dumps({**asdict(report), **found}, ensure_ascii=False), flush=True)
    else:
        print(f"{_summary(report)} Indeks {settings.data_dir}: {articles} artikel, {passages} bagian.", flush=True)
        for one in own:
            print(f"Kabar: {one.alert.name}: {one.told}.", flush=True)
        if others := len(news) - len(own):
            print(f"Kabar: {others} pencarian tersimpan milik pembaca lain punya artikel baru.", flush=True)
    return 1 if report.failed else 0


def _watch(
    settings: Settings,
    embedder: Embedder,
    paths: Sequence[Path],
    options: argparse.Namespace,
    stop: threading.Event | None = None,
) -> int:
    """Follow the folders until Ctrl-C. A run that fails is told, and the next change is waited for all the same."""
    from watchfiles import watch

    tell(f"Mengikuti perubahan di {', '.join(map(str, paths))}; Ctrl-C untuk berhenti.")
    data_dir = settings.data_dir.resolve()
    rounds = watch(
        *paths,
        watch_filter=lambda _, name: data_dir not in Path(name).parents,
        rust_timeout=_WATCH_TIMEOUT_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        stop_event=stop,
    )
    is_due = False  # what changed while the server of the archive was away is taken in as soon as it is back
    for number, changes in enumerate(rounds):
        if not changes and number and not is_due:
            continue
        # subtle: the first round comes without a change as well; what changed before the watch began is found by it.
        try:
            report, counts, news = _run(settings, embedder, paths)
        except TanyaError as error:
            if not (is_due and isinstance(error, StoreAway)):
                _log.exception("failed")
                tell(f"tanya: {error}")
            is_due = isinstance(error, StoreAway)
        else:
            is_due = False
            if report != Report(unchanged=report.unchanged):
                _tell_report(report, counts, news, settings, options)
    tell("Berhenti mengikuti perubahan.")
    return 0


class _Bar:
    """How far a run is: a bar with rate and time left in a terminal, a plain line now and then elsewhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._told = clock()
        self._bar: Any = None

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, progress: Progress) -> None:
        """Take in how far the run is."""
        if not progress.total_bytes:
            return
        now = self._clock()
        if sys.stderr.isatty():
            self._draw(progress, now)
        elif now - self._told >= _PROGRESS_S:
            self._told = now
            rate = _done(progress.report) / (self._told - self._began)
            share = 100 * progress.done_bytes // progress.total_bytes
            tell(f"{share}% dibaca, {_done(progress.report)} artikel masuk, {rate:.1f} per detik")

    def _draw(self, progress: Progress, now: float) -> None:
        if self._bar is None:
            from tqdm import tqdm

            form = "{percentage:3.0f}%|{bar:30}| {postfix} [{elapsed}, sisa {remaining}]"
            stderr = getattr(sys.stderr, "raw", sys.stderr)  # the bar moves the cursor
            self._bar = tqdm(total=progress.total_bytes, bar_format=form, leave=False, file=stderr)
        done = _done(progress.report)
        rate = done / max(now - self._began, 1e-3)
        self._bar.set_postfix_str(f"{done} artikel, {rate:.1f} per detik", refresh=False)
        self._bar.update(progress.done_bytes - self._bar.n)


def _done(report: Report) -> int:
    return report.added + report.changed + report.moved


def _summary(report: Report) -> str:
    parts = [
        f"{report.added} artikel baru",
        f"{report.changed} berubah",
        f"{report.moved} pindah nama" if report.moved else "",
        f"{report.unchanged} tetap",
        f"{report.removed} dihapus",
        f"{report.grouped} salinan artikel lain" if report.grouped else "",
    ]
    others = [
        f"{len(report.skipped)} dilewati",
        f"{len(report.failed)} gagal",
        f"{report.other_files} berkas lain bukan artikel" if report.other_files else "",
    ]
    return f"{', '.join(filter(None, parts))}; {', '.join(filter(None, others))}."


def _inspected(item: Prepared) -> dict[str, Any]:
    article = asdict(item.article)
    return {
        **article,
        "date_certainty": certainty(item.article.date_rule),
        "other_dates": other_dates(item.article.date_rule),
        "lines": [asdict(line) for line in item.lines],
    }


def _print_inspected(item: Prepared) -> None:
    article = item.article
    unknown = "tidak diketahui"
    others = f"; berkas ini juga menyebut {', '.join(dates)}" if (dates := other_dates(article.date_rule)) else ""
    rule_name = (article.date_rule or "").partition(" ")[0]
    rule = f" ({certainty(article.date_rule)}: {rule_name}{others})" if article.date_rule else ""
    print(f"== {' '.join(article.id.splitlines())}")
    print(f"Judul   : {article.title or unknown}")
    print(f"Tanggal : {article.date or unknown}{rule}")
    print(f"Media   : {article.publisher or unknown}")
    print(f"Penulis : {article.author or unknown}")
    print(f"Alamat  : {article.url or unknown}")
    print()
    for line in item.lines:
        print(f"  {line.text}" if line.kind is None else f"- [{line.kind}] {line.text}")
    print()
