"""A checked quotation as the JSON of the command line's contract."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.quotation.checker import Match, QuoteResult
from rag.quotation.draft import DraftReport
from rag.retrieval.provenance import provenance

Record = dict[str, Any]


def as_json(result: QuoteResult, id: str | None = None) -> Record:
    """Return the record of one check; ``start`` and ``end`` count characters of the article's text.

    ``claimed`` of a match counts characters of ``checked``, as in `QuoteResult`.
    """
    return {
        "id": id,
        "quote": result.quote,
        "checked": result.checked,
        "verdict": result.verdict,
        "speaker": asdict(result.speaker),
        "searched": {"articles": result.searched},
        "matches": [match_json(match) for match in result.matches],
        "notes": list(result.notes),
    }


def match_json(match: Match) -> Record:
    """Return the record of one place."""
    article, speaker = match.article, match.speaker
    return {
        "article_id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "date": article.date,
        "path": article.path,
        "url": article.url,
        "start": match.start,
        "end": match.end,
        "text": match.text,
        "verdict": match.verdict,
        "similarity": match.similarity,
        "speaker": speaker.name if speaker else None,
        "attribution": {**asdict(speaker), "sure": speaker.sure} if speaker else None,
        "claimed": {"start": match.claimed_start, "end": match.claimed_end},
        "difference": [asdict(part) for part in match.difference],
        "notes": list(match.notes),
        "also_in": [
            {
                "article_id": copy.id,
                "title": copy.title,
                "publisher": copy.publisher,
                "date": copy.date,
                "url": copy.url,
            }
            for copy in match.copies
        ],
        "provenance": provenance(article),
    }


def draft_json(report: DraftReport) -> Record:
    """Return a checked draft as JSON; ``start`` and ``end`` count characters of the draft's text."""
    quotes = [
        {**as_json(item.result, str(number)), "start": item.start, "end": item.end, "flagged": item.flagged}
        for number, item in enumerate(report.quotes, start=1)
    ]
    return {"quotes": quotes, "flagged": len(report.flagged), "left_out": list(report.left_out)}
