from index.articles import Article
from index.passages import Passage
from index.storage.filters import Filters
from rag.retrieval.deduplication import at_first, contained, without_copies

FIRST = "Bupati meresmikan pasar baru di desa itu. Pasar menampung 120 pedagang dari enam desa. Sewa kios gratis."
WIRE = "SUKAMAJU — Bupati meresmikan pasar baru di desa itu. Pasar menampung 120 pedagang dari enam desa."


def article(id: str, date: str | None = None, publisher: str | None = None) -> Article:
    return Article(id=id, text="", path=f"/{id}", date=date, publisher=publisher)


def whole(id: str, text: str) -> Passage:
    return Passage(id, 0, 0, len(text), text)


A, B = article("a", "2021-03-01", "Warta"), article("b", "2021-03-02", "Kabar")
STORY = [A, B]
STORIES = {"a": STORY, "b": STORY}


def test_a_passage_that_a_better_one_of_another_copy_holds_is_left_out() -> None:
    found = {1: (whole("b", WIRE), B), 2: (whole("a", FIRST.rsplit(" ", 3)[0]), A), 3: (whole("c", WIRE), article("c"))}
    assert without_copies([1, 2, 3], found, STORIES) == [1, 3]  # c is no copy by the archive's own finding
    assert without_copies([2, 1, 3], found, STORIES) == [2, 3]


def test_copies_without_any_date_may_all_stay() -> None:
    undated = [article("a"), article("b")]
    found = {1: (whole("a", FIRST), undated[0]), 2: (whole("b", FIRST), undated[1])}
    assert without_copies([1, 2], found, {"a": undated, "b": undated}) == [1]
    assert without_copies([1, 2], found, {"a": undated, "b": undated}, keep_undated=True) == [1, 2]
    half = [undated[0], article("b", "2021-03-01")]
    assert without_copies([1, 2], found, {"a": half, "b": half}, keep_undated=True) == [1]


def test_what_only_one_copy_has_stays() -> None:
    own = "Kepala pasar menambahkan bahwa parkir diperluas bulan depan."
    found = {1: (whole("a", FIRST), A), 2: (Passage("b", 1, 0, len(own), own), B)}
    assert without_copies([1, 2], found, STORIES) == [1, 2]


def test_two_passages_of_one_article_are_never_each_others_copies() -> None:
    found = {1: (whole("a", FIRST), A), 2: (Passage("a", 1, 0, len(FIRST), FIRST), A)}
    assert without_copies([1, 2], found, STORIES) == [1, 2]


def test_a_passage_is_shown_where_it_stood_first_word_for_word() -> None:
    passage, shown = at_first(whole("b", WIRE), B, STORY, {"a": FIRST}.__getitem__, Filters().accepts)
    assert shown == A
    assert passage.text == "Bupati meresmikan pasar baru di desa itu. Pasar menampung 120 pedagang dari enam desa."
    assert passage.text == FIRST[passage.start : passage.end]
    assert passage.article_id == "a"


def test_it_stays_where_it_is_without_a_date_or_outside_the_filters_or_where_the_first_lacks_it() -> None:
    stays = (whole("b", WIRE), B)
    text_of = {"a": FIRST, "z": FIRST}.__getitem__
    undated = article("z")
    assert at_first(*stays, [B, undated], text_of, Filters().accepts) == stays
    assert at_first(*stays, STORY, text_of, Filters(publisher="Kabar").accepts) == stays
    assert at_first(*stays, STORY, {"a": "Harga beras naik tajam."}.__getitem__, Filters().accepts) == stays
    assert at_first(whole("a", FIRST), A, STORY, text_of, Filters().accepts) == (whole("a", FIRST), A)


def test_contained_by_hand() -> None:
    # four triples of five words and one more; three of them stand in the other
    assert contained("satu dua tiga empat lima enam", "satu dua tiga empat lima") == 3 / 4
    assert contained("Ya.", "Ya.") == 1.0
