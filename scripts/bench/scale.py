"""How the embedded engine grows: makes an archive of N passages and measures what a reader waits for, without models.

    python scripts/bench/scale.py make FOLDER --passages 1000000
    python scripts/bench/scale.py measure FOLDER [--each 40]
    python scripts/bench/scale.py recall FOLDER

The words are made of syllables, as frequent as words are (Zipf), a third of them of the article's own subject; dates
run over twelve years, twenty outlets share the articles. Vectors lie in clusters with a common direction, as those of
e5 do. The embedder is a stub that costs nothing, there is no reader model and no language model: what is measured is
the store, the vectors and the order alone. "Cold" is a new process whose files the system has been told to forget.
``recall`` compares, on any archive, what the coded search finds with the exact one, the vectors of 200 of its passages
being the questions.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.articles import Article
from index.passages import Passage
from index.pipeline.editor import Desk
from index.storage import vectors
from index.storage.filters import Filters
from index.storage.full_text import FullText
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from index.storage.story_groups import Stories
from index.storage.vector_cache import PassageVectors
from index.storage.vectors import Vectors
from index.text.analysis import STOP_WORDS, stem
from rag.query.query import Query
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand

FILE = "arsip.sqlite3"
PASSAGES, WORDS = 4, 60  # of an article, of a passage: the news of the evaluation has 59.8 stems a passage
VOCABULARY, SUBJECTS, SUBJECT_WORDS = 200_000, 2_000, 150
DIMENSIONS = 384
YEARS = (2012, 2023)
FIRST_RANKS = 20  # flattens the top of the distribution: the most frequent stem stands in a third of the passages
SYLLABLES = [consonant + vowel for consonant in "bcdfgjklmnprst" for vowel in "aeiou"]
OUTLETS = [f"{kind} {place}" for kind in ("Warta", "Kabar", "Suara", "Harian") for place in ("Lor", "Kidul", "Wetan",
           "Kulon", "Tengah")]  # fmt: skip
CHUNK = 500  # articles a transaction while making
TODAY = date(2024, 1, 15)


class Made:
    """The words, subjects and vectors that an archive is made of; equal for equal seeds."""

    def __init__(self) -> None:
        chance = random.Random(1)
        found: dict[str, None] = {}
        while len(found) < VOCABULARY:
            word = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4, 4))))
            if word not in STOP_WORDS and word == stem(word):
                found[word] = None
        self.words = np.array(list(found))
        weights = 1 / (np.arange(VOCABULARY) + FIRST_RANKS) ** 1.07
        self._weights = np.cumsum(weights / weights.sum())
        numbers = np.random.default_rng(2)
        self._subjects = numbers.integers(200, VOCABULARY, size=(SUBJECTS, SUBJECT_WORDS))
        centres = numbers.normal(size=(SUBJECTS, DIMENSIONS)) + 3 * numbers.normal(size=DIMENSIONS)
        self._centres = (centres / np.linalg.norm(centres, axis=1, keepdims=True)).astype(np.float32)

    def passages(self, subject: int, count: int, numbers: np.random.Generator) -> list[list[str]]:
        """Return the stems of some passages."""
        common = np.searchsorted(self._weights, numbers.random((count, WORDS)))
        own = self._subjects[subject][(SUBJECT_WORDS * numbers.random((count, WORDS)) ** 2).astype(int)]
        ranks = np.where(numbers.random((count, WORDS)) < 1 / 3, own, np.minimum(common, VOCABULARY - 1))
        return [list(map(str, words)) for words in self.words[ranks]]

    def vectors(self, subject: int, count: int, seed: int) -> Vectors:
        """Return ``(count, d)`` unit vectors about a subject's centre."""
        noise = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
        vectors = self._centres[subject] + 0.6 * noise / np.sqrt(DIMENSIONS)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


