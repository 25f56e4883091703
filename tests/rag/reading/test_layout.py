"""Token numbers and characters, by hand: the tiny tokenizer has a number a word."""

import pytest
import tiny_bert

from rag.reading.layout import BOS, EOS, HEADER_TOKENS, PASSAGE_TOKENS, QUESTION_TOKENS, Layout, lay_out

TOKENIZER = tiny_bert.tokenizer()


def of(question: str, header: str, passage: str) -> Layout:
    (layout,) = lay_out(TOKENIZER, question, header, [passage])
    return layout


def test_question_header_and_passage_in_their_places() -> None:
    layout = of("berapa kios", "Pasar desa", "Ikan naik.")
    asked, head, passage = tiny_bert.ids("berapa kios"), tiny_bert.ids("pasar desa"), tiny_bert.ids("ikan naik .")
    assert layout.ids == [BOS, *asked, EOS, EOS, *head, EOS, *passage, EOS]
    assert layout.types == [0] * 5 + [1] * 7
    assert layout.ids[layout.at : layout.at + 3] == passage
    assert layout.offsets == [(0, 4), (5, 9), (9, 10)]


def test_without_a_header_the_passage_follows_at_once() -> None:
    layout = of("apa", "", "kopi")
    assert layout.ids == [BOS, *tiny_bert.ids("apa"), EOS, EOS, *tiny_bert.ids("kopi"), EOS]
    assert (layout.at, layout.types) == (4, [0, 0, 0, 0, 1, 1])


def test_each_part_is_cut_at_its_length() -> None:
    layout = of("apa " * 60, "desa " * 60, "kopi " * 200)
    assert layout.ids.count(tiny_bert.ids("apa")[0]) == QUESTION_TOKENS
    assert layout.ids.count(tiny_bert.ids("desa")[0]) == HEADER_TOKENS
    assert layout.ids.count(tiny_bert.ids("kopi")[0]) == len(layout.offsets) == PASSAGE_TOKENS
    assert layout.ids[-1] == EOS
    assert len(layout.ids) == len(layout.types) == QUESTION_TOKENS + HEADER_TOKENS + PASSAGE_TOKENS + 5


def test_passages_share_the_question_and_the_header() -> None:
    together = lay_out(TOKENIZER, "apa", "desa", ["kopi", "teh naik"])
    assert together == [of("apa", "desa", "kopi"), of("apa", "desa", "teh naik")]


@pytest.mark.parametrize(
    ("characters", "tokens"),
    [((0, 4), (0, 0)), ((5, 9), (1, 1)), ((0, 9), (0, 1)), ((6, 7), (1, 1)), ((3, 6), (0, 1)), ((4, 5), None)],
)
def test_tokens_of_characters(characters: tuple[int, int], tokens: tuple[int, int] | None) -> None:
    layout = of("apa", "", "kopi teh. naik")
    # "kopi" 0-4, "teh" 5-8, "." 8-9: the words of a span that ends within one count whole
    expected = tokens and (layout.at + tokens[0], layout.at + tokens[1] + (characters[1] == 9))
    assert layout.tokens_of(*characters) == expected


def test_what_was_cut_off_has_no_tokens() -> None:
    passage = "kopi " * PASSAGE_TOKENS + "pasar"
    layout = of("apa", "", passage)
    assert layout.tokens_of(passage.index("pasar"), len(passage)) is None
    assert layout.tokens_of(0, len(passage)) == (layout.at, layout.at + PASSAGE_TOKENS - 1)
