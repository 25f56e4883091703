"""Ready forms for crediting the sources of an answer: outlet, title, date and the address of the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.text.dates import in_words
from rag.answering.answer import Answer, Source

NO_OUTLET = "media tidak diketahui"


def cited_sources(answer: Answer) -> list[Source]:
    """Return the sources that an answer cites, each article once, in their order."""
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    first: dict[str, Source] = {}
    for source in answer.sources:
        if source.n in cited:
            first.setdefault(source.article_id, source)
    return list(first.values())


def credit_forms(sources: Sequence[Source], addresses: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return pairs of what a form is for and its text; ``addresses`` are those of the originals, by article.

    >>> source = Source(1, "a", "Harga turun", "Warta", "2023-04-03", "a.txt", 0, 1, "x", 1.0)
    >>> for name, text in credit_forms([source], {"a": "https://warta.test/1"}): print(f"{name}: {text}")
    Di dalam kalimat: dikutip dari Warta, 3 April 2023
    Baris sumber: Sumber: “Harga turun”, Warta, 3 April 2023, https://warta.test/1
    Catatan kaki: “Harga turun,” Warta, 3 April 2023. https://warta.test/1
    """
    outlets = list(dict.fromkeys(", ".join(_outlet_and_day(source)) for source in sources))
    lines = [
        ", ".join([*_title(source, ""), *_outlet_and_day(source), *_address(source, addresses)]) for source in sources
    ]
    notes = [_note(source, addresses) for source in sources]
    return [
        ("Di dalam kalimat", f"dikutip dari {_joined(outlets)}"),
        ("Baris sumber", f"Sumber: {'; '.join(lines)}"),
        ("Catatan kaki", "\n".join(notes)),
    ]


def _note(source: Source, addresses: Mapping[str, str]) -> str:
    outlet = ", ".join(_outlet_and_day(source))
    return " ".join([*_title(source, ","), f"{outlet}.", *_address(source, addresses)])


def _title(source: Source, mark: str) -> list[str]:
    return [f"“{' '.join(source.title.split())}{mark}”"] if source.title else []


def _outlet_and_day(source: Source) -> list[str]:
    return [source.publisher or NO_OUTLET, *([in_words(source.date)] if source.date else [])]


def _address(source: Source, addresses: Mapping[str, str]) -> list[str]:
    return [addresses[source.article_id]] if addresses.get(source.article_id) else []


def _joined(parts: Sequence[str]) -> str:
    return " dan ".join(["; ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
