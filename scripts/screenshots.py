"""Take the README's pictures anew: every page, light, dark and on a phone, with the real models and our own articles.

    .venv/bin/python scripts/screenshots.py [FOLDER]

Writes FOLDER/<page>-<terang|gelap|ponsel>.png, by default into docs/. Needs what the tests need.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from browser import ask, chromium, free_port, index_articles, served, watched  # type: ignore[import-not-found]  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

LOOKS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("terang", 1100, "light"),
    ("gelap", 1100, "dark"),
    ("ponsel", 390, "light"),
)
HEIGHT = 820
QUESTION = "Apa itu BerAKHLAK?"
ALTERED = "Khofifah menyebut slogan tersebut berpijak pada perintah Presiden Joko Widodo"
SEARCH = 'inovasi TIDAK "satu sistem"'
SETTLE_MS = 1_200  # fonts and charts


def main() -> None:
    """Serve a new index of the articles and walk through its pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tanya-contoh-") as data:
        index_articles(Path(data))
        with served(Path(data), free_port()) as address, chromium() as browser:
            for look, width, scheme in LOOKS:
                _walk(browser, address, folder, look, width, scheme)


def _walk(
    browser: Browser, address: str, folder: Path, look: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, _, errors = watched(browser, width, scheme)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)
    ask(page, QUESTION)
    page.get_by_role("button", name="Tanya lagi").wait_for(timeout=300_000)
    _keep(page, folder / f"tanya-{look}.png")
    page.goto(f"{address}/kutipan")
    page.get_by_label("Kutipan atau seluruh naskah").fill(ALTERED)
    page.get_by_role("button", name="Periksa", exact=True).click()
    page.locator(".ta-two").first.wait_for(timeout=60_000)
    _keep(page, folder / f"kutipan-{look}.png", from_top=".stRadio")
    page.goto(f"{address}/cari?{urlencode({'q': SEARCH})}")
    page.locator(".ta-asked").wait_for(timeout=60_000)
    _keep(page, folder / f"cari-{look}.png")
    for name in ("Arsip", "Riwayat", "Sistem", "Bantuan"):
        page.goto(f"{address}/{name.lower()}")
        page.get_by_role("heading", name=name, exact=True).wait_for(timeout=60_000)
        _keep(page, folder / f"{name.lower()}-{look}.png")
    print(f"{look}: {len(errors)} errors in the browser")
    page.close()


def _keep(page: Page, path: Path, from_top: str = "h1") -> None:
    """Keep what the window shows, with this part of the page at its top."""
    page.wait_for_timeout(SETTLE_MS)
    page.locator(from_top).first.evaluate("part => part.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=str(path))


if __name__ == "__main__":
    main()
