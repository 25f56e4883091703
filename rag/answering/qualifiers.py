"""A figure or a day → which one it is: other values of the same thing that its article gives. No model call.

An article tells the sum demanded and the sum awarded, this year's and last year's, the total and a part. Where the
question itself says which one is meant, the answer stands alone; else the whole sentence is told, and the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from index.text.analysis import index_stems, stem, tokens
from index.text.dates import MONTH_WORDS
from index.text.quantities import quantities
from index.text.sentences import sentence_spans
from rag.query.query import Query
from rag.retrieval.bm25 import coverage

# What tells one value of a thing from another; each line is one respect. Source: the language itself.
_RESPECTS = tuple(
    frozenset(map(stem, line.split()))
    for line in """
tuntutan dituntut menuntut jaksa vonis divonis putusan hukuman dihukum hakim banding kasasi
total keseluruhan seluruhnya sebagian per rata-rata masing-masing
rencana direncanakan target ditargetkan menargetkan realisasi terealisasi tercapai proyeksi diperkirakan
sebelumnya semula awalnya sekarang kini terbaru terakhir dulu
maksimal minimal tertinggi terendah
""".strip().splitlines()
)
_MARKS = frozenset().union(*_RESPECTS)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SAME_TOPIC = 0.6  # share of the question's weighted topic that another value's sentence must hold; by hand


@dataclass(frozen=True)
class OtherValue:
    """``sentence`` is that of the answer, whole; ``other`` the sentence of the same passage with the other value."""

    sentence: str
    other: str


def other_value(query: Query, answer: str, text: str, weights: Mapping[str, float]) -> OtherValue | None:
    """Return the other value that a passage gives of what was asked, None where there is none or the question chooses.

    >>> text = "Jaksa menuntut Budi lima tahun penjara. Hakim menghukum Budi tiga tahun penjara."
    >>> weights = {"budi": 1.0}
    >>> other_value(Query("Berapa tahun penjara untuk Budi?"), "tiga tahun penjara", text, weights).other
    'Jaksa menuntut Budi lima tahun penjara.'
    >>> other_value(Query("Berapa tahun tuntutan jaksa untuk Budi?"), "lima tahun penjara", text, weights)
    """
    told = quantities(answer)
    if len(told) != 1 or _chooses(query):
        return None
    value = told[0]
    spans = [text[start:end] for start, end in sentence_spans(text)]
    own = next((one for one in spans if answer in " ".join(one.split())), None)
    if own is None:
        return None
    own_marks = _marks(own)
    for one in spans:
        if one == own or coverage(weights, one, weights) < _SAME_TOPIC:
            continue
        alike = [other for other in quantities(one) if other.unit == value.unit and value.unit]
        if alike and all(other.value != value.value for other in alike) and _marks(one) != own_marks:
            return OtherValue(" ".join(own.split()), " ".join(one.split()))
    return None


def _chooses(query: Query) -> bool:
    """Tell whether a question says which value it means: a year, a month, or a word like "total"."""
    return bool(_YEAR.search(query.text) or MONTH_WORDS & query.words or _marks(query.text))


def _marks(text: str) -> frozenset[str]:
    """Return what in a text tells its value from another: years, months, and the words above."""
    words = {stem(word) for word in tokens(text)} | set(index_stems(text))
    return frozenset((words & _MARKS) | set(_YEAR.findall(text)) | (MONTH_WORDS & set(tokens(text))))
