"""What a run of the indexer did, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    """What a run did, in articles. ``skipped`` and ``failed`` hold ``place: reason``; a failure makes the exit code 1.

    ``moved`` are those of a renamed file, ``grouped`` those found to be copies of another. ``embedded`` counts
    passages, ``other_files`` what lay in the folder and is no article. ``decided`` tells where an editor's decision
    was met again: the corrected text in another file, an article that was taken out.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    grouped: int = 0
    embedded: int = field(default=0, compare=False)
    other_files: int = field(default=0, compare=False)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """How far a run is: bytes of the files that have to be read."""

    report: Report
    done_bytes: int
    total_bytes: int
