"""A checked quotation as HTML: what others wrote stays text, and what is shown has the sign of what it is worth."""

import re
from html.parser import HTMLParser
from typing import Any

from ui import compared

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'&"


class Seen(HTMLParser):
    """The tags with their attributes, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def classes(self, tag: str) -> list[str | None]:
        return [attrs.get("class") for name, attrs in self.tags if name == tag]


def match(verdict: str = "altered", new: str = "58", old: str = "85", **changes: Any) -> dict[str, Any]:
    difference = [{"op": "replace", "claimed": new, "source": old, "note": None}]
    return {
        "verdict": verdict, "difference": difference, "text": old, "speaker": None, "claimed": {"start": 0, "end": 2}
    } | changes  # fmt: skip


def check(verdict: str = "altered", speaker: str | None = None, **changes: Any) -> dict[str, Any]:
    told = {"lines": [], "places": ["Judul, Warta"], "speaker": speaker, "look": ["katanya tidak sama"]}
    return {
        "quote": "58", "checked": "58", "verdict": verdict, "told": told, "matches": [match()], "start": 0, "end": 2,
        "speaker": {"claimed": "Ani", "found": "Budi", "agrees": None},
    } | changes  # fmt: skip


def test_the_wrong_word_is_struck_from_the_draft_and_the_archives_put_in() -> None:
    page = Seen(compared.side_by_side(check(), match()))
    assert page.classes("del") == ["ta-wrong"]
    assert page.classes("ins") == ["ta-right"]
    assert page.text == "Kutipan yang diperiksa58Di artikel85✗ tidak sesuai arsip · ✓ yang ada di arsip"


def test_another_speaker_is_marked_as_a_wrong_word_is() -> None:
    page = compared.side_by_side(check("exact", "contradicted"), match("exact", "sama", "sama"))
    assert re.findall(r"Pembicara: <(\w+) class=\"([\w-]+)\">(\w+)</", page) == [
        ("del", "ta-wrong", "Ani"),
        ("ins", "ta-right", "Budi"),
    ]
    assert "Pembicara" not in compared.side_by_side(check("exact", "agrees"), match("exact"))


def test_badges_tell_words_and_speaker_apart() -> None:
    assert Seen(compared.badges(check("exact", "contradicted"))).text == "✓ PERSIS✗ PEMBICARA LAIN"
    assert Seen(compared.badges(check("altered"))).text == "≠ BERUBAH"
    looks = {state: Seen(compared.badges(check("exact", state))).classes("span")[2] for state in ("agrees", "unknown")}
    assert looks == {"agrees": "ta-verdict ta-speaker ta-good", "unknown": "ta-verdict ta-speaker ta-warn"}
    old = check("exact")
    del old["told"]["speaker"], old["told"]["look"]  # a record of an earlier version
    assert Seen(compared.badges(old)).text == "✓ PERSIS"
    assert Seen(compared.card_heading(1, old)).text == "Kutipan 1"


def test_a_draft_is_shown_whole_with_the_graver_of_words_and_speaker_as_its_colour() -> None:
    text = f"{HOSTILE} “58” lalu “12” akhir {HOSTILE}"
    one, two = text.index("58"), text.index("12")
    checks = [
        check("exact", "contradicted", start=one, end=one + 2),
        check("exact", "agrees", start=two, end=two + 2),
    ]
    page = Seen(compared.draft(text, checks, [0]))
    assert page.classes("a") == ["ta-quote-bad", "ta-quote-good"]
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == ["#cek-1", "#cek-2"]
    shown = page.text.partition("✓ sesuai ·")[0]
    shown = re.sub(r"\d\xa0[✗✓]| \(kutipan .*?\)", "", shown)
    assert shown.startswith(text)
    assert "(kutipan 1: PERSIS, PEMBICARA LAIN, perlu dilihat)" in page.text
    assert "(kutipan 2: PERSIS, PEMBICARA SESUAI)" in page.text


def test_the_list_leads_to_what_needs_a_look() -> None:
    page = Seen(compared.jump_list([check(), check(quote="kata " * 40), check()], [1, 2]))
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == ["#cek-2", "#cek-3"]
    assert "2. “" + "kata " * 17 + "kata…” katanya tidak sama" in page.text


def test_a_stitched_quotation_has_each_piece_beside_its_place() -> None:
    parts = [("jalan baik", "Jalan baik"), ("beras murah", "beras murah")]
    found = [
        match("stitched", new, old, claimed={"start": start, "end": start + len(new)}, speaker=name)
        for (new, old), start, name in zip(parts, (0, 15), ("Ani", None), strict=True)
    ]
    stitched = check("stitched", checked="jalan baik dan beras murah.", matches=found[::-1])
    stitched["told"]["places"] = ["Beras, Kabar", "Jalan, Warta"]
    page = Seen(compared.stitched(stitched))
    assert page.text.startswith("Kutipan yang diperiksajalan baik1 dan beras murah2.")
    told = ["Potongan 1 di artikel: Jalan, Warta", "Pembicara: Ani", "Potongan 2 di artikel: Beras, Kabar"]
    places = [page.text.index(line) for line in [*told, "Pembicara: tidak disebut"]]
    assert places == sorted(places)
    assert "ta-wrong" in page.classes("del")  # "dan" stands in neither


def test_hostile_text_stays_text() -> None:
    hostile = match("stitched", HOSTILE, HOSTILE, speaker=HOSTILE, claimed={"start": 0, "end": 9})
    one = check("stitched", "contradicted", quote=HOSTILE, checked=HOSTILE, matches=[hostile], end=len(HOSTILE))
    one["speaker"] = {"claimed": HOSTILE, "found": HOSTILE, "agrees": False}
    one["told"] |= {"places": [HOSTILE], "look": [HOSTILE]}
    for html in (
        compared.side_by_side(one, hostile),
        compared.stitched(one),
        compared.jump_list([one], [0]),
        compared.card_heading(1, one),
        compared.draft(HOSTILE, [one], [0]),
    ):
        page = Seen(html)
        assert not {"script", "img"} & {tag for tag, _ in page.tags}
        assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
        assert "<script>" in page.text
