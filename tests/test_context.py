from index.articles import Article
from index.passages import Passage
from rag.context import choose_sentences
from rag.retrieve import Retrieved


def found(article: str, text: str, score: float) -> Retrieved:
    return Retrieved(
        Passage(article, 0, 0, len(text), text), Article(article, "", "a.txt", sha256="x"), score, 1.0, 1.0
    )


def words(text: str) -> int:
    return len(text.split())


MARKET = found("a", "Cuaca cerah. Pasar ikan menampung 40 pedagang. Kios dicat biru.", 0.9)
HARBOUR = found("b", "Pelabuhan ramai sekali. Pasar ikan dekat pelabuhan.", 0.5)
WEIGHTS = {"pasar": 1.0, "ikan": 1.0, "dagang": 1.0}
QUESTION = "Berapa pedagang di pasar ikan?"


def test_the_sentence_that_answers_comes_first() -> None:
    (piece,) = choose_sentences(QUESTION, [MARKET, HARBOUR], WEIGHTS, words, budget_tokens=10)
    assert piece.text == "Pasar ikan menampung 40 pedagang."
    assert MARKET.passage.text[piece.start : piece.end] == piece.text


def test_more_budget_brings_more_and_joins_neighbours() -> None:
    pieces = choose_sentences(QUESTION, [MARKET, HARBOUR], WEIGHTS, words, budget_tokens=1000)
    assert [(piece.source, piece.text) for piece in pieces] == [
        (0, MARKET.passage.text), (1, HARBOUR.passage.text),
    ]  # fmt: skip


def test_the_best_sentence_is_taken_over_budget() -> None:
    assert len(choose_sentences(QUESTION, [MARKET], WEIGHTS, words, budget_tokens=1)) == 1


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    item = found("a", "Bupati Klaten datang. Ia membuka pasar ikan. Cuaca cerah sekali pagi tadi di sana.", 0.9)
    (piece,) = choose_sentences("Siapa membuka pasar ikan?", [item], {"buka": 1.0, "pasar": 1.0}, words, 20)
    assert piece.text == "Bupati Klaten datang. Ia membuka pasar ikan."


def test_nothing_found_nothing_read() -> None:
    assert choose_sentences(QUESTION, [], WEIGHTS, words, 100) == []
    assert choose_sentences(QUESTION, [found("a", "", 0.9)], WEIGHTS, words, 100) == []
