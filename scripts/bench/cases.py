"""Which of a file of small cases fail? Each is laid into an empty folder and run through the command line.

    python scripts/bench/cases.py .../cases/cases.jsonl [--kind quote] [--id spk] [--show] [--embed]

A case is a line {"id", "kind", "files", "expect", …}: ``files`` maps a name to its content ("@files/x" is a file beside
the cases). Kinds: ``quote``, ``date``, ``page``, ``document``, and ``search`` and ``ask``, which need ``--embed``: the
others are indexed with vectors that mean nothing, since no model takes part in what they ask. ``--show`` prints what
came out. Exit 1 when a case fails.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import io
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from index.storage.vectors import Vectors
from rag.cli.parser import main as tanya

Record = dict[str, Any]
HARD_GRADES = {"number", "unit", "negation", "name", "meaning"}  # what changes what was said
MODEL_KINDS = ("search", "ask")
_MIN_SENTENCE = 25  # characters; shorter lines of a page are not taken for sentences of its text


class NoEmbedder:
    """Gives every text one vector: for cases in which nothing is looked for by meaning."""

    identity = "tanpa"
    max_tokens = 128

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Count the words."""
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: list[str]) -> Vectors:
        """Return the same vector for each."""
        return np.tile(self.embed_query(""), (len(texts), 1))

    def embed_query(self, text: str) -> Vectors:
        """Return the one vector."""
        return np.array([1, 0], dtype=np.float32)


