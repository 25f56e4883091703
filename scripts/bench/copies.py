"""Are copies found, and only copies? Makes copies of 200 articles and looks for pairs among them and all others.

    python scripts/bench/copies.py .../news/articles.jsonl [--tune]

A copy is altered as wire copy is: headline, tail cut, a sentence added, other typography, dateline and paragraphs. Then
come harder ones, and texts that only look like copies. Of the 200, every second is for choosing constants (--tune shows
what each choice would do); the figures are those of the other half. Pairs among the articles themselves are listed,
the nearest refused as well: they are to be judged by eye.
"""

import argparse
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations, product
from pathlib import Path
from statistics import mean

import numpy as np

from index.text import minhash
from index.text.minhash import band_keys, is_copy, overlap, signature, similarity
from index.text.sentences import sentence_spans

Dice = random.Random
Pair = tuple[int, int]
Texts = tuple[str, str]
ORIGINALS = 200
SYNONYMS = dict(
    pair.split("=")
    for pair in "mengatakan=menyatakan kata=ujar ujar=tutur karena=sebab namun=tetapi juga=pun akan=bakal tidak=tak "
    "saat=ketika untuk=guna dalam=di telah=sudah sejumlah=beberapa menurut=kata hanya=cuma dapat=bisa bisa=dapat "
    "sebelumnya=semula seperti=bagai agar=supaya para=semua besar=raya sangat=amat ini=tersebut".split()
)
OPENINGS = ("", "JAKARTA, KOMPAS.com – ", "Jakarta, CNN Indonesia -- ", "TEMPO.CO, Jakarta - ", "Bandung: ")
NAMES = "Persib Arema Semarang Surabaya Medan Budi Ratna Makassar Mandiri Telkom Padang Kalimantan Yogyakarta".split()
_DATELINE = re.compile(r"^.{2,40}? (?:--|–|-) ")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]


def retyped(text: str, dice: Dice) -> str:
    """Return a text in another outlet's typography."""
    changes: list[Callable[[str], str]] = [
        lambda t: re.sub(r'"([^"\n]*)"', r"“\1”", t).replace("'", "’"),
        lambda t: re.sub("[“”]", '"', t).replace("’", "'"),
        lambda t: t.replace(" - ", " – ").replace(" -- ", " — "),
        lambda t: re.sub(r" persen\b", "%", t) if "persen" in t else t.replace("%", " persen"),
        lambda t: re.sub(r"\bRp ?(?=\d)", dice.choice(["Rp", "Rp ", "Rp. "]), t),
        lambda t: re.sub(r"(?<=[a-z]) (?=[a-z])", lambda _: dice.choice([" ", " ", "  "]), t),
        lambda t: re.sub(r"(?<=\d)\.(?=\d{3}\b)", "", t),
    ]
    for change in dice.sample(changes, dice.randint(1, 4)):
        text = change(text)
    return text


def edited(sentence: str, dice: Dice) -> str:
    """Return a sentence lightly edited: synonyms, one word dropped."""
    words = [SYNONYMS.get(word, word) for word in sentence.split()]
    if len(words) > 6:
        del words[dice.randrange(1, len(words) - 1)]
    return " ".join(words)


