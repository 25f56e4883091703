from concurrent.futures import ThreadPoolExecutor

import pytest

from index.text.analysis import index_stems, query_stems, query_terms, stem, tokens, topic_stems


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("melayani", "layan"),
        ("pelayanan", "layan"),
        ("dilayani", "layan"),
        ("bukunya", "buku"),
        ("desa", "desa"),
        ("2023", "2023"),
    ],
)
def test_stem(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_stems_are_the_same_in_every_thread() -> None:
    words = ["melayani", "pelayanan", "bukunya", "pembangunan"] * 50
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(stem, words)) == [stem(word) for word in words]


def test_tokens_fold_case_and_compatibility_characters() -> None:
    assert tokens("Rp1,5 TRILIUN – “ﬁlm” ５.0, Café!") == ["rp1", "5", "triliun", "film", "5", "0", "cafe"]
    assert tokens(" … ") == []


def test_index_stems_keep_order_and_repeats_and_drop_function_words() -> None:
    assert index_stems("Pelayanan yang melayani rakyat dan desa, bukan desa itu.") == [
        "layan",
        "layan",
        "rakyat",
        "desa",
        "desa",
    ]


def test_a_question_word_is_indexed_but_not_looked_for() -> None:
    assert "apa" in index_stems("apa kata warga")
    assert query_stems("Apa kata warga?") == [stem("kata"), "warga"]


def test_query_stems_each_once_in_order() -> None:
    assert query_stems("Siapakah yang melayani rakyat, pelayanan rakyat desa?") == ["layan", "rakyat", "desa"]


def test_a_question_of_function_words_keeps_them() -> None:
    assert query_stems("Apa itu?") == [stem("apa"), stem("itu")]
    assert query_stems("?!") == []


def test_topic_leaves_out_the_kind_of_answer_unless_nothing_is_left() -> None:
    assert topic_stems("Apa kepanjangan dan arti IKI?") == ["iki"]
    assert topic_stems("Apa artinya?") == query_stems("Apa artinya?") != []


def test_query_terms_add_each_two_neighbours_as_a_phrase() -> None:
    assert query_terms("Siapakah yang melayani rakyat kecil?") == [
        "layan",
        "rakyat",
        "kecil",
        "layan rakyat",
        "rakyat kecil",
    ]
    assert query_terms("rakyat") == ["rakyat"]
    assert query_terms("") == []
