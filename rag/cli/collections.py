"""``tanya collections``: make collections of articles, fill them, show them, limit who sees them on a network."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from index.articles import Article
from index.errors import InputError
from index.storage.collections import Collection, Collections
from index.storage.repository import Store
from rag.cli.console import open_archive, settings_of
from rag.quotation.named_speakers import named_speakers
from rag.retrieval.full_text import Finder

Record = dict[str, Any]


def collections(options: argparse.Namespace) -> int:
    """``tanya collections [list|make|add|remove|show|share|delete|restore] [KUMPULAN] [ARTIKEL …]``"""
    settings = settings_of(options)
    if options.action != "list" and not (options.name or "").strip():
        raise InputError(f"Sebutkan nama kumpulannya: tanya collections {options.action} KUMPULAN")
    with open_archive(settings) as store:
        kept = Collections(store.database)
        record, lines = _DO[options.action](options, store, kept)
    print(json.dumps(record, ensure_ascii=False) if options.json else "\n".join(lines))
    return 0


def _list(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    found = kept.all()
    lines = [_line(one) for one in found] or ["Belum ada kumpulan; buat dengan: tanya collections make NAMA"]
    return {"collections": [_json(one) for one in found]}, lines


def _make(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    with store.database.change(bump=False):  # with its articles or not at all
        made = kept.make(options.name)
        _fill(options, store, kept)
    return _told(kept.named(made.name), "dibuat")


def _add(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    with store.database.change(bump=False):
        added = _fill(options, store, kept)
    if added is None:
        raise InputError("Sebutkan artikelnya: id artikel, --query KUERI, atau --folder FOLDER.")
    return _told(kept.named(options.name), f"{len(added)} artikel ditambahkan", changed=added)


def _remove(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    with store.database.change(bump=False):
        gone = kept.remove(options.name, [*options.items, *_queried(options, store)])
        if options.folder:
            gone += kept.remove_folder(options.name, str(Path(options.folder).expanduser().resolve()))
    return _told(kept.named(options.name), f"{len(gone)} artikel dikeluarkan", changed=gone)


def _show(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    one = kept.named(options.name)
    found = store.heads_of(kept.members(one.name))
    lines = [_line(one), *(f"  folder {folder}" for folder in kept.folders(one.name)), *map(_article_line, found)]
    articles = [
        {"article_id": a.id, "title": a.title, "publisher": a.publisher, "date": a.date, "path": a.path} for a in found
    ]
    return {**_json(one), "folders": kept.folders(one.name), "article_list": articles}, lines


def _share(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    if options.everyone and options.items:
        raise InputError("Pilih satu: nama pembaca, atau --everyone.")
    return _told(kept.show_to(options.name, None if options.everyone else options.items), "diatur")


def _delete(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    gone = kept.delete(options.name)
    told = f"Kumpulan {gone.name!r} dihapus; artikelnya tetap. Batalkan: tanya collections restore {gone.name!r}"
    return _json(gone), [told]


def _restore(options: argparse.Namespace, store: Store, kept: Collections) -> tuple[Record, list[str]]:
    wanted = options.name.casefold()
    id = next((id for id, name in kept.deleted() if name.casefold() == wanted), None)
    if id is None:
        raise InputError(f"Kumpulan {options.name!r} tidak ada di antara yang dihapus.")
    return _told(kept.undelete(id), "dikembalikan")


_DO = {
    "list": _list,
    "make": _make,
    "add": _add,
    "remove": _remove,
    "show": _show,
    "share": _share,
    "delete": _delete,
    "restore": _restore,
}


def _fill(options: argparse.Namespace, store: Store, kept: Collections) -> list[str] | None:
    """Put what the options name into the collection; None where they name nothing."""
    if not (options.items or options.query or options.folder):
        return None
    added = kept.add(options.name, [*options.items, *_queried(options, store)])
    if options.folder:
        added += kept.add_folder(options.name, str(Path(options.folder).expanduser().resolve()))
    return added


def _queried(options: argparse.Namespace, store: Store) -> list[str]:
    if not options.query:
        return []
    return [match.article.id for match in Finder(store, read_speakers=named_speakers).find(options.query).matches]


def _told(one: Collection, what: str, changed: list[str] | None = None) -> tuple[Record, list[str]]:
    record = _json(one) if changed is None else {**_json(one), "changed": changed}
    return record, [f"{_line(one)}: {what}."]


def _json(one: Collection) -> Record:
    readers = None if one.readers is None else list(one.readers)
    return {"name": one.name, "articles": one.articles, "readers": readers, "made_at": one.made_at}


def _line(one: Collection) -> str:
    if one.readers is None:
        return f"{one.name} ({one.articles} artikel)"
    seen = f"redaktur dan {', '.join(one.readers)}" if one.readers else "redaktur saja"
    return f"{one.name} ({one.articles} artikel, terbatas: {seen})"


def _article_line(article: Article) -> str:
    parts = (article.title or article.id, article.publisher, article.date)
    return f"  {article.id}: {' '.join(', '.join(part for part in parts if part).split())}"
