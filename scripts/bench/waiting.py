"""How long is the wait? Evidence, first word, and a second question on the same passages.

    tanya index .../articles --data /tmp/five
    python scripts/bench/waiting.py /tmp/five .../questions.jsonl [--runs 3]

Prints medians. Beside each question a second one is asked on the same passages; the share its first word takes of the
first one's is what the key-value cache saves. Prompt speed is that of uncached prompts, in tokens per second.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

from index.filters import Filters
from rag import assembly
from rag.answer import SOURCES
from rag.llm import LlamaChat
from rag.prompt import MAX_ANSWER_TOKENS, Prompt, build_prompt, constant_messages
from rag.retrieve import Retriever
from rag.settings import Settings, go_offline

SECOND_QUESTION = "Siapa yang disebut dalam berita ini?"


def first_word_s(model: LlamaChat, prompt: Prompt) -> float:
    """Return the seconds until the first piece of the answer."""
    began = time.monotonic()
    stream = model.stream(prompt.messages, MAX_ANSWER_TOKENS)
    next(stream)
    waited = time.monotonic() - began
    for _ in stream:
        pass
    return waited


def main() -> None:
    """Ask every question, and a second one on what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    questions = [json.loads(line)["question"] for line in options.questions.read_text("utf-8").splitlines()]
    evidence, first, second, share, speed = [], [], [], [], []
    with assembly.open_store(settings) as store:
        retriever = Retriever(store, assembly.open_embedder(settings))
        retriever.warm()
        model = assembly.open_llm(settings)
        model.warm(constant_messages())
        constant = len(model.encode(constant_messages()))
        for _ in range(options.runs):
            for question in questions:
                began = time.monotonic()
                found = retriever.search(question, SOURCES, Filters())
                evidence.append(time.monotonic() - began)
                prompt = build_prompt(question, found, model)
                first.append(first_word_s(model, prompt))
                speed.append((len(model.encode(prompt.messages)) - constant) / first[-1])
                again = build_prompt(SECOND_QUESTION, found, model)
                second.append(first_word_s(model, again))
                share.append(second[-1] / first[-1])
                model.warm(constant_messages())  # so that no question profits from the one before it
    print(f"{len(questions)} questions, {options.runs} runs, {constant} constant tokens")
    for name, values in (("evidence", evidence), ("first word", first), ("second question", second)):
        ordered = sorted(values)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        print(f"{name:16} median {statistics.median(values) * 1000:7.0f} ms   p95 {p95 * 1000:7.0f} ms")
    print(f"second / first   median {statistics.median(share):7.3f}")
    print(f"prompt speed     median {statistics.median(speed):7.0f} tokens/s")


if __name__ == "__main__":
    main()