def copy_of(text: str, others: list[str], dice: Dice, kept: tuple[float, float], added: int, light: bool) -> str:
    """Return an altered copy: of each way to alter, a random choice. ``light`` edits every third sentence."""
    parts = sentences(_DATELINE.sub("", text))
    if kept[1] < 0.5 or dice.random() < 0.6:
        parts = parts[: max(2, round(len(parts) * dice.uniform(*kept)))]
    if light:
        parts = [edited(part, dice) if i % 3 == 2 else part for i, part in enumerate(parts)]
    for _ in range(added if added > 1 else dice.randint(0, added)):
        stranger = dice.choice(sentences(dice.choice(others)))
        parts.insert(dice.choice([0, len(parts) // 2, len(parts)]), stranger)
    opening = dice.choice(OPENINGS)
    if dice.random() < 0.3:
        first = parts[0].split()
        parts[0] = " ".join([*(word.upper() for word in first[:4]), *first[4:]])
    made = opening + "".join(part + dice.choice(["\n", "\n\n", " ", " "]) for part in parts)
    if dice.random() < 0.5:
        made = " ".join(dice.sample(parts[-1].split(), k=min(6, len(parts[-1].split())))) + "\n" + made  # a headline
    return retyped(made, dice) if dice.random() < 0.7 else made


def renumbered(text: str, share: float, dice: Dice) -> str:
    """Return the same template on another day: about this share of its numbers is another one."""
    return re.sub(r"\d+", lambda m: str(dice.randint(1, 9999)) if dice.random() < share else m[0], text)


def renamed(text: str, share: float, dice: Dice) -> str:
    """Return the same template of other people and places: about this share of its names is another one."""
    new: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        words = match[0].split()
        if match[0] not in new:
            other = " ".join(dice.choice(NAMES) for _ in words)
            new[match[0]] = other if dice.random() < share else match[0]
        return new[match[0]]

    return re.sub(r"(?<=[a-z,] )[A-Z]\w*(?: [A-Z]\w*)*", name, text)


def digest(first: str, second: str, dice: Dice) -> str:
    """Return a text that opens with one story, or 30% of it or more, and goes on with another."""
    parts = [(sentences(text), dice.uniform(0.3, 1)) for text in (first, second)]
    return "\n".join(part for all, share in parts for part in all[: max(1, round(share * len(all)))])


def quoting(text: str, source: str) -> str:
    """Return a text with the two longest sentences of another in its middle, as a quotation both outlets have."""
    parts, taken = sentences(text), sorted(sentences(source), key=len)[-2:]
    return "\n".join([*parts[: len(parts) // 2], *taken, *parts[len(parts) // 2 :]])


def candidates(signatures: list[bytes]) -> tuple[set[Pair], int]:
    """Return the pairs that share a key and are alike enough, and the number that share a key."""
    places: dict[int, list[int]] = defaultdict(list)
    for i, one in enumerate(signatures):
        for key in band_keys(one):
            places[key].append(i)
    met = {pair for found in places.values() for pair in combinations(found, 2)}
    return {(i, j) for i, j in met if similarity(signatures[i], signatures[j]) >= minhash.MIN_SIMILARITY}, len(met)


def score(found: Iterable[Pair], family: list[int], half: int) -> str:
    """Return precision and recall over the pairs with a text of this half's families (even 0, odd 1)."""
    mine = [i for i, number in enumerate(family) if number >= 0 and number % 2 == half]
    true = {(i, j) for i, j in combinations(mine, 2) if family[i] == family[j]}
    told = {pair for pair in found if not set(mine).isdisjoint(pair)}
    right = len(told & true)
    return f"precision {right / len(told):.4f}  recall {right / len(true):.4f}  (true {len(true)}, told {len(told)})"


def tune(true: list[Texts], hard: list[Texts], texts: list[str], dice: Dice) -> None:
    """Print what other constants would do: bands and rows, then the spread of each measure over true copies."""
    strangers = [(a, b) for a, b in (dice.sample(texts, 2) for _ in range(100_000))]
    value = {text: np.frombuffer(signature(text), "<u4") for text in texts}
    for text in {text for pair in true + hard for text in pair}:
        value[text] = np.frombuffer(signature(text), "<u4")
    sets = [np.array([value[a] == value[b] for a, b in pairs]) for pairs in (true, hard, strangers)]
    print("\nbands rows: copies met, hard copies met, strangers met by an article among 100,000")
    for bands, rows in ((24, 2), (48, 2), (64, 2), (32, 3), (42, 3), (64, 3), (32, 4), (48, 4), (38, 5)):
        cut = (same[:, : bands * rows].reshape(-1, bands, rows) for same in sets)
        met = [float(np.mean(np.any(np.all(bits, axis=2), axis=1))) for bits in cut]
        print(f"{bands:5} {rows:4}: {met[0]:.4f} {met[1]:.4f} {100_000 * met[2]:8.1f}")
    for name, pairs in (("copies", true), ("hard copies", hard)):
        found = [overlap(a, b) for a, b in pairs]
        for field in ("containment", "opening", "foreign", "numbers", "names"):
            spread = np.quantile([getattr(one, field) for one in found], (0, 0.01, 0.05, 0.5, 0.95, 0.99, 1))
            print(f"{name}, {field}: least, 1%, 5%, 50%, 95%, 99%, most:", *(f"{one:.2f}" for one in spread))


def lookalikes(texts: list[str], articles: list[str], dice: Dice) -> None:
    """Print how many of the texts that only look like copies are taken for copies."""
    many = [text for text in texts if len(re.findall(r"\d+", text)) >= 6]
    for share in (0.1, 0.25, 0.5, 0.75, 1.0):
        numbers = [overlap(text, renumbered(text, share, dice)).is_copy for text in many]
        names = [overlap(text, renamed(text, share, dice)).is_copy for text in texts]
        print(f"{share:.0%} changed: taken for copies by numbers {mean(numbers):.3f}, by names {mean(names):.3f}")
    pairs = [dice.sample(texts, 2) for _ in range(2000)]
    told = [(is_copy(a, both), is_copy(b, both)) for a, b in pairs for both in [digest(a, b, dice)]]
    print(f"{len(told)} digests of two stories: {sum(map(all, told))} link both, {sum(map(any, told))} go with one")
    leads = ["\n".join(part for text in dice.sample(texts, 5) for part in sentences(text)[:3]) for _ in range(200)]
    print(f"200 digests of five openings: {sum(is_copy(text, lead) for lead in leads for text in texts)} go with one")
    print(f"two shared quotations: {mean([is_copy(quoting(a, b), b) for a, b in pairs]):.4f} taken for copies")
    for words in (20, 40, 60):
        short = [" ".join(text.split()[:words]) for text in articles]
        near, _ = candidates([signature(text) for text in short])
        print(f"first {words} words of {len(short)} texts: {sum(is_copy(short[i], short[j]) for i, j in near)} pairs")


def main() -> None:
    """Make the set, look for pairs, print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--tune", action="store_true")
    options = parser.parse_args()
    articles = [json.loads(line) for line in options.articles.read_text("utf-8").splitlines()]
    texts, dice = [article["text"] for article in articles], Dice(7)
    chosen = dice.sample(range(len(texts)), ORIGINALS)
    others = [text for i, text in enumerate(texts) if i not in chosen]
    family = [-1] * len(texts)
    for number, i in enumerate(chosen):
        family[i] = number
    field = list(texts)
    for number, i in enumerate(chosen):
        for _ in range(dice.randint(0, 3)):
            field.append(copy_of(texts[i], others, dice, (0.5, 0.95), 1, light=False))
            family.append(number)

    start = time.perf_counter()
    signatures = [signature(text) for text in field]
    signed = time.perf_counter()
    near, _ = candidates(signatures)
    looked = time.perf_counter()
    overlaps = {(i, j): overlap(field[i], field[j]) for i, j in near}
    ended = time.perf_counter()
    found = {pair for pair, one in overlaps.items() if one.is_copy}
    for half, name in enumerate(("train", "held out")):
        print(f"{name}: candidates {score(near, family, half)}\n{name}: copies     {score(found, family, half)}")
    natural, met = candidates(signatures[: len(texts)])
    print(
        f"a text: signature {1000 * (signed - start) / len(field):.2f} ms, keys and candidates "
        f"{1000 * (looked - signed) / len(field):.2f} ms, verdict {1000 * (ended - looked) / len(near):.2f} ms a pair\n"
        f"{len(texts)} articles: {met} pairs share a key, texts of {len(natural)} are read; an article among 100,000 "
        f"would meet {2e5 * met / len(texts) ** 2:.1f} and have {2e5 * len(natural) / len(texts) ** 2:.2f} read"
    )
    print(f"pairs among the articles: {sum(max(pair) < len(texts) for pair in found)} found; the nearest:")
    for i, j in sorted(natural, key=lambda pair: -overlaps[pair].containment):
        print(f"  {overlaps[i, j].is_copy} {overlaps[i, j]}\n    {articles[i]['title']}\n    {articles[j]['title']}")

    texts_of_half = [texts[i] for i in (chosen[::2] if options.tune else chosen[1::2])]
    print("\nharder copies: kept, sentences added, light editing: met as candidates, copies by verdict, both")
    hard = []
    for light, added, kept in product((False, True), (1, 2), ((0.3, 0.35), (0.35, 0.4), (0.4, 0.45), (0.45, 0.499))):
        pairs = [(text, copy_of(text, others, dice, kept, added, light)) for text in texts_of_half for _ in range(3)]
        hard += pairs
        met_too = [bool(candidates([signature(a), signature(b)])[0]) for a, b in pairs]
        told = [is_copy(a, b) for a, b in pairs]
        both = [one and two for one, two in zip(met_too, told, strict=True)]
        print(f"{kept[0]:.2f}-{kept[1]:.2f} {added} {light!s:5}: {mean(met_too):.3f} {mean(told):.3f} {mean(both):.3f}")
    print()
    lookalikes(texts_of_half, texts, dice)
    if options.tune:
        true = [(field[i], field[j]) for i, j in near if family[i] == family[j] >= 0 and family[i] % 2 == 0]
        tune(true, hard, texts, dice)


if __name__ == "__main__":
    main()
