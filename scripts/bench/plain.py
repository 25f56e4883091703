"""How long is the wait beside that of a plain assembly, and is the model's own speed kept? They take turns.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/plain.py /tmp/facqa .../facqa/valid.jsonl [--sample 40] [--generate 10]

Waiting: from the question to the first piece of the answer, ours against three whole passages of the same search in a
plain prompt, given to a bare llama-cpp-python model that keeps nothing from one prompt to the next. Generation: tokens
per second after the first token, our stream against the bare model's own loop, greedy, on one and the same prompt. Each
goes first at every other question. Questions that we answer without the model are counted, and left out of the waiting.
Exit 1 where a bar is missed.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.answering.answer import Token
from rag.answering.pipeline import Assistant
from rag.evaluation.figures import percentile
from rag.evaluation.gold import read_gold, sample
from rag.evaluation.kinds import KINDS
from rag.generation.chat_template import Message
from rag.generation.prompts import copy_prompt
from rag.generation.protocol import CONTEXT_TOKENS, ChatModel
from rag.models.registry import locate_llm
from rag.query.query import Query
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.settings import Settings, go_offline

PASSAGES = 3
MEDIAN_BAR, P95_BAR, SPEED_BAR = 0.5, 0.9, 0.9
GENERATED_TOKENS = 100
_SYSTEM = (
    "Jawab pertanyaan berdasarkan kutipan berikut, dengan menyebut nomor kutipannya. Jika tidak ada, katakan begitu."
)
_SUMMARY = "Tulis ulang seluruh isi kutipan itu dengan kalimat lengkap."


class BareModel:
    """The same weights in llama-cpp-python as it comes: its own chat template, its own loop, nothing of ours."""

    def __init__(self, path: Path, threads: int) -> None:
        import llama_cpp
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        self._llama = llama_cpp.Llama(
            str(path), n_ctx=CONTEXT_TOKENS, n_threads=threads, n_threads_batch=threads, seed=0, verbose=False
        )
        self._format = Jinja2ChatFormatter(
            template=self._llama.metadata["tokenizer.chat_template"], eos_token="", bos_token=""
        )

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """Return a text's tokens."""
        return list(self._llama.tokenize(text.encode("utf-8"), add_bos=False, special=special))

    def generate(self, messages: Sequence[Message], max_tokens: int) -> Iterator[int]:
        """Yield the answer's tokens; the whole prompt is computed anew."""
        self._llama.reset()  # forgets the last prompt, so nothing of it is taken over
        prompt = self.tokens(self._format(messages=list(messages)).prompt, special=True)
        for count, token in enumerate(self._llama.generate(prompt, temp=0.0, repeat_penalty=1.0), start=1):
            if token == self._llama.token_eos():
                return
            yield token
            if count == max_tokens:
                return


@dataclass
class Measured:
    """Seconds and speeds of both sides, in the order of the questions."""

    ours_s: list[float] = field(default_factory=list)
    plain_s: list[float] = field(default_factory=list)
    ours_speed: list[float] = field(default_factory=list)
    bare_speed: list[float] = field(default_factory=list)
    unasked: int = 0


def our_wait(assistant: Assistant, question: str) -> float | None:
    """Return the seconds until the model's first piece; None where it is not asked. The answer is let end."""
    began, waited = time.perf_counter(), None
    for event in assistant.stream(question):
        if isinstance(event, Token) and waited is None:
            waited = time.perf_counter() - began
    return waited


def plain_wait(retriever: Retriever, bare: Any, question: str) -> float:
    """Return the seconds until the first token of the plain assembly."""
    began = time.perf_counter()
    messages = plain_messages(question, [item.passage.text for item in retriever.search(Query(question), PASSAGES)])
    next(bare.generate(messages, 1), None)
    return time.perf_counter() - began


