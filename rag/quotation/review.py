"""What an editor must look at in a checked quotation, and why. The speaker counts as much as the words."""

from __future__ import annotations

from rag.quotation.checker import ALTERED, NOT_FOUND, PARAPHRASE, PARTIAL, STITCHED, QuoteResult

AGREES, CONTRADICTED, UNKNOWN = "agrees", "contradicted", "unknown"
_WHY = {
    ALTERED: "katanya tidak sama",
    STITCHED: "disambung dari beberapa tempat",
    PARAPHRASE: "isinya serupa, katanya lain",
    NOT_FOUND: "tidak ada di arsip",
}


def speaker_state(result: QuoteResult) -> str | None:
    """Return how who is claimed compares with the article: agrees, contradicted, unknown.

    None where nobody is claimed to have said it, or where it stands nowhere.
    """
    check = result.speaker
    if check.claimed is None or result.verdict == NOT_FOUND:
        return None
    if check.agrees is None:
        return UNKNOWN
    return AGREES if check.agrees else CONTRADICTED


def reasons(result: QuoteResult) -> tuple[str, ...]:
    """Return why an editor must look, each in a few words; () where all is as it is claimed."""
    found = [_WHY[result.verdict]] if result.verdict in _WHY else []
    if result.verdict == PARTIAL and result.matches[0].notes:
        found.append("dipotong; maknanya dapat berubah")
    state = speaker_state(result)
    if state == CONTRADICTED:
        found.append(f"dikatakan {result.speaker.found}, bukan {result.speaker.claimed}")
    elif state == UNKNOWN:
        found.append(f"belum pasti dikatakan {result.speaker.claimed}")
    return tuple(found)
