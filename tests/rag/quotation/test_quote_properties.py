import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import put
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index.pipeline.preparation import prepare
from index.readers.bad_record import BadRecord
from index.readers.files import open_file, read
from index.storage.repository import Store
from index.text.verbatim import spoken
from rag.quotation.checker import QuoteChecker
from rag.quotation.detection import quotations
from rag.quotation.differences import differences, is_same

ROOT = Path(__file__).parents[3]
UNHURRIED = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
# Letters and signs that a text may hold and that are easily mistaken for another thing.
TEXTS = st.text(st.sampled_from("aAbBéеo1250%.,;:?!…-–—()“”\"'’ \n\t\u200b\u00ad²½😀ا中"), max_size=60)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[QuoteChecker, list[str]]]:
    """The articles that come with the program, and some that are hard to cut."""
    articles = []
    for path in sorted((ROOT / "articles").glob("*.md")):
        with open_file(path) as stream:
            for raw in read(path.name, stream):
                assert not isinstance(raw, BadRecord)
                articles.append(prepare(raw, id=path.name, path=str(path)).article)
    hard = [
        "“Saya – kata orang – Ma’ruf,” ujarnya. Harga naik 12,5 persen, dari Rp 1.500 menjadi Rp1,7 juta!",
        "Suhu -5 derajat pada pukul 10.30, 24–27 Desember. 😀 Café itu m² dan 10². انا 中文 ya?",
        "Satu. Dua? “Tiga",
    ]
    with Store(tmp_path_factory.mktemp("demo") / "arsip.sqlite3", create=True) as store:
        put(store, *hard, *articles)
        yield QuoteChecker(store), [*hard, *(article.text for article in articles)]


@UNHURRIED
@given(data=st.data())
def test_any_span_of_any_article_is_exact_or_partial(demo: tuple[QuoteChecker, list[str]], data: st.DataObject) -> None:
    checker, texts = demo
    text = data.draw(st.sampled_from(texts))
    words = spoken(text)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(len(words) - 1, first + 60)))
    quote = text[words.starts[first] : words.ends[last]]
    assume(spoken(quote).has_words)
    result = checker.check(quote)
    assert result.verdict in ("exact", "partial"), (quote, result.verdict)
    assert any(quote.startswith(match.text) for match in result.matches)  # a verb of saying at its end is taken off


@UNHURRIED
@given(data=st.data())
def test_a_span_may_begin_and_end_within_a_word(demo: tuple[QuoteChecker, list[str]], data: st.DataObject) -> None:
    checker, texts = demo
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text) - 10))
    end = data.draw(st.integers(start + 10, min(len(text), start + 200)))
    quote = text[start:end]
    assume(spoken(quote).has_words)
    # A number or a unit cut through is another one, and a mark that was inside is at the edge now.
    assume(not re.match("[²³½]", text[end:]) and not re.match("[²³½]", quote))
    assume(
        not re.search(r"\d[.,:\d]*$|^[.,:\d]*\d", quote) and not re.match(r"\W", quote) and not re.search(r"\W$", quote)
    )
    assert checker.check(quote).verdict in ("exact", "partial"), quote


@UNHURRIED
@given(data=st.data())
def test_with_one_word_changed_it_is_never_exact(demo: tuple[QuoteChecker, list[str]], data: st.DataObject) -> None:
    checker, texts = demo
    text = data.draw(st.sampled_from(texts))
    words = spoken(text)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(len(words) - 1, first + 40)))
    at = data.draw(st.integers(first, last))
    new = data.draw(st.sampled_from(["gajah", "tidak", "Sukarno", "17", "bukan dia"]))
    assume(spoken(new).keys != words.keys[at : at + 1])
    before, after = text[words.starts[first] : words.starts[at]], text[words.ends[at] : words.ends[last]]
    result = checker.check(f"{before}{new}{after}")
    assert result.verdict not in ("exact", "partial") or not any(match.text == text for match in result.matches)
    assert result.verdict != "exact", (before, new, after)


@UNHURRIED
@given(claimed=TEXTS, source=TEXTS, data=st.data())
def test_the_differences_turn_one_text_into_the_other(claimed: str, source: str, data: st.DataObject) -> None:
    new, old = spoken(claimed), spoken(source)
    assume(len(new) and len(old))
    first = data.draw(st.integers(0, len(old) - 1))
    last = data.draw(st.integers(first, len(old) - 1))
    parts = differences(new, old, first, last)
    assert "".join(part.claimed for part in parts) == claimed[new.starts[0] : new.ends[-1]]
    assert "".join(part.source for part in parts) == source[old.starts[first] : old.ends[last]]
    for part in parts:
        assert (part.op == "insert") == (not part.source), part
        assert (part.op == "delete") == (not part.claimed), part
    if is_same(parts):
        assert [part.note for part in parts if part.claimed != part.source and part.note] or (
            new.keys == old.keys[first : last + 1]
        )


@UNHURRIED
@given(text=TEXTS)
def test_words_lie_in_the_text_in_order(text: str) -> None:
    words = spoken(text)
    edges = [edge for pair in zip(words.starts, words.ends, strict=True) for edge in pair]
    assert edges == sorted(edges)
    assert all(start < end for start, end in zip(words.starts, words.ends, strict=True))
    assert spoken(text.replace("“", '"').replace("”", '"')).keys == words.keys


@UNHURRIED
@given(text=TEXTS)
def test_quotations_lie_in_the_text_apart_from_one_another(text: str) -> None:
    found = quotations(text)
    assert all(0 < item.start < item.end <= len(text) for item in found)
    assert all(one.end < other.start for one, other in itertools.pairwise(found))
