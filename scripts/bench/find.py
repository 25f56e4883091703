"""How long exact search takes on a made archive, what its index weighs, and how long that takes to make.

    python scripts/bench/find.py [--passages 15000] [--each 20]

An article has four passages and 300 words, as news of the evaluation has; the words are made of syllables, as frequent
as words are (Zipf). One or two people are quoted in each, out of as many as there are articles. Queries are drawn from
the texts, so that they find something. A time is that of the query with its counts, facets, and the snippets of the
first page.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.articles import Article
from index.storage.full_text import FullText
from index.storage.repository import Store
from index.storage.speakers import Quoted, Speakers
from rag.retrieval.full_text import Finder

_PASSAGES, _WORDS = 4, 300  # of an article
_VOCABULARY = 40_000
_SYLLABLES = [consonant + vowel for consonant in "bcdgjklmnprst" for vowel in "aeiou"]
_OUTLETS = ["Warta Kota", "Suara Desa", "Kabar Pagi", "Harian Laut"]
_TABLES = ("full_text_data", "full_text_idx", "numbered", "forms", "forms_by_stem")


def main() -> None:
    """Print what was made, then a row for each kind of query."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=15_000)
    parser.add_argument("--each", type=int, default=20, help="queries of each kind")
    options = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "arsip.sqlite3", create=True) as store:
        texts = made_texts(max(1, options.passages // _PASSAGES), chance)
        for number, text in enumerate(texts):
            article = Article(
                id=f"{number:06}",
                title=" ".join(text.split()[:6]),
                text=text,
                path=f"/{number}.{chance.choice(['pdf', 'html', 'txt'])}",
                date=f"{chance.randint(2015, 2023)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                publisher=chance.choice(_OUTLETS),
            )
            store.put_article(article, [], np.empty((0, 1), dtype=np.float32), [], embedder="tanpa", pipeline=1)
        print(f"{len(texts)} articles stored", flush=True)
        clock, processor = time.perf_counter(), time.process_time()
        FullText(store).refresh()
        took = time.perf_counter() - clock, time.process_time() - processor
        Speakers(store, quoted_by(len(texts))).refresh()
        marks = ", ".join("?" * len(_TABLES))
        size = store.database.rows(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({marks})", _TABLES)[0][0]
        characters = sum(map(len, texts))
        print(f"{len(texts)} articles, {characters / 1e6:.1f} million characters")
        print(f"index: {took[0]:.1f} s by the clock, {took[1]:.1f} s of processor; {size / 1e6:.1f} MB,")
        print(f"  {size / characters:.2f} bytes for each character of the texts")
        every: list[float] = []
        finder = Finder(store)
        clock = time.perf_counter()
        finder.find("kata")
        print(f"the first query of a process: {1000 * (time.perf_counter() - clock):.1f} ms by the clock")
        print("kind             median ms  p95 ms  CPU median ms  articles (median)")
        for kind, make in kinds(texts, chance).items():
            rows = [measured(finder, make()) for _ in range(options.each)]
            wall, cpu, found = zip(*rows, strict=True)
            every += cpu
            print(
                f"{kind:15}  {np.median(wall):9.1f}  {np.percentile(wall, 95):6.1f}  {np.median(cpu):13.1f}  "
                f"{np.median(found):17.0f}",
                flush=True,
            )
        print(f"all, CPU: median {np.median(every):.1f} ms, 95th percentile {np.percentile(every, 95):.1f} ms")


def measured(finder: Finder, query: str) -> tuple[float, float, int]:
    """Return milliseconds by the clock and of the processor for one query, and how many articles it found."""
    clock, processor = time.perf_counter(), time.process_time()
    found = finder.find(query)
    found.facets()
    for match in found.page(1):
        found.detail(match)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor), found.articles


def quoted_by(people: int) -> Callable[[str], list[Quoted]]:
    """Return what tells who is quoted in a text: somebody, and in every second one somebody else."""
    chance = random.Random(3)

    def read(text: str) -> list[Quoted]:
        numbers = chance.sample(range(people), min(people, chance.randint(1, 2)))
        return [Quoted(f"Narasumber Ke{number}") for number in numbers]

    return read


def made_texts(count: int, chance: random.Random) -> list[str]:
    """Return texts of made words, a sentence of 15 after the other."""
    made: dict[str, None] = {}
    while len(made) < _VOCABULARY:
        made["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))] = None
    vocabulary = list(made)
    weights = list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))
    texts = []
    for _ in range(count):
        words = chance.choices(vocabulary, cum_weights=weights, k=_WORDS)
        sentences = [" ".join(words[at : at + 15]).capitalize() for at in range(0, _WORDS, 15)]
        texts.append(". ".join(sentences) + ".")
    return texts


def kinds(texts: list[str], chance: random.Random) -> dict[str, Callable[[], str]]:
    """Return kind → what draws a query of it."""

    def words(count: int) -> list[str]:
        drawn = chance.choice(texts).lower().replace(".", "").split()
        at = chance.randrange(len(drawn) - count)
        return drawn[at : at + count]

    name = quoted_by(len(texts))
    return {
        "word": lambda: words(1)[0],
        "rare word": lambda: min(words(12), key=lambda word: sum(word in text for text in texts[:50])),
        "two words": lambda: " ".join(words(2)),
        "either": lambda: " ATAU ".join(words(3)),
        "not": lambda: " TIDAK ".join(words(2)),
        "phrase": lambda: f'"{" ".join(words(3))}"',
        "near": lambda: f'"{" ".join(words(4)[::3])}"~5',
        "beginning": lambda: f"{words(1)[0][:4]}*",
        "slip": lambda: f"{words(1)[0]}~",
        "word and fields": lambda: f"{words(1)[0]} media:warta tanggal:2018..2020 jenis:pdf",
        "speaker": lambda: f'pembicara:"{name("")[0].name}"',
        "word of a name": lambda: f"pembicara:{name('')[0].name.split()[1]}",
        "the commonest": lambda: max(words(40), key=lambda word: texts[0].lower().split().count(word)),
    }


if __name__ == "__main__":
    main()
