"""What a copy may go on with, as a grammar (GBNF) for a llama.cpp server: linear in the texts.

From each place copied from, the text runs on by itself; after every word it may end. The places of one text share the
rules of what follows them. A grammar is only a help to go quickly: who asks for it checks each token with the guide.
"""

from __future__ import annotations

from rag.generation.constrained_decoding import CopyGuide

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def copy_grammar(guide: CopyGuide) -> str | None:
    """Return the grammar of all that may follow; None where the guide stands within a character.

    >>> guide = CopyGuide(["di Grahadi, Surabaya"], {b"di": 1})
    >>> guide.take(1)
    >>> print(copy_grammar(guide))
    root ::= t0x2
    t0x2 ::= (" Grahadi" t0x10)?
    t0x10 ::= ("," t0x11)?
    t0x11 ::= (" Surabaya" t0x20)?
    t0x20 ::= ""
    """
    from_where: dict[int, int] = {}
    entries = []
    try:
        for number, at, end in guide.remainders():
            text = guide.text(number)
            if end is None:
                entries.append(_literal(text[at:]))
                continue
            entries.append(f"{_literal(text[at:end])} {_name(number, end)}" if end > at else _name(number, end))
            from_where[number] = min(end, from_where.get(number, end))
        rules = [f"root ::= {' | '.join(entries)}"] if entries else []
        for number, start in from_where.items():
            text, ends = guide.text(number), guide.ends(number, start)
            for end, following in zip(ends, [*ends[1:], None], strict=True):
                rest = f"({_literal(text[end:following])} {_name(number, following)})?" if following else '""'
                rules.append(f"{_name(number, end)} ::= {rest}")
    except UnicodeDecodeError:
        return None
    return "\n".join(rules) or None


def _name(number: int, at: int) -> str:
    return f"t{number}x{at}"


def _literal(text: bytes) -> str:
    """Return a text in quotes.

    >>> _literal('kata "itu"'.encode())
    '"kata \\\\"itu\\\\""'
    """
    letters = (_ESCAPED.get(letter, letter if letter >= " " else f"\\x{ord(letter):02X}") for letter in text.decode())
    return f'"{"".join(letters)}"'
