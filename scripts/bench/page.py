"""How the page feels, measured in a real Chromium: medians over 10, then eight readers at once.

    python scripts/bench/page.py [DATA]

DATA is an index (by default the demonstration articles are indexed). Times run from the key or the click to what is
seen, in milliseconds, with the real models. Needs what the tests need (scripts/install --test, Chromium).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from browser import (  # type: ignore[import-not-found]  # noqa: E402
    ask,
    chromium,
    free_port,
    index_articles,
    served,
    watched,
)
from playwright.sync_api import Browser, Page  # noqa: E402
from playwright.sync_api import Error as PlaywrightError  # noqa: E402

TIMES = 10
READERS = 8
QUESTIONS = (
    ("Apa itu BerAKHLAK?", "Kolaboratif"),
    ("Apa itu Samsat OPOP?", "pesantren"),
    ("Apa kepanjangan IKI?", "Inisiatif"),
    ("Berapa persen perjalanan dinas turun?", "85"),
    ("Apa itu Nawa Bhakti Satya?", "sembilan"),
    ("Apa nama mainan pada peluncuran KIPP?", "otok"),
    ("Siapa yang menyebut UMKM tulang punggung ekonomi?", "Akmal"),
    ("Apa yang diperbarui Peraturan MenPANRB Nomor 1 Tahun 2023?", "jabatan fungsional"),
)
LONGEST_S = 60.0
QUOTES = (  # altered, partial: one after the other, so that each verdict is seen to be new
    "Khofifah menyebut slogan tersebut berpijak pada perintah Presiden Joko Widodo",
    "Khofifah menyebut slogan tersebut berpijak pada arahan Presiden Joko Widodo",
)
PAGES = (("Cek Kutipan", "Cek Kutipan"), ("Arsip", "Arsip"), ("Riwayat", "Riwayat"), ("Tanya", "Tanya Arsip"))
# The browser's own clock, from the key to the first source: looking at eight pages in turn takes longer than that.
_CLOCK = """() => {
    document.addEventListener('keydown', e => { if (e.key === 'Enter') window.asked = performance.now() }, true)
    const look = () => {
        if (!window.seen && document.querySelector('.ta-source')) window.seen = performance.now()
    }
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true})
}"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        if len(sys.argv) == 1:
            index_articles(data)
        with served(data, free_port()) as address, chromium() as browser:
            page = _warm(browser, address)
            _tell("bukti setelah Enter", [_evidence(page, number) for number in range(TIMES)])
            _tell("putusan kutipan", _verdicts(page))
            _tell("pindah halaman", _switches(page))
            page.close()
            _at_once(browser, address)


def _warm(browser: Browser, address: str) -> Page:
    page: Page = watched(browser)[0]
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)
    ask(page, QUESTIONS[0][0])
    page.locator(".ta-cite").first.wait_for(timeout=180_000)
    return page


def _evidence(page: Page, number: int) -> float:
    """Ask in a new conversation, and stop the answer once the evidence is seen."""
    page.get_by_role("button", name="Percakapan baru").click()
    page.locator(".ta-source").first.wait_for(state="detached", timeout=60_000)
    taken = _timed(lambda: ask(page, QUESTIONS[number % READERS][0]), page, ".ta-source")
    with suppress(PlaywrightError):  # it may have ended by itself
        page.get_by_role("button", name="Berhenti").click(timeout=2_000)
    page.get_by_role("button", name="Tanya lagi").wait_for(timeout=180_000)
    return taken


def _verdicts(page: Page) -> list[float]:
    page.get_by_role("link", name="Cek Kutipan", exact=True).click()
    found = []
    for number in range(TIMES):
        page.get_by_label("Kutipan atau seluruh naskah").fill(QUOTES[number % 2])
        before = page.locator(".ta-verdict").all_inner_texts()
        began = time.perf_counter()
        page.get_by_role("button", name="Periksa", exact=True).click()
        while page.locator(".ta-verdict").all_inner_texts() in ([], before):
            assert time.perf_counter() - began < LONGEST_S, "no verdict"
            time.sleep(0.005)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _switches(page: Page) -> list[float]:
    found = []
    for number in range(TIMES):
        name, heading = PAGES[number % len(PAGES)] if number else PAGES[1]
        if page.get_by_role("heading", name=heading, exact=True).count():
            continue
        link = page.get_by_role("link", name=name, exact=True)
        began = time.perf_counter()
        link.click()
        page.get_by_role("heading", name=heading, exact=True).wait_for(timeout=60_000)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _at_once(browser: Browser, address: str) -> None:
    pages = []
    for _ in range(READERS):
        page, _, errors = watched(browser)
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)
        pages.append((page, errors))
    for page, _ in pages:
        page.evaluate(_CLOCK)
    for (page, _), (question, _) in zip(pages, QUESTIONS, strict=True):
        ask(page, question)
    evidence = []
    for page, _ in pages:
        page.locator(".ta-source").first.wait_for(timeout=60_000)
        evidence.append(float(page.evaluate("window.seen - window.asked")))
    _tell(f"bukti, {READERS} pembaca serentak", evidence)
    right = 0
    for (page, errors), (_, wanted) in zip(pages, QUESTIONS, strict=True):
        page.get_by_role("button", name="Tanya lagi").wait_for(timeout=600_000)
        right += wanted.lower() in page.locator("body").inner_text().lower() and not errors
    print(f"jawaban masing-masing tepat: {right} dari {READERS}")


def _timed(act: Callable[[], None], page: Page, wanted: str) -> float:
    began = time.perf_counter()
    act()
    page.locator(wanted).first.wait_for(timeout=120_000)
    return (time.perf_counter() - began) * 1000


def _tell(what: str, times: list[float]) -> None:
    print(f"{what}: median {median(times):.0f} ms, terlama {max(times):.0f} ms ({len(times)} kali)", flush=True)


if __name__ == "__main__":
    main()
