"""``tanya find``: every article that a query is true of, every place of its words. No model is loaded."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from index.errors import InputError
from index.storage.speakers import Quoted
from rag.cli.console import open_archive, progress, settings_of, tell
from rag.retrieval.full_text import PAGE_SIZE, Facets, Finder, Found, Snippet
from rag.serving.hit_list import head_of, on_one_line, write_hits

_SHOWN_FACETS = 8  # on the screen; --json has all


def find(options: argparse.Namespace) -> int:
    """``tanya find KUERI``"""
    settings = settings_of(options)
    query = options.query.encode("utf-8", "replace").decode("utf-8")  # what a terminal cannot say in UTF-8
    with open_archive(settings) as store:
        finder = Finder(store, progress("menyiapkan pencarian persis", "artikel"), _named_speakers)
        found = finder.find(query, options.sort, options.collection)
        if options.csv:
            _write(Path(options.csv), found)
            tell(f"{found.hits} temuan di {found.articles} artikel: {options.csv}")
        if options.json:
            print(json.dumps(as_json(found, None if options.count else options.page), ensure_ascii=False))
        elif options.count:
            print(f"{found.articles} artikel, {found.hits} temuan.")
        else:
            show(found, options.page)
    return 0


def _named_speakers(text: str) -> list[Quoted]:
    """Tell who is quoted in a text. Loading that takes 75 ms, which a search of articles that were all read saves."""
    from rag.quotation.named_speakers import named_speakers

    return named_speakers(text)


def as_json(found: Found, page: int | None) -> dict[str, Any]:
    """Return the counts and one page of the articles as JSON; without a page the counts alone.

    ``start`` and ``end`` count characters of the article's title or cleaned text, as ``field`` says.
    """
    counts = {"query": found.query, "articles": found.articles, "hits": found.hits}
    if page is None:
        return counts
    facets = found.facets()
    results = []
    for rank, match in enumerate(found.page(page), start=(page - 1) * PAGE_SIZE + 1):
        detail = found.detail(match)
        results.append(
            {
                "rank": rank,
                **head_of(match.article),
                "hits": match.hits,
                "score": match.score,
                "snippets": [
                    {"field": piece.field, "start": piece.start, "text": piece.text, "marks": list(piece.marks)}
                    for piece in detail.snippets
                ],
                "places": [{"field": at.field, "start": at.start, "end": at.end} for at in detail.places],
            }
        )
    return {
        **counts,
        "sort": found.sort,
        "page": page,
        "pages": found.pages,
        "facets": {
            name: [{"name": value, "articles": count} for value, count in values]
            for name, values in (
                ("publisher", facets.publishers),
                ("year", facets.years),
                ("type", facets.types),
                ("speaker", facets.speakers),
                ("collection", facets.collections),
            )
        },
        "speakers_unread": facets.unread,
        "results": results,
    }


def show(found: Found, page: int) -> None:
    """Tell one page of the articles on the screen."""
    matches = found.page(page)
    more = f" — halaman {page} dari {found.pages}" if found.pages > 1 else ""
    print(f"{found.articles} artikel, {found.hits} temuan{more}.")
    for match in matches:
        article = match.article
        told = [article.publisher, article.date or "tanpa tanggal", f"{match.hits} temuan" if match.hits else None]
        print(f"\n{on_one_line(article.title or article.id)} ({', '.join(on_one_line(item) for item in told if item)})")
        for piece in found.detail(match).snippets:
            print(f"   … {_marked(piece)} …")
    if matches:
        print(f"\n{facet_lines(found.facets())}")


def facet_lines(facets: Facets) -> str:
    """Return how the articles are spread: a line each for outlets, years, file types, speakers and collections."""
    rows = (
        ("Media", facets.publishers, "tidak diketahui"),
        ("Tahun", facets.years, "tanpa tanggal"),
        ("Jenis", facets.types, "lain"),
        *([("Pembicara", facets.speakers, "")] if facets.speakers else []),
        *([("Kumpulan", facets.collections, "")] if facets.collections else []),
    )
    lines = []
    for name, values, unknown in rows:
        told = [f"{on_one_line(value or unknown)} {count}" for value, count in values[:_SHOWN_FACETS]]
        left = len(values) - len(told)
        lines.append(f"{name}: {', '.join(told)}{f', dan {left} lagi (--json memuat semuanya)' if left else ''}")
    if facets.unread:
        lines.append(f"Pembicara di {facets.unread} artikel belum dibaca; tanya index FOLDER membacanya.")
    return "\n".join(lines)


def _write(path: Path, found: Found) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:  # the mark by which Excel knows UTF-8
            write_hits(found, stream)
    except OSError as error:
        raise InputError(f"Berkas {path} tidak dapat ditulis: {error.strerror}; pilih --csv lain.") from error


def _marked(piece: Snippet) -> str:
    parts, at = [], 0
    for start, end in piece.marks:
        parts += [piece.text[at:start], "«", piece.text[start:end], "»"]
        at = end
    return on_one_line("".join([*parts, piece.text[at:]]))
