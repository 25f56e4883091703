from index.text.polarity import OPPOSITES, contradicts


def test_opposites_go_both_ways() -> None:
    assert all(word in OPPOSITES[other] for word, others in OPPOSITES.items() for other in others)


def test_a_word_that_stands_there_is_not_turned_round() -> None:
    assert contradicts("Siapa presiden pertama?", "Presiden terakhir dan presiden pertama.") == []
    assert contradicts("Siapa presiden pertama?", "Presiden terakhir wafat.") == ["pertama"]
    assert contradicts("Siapa presiden?", "Presiden terakhir wafat.") == []
