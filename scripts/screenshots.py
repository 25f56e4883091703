"""Take the README's pictures anew: every page, light, dark and on a phone, with the real models and our own articles.

So that every page has something to show, articles are put into collections, and a search and a quotation are kept
before the last articles come in.

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

from browser import ask, chromium, free_port, served, watched  # type: ignore[import-not-found]  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402
from printed import newspaper  # type: ignore[import-not-found]  # noqa: E402

from index.pipeline.indexer import Indexer  # noqa: E402
from index.storage.alerts import QUOTE, SEARCH  # noqa: E402
from index.storage.collections import Collections  # noqa: E402
from index.storage.repository import Store  # noqa: E402
from index.text.sentences import sentence_spans  # noqa: E402
from rag.serving.access.accounts import LOCAL  # noqa: E402
from rag.serving.kept_searches import KeptSearches  # noqa: E402
from rag.serving.loading import STORE_FILE, open_embedder  # noqa: E402
from rag.settings import Settings, go_offline  # noqa: E402

LOOKS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("terang", 1100, "light"),
    ("gelap", 1100, "dark"),
    ("ponsel", 390, "light"),
)
HEIGHT = 820
QUESTION = "Apa itu BerAKHLAK?"
ALTERED = "Khofifah menyebut slogan tersebut berpijak pada perintah Presiden Joko Widodo"
FOUND = 'inovasi TIDAK "satu sistem"'
LATER = ("berakhlak-nilai-dasar-asn.md", "samsat-opop-pajak-kendaraan-di-pesantren.md")  # come in after both were kept
KEPT = ((SEARCH, "pajak kendaraan", "Pajak kendaraan"), (QUOTE, ALTERED, "Slogan BerAKHLAK"))
COLLECTIONS: dict[str, tuple[int, tuple[str, ...] | None]] = {  # how many articles, and who sees them
    "Layanan publik": (4, None),
    "Liputan khusus": (2, ("citra",)),
    "Reformasi birokrasi": (6, None),
}
HEADLINE = "Layanan publik, dari kampung"
PRINTED = ("peluncuran-kipp-dengan-otok-otok.md", "pamong-praja-extraordinary-dan-umkm.md")
MARKED = "otok-otok dalam 12 jam"
TABLE = f"""Tokoh,Kutipan,Media,Tanggal
Khofifah,{ALTERED},Kabar Timur,2021-11-17
Khofifah,Khofifah menyebut slogan tersebut berpijak pada arahan Presiden Joko Widodo,Kabar Timur,2021-11-17
Akmal,Semua pegawai naik pangkat tahun depan tanpa syarat apa pun,,
Akmal,,,
"""
_TO_TOP = "part => { part.style.scrollMarginTop = '4.5rem'; part.scrollIntoView({block: 'start'}); }"  # below the menu
SETTLE_MS = 1_200  # fonts and charts


def main() -> None:
    """Serve a new index of the articles and walk through its pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    go_offline()
    with tempfile.TemporaryDirectory(prefix="tanya-contoh-") as name:
        data = Path(name)
        _fill(data)
        table = data / "klaim-debat.csv"
        table.write_text(TABLE, "utf-8")
        with served(data, free_port()) as address, chromium() as browser:
            for look, width, scheme in LOOKS:
                _walk(browser, address, folder, table, look, width, scheme)
            cited = _print(data)  # last, so that no other picture shows the same words twice
            for look, width, scheme in LOOKS:
                _show_page(browser, f"{address}/arsip?{urlencode(cited)}", folder, look, width, scheme)


def _fill(data: Path) -> None:
    """Index the articles, the last of them after something was kept."""
    embedder = open_embedder(Settings.load(data=str(data)))
    articles = sorted((ROOT / "articles").glob("*.md"))
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, embedder).run([path for path in articles if path.name not in LATER])
        kept = KeptSearches(store, lambda: embedder)
        for kind, query, name in KEPT:
            kept.add(LOCAL.name, kind, query, name=name)
        Indexer(store, embedder).run([ROOT / "articles"])
        kept.check()
        collections = Collections(store.database)
        for name, (count, readers) in COLLECTIONS.items():
            collections.make(name)
            collections.add(name, sorted(store.stored_articles())[:count])
            collections.show_to(name, readers)


def _walk(
    browser: Browser,
    address: str,
    folder: Path,
    table: Path,
    look: str,
    width: int,
    scheme: Literal["light", "dark"],
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
    page.get_by_text("Daftar kutipan (CSV, XLSX)").click()
    page.locator("input[type=file]").set_input_files(str(table))
    page.get_by_role("button", name="Periksa 3 kutipan").click(timeout=60_000)
    page.get_by_role("button", name="Periksa ulang").wait_for(timeout=60_000)
    _keep(page, folder / f"daftar-{look}.png", from_top=".ta-asked")
    page.goto(f"{address}/cari?{urlencode({'q': FOUND})}")
    page.get_by_text("Menurut media, tahun, jenis berkas, dan pembicara").click(timeout=60_000)
    _keep(page, folder / f"cari-{look}.png", from_top=".ta-asked")
    for name in ("Arsip", "Riwayat", "Sistem", "Bantuan"):
        page.goto(f"{address}/{name.lower()}")
        page.get_by_role("heading", name=name, exact=True).wait_for(timeout=60_000)
        _keep(page, folder / f"{name.lower()}-{look}.png")
    page.goto(f"{address}/arsip")
    page.get_by_text("Kumpulan", exact=True).click(timeout=60_000)
    page.get_by_role("button", name="Lihat artikelnya").first.wait_for(timeout=60_000)
    _keep(page, folder / f"kumpulan-{look}.png")
    page.goto(address)
    page.get_by_role("heading", name="Kabar baru").wait_for(timeout=60_000)
    _keep(page, folder / f"kabar-{look}.png")
    print(f"{look}: {len(errors)} errors in the browser")
    page.close()


def _print(data: Path) -> dict[str, str | int]:
    """Add some of the articles as a page of a newspaper; return the address of one of its sentences."""
    texts = [(ROOT / "articles" / name).read_text("utf-8").split("---\n", 2)[2] for name in PRINTED]
    file = data / "cetak" / "halaman-koran.pdf"
    file.parent.mkdir()
    file.write_bytes(newspaper(HEADLINE, [part for text in texts for part in text.strip().split("\n\n")[:-1]]))
    with Store(data / STORE_FILE) as store:
        Indexer(store, open_embedder(Settings.load(data=str(data)))).run([file])
        (article,) = filter(None, map(store.article, store.stored_articles(str(file))))
    start, end = next(span for span in sentence_spans(article.text) if MARKED in article.text[slice(*span)])
    return {"artikel": article.id, "dari": start, "sampai": end}


def _show_page(
    browser: Browser, address: str, folder: Path, look: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, _, _ = watched(browser, width, scheme)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.goto(address)
    page.locator(".ta-page mark").first.wait_for(timeout=60_000)
    _keep(page, folder / f"halaman-{look}.png", from_top="[data-testid=stButtonGroup]")
    page.close()


def _keep(page: Page, path: Path, from_top: str = "h1") -> None:
    """Keep what the window shows, with this part of the page at its top."""
    page.wait_for_timeout(SETTLE_MS)
    page.locator(from_top).first.evaluate(_TO_TOP)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=str(path))


if __name__ == "__main__":
    main()
