from rag.answering.grounding import proof_span
from rag.retrieval.bm25 import coverage


def test_coverage_weighs_rare_words() -> None:
    weights = {"harga": 1.0, "beras": 3.0}
    assert coverage(["harga", "beras"], "Harga naik.", weights) == 0.25
    assert coverage(["harga", "beras"], "Harga beras naik.", weights) == 1.0
    assert coverage([], "Harga", {}) == 0.0


def test_proof_is_the_sentence_that_says_it() -> None:
    passage = "Pasar itu ramai. Pasar itu menampung 40 pedagang. Buka pukul 05.00."
    start, end = proof_span(passage, "40 pedagang.")
    assert passage[start:end] == "Pasar itu menampung 40 pedagang."
