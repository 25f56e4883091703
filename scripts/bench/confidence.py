"""Fits the weights of confidence on questions made here, some without an answer. Prints weights, threshold, curve.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/confidence.py /tmp/facqa .../facqa/train.jsonl --out made.jsonl [--sample 60]

Each training question is asked as it is, and then spoilt in up to three ways against the same evidence: a name
exchanged for one of another question, a negation, an opposite, an adjective of no place there, another number, or
another relation of a name in the evidence. Every third is also asked with the passages that hold its answer taken away.
A question counts as answered when the words said share enough with the gold answer. What the model said is kept in
``--out`` and used again, so that signs can be changed without asking anew. Cross-validated by question.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.words import QUESTION_WORDS, STOP_WORDS, topic_stems
from rag import assembly
from rag.confidence import SIGNS, signs
from rag.context import choose_sentences
from rag.copied import locate
from rag.llm import LlamaChat, Trace
from rag.metrics import contains, token_f1
from rag.negation import OPPOSITES
from rag.prompt import MAX_COPIED_TOKENS, NOT_FOUND, copy_prompt
from rag.question import answer_form
from rag.retrieve import Retrieved, Retriever
from rag.settings import Settings, go_offline

EVIDENCE_TOKENS = 130
SPOILT = 3
MIN_SHARED = 0.3  # token F1 with the gold answer from which an answer counts as right
_NAME = re.compile(r"\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
_ADJECTIVES = ("palsu", "terburuk", "termahal", "bawah tanah", "gagal", "ilegal", "pertama", "terakhir", "anak-anak")
_RELATIONS = (
    "Kapan {} lahir?", "Siapa pendiri {}?", "Berapa luas {}?", "Di mana {} meninggal?", "Apa arti nama {}?",
    "Siapa ayah {}?", "Berapa anggaran {}?", "Kapan {} dibubarkan?", "Siapa pemilik {}?", "Mengapa {} dikritik?",
)  # fmt: skip
Row = dict[str, Any]
Floats = NDArray[np.float64]


def spoilt(question: str, evidence: str, names: Sequence[str], lot: random.Random) -> Iterator[tuple[str, str]]:
    """Yield kind and text of questions that the evidence most likely does not answer."""
    own = _names(question)
    others = [name for name in names if name not in question]
    if own and others:
        yield "name", question.replace(lot.choice(own), lot.choice(others))
    for form in (r"\b(yang) (?!tidak)(\w+)", r"()\b((?:me|di|ber|ter)\w{4,})\b"):
        if verbs := list(re.finditer(form, question)):
            verb = lot.choice(verbs)
            lead = f"{verb[1]} " if verb[1] else ""
            yield "negation", f"{question[: verb.start()]}{lead}tidak {verb[2]}{question[verb.end() :]}"
            break
    if turned := [word for word in re.findall(r"\w+", question) if word in OPPOSITES]:
        word = lot.choice(turned)
        yield "opposite", re.sub(rf"\b{word}\b", sorted(OPPOSITES[word])[0], question, count=1)
    plain = [m for m in re.finditer(r"\b[a-z]{4,}\b", question) if m[0] not in QUESTION_WORDS | STOP_WORDS]
    if plain:
        at = lot.choice(plain).end()
        yield "adjective", f"{question[:at]} {lot.choice(_ADJECTIVES)}{question[at:]}"
    if digits := list(re.finditer(r"\d+", question)):
        number = lot.choice(digits)
        changed = str(int(number[0]) + lot.choice((1, 2, 3, 7, 10)))
        yield "number", question[: number.start()] + changed + question[number.end() :]
    if inside := [name for name in _names(evidence) if len(name) > 4]:
        yield "relation", lot.choice(_RELATIONS).format(lot.choice(inside))


def _names(text: str) -> list[str]:
    return [m[0] for m in _NAME.finditer(text) if m.start() and m[0].lower() not in QUESTION_WORDS]


def asked(gold: Sequence[Row], retriever: Retriever, model: LlamaChat) -> Iterator[Row]:
    """Yield every question with its signs, 1 for "right" where the archive answers it and the model said so."""
    lot = random.Random(11)
    names = [name for row in gold for name in _names(row["question"])]
    for number, row in enumerate(gold):
        question = row["question"]
        found = retriever.search(question, 4)
        text = " ".join(item.passage.text for item in found)
        said, found_signs = said_of(question, found, question, retriever, model)
        right = any(contains(said, a) or token_f1(said, a) >= MIN_SHARED for a in row["answers"])
        yield {"group": number, "kind": "answerable", "question": question, "right": right, "signs": found_signs}
        made = list(spoilt(question, text, names, lot))
        lot.shuffle(made)
        for kind, other in made[:SPOILT]:
            _, found_signs = said_of(other, found, question, retriever, model)
            yield {"group": number, "kind": kind, "question": other, "right": False, "signs": found_signs}
        without = [item for item in found if not any(contains(item.passage.text, a) for a in row["answers"])]
        if number % 3 == 0 and without:
            _, found_signs = said_of(question, without, question, retriever, model)
            yield {"group": number, "kind": "taken away", "question": question, "right": False, "signs": found_signs}


def said_of(
    question: str, found: Sequence[Retrieved], chosen_for: str, retriever: Retriever, model: LlamaChat
) -> tuple[str, list[float]]:
    """Return what the model copies for a question, and the signs; the evidence is chosen for ``chosen_for``."""
    own = retriever.stem_weights(topic_stems(chosen_for))
    weights = retriever.stem_weights(topic_stems(question))
    pieces = choose_sentences(chosen_for, found, own, model.count_tokens, EVIDENCE_TOKENS)
    trace = Trace(refusal_text=NOT_FOUND)
    texts = [piece.text for piece in pieces]
    form = answer_form(question)
    stream = model.stream(
        copy_prompt(question, pieces), MAX_COPIED_TOKENS, copy_from=texts, must_hold=form, trace=trace
    )
    said = "".join(stream)
    places = locate(said, pieces, weights)
    source = pieces[places[0].piece].source if places else 0
    beside = " ".join(piece.text for piece in pieces if piece.source == source)
    similar = retriever.similarity(question, found[source])
    return said, list(astuple(signs(question, said, beside, retriever.context(found[source]), similar, weights, trace)))


def fit(signs_: Floats, right: Floats, l2: float = 0.02, steps: int = 3000) -> tuple[float, Floats]:
    """Return constant and weights of a logistic regression, ``(n, d)`` signs and ``(n,)`` outcomes."""
    mean, spread = signs_.mean(0), signs_.std(0) + 1e-6
    scaled = np.column_stack([np.ones(len(signs_)), (signs_ - mean) / spread])
    weights = np.zeros(scaled.shape[1])
    for _ in range(steps):
        off = 1 / (1 + np.exp(-scaled @ weights)) - right
        weights -= 0.5 * (scaled.T @ off / len(right) + l2 * np.r_[0.0, weights[1:]])
    real = weights[1:] / spread
    return float(weights[0] - (real * mean).sum()), real


def main() -> None:
    """Ask what is not yet asked, then fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=60)
    options = parser.parse_args()
    if not options.out.exists():
        go_offline()
        settings = Settings.load(data=str(options.data))
        gold = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
        gold = random.Random(5).sample(gold, options.sample)
        with assembly.open_store(settings) as store, options.out.open("w", encoding="utf-8") as out:
            retriever = Retriever(store, assembly.open_embedder(settings))
            for row in asked(gold, retriever, assembly.open_llm(settings)):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                out.flush()
    rows = [json.loads(line) for line in options.out.read_text("utf-8").splitlines()]
    values, right = np.array([row["signs"] for row in rows]), np.array([float(row["right"]) for row in rows])
    groups = np.array([row["group"] for row in rows])
    held = np.zeros(len(rows))
    for fold in range(5):
        other = groups % 5 != fold
        constant, weights = fit(values[other], right[other])
        held[~other] = 1 / (1 + np.exp(-(constant + values[~other] @ weights)))
    constant, weights = fit(values, right)
    print(f"{len(rows)} questions, {int(right.sum())} answered rightly\nconstant {constant:.3f}")
    for name, weight in zip(SIGNS, weights, strict=True):
        print(f"  {name:12} {weight:8.3f}")
    none = np.array([row["kind"] != "answerable" for row in rows])
    print("\nright kept  threshold  turned away of those without an answer (cross-validated)")
    for kept in (0.97, 0.95, 0.93, 0.9, 0.85):
        threshold = float(np.quantile(held[right == 1], 1 - kept))
        print(f"{kept:10.2f}  {threshold:9.3f}  {float((held[none] < threshold).mean()):.3f}")


if __name__ == "__main__":
    main()
