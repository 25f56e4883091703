"""What every export says of its making: that a machine took part, which one, and that a human being answers for it.

The Press Council's rule 1/PERATURAN-DP/I/2025 asks that people control what is made with artificial intelligence from
beginning to end, and lets the newsroom name the program that was used.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

RULE = "Peraturan Dewan Pers 1/2025"
HUMAN = "Diperiksa oleh (diisi redaksi): ________"


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("tanya-arsip")
    except PackageNotFoundError:
        return "belum dipasang"


def of_checks() -> str:
    """Return the statement for checked quotations: words are compared, no model takes part."""
    return (
        f"Pernyataan: kutipan dicocokkan kata demi kata dengan arsip oleh mesin (Tanya Arsip {program_version()}), "
        "tanpa kecerdasan buatan generatif. Putusan akhir ada pada manusia; redaksi yang bertanggung jawab "
        f"({RULE})."
    )


def of_answers() -> str:
    """Return the statement for answers: a language model takes part in them."""
    return (
        f"Pernyataan: jawaban disusun dengan bantuan kecerdasan buatan (Tanya Arsip {program_version()}) dari artikel "
        "arsip yang disebut. Periksa sumbernya sebelum memuat; kendali dan tanggung jawab ada pada manusia "
        f"({RULE})."
    )


def of_hits() -> str:
    """Return the statement for what exact search found."""
    return (
        f"Pernyataan: temuan dicari oleh mesin (Tanya Arsip {program_version()}), tanpa kecerdasan buatan generatif; "
        f"belum ditinjau manusia ({RULE})."
    )