class StubEmbedder:
    """Vectors by checksum; a word is a token."""

    identity = "tanpa model"
    max_tokens = 512

    def __init__(self, made: Made) -> None:
        self._made = made

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return the number of words of each text."""
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: list[str]) -> Vectors:
        """Return a vector for each text."""
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        """Return a vector near a subject that the text chooses."""
        seed = zlib.crc32(text.encode())
        return np.asarray(self._made.vectors(seed % SUBJECTS, 1, seed)[0])


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "measure", "recall", "open", "read", "change"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=15_000)
    parser.add_argument("--each", type=int, default=40, help="questions of each kind")
    options = parser.parse_args()
    if options.what == "make":
        make(options.folder, options.passages)
    elif options.what == "measure":
        measure(options.folder, options.each)
    elif options.what == "recall":
        recall(options.folder)
    elif options.what == "open":
        opened(options.folder)
    elif options.what == "read":
        read(options.folder, options.each)
    else:
        change(options.folder)


def make(folder: Path, passages: int) -> None:
    """Write an archive, whole as after ``tanya index``."""
    made, began = Made(), time.monotonic()
    with Store(folder / FILE, create=True) as store:
        done = store.counts()[0]
        numbers = np.random.default_rng(3 + done)  # what is there is not made again
        for at in range(done, passages // PASSAGES, CHUNK):
            with store.database.change():
                for number in range(at, min(at + CHUNK, passages // PASSAGES)):
                    put(store, made, number, numbers)
            if at % (10 * CHUNK) == 0:
                print(f"{at} articles, {time.monotonic() - began:.0f} s", flush=True)
        # Quotations, exact search and copies have benches of their own: here they must only be in step, so that a
        # changed article is the only one they take in.
        with store.database.change(bump=False) as connection:
            connection.execute("INSERT INTO spoken (article_id) SELECT id FROM articles WHERE id NOT IN "
                               "(SELECT article_id FROM spoken)")  # fmt: skip
            connection.execute("INSERT INTO numbered (article_id, words) SELECT id, 240 FROM articles WHERE id NOT IN "
                               "(SELECT article_id FROM numbered)")  # fmt: skip
        if hasattr(store, "packed_words"):
            clock = time.monotonic()
            store.packed_words.pack()
            print(f"packed words {time.monotonic() - clock:.0f} s", flush=True)
        clock = time.monotonic()
        Stories(store).refresh() if passages <= 20_000 else _no_copies(store)
        print(f"stories {time.monotonic() - clock:.0f} s", flush=True)
        clock = time.monotonic()
        Retriever(store, StubEmbedder(made)).refresh()
        print(f"vectors {time.monotonic() - clock:.0f} s; all {time.monotonic() - began:.0f} s", flush=True)


def put(store: Store, made: Made, number: int, numbers: np.random.Generator) -> None:
    """Write one article."""
    subject = int(numbers.integers(SUBJECTS))
    first, *stems = made.passages(subject, PASSAGES + 1, numbers)
    title = first[:7]
    lines = [" ".join(words).capitalize() + "." for words in stems]
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    id = f"{number:07}.txt"
    places = [Passage(id, at, starts[at], starts[at] + len(line), line) for at, line in enumerate(lines)]
    article = Article(
        id=id,
        title=" ".join(title).title(),
        text="\n".join(lines),
        path=f"/arsip/{id}",
        date=f"{numbers.integers(*YEARS, endpoint=True)}-{numbers.integers(1, 13):02}-{numbers.integers(1, 29):02}",
        publisher=OUTLETS[int(len(OUTLETS) * numbers.random() ** 1.5)],
    )
    vectors = made.vectors(subject, PASSAGES, number)
    digests = [f"{number:08}{at:08}".encode() for at in range(PASSAGES)]
    named = [" ".join(title + words) for words in stems]
    store.put_article(article, places, vectors, named, embedder=StubEmbedder.identity, pipeline=1, digests=digests)


def _no_copies(store: Store) -> None:
    """Give every article a signature of chance: the made articles are no copies, and reading them all takes hours."""
    with store.database.change() as connection:
        rows = connection.execute("SELECT id FROM articles").fetchall()
        numbers = np.random.default_rng(5)
        connection.executemany(
            "INSERT OR REPLACE INTO stories (article_id, signature) VALUES (?, ?)",
            ((id, numbers.bytes(768)) for (id,) in rows),
        )


def measure(folder: Path, each: int) -> None:
    """Print what was measured, each part in a process of its own."""
    for path in folder.iterdir():
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(json.dumps({"folder_MB": round(size / 1e6)}), flush=True)
    for what in ("open", "read"):
        command = [sys.executable, __file__, what, str(folder), "--each", str(each)]
        subprocess.run(command, check=True)


def recall(folder: Path) -> None:
    """Print how much of the exact search's best the coded one finds, also among few passages."""
    vectors.EXACT_ROWS = 0
    with Store(folder / FILE) as store:
        ids, every = store.vectors()
        exact = vectors.VectorIndex.build(ids, every)
        coded = PassageVectors.on(store, vectors.VectorIndex.gathered([(ids, every)], len(ids), store.generation))
        numbers = np.random.default_rng(7)
        asked = every[numbers.integers(len(ids), size=200)]
        for share in (1.0, 0.1, 0.003):
            among = np.sort(numbers.choice(ids, max(1, int(share * len(ids))), replace=False))
            for count in (50, 200):
                shares = []
                for query in asked:
                    best = {id for id, _ in exact.search(query, count, among)}
                    shares.append(len(best & {id for id, _ in coded.search(query, count, among)}) / len(best))
                row = {"among": len(among), "count": count, "mean": round(float(np.mean(shares)), 5)}
                print(json.dumps({**row, "least": round(min(shares), 3)}), flush=True)


def opened(folder: Path) -> None:
    """Print how long it takes from opening to the first results."""
    made = Made()
    question = questions(made, 1)[0]
    clock = time.monotonic()
    with Store(folder / FILE) as store:
        found = Retriever(store, StubEmbedder(made)).search(Query(question), 5)
        print(json.dumps({"open_until_first_search_s": round(time.monotonic() - clock, 2), "found": len(found)}))


