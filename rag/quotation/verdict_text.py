"""What a checked quotation means, in Indonesian sentences: for the command line, the page and the records alike."""

from __future__ import annotations

from rag.quotation.attribution import CARRIED, PRONOUN
from rag.quotation.checker import ALTERED, EXACT, NOT_FOUND, PARAPHRASE, PARTIAL, STITCHED, Match, QuoteResult
from rag.quotation.review import is_by_ocr

NAMES = {
    EXACT: "PERSIS",
    PARTIAL: "SEPOTONG",
    ALTERED: "BERUBAH",
    STITCHED: "SAMBUNGAN",
    PARAPHRASE: "PARAFRASA",
    NOT_FOUND: "TIDAK DITEMUKAN",
}
MEANINGS = {
    EXACT: "kalimat atau kutipan lengkap ini berdiri persis begitu di artikel",
    PARTIAL: "potongan yang benar, tetapi kalimatnya di artikel lebih panjang",
    ALTERED: "ada di artikel, tetapi katanya tidak sama",
    STITCHED: "potongan dari tempat berlainan disambung menjadi satu",
    PARAPHRASE: "isi serupa dengan kata lain; ini petunjuk, bukan bukti",
    NOT_FOUND: "tidak ada artikel yang memuatnya",
}
_IN_OCR = "kata-katanya berdiri begitu dalam teks yang dibaca OCR; itu petunjuk, bukan bukti"
GRADES = {
    "number": "bilangan",
    "unit": "satuan",
    "negation": "ingkaran",
    "name": "nama",
    "meaning": "makna",
    "wording": "susunan kata",
}
# How a speaker is known who is not named beside the quotation.
HOW = {PRONOUN: "dari kata ganti", CARRIED: "dari kutipan sebelumnya"}


def verdict_line(result: QuoteResult) -> str:
    """Return the verdict and what it means, with how many articles were searched."""
    places = sum(match.verdict == result.verdict for match in result.matches)
    where = f"; {places} tempat" if places > 1 and result.verdict != STITCHED else ""
    meaning = MEANINGS[result.verdict]
    if result.verdict == PARTIAL and is_by_ocr(result) and len(result.matches[0].notes) == 1:
        meaning = _IN_OCR
    return f"{NAMES[result.verdict]}: {meaning} ({result.searched:n} artikel diperiksa{where})."


def speaker_line(result: QuoteResult) -> str | None:
    """Return who says it, and plainly so where that is another than claimed; None where there is nothing to tell."""
    check = result.speaker
    if check.found is None:
        if check.claimed is None or result.verdict in (NOT_FOUND, PARAPHRASE, STITCHED):
            return None
        unclear = "artikel tidak menyebut dengan jelas siapa yang mengatakannya"
        return f"Pembicara: {unclear}; {check.claimed} tidak dapat dipastikan."
    if check.agrees is False:
        return f"Pembicara: dikatakan oleh {check.found}, bukan {check.claimed}."
    how = HOW.get(check.how or "")
    if check.claimed and check.agrees is None and result.verdict in (EXACT, PARTIAL, ALTERED):
        guess = f"mungkin {check.found}{f', {how}' if how else ''}"
        return f"Pembicara: artikel tidak menyebutnya dengan pasti ({guess}); {check.claimed} tidak dapat dipastikan."
    told = ", ".join(filter(None, ["sesuai" if check.agrees else None, how]))
    return f"Pembicara: {check.found}{f' ({told})' if told else ''}."


def difference_lines(match: Match) -> list[str]:
    """Return each difference of a match in words."""
    lines = []
    for part in match.difference:
        kind = f" ({', '.join(filter(None, [GRADES.get(part.grade or ''), part.note]))})" if part.grade else ""
        claimed, source = part.claimed.strip(), part.source.strip()
        if part.op == "replace" and part.grade:
            lines.append(f"“{claimed}” di artikel: “{source}”{kind}")
        elif part.op == "insert":
            lines.append(f"“{claimed}” tidak ada di artikel{kind}")
        elif part.op == "delete" and part.grade:
            lines.append(f"“{source}” di artikel, hilang dari kutipan{kind}")
        elif part.op == "equal" and part.note:
            lines.append(f"“{claimed}” = “{source}” ({part.note})")
    return lines


def place_line(match: Match) -> str:
    """Return title, outlet and date of a match, and how many copies of its story there are."""
    article = match.article
    parts = [article.title or article.id, article.publisher, article.date or "tanggal tidak diketahui"]
    copies = f" (juga di {len(match.copies)} salinan)" if match.copies else ""
    return ", ".join(part for part in parts if part) + copies
