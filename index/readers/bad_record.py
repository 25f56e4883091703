"""What a reader yields in place of an article that it could not read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BadRecord:
    """``reason`` says why, in Indonesian; ``line`` is 1-based, None where the format has no lines.

    ``place`` names the part of the file (a member of an archive). ``skipped`` marks what is no fault and cannot be
    mended here, such as a scan without text: it is told once, and the run does not count as failed. ``limit`` marks
    what went beyond the limits of reading: it is not tried again until the file changes.
    """

    reason: str
    line: int | None = None
    place: str | None = None
    skipped: bool = False
    limit: bool = False