def questions(made: Made, count: int) -> list[str]:
    """Return made-up questions: three words that stand together in a passage, and two others of it."""
    numbers = np.random.default_rng(9)
    asked = []
    for _ in range(count):
        (words,) = made.passages(int(numbers.integers(SUBJECTS)), 1, numbers)
        at = int(numbers.integers(WORDS - 3))
        asked.append(f"Siapa {' '.join(words[at : at + 3] + words[:2])}?")
    return asked


def read(folder: Path, each: int) -> None:
    """Print what a reader waits for, and what a change of one article costs her."""
    made = Made()
    before_mb = resident_mb()
    with Store(folder / FILE) as store:
        retriever = Retriever(store, StubEmbedder(made))
        asked = questions(made, 4 * each)
        retriever.search(Query("arsip"), 1)
        articles, passages = store.counts()
        print(json.dumps({"articles": articles, "passages": passages}), flush=True)
        year = Filters(date_from="2019-01-01", date_to="2019-12-31")
        kinds: dict[str, Callable[[str, int], object]] = {
            "search": lambda question, _: retriever.search(Query(question), 8),
            "search, a year": lambda question, _: retriever.search(Query(question), 8, year),
            "search, an outlet": lambda question, at: retriever.search(
                Query(question), 8, Filters(publisher=OUTLETS[at % len(OUTLETS)])
            ),
            "question naming a year": lambda question, at: evidence(retriever, question, at),
        }
        for number, (kind, run) in enumerate(kinds.items()):
            wall, processor = [], []
            for at, question in enumerate(asked[number * each : (number + 1) * each]):
                clock, cpu = time.monotonic(), time.process_time()
                run(question, at)
                wall.append(1000 * (time.monotonic() - clock))
                processor.append(1000 * (time.process_time() - cpu))
            row = {"kind": kind, "median_ms": _middle(wall, 50), "p95_ms": _middle(wall, 95)}
            print(json.dumps({**row, "cpu_median_ms": _middle(processor, 50), "cpu_p95_ms": _middle(processor, 95)}),
                  flush=True)  # fmt: skip
        misspelt = f"Siapa {asked[0].split()[1]}xq?"
        clock = time.monotonic()
        understand(misspelt, retriever, today=TODAY)
        print(json.dumps({"an unknown word until the plan_ms": round(1000 * (time.monotonic() - clock))}))
        print(json.dumps({"memory_MB": round(resident_mb()), "before_opening_MB": round(before_mb)}), flush=True)
        changed(folder, retriever, asked)


def evidence(retriever: Retriever, question: str, at: int) -> None:
    """Do all that is done before the evidence is on the page."""
    words = question.removeprefix("Siapa ").removesuffix("?")
    asked = f"Apa berita tahun {2014 + at % 8} tentang {words}?" if at % 2 else f"Siapa {words} pada tahun 2018?"
    plan = understand(asked, retriever, today=TODAY)
    _, plan = find(plan, retriever, 8, keep_undated=True)
    retriever.searched(plan.filters)


def changed(folder: Path, retriever: Retriever, asked: list[str]) -> None:
    """Let another process change an article; print when it is found and what questions cost meanwhile and after."""

    def timed() -> float:
        clock = time.monotonic()
        retriever.search(Query(asked[len(times) % len(asked)]), 8)
        return 1000 * (time.monotonic() - clock)

    times: list[float] = []
    for _ in range(30):
        times.append(timed())
    alone = list(times)
    title = f"Perubahan uji{time.time_ns()}"
    command = [sys.executable, __file__, "change", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()  # it is ready; what it loads is no part of the change
        process.stdin.write(title + "\n")
        process.stdin.flush()
        began, found_s, times = time.monotonic(), None, []
        while time.monotonic() - began < 120 and (found_s is None or len(times) < 30):
            times.append(timed())
            if found_s is None and any(item.article.title == title for item in retriever.search(Query(title), 3)):
                found_s = time.monotonic() - began
        wrote = process.stdout.readline().strip()
        while process.poll() is None:
            times.append(timed())
    print(json.dumps({
        "change_until_found_s": None if found_s is None else round(found_s, 2), "writer_s": float(wrote),
        "alone_median_ms": _middle(alone, 50), "alone_longest_ms": round(max(alone)),
        "meanwhile_median_ms": _middle(times, 50), "meanwhile_longest_ms": round(max(times)), "asked": len(times),
    }), flush=True)  # fmt: skip


def change(folder: Path) -> None:
    """Change one article as an editor does; say how long it took."""
    made = Made()
    with Store(folder / FILE) as store:
        Runs(store), FullText(store)
        print("ready", flush=True)
        title = sys.stdin.readline().strip()
        clock = time.monotonic()
        Desk(store, StubEmbedder(made)).correct("0000017.txt", {"title": title})
        print(round(time.monotonic() - clock, 2), flush=True)


def resident_mb() -> float:
    """Return the memory this process has, mapped files it has touched included."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1]) / 1000
    raise AssertionError("no VmRSS")


def _middle(values: list[float], percentile: float) -> float:
    return round(float(np.percentile(values, percentile)), 1)


if __name__ == "__main__":
    main()