def plain_messages(question: str, passages: Sequence[str]) -> list[Message]:
    """Return the plain prompt: whole passages, numbered, then the question."""
    quoted = "\n\n".join(f"[{number}] {text}" for number, text in enumerate(passages, start=1))
    return [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": f"{quoted}\n\nPertanyaan: {question}"}]


def our_speed(model: ChatModel, bare: Any, messages: Sequence[Message]) -> float | None:
    """Return our tokens per second after the first piece; None for an answer too short to tell.

    Pieces may hold several tokens: what came is counted by its text, with the bare model's tokens.
    """
    first, last, pieces = 0.0, 0.0, []
    for piece in model.stream(messages, GENERATED_TOKENS):
        last = time.perf_counter()
        first = first or last
        pieces.append(piece)
    later = len(bare.tokens("".join(pieces))) - len(bare.tokens(pieces[0])) if pieces else 0
    return later / (last - first) if later >= GENERATED_TOKENS // 4 and last > first else None


def bare_speed(bare: Any, messages: Sequence[Message]) -> float | None:
    """Return the bare loop's tokens per second after the first token."""
    times = [time.perf_counter() for _ in bare.generate(messages, GENERATED_TOKENS)]
    later = len(times) - 1
    return later / (times[-1] - times[0]) if later >= GENERATED_TOKENS // 4 and times[-1] > times[0] else None


def measure(
    questions: Sequence[str],
    generated: int,
    retriever: Retriever,
    assistant: Assistant,
    model: ChatModel,
    bare: Any,
    tell: Callable[[str], None] = lambda line: None,
) -> Measured:
    """Ask every question of both, in turn; have both write at length on the passages of the first ``generated``."""
    found = Measured()
    for number, question in enumerate(questions):
        ours: float | None = None
        plain = 0.0
        for side in ("ours", "plain") if number % 2 else ("plain", "ours"):
            if side == "ours":
                ours = our_wait(assistant, question)
            else:
                plain = plain_wait(retriever, bare, question)
        if ours is None:
            found.unasked += 1
        else:
            found.ours_s.append(ours)
            found.plain_s.append(plain)
        if number < generated:
            messages = plain_messages(
                _SUMMARY, [item.passage.text for item in retriever.search(Query(question), PASSAGES)]
            )
            speeds: dict[str, float | None] = {}
            for side in ("ours", "bare") if number % 2 else ("bare", "ours"):
                speeds[side] = bare_speed(bare, messages) if side == "bare" else our_speed(model, bare, messages)
            if (own := speeds["ours"]) and (other := speeds["bare"]):
                found.ours_speed.append(own)
                found.bare_speed.append(other)
        tell(f"{number + 1} of {len(questions)}")
    return found


def report(found: Measured) -> tuple[str, bool]:
    """Return the table, and whether every bar is met."""
    lines, met = [f"{len(found.ours_s)} questions; {found.unasked} more were answered without the model"], True
    if found.ours_s:
        medians = [statistics.median(values) for values in (found.ours_s, found.plain_s)]
        late = [percentile(sorted(values), 0.95) for values in (found.ours_s, found.plain_s)]
        lines.append(f"{'':28}{'ours':>9}{'plain':>9}{'ratio':>8}{'bar':>8}")
        for name, (ours, plain), bar in (("median", medians, MEDIAN_BAR), ("p95", late, P95_BAR)):
            lines.append(f"first token, {name:15}{ours:8.2f}s{plain:8.2f}s{ours / plain:8.3f}{f'≤ {bar}':>8}")
            met &= ours / plain <= bar
        pairs = sorted(ours / plain for ours, plain in zip(found.ours_s, found.plain_s, strict=True))
        lines.append(
            f"ratio question by question: median {statistics.median(pairs):.3f}, p95 {percentile(pairs, 0.95):.3f}"
        )
    if found.ours_speed:
        ours, bare = statistics.median(found.ours_speed), statistics.median(found.bare_speed)
        lines.append(f"generation, tokens/s{'':8}{ours:9.1f}{bare:9.1f}{ours / bare:8.3f}{f'≥ {SPEED_BAR}':>8}")
        met &= ours / bare >= SPEED_BAR
    return "\n".join(lines), met


def main() -> int:
    """Load both, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--sample", type=int, help="this many questions, always the same")
    parser.add_argument(
        "--generate", type=int, default=10, help="on the passages of how many questions to write at length"
    )
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    gold = sample(read_gold(options.gold, KINDS["ask"].check, KINDS["ask"].counts), options.sample, 0)
    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        model = loading.open_llm(settings)
        bare = BareModel(locate_llm(settings).path, settings.threads)
        assistant = Assistant(retriever, model)
        model.warm(copy_prompt("", ()))  # read when the clock starts, as when the page opens
        questions = [str(row["question"]) for row in gold.rows]
        found = measure(
            questions, options.generate, retriever, assistant, model, bare, lambda line: print(line, file=sys.stderr)
        )
    table, met = report(found)
    print(json.dumps({"ours_s": found.ours_s, "plain_s": found.plain_s}), file=sys.stderr)
    print(table)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
