"""``tanya alerts``: what is kept to be told of, and what came in for it. Only a question loads a model."""

from __future__ import annotations

import argparse
import json
from functools import cache
from typing import Any

from index.errors import InputError
from index.storage.alerts import QUESTION, QUOTE, SEARCH, Alert
from rag.cli.console import open_archive, settings_of, tell
from rag.quotation.verdict_text import NAMES
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.serving.access.accounts import LOCAL
from rag.serving.kept_searches import KINDS, KeptSearches, is_altered, news_line

_SHOWN = 10  # articles on the screen; --json has more


def alerts(options: argparse.Namespace) -> int:
    """``tanya alerts [list|add|remove|seen]``: those of whoever sits at this machine."""
    settings = settings_of(options)
    given = {SEARCH: options.search, QUESTION: options.question, QUOTE: options.quote}
    chosen = {kind: text for kind, text in given.items() if text is not None}
    _check(options, chosen)
    embedder = cache(lambda: loading.open_embedder(settings))
    with open_archive(settings) as store:
        index = loading.open_index(settings, store)
        searches = KeptSearches(store, embedder, lambda: Retriever(store, embedder(), index=index))
        if options.action == "add":
            ((kind, query),) = chosen.items()
            id, count = searches.add(LOCAL.name, kind, query, name=options.name, speaker=options.speaker)
            there = f"{count} artikel terdekat" if kind == QUESTION else f"{count} artikel sudah cocok"
            tell(f"Tersimpan nomor {id}: {there}; yang baru dikabarkan oleh tanya index.")
        elif options.action in ("remove", "seen"):
            if searches.kept.alert(LOCAL.name, options.id) is None:
                raise InputError(f"Tidak ada yang tersimpan dengan nomor {options.id}; lihat: tanya alerts")
            (searches.kept.remove if options.action == "remove" else searches.kept.mark_seen)(LOCAL.name, options.id)
        kept = searches.kept.of_reader(LOCAL.name)
        told = [_as_json(searches, one) for one in kept]
    if options.json:
        print(json.dumps({"alerts": told}, ensure_ascii=False))
    elif options.action == "list":
        _show(told)
    return 0


def _check(options: argparse.Namespace, chosen: dict[str, str]) -> None:
    if (options.action == "add") != bool(chosen) or len(chosen) > 1:
        raise InputError('Simpan satu: tanya alerts add --search KUERI, --question "…", atau --quote "…"')
    if (options.action in ("remove", "seen")) != (options.id is not None):
        raise InputError("Sebutkan nomornya: tanya alerts remove NOMOR, atau tanya alerts seen NOMOR")
    if options.speaker and QUOTE not in chosen:
        raise InputError("--speaker untuk --quote.")


def _as_json(searches: KeptSearches, one: Alert) -> dict[str, Any]:
    hits = searches.kept.hits(one.id)
    new = searches.kept.unseen(one.reader).get(one.id, [])
    return {
        "id": one.id,
        "kind": {SEARCH: "search", QUESTION: "question", QUOTE: "quote"}[one.kind],
        "name": one.name,
        "query": one.query,
        "speaker": one.speaker or None,
        "made_at": one.made_at,
        "new": len(new),
        "altered": sum(map(is_altered, new)),
        "articles": [
            {
                "article_id": hit.article_id, "title": hit.title, "publisher": hit.publisher, "date": hit.date,
                "found_at": hit.at, "seen": hit.seen, "verdict": hit.verdict,
            }
            for hit in hits
        ],
    }  # fmt: skip


def _show(told: list[dict[str, Any]]) -> None:
    if not told:
        print("Belum ada yang tersimpan. Simpan: tanya alerts add --search KUERI")
    kinds = {"search": SEARCH, "question": QUESTION, "quote": QUOTE}
    for one in told:
        kind = kinds[one["kind"]]
        news = news_line(kind, one["new"], one["altered"]) if one["new"] else "tidak ada yang baru"
        print(f"{one['id']}. {one['name']} ({KINDS[kind]}): {news}")
        for article in [item for item in one["articles"] if not item["seen"]][:_SHOWN]:
            parts = [article["title"] or article["article_id"], article["publisher"], article["date"]]
            parts += [NAMES[article["verdict"]]] if article["verdict"] else []
            print(f"   {', '.join(part for part in parts if part)}")