def main() -> int:
    """Print the cases that fail, then how many of each kind are right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--kind", action="append", help="only this kind; may be repeated")
    parser.add_argument("--id", default="", help="only cases whose id begins so")
    parser.add_argument("--show", action="store_true", help="print what came out of every case")
    parser.add_argument("--embed", action="store_true", help="index with the real embedder, and run search and ask")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in map(json.loads, options.cases.read_text("utf-8").splitlines()):
        kind = case["kind"]
        if (options.kind and kind not in options.kind) or not case["id"].startswith(options.id):
            continue
        if kind in MODEL_KINDS and not options.embed:
            continue
        wrong, told = run(case, options.cases.parent, embed=options.embed)
        total[kind] += 1
        right[kind] += not wrong
        for line in wrong:
            print(f"{case['id']}: {line}", flush=True)
        if options.show:
            print(f"{case['id']}: {json.dumps(told, ensure_ascii=False)}", flush=True)
    print(", ".join(f"{kind} {right[kind]} of {total[kind]} right" for kind in total) or "no case")
    return int(right != total)


def run(case: Record, beside: Path, *, embed: bool = False) -> tuple[list[str], Record]:
    """Lay out one case and run it; return what is wrong, a line each, and what came out."""
    with tempfile.TemporaryDirectory() as root:
        files, data = Path(root) / "files", Path(root) / "data"
        files.mkdir()
        for name, content in case["files"].items():
            if content.startswith("@"):
                (files / name).write_bytes((beside / content[1:]).read_bytes())
            else:
                (files / name).write_text(content, "utf-8", newline="")
        paths = sorted(files.iterdir())
        if case["kind"] in ("date", "page", "document"):
            read = [_json("inspect", str(path)) for path in paths]
            told: Record = {
                "articles": [article for one in read for article in one.get("articles", [])],
                "problems": [problem for one in read for problem in one.get("problems", [])],
            }
            if "quote" in case["expect"]:
                _index(files, data, embed=embed)
                told["quote"] = _json("quote", case["expect"]["quote"], "--data", str(data))
            return list(_read_wrong(case, told, paths)), told
        _index(files, data, embed=embed)
        if case["kind"] == "quote":
            claimed = ["--speaker", case["speaker"]] if case.get("speaker") else []
            told = _json("quote", case["quote"], *claimed, "--data", str(data))
            return list(_quote_wrong(case["expect"], told)), told
        told = _asked(case, Path(root), data)
        return list(_ask_wrong(case["expect"], told)), told


def _json(*arguments: str) -> Record:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as told:
        tanya([*arguments, "--json"])
    lines = out.getvalue().strip().splitlines()
    return json.loads(lines[-1]) if lines else {"problems": [told.getvalue().strip()]}


def _index(files: Path, data: Path, *, embed: bool) -> None:
    if embed:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tanya(["index", str(files), "--data", str(data)])
        return
    data.mkdir()
    with Store(data / "arsip.sqlite3", create=True) as store:
        Indexer(store, NoEmbedder()).run([files])


def _asked(case: Record, root: Path, data: Path) -> Record:
    """Run a question, or several of one conversation; return what the last one got."""
    questions = case["question"] if isinstance(case["question"], list) else [case["question"]]
    asked, out = root / "in.jsonl", root / "out.jsonl"
    lines = [{"id": str(number), "question": text, "conversation": "c"} for number, text in enumerate(questions)]
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        tanya([case["kind"], "--batch", str(asked), "--out", str(out), "--data", str(data)])
    told: Record = json.loads(out.read_text("utf-8").splitlines()[-1])
    return told


def _quote_wrong(expect: Record, told: Record) -> Iterator[str]:
    """Say what of a checked quotation is not as expected.

    >>> told = {"verdict": "exact", "matches": [], "speaker": {"found": None, "agrees": None}}
    >>> list(_quote_wrong({"verdict": "exact", "speaker": "Tukimin, or unknown; never Rudi"}, told))
    []
    """
    verdict = told["verdict"]
    wanted = re.findall(r"exact|partial|altered|stitched|paraphrase|not_found", str(expect.get("verdict", verdict)))
    if verdict not in wanted:
        yield f"verdict {verdict}, not {expect['verdict']}"
    grades = {part.get("grade") for match in told["matches"][:1] for part in match["difference"]} & HARD_GRADES
    if verdict == "altered" and grades and ("not" in expect["verdict"] or "not graded" in expect.get("note", "")):
        yield f"graded {', '.join(sorted(grades))}"
    if "speaker" in expect:
        found = told["speaker"]["found"]
        name = re.split(r"[,;]", expect["speaker"] or "unknown")[0].strip()
        if not (found == name or (found is None and "unknown" in (expect["speaker"] or "unknown"))):
            yield f"speaker {found}, not {expect['speaker']}"
    if "agrees" in expect and told["speaker"]["agrees"] != expect["agrees"]:
        yield f"agrees {told['speaker']['agrees']}, not {expect['agrees']}"


def _read_wrong(case: Record, told: Record, paths: Sequence[Path]) -> Iterator[str]:
    """Say what of a page, its date or a document is not as expected."""
    expect, articles = case["expect"], told["articles"]
    first = articles[0] if articles else {}
    kept = [_plain(article["text"]) for article in articles]
    lines = [(_plain(line["text"]), line["kind"]) for article in articles for line in article["lines"]]
    lines += [(_plain(article["title"] or ""), "judul") for article in articles]
    for field in ("title", "date", "publisher", "author"):
        if field in expect:
            wanted = re.split(r" or ", re.sub(r" \([A-Z]+\)$|[()]", "", str(expect[field])))
            if str(first.get(field)).replace("None", "none") not in [text.replace("None", "none") for text in wanted]:
                yield f"{field} {first.get(field)!r}, not {expect[field]!r}"
    for text in expect.get("dropped", ()):
        if any(_plain(text) in body for body in kept):
            yield f"kept: {text}"
    if expect.get("dropped") == []:
        for line, kind in lines:
            if kind not in (None, "judul"):
                yield f"left out as {kind}: {line}"
    if expect.get("body_end") and not any(body.endswith(expect["body_end"]) for body in kept):
        yield f"the text ends in {kept[0][-60:] if kept else None!r}"
    if "inspect" in expect:
        for sentence in _sentences(paths[0]):
            if not any(sentence in line for line, _ in lines):
                yield f"not accounted for: {sentence}"
    if "body" in expect:
        for sentence in _sentences(paths[0]):
            if len(sentence) > 120 and not any(sentence[-100:] in body or sentence[:100] in body for body in kept):
                yield f"not in the text: {sentence}"
    text = expect.get("text", "")
    if text.startswith("lines of the quoted reply"):
        for line in paths[0].read_text("utf-8").splitlines():
            if line.startswith(">") and any(_plain(line.strip("> ")) in body for body in kept):
                yield f"kept as the sender's: {line}"
    elif text:
        wanted_text = _plain(re.sub(r" \(in the text, .*\)$", "", text))
        spare = " ".join(line for line, _ in lines) if "or told" in text else ""
        if not any(wanted_text in body for body in (*kept, spare)):
            yield f"not in the text: {wanted_text}"
    told_why = any(expect.get("or_told", "\0") in problem for problem in told["problems"])
    if "articles" in expect and len(articles) != expect["articles"] and not told_why:
        yield f"{len(articles)} articles, not {expect['articles']}; told: {told['problems']}"
    if "told" in expect and len(articles) < 2:  # an attachment read as an article of its own is told too
        names = re.findall(r"[\w-]+\.\w+", expect["told"])
        said = " ".join([*told["problems"], *(line for line, _ in lines)])
        if not all(name in said for name in names):
            yield f"untold: {expect['told']}"
    if "quote" in expect:
        yield from _quote_wrong(expect, told["quote"])


def _ask_wrong(expect: Record, told: Record) -> Iterator[str]:
    """Say what of a search or an answer is not as expected."""
    if "rank1" in expect:
        found = told["results"][0]["article_id"] if told.get("results") else None
        if found != expect["rank1"]:
            yield f"first is {found}, not {expect['rank1']}"
    if "found" in expect and told["found"] != expect["found"]:
        yield f"found {told['found']}: {told['answer']!r}"
    if expect.get("answer_contains", "") not in (told.get("answer") or ""):
        yield f"answer {told['answer']!r} without {expect['answer_contains']!r}"
    if "sources" in expect and told["sources"] != expect["sources"]:
        yield f"{len(told['sources'])} sources, not {len(expect['sources'])}"
    if "rewritten" in expect and (told.get("rewritten") or {}).get("question") != expect["rewritten"]:
        yield f"rewritten {told.get('rewritten')}, not {expect['rewritten']!r}"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _sentences(path: Path) -> list[str]:
    """Return the longer lines of a text file, or of what an HTML page shows, one a block."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", text)
        text = html.unescape(re.sub(r"</?(?:b|i|strong|em|a|span)\b[^>]*>", "", text))
        text = re.sub(r"<[^>]+>", "\n", text)
    return [_plain(line) for line in text.splitlines() if len(line.strip()) >= _MIN_SENTENCE]


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    sys.exit(main())
