import random

import pytest
from fakes import WordEmbedder

from index.articles import Article
from index.passages import MAX_PASSAGE_TOKENS, Passage, split_passages

count_tokens = WordEmbedder().count_tokens


def split(text: str, max_tokens: int) -> list[Passage]:
    return split_passages(Article(id="a", text=text, path="a.txt"), count_tokens, max_tokens)


def assert_sound(text: str, passages: list[Passage]) -> None:
    covered = [0] * len(text)
    for position, passage in enumerate(passages):
        assert passage.text == text[passage.start : passage.end]
        assert (passage.article_id, passage.position, passage.id) == ("a", position, f"a#{position}")
        for at in range(passage.start, passage.end):
            covered[at] += 1
    assert [count for count, character in zip(covered, text, strict=True) if not character.isspace()] == [1] * sum(
        not character.isspace() for character in text
    )
    assert max(covered, default=0) <= 1


def test_whole_sentences_up_to_the_limit() -> None:
    text = "Satu dua. Tiga empat.\nLima. Enam tujuh delapan."
    assert split(text, 4) == [
        Passage("a", 0, 0, 21, "Satu dua. Tiga empat."),
        Passage("a", 1, 22, 47, "Lima. Enam tujuh delapan."),
    ]


def test_a_passage_may_fill_the_limit_but_not_pass_it() -> None:
    text = "Satu dua. Tiga empat. Lima."
    assert [p.text for p in split(text, 5)] == [text]
    assert [p.text for p in split(text, 3)] == ["Satu dua.", "Tiga empat. Lima."]


def test_a_long_sentence_is_cut_between_words() -> None:
    text = "Awal. Aa bb cc dd ee ff gg hh. Akhir kata."
    passages = split(text, 3)
    assert [p.text for p in passages] == ["Awal. Aa bb", "cc dd", "ee ff", "gg hh.", "Akhir kata."]
    assert_sound(text, passages)


def test_a_single_word_over_the_limit_stays_whole() -> None:
    # a counter of characters: no place to cut stands inside a word
    article = Article(id="a", text="Ya. " + "k" * 30 + " ya.", path="a.txt")
    passages = split_passages(article, lambda texts: [len(text) for text in texts], 10)
    assert [p.text for p in passages] == ["Ya.", "k" * 30, "ya."]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_no_text_no_passage(text: str) -> None:
    assert split(text, 10) == []


def test_a_counter_that_sees_nothing_still_loses_nothing() -> None:
    article = Article(id="a", text="!!!\n???\nWarga.", path="a.txt")
    passages = split_passages(article, lambda texts: [0] * len(texts), 2)
    assert_sound(article.text, passages)
    assert [p.text for p in passages] == ["!!!\n???", "Warga."]  # each counts as one


def test_default_limit() -> None:
    text = " ".join(["Warga desa memanen kopi."] * 40)  # 160 words
    assert MAX_PASSAGE_TOKENS == 128
    assert [count_tokens([p.text]) for p in split_passages(Article("a", text, "a"), count_tokens)] == [[128], [32]]


def test_any_text_is_covered_once_within_the_limit() -> None:
    chance = random.Random(7)
    pieces = ["Warga", "dr.", "1.500", "“ya”", "S.H.", "🙂", "?", ".", "!", "…", "\n", "\n\n", "  ", " ", "Pasar.", "é"]
    for _ in range(300):
        text = "".join(chance.choice(pieces) + chance.choice(["", " "]) for _ in range(chance.randrange(60)))
        limit = chance.randrange(1, 9)
        passages = split(text, limit)
        assert_sound(text, passages)
        assert all(count_tokens([p.text])[0] <= limit for p in passages)
