"""A real Chromium on a real page: starts `tanya ui` and drives it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update",
    "--disable-sync --no-first-run",
)
START_S = 120.0
PATIENCE_MS = 60_000  # of each step: long on a busy machine, and nothing where all goes well
expect.set_options(timeout=PATIENCE_MS)
Watched = tuple[Page, list[str], list[str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def index_articles(data: Path) -> None:
    """Index our own articles with the real models."""
    command = [sys.executable, "-m", "rag.cli", "index", str(ROOT / "articles"), "--data", str(data)]
    subprocess.run(command, check=True, cwd=ROOT)


@contextmanager
def served(data: Path, port: int) -> Iterator[str]:
    """Serve the page of an index with the real models; yields its address once it answers."""
    with started([sys.executable, "-m", "rag.cli", "ui", "--data", str(data), "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def scripted(
    data: Path,
    port: int,
    answers: dict[str, str],
    *,
    piece_s: float = 0.0,
    door: str = "terbuka",
    model_pids: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the page with models that need no weights; ``answers`` maps a word of the question to what is said.

    With ``model_pids`` the model is in a process of its own, as the real one; each writes its number into that file.
    """
    script = ROOT / "tests" / "support" / "scripted_page.py"
    command = [sys.executable, str(script), str(data), str(port), door, str(piece_s), json.dumps(answers)]
    command += [str(model_pids)] if model_pids else []
    with started(command, port) as process:
        yield process


@contextmanager
def scripted_at(data: Path, answers: dict[str, str] | None = None, *, door: str = "terbuka") -> Iterator[str]:
    """Serve the page as ``scripted`` does on a free port; yields its address."""
    port = free_port()
    with scripted(data, port, answers or {}, door=door):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def started(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block; yields its process once it answers, be it with a refusal."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    log = tempfile.TemporaryFile()  # noqa: SIM115 a pipe that nobody reads would stop a server that has much to say
    process = subprocess.Popen(command, cwd=ROOT, stderr=log, start_new_session=True, env=environment)
    try:
        deadline = time.monotonic() + START_S
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=1).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                if process.poll() is not None:
                    log.seek(0)
                    raise AssertionError(log.read().decode("utf-8", "replace")) from None
                assert time.monotonic() < deadline, "the page did not start"
                time.sleep(0.2)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(timeout=20)
        log.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=" ".join(CHROMIUM_OPTIONS).split())
        yield browser
        browser.close()


@contextmanager
def opened(address: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    """Open the page; yields it with the log of its requests and of its console errors."""
    with chromium() as browser:
        page, requests, errors = watched(browser)
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=START_S * 1000)
        yield page, requests, errors


def watched(browser: Browser, width: int = 1100, scheme: Literal["light", "dark"] = "light") -> Watched:
    """A new reader's page, with the log of its requests and of its console errors."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE_MS)
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda websocket: requests.append(websocket.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, requests, errors


def go(page: Page, name: str, heading: str | None = None) -> None:
    """Follow the navigation to another page."""
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=heading or name, exact=True).wait_for(timeout=30_000)


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def hosts(urls: list[str]) -> set[str]:
    """The hosts of all requests but those that stay inside the browser."""
    return {url.split("/")[2].split(":")[0] for url in urls if not url.startswith(("data:", "blob:", "about:"))}


def main() -> None:
    """Ask one question and print what the browser saw; run by tests inside a network namespace of its own."""
    data, question = Path(sys.argv[1]), sys.argv[2]
    with served(data, free_port()) as address, opened(address) as (page, requests, errors):
        ask(page, question)
        page.locator(".ta-cite").first.wait_for(timeout=90_000)
        answer = page.locator(".words").first.inner_text()
        print(json.dumps({"answer": answer, "hosts": sorted(hosts(requests)), "errors": errors}))


if __name__ == "__main__":
    main()
