"""What a reader yields in place of an article that it could not read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BadRecord:
    """``line`` is 1-based, None where the format has no lines; ``reason`` says why, in Indonesian."""

    reason: str
    line: int | None = None
