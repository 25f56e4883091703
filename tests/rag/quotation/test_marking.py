from typing import Any

import pytest

from rag.quotation.differences import BRACKETED, RESPELT, SAME_NUMBER, SKIPPED
from rag.quotation.marking import OTHER, RIGHT, SAME, WRONG, pieces, sides
from rag.quotation.record_word import is_web_address


def part(op: str, claimed: str, source: str, note: str | None = None) -> dict[str, Any]:
    return {"op": op, "claimed": claimed, "source": source, "note": note}


def match(*parts: dict[str, Any], verdict: str = "altered") -> dict[str, Any]:
    return {"verdict": verdict, "difference": list(parts)}


def test_the_claimed_word_is_wrong_and_the_articles_right() -> None:
    claimed, source = sides(
        match(
            part("equal", "Harga ", "Harga "),
            part("replace", "turun 58 ", "turun 85 "),
            part("insert", "saja ", ""),
            part("delete", "", "sejak\n"),
            part("equal", "panen", "panen"),
        )
    )
    assert claimed == [
        ("Harga ", SAME), ("turun 58", WRONG), (" ", SAME), ("saja", WRONG), (" ", SAME), ("panen", SAME)
    ]  # fmt: skip
    assert source == [
        ("Harga ", SAME), ("turun 85", RIGHT), (" ", SAME), ("sejak", RIGHT), ("\n", SAME), ("panen", SAME)
    ]  # fmt: skip


@pytest.mark.parametrize("note", [BRACKETED, SKIPPED, RESPELT])
def test_what_an_editor_may_do_is_not_wrong(note: str) -> None:
    assert sides(match(part("replace", "a ", "b ", note))) == (
        [("a", OTHER), (" ", SAME)],
        [("b", OTHER), (" ", SAME)],
    )


@pytest.mark.parametrize("verdict", ["exact", "partial", "paraphrase"])
def test_only_an_altered_or_a_stitched_quotation_has_wrong_words(verdict: str) -> None:
    assert sides(match(part("replace", "a", "b"), verdict=verdict)) == ([("a", OTHER)], [("b", OTHER)])
    assert sides(match(part("replace", "a", "b"), verdict="stitched")) == ([("a", WRONG)], [("b", RIGHT)])


def test_another_notation_is_the_same() -> None:
    assert sides(match(part("equal", "dua", "2", SAME_NUMBER))) == ([("dua", SAME)], [("2", SAME)])


def test_a_stitched_quotation_is_cut_where_its_pieces_lie() -> None:
    places = [(10, 15), (0, 4)]
    matches = [{"verdict": "stitched", "claimed": {"start": start, "end": end}} for start, end in places]
    check = {"quote": "“satu dan lima belas,”", "checked": "satu dan  lima,", "matches": matches}
    assert pieces(check) == [("satu", 1), (" dan  ", None), ("lima,", 0)]
    assert "".join(text for text, _ in pieces(check)) == check["checked"]
    matches.append({"verdict": "stitched", "claimed": {"start": 1, "end": 3}})  # inside another one
    assert [number for _, number in pieces(check) if number is not None] == [1, 2, 0]
    assert "".join(text for text, _ in pieces(check)) == check["checked"]


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://warta.test/a?b=1#c", True),
        ("http://warta.test", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("warta.test/a", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://warta.test/a b", False),
        ("https://warta.test/\x00", False),
        ("https://warta.test/" + "a" * 2000, False),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(address: str, leads: bool) -> None:
    assert is_web_address(address) is leads
