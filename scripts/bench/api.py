"""The service for programs: fuzzed by its own OpenAPI document, and eight clients at once.

    python scripts/bench/api.py fuzz [--cases N]      no answer may be a 5xx; needs `pip install schemathesis`
    python scripts/bench/api.py clients [DATA]        until the evidence is there, with the real models; --each N

`fuzz` serves a small archive with models that need no weights: so every case reaches the store and the pipeline, and
10,000 of them take minutes. `clients` serves DATA (by default the demonstration articles are indexed); eight readers,
each with a token, ask one question after another. With --evidence they hang up as soon as the evidence is there.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from browser import free_port, index_articles, started  # type: ignore[import-not-found]  # noqa: E402
from served_api import PASSWORD, archive, served  # type: ignore[import-not-found]  # noqa: E402

from rag.serving.access.accounts import READER, Accounts  # noqa: E402
from rag.serving.access.tokens import Tokens  # noqa: E402

CLIENTS = 8
READY_S = 600.0
QUESTIONS = (
    "Apa itu BerAKHLAK?",
    "Apa itu Samsat OPOP?",
    "Apa kepanjangan IKI?",
    "Berapa persen perjalanan dinas turun?",
    "Apa itu Nawa Bhakti Satya?",
    "Apa nama mainan pada peluncuran KIPP?",
    "Siapa yang menyebut UMKM tulang punggung ekonomi?",
    "Apa yang diperbarui Peraturan MenPANRB Nomor 1 Tahun 2023?",
)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    fuzzing = actions.add_parser("fuzz")
    fuzzing.add_argument("--cases", type=int, default=10_000)
    fuzzing.add_argument("--seed", type=int, default=0)
    clients = actions.add_parser("clients")
    clients.add_argument("data", nargs="?", type=Path)
    clients.add_argument("--each", type=int, default=5, help="questions of each client")
    clients.add_argument("--evidence", action="store_true", help="hang up at the evidence")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or what it started would go on without it
    with tempfile.TemporaryDirectory() as folder:
        if options.action == "fuzz":
            return fuzz(Path(folder), options.cases, options.seed)
        return measure(Path(folder), options.data, options.each, "evidence" if options.evidence else "answer")


def fuzz(folder: Path, cases: int, seed: int) -> int:
    """Send made-up requests, lawful and not; return 1 where one was answered by a 5xx or by what is not told."""
    with served(archive(folder / "arsip")) as service:
        await_ready(service.port)
        _, _, document = service.ask("GET", "/openapi.json")
        operations = sum(len(methods) for methods in document["paths"].values())
        each = -(-cases // operations)
        told = folder / "har.json"
        # Checks of what clients may rely on; what FastAPI answers to other methods is not ours to name.
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{service.port}/openapi.json"),
            *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance"),
            *("--max-examples", str(each), "--seed", str(seed), "--phases", "coverage,fuzzing", "--mode", "all"),
            *("--report", "har", "--report-har-path", str(told), "--generation-database", "none"),
            *("--suppress-health-check", "all", "--request-timeout", "60", "--workers", "2"),
        ]
        began = time.monotonic()
        done = subprocess.run(command, cwd=folder, check=False)
        statuses = Counter(
            entry["response"]["status"] for entry in json.loads(told.read_text("utf-8"))["log"]["entries"]
        )
    count = sum(statuses.values())
    print(f"{count} kasus dalam {time.monotonic() - began:.0f} s: {dict(sorted(statuses.items()))}")
    return int(done.returncode != 0 or any(status >= 500 for status in statuses))


def measure(folder: Path, data: Path | None, each: int, until: str) -> int:
    """Print how long eight readers wait for the evidence, the first word and the checked answer."""
    if data is None:
        data = folder / "arsip"
        index_articles(data)
    own = folder / "dibaca"  # accounts and tokens of its own; the index is only read
    own.mkdir()
    for file in data.iterdir():
        if file.is_file() and file.name not in ("pembaca.json", "token.json"):
            os.link(file, own / file.name) if file.stat().st_dev == own.stat().st_dev else _copy(file, own)
    tokens = []
    for number in range(CLIENTS):
        Accounts(own).add(f"pembaca{number}", PASSWORD, READER)
        tokens.append(Tokens(own).make(f"pembaca{number}")[1])
    with real(own) as port:
        await_ready(port)
        ask(port, tokens[0], QUESTIONS[0], "answer")
        alone = [ask(port, tokens[0], question, until) for question in QUESTIONS]
        _tell("satu klien", alone)
        together: list[dict[str, float]] = []
        threads = [
            threading.Thread(target=_client, args=(port, number, tokens[number], each, until, together))
            for number in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _tell(f"{CLIENTS} klien sekaligus", together)
    return 0


def _copy(file: Path, folder: Path) -> None:
    (folder / file.name).write_bytes(file.read_bytes())


def _client(port: int, number: int, token: str, each: int, until: str, took: list[dict[str, float]]) -> None:
    for at in range(each):
        took.append(ask(port, token, QUESTIONS[(number + at) % len(QUESTIONS)], until))


@contextmanager
def real(data: Path) -> Iterator[int]:
    """Serve an archive with the real models."""
    port = free_port()
    with started([sys.executable, "-m", "rag.cli", "serve", "--data", str(data), "--port", str(port)], port):
        yield port


def await_ready(port: int) -> None:
    """Wait until the models are loaded."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as link:
            link.request("GET", "/readyz")
            told = json.loads(link.getresponse().read())
        if told["ready"]:
            return
        time.sleep(0.5)
    raise SystemExit(f"tidak siap setelah {READY_S:.0f} s: {told['reason']}")


def ask(port: int, token: str, question: str, until: str) -> dict[str, float]:
    """Ask and listen until a kind of event; return the seconds until each kind came first."""
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    body: dict[str, Any] = {"question": question, "stream": True}
    began = time.monotonic()
    seen: dict[str, float] = {}
    with closing(HTTPConnection("127.0.0.1", port, timeout=300)) as link:
        link.request("POST", "/v1/ask", json.dumps(body), headers)
        answer = link.getresponse()
        while until not in seen and (line := answer.readline().decode()):
            if line.startswith("event: "):
                seen.setdefault(line.removeprefix("event: ").strip(), time.monotonic() - began)
    assert until in seen, (answer.status, seen)
    return seen


def _tell(name: str, took: list[dict[str, float]]) -> None:
    for kind in ("evidence", "words", "answer"):
        times = [one[kind] for one in took if kind in one]
        if not times:
            continue
        p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(f"{name}: {kind} median {median(times):.2f} s, p95 {p95:.2f} s ({len(times)} jawaban)")


if __name__ == "__main__":
    sys.exit(main())
