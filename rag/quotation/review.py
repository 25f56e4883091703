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


OCR_READ = "dibaca OCR; cocokkan dengan gambar halamannya"


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


def is_by_ocr(result: QuoteResult) -> bool:
    """Tell whether the place to show first stands in text that was read by OCR; its first note says so then."""
    return bool(result.matches) and result.matches[0].article.ocr_confidence is not None


def reasons(result: QuoteResult) -> tuple[str, ...]:
    """Return why an editor must look, each in a few words; () where all is as it is claimed."""
    found = [_WHY[result.verdict]] if result.verdict in _WHY else []
    by_ocr = is_by_ocr(result)
    if result.verdict == PARTIAL and result.matches[0].notes[by_ocr:]:
        found.append("dipotong; maknanya dapat berubah")
    if by_ocr:
        found.append(OCR_READ)
    state = speaker_state(result)
    if state == CONTRADICTED:
        found.append(f"dikatakan {result.speaker.found}, bukan {result.speaker.claimed}")
    elif state == UNKNOWN:
        found.append(f"belum pasti dikatakan {result.speaker.claimed}")
    return tuple(found)
