"""Hostile text everywhere a stranger can write: shown as text; no script of theirs runs, nothing is asked outside."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, go, hosts, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
HOSTILE = (
    "<script>window.hacked=1</script><img src='http://192.0.2.1/x.png' onerror='window.hacked=1'>"
    "![gambar](http://192.0.2.1/y.png) [tautan](javascript:window.hacked=1) http://192.0.2.1/z $\\alpha$ :red[x] `y`"
)
TEXT = f"Jembatan Kalirejo dibangun sepanjang 120 meter. {HOSTILE} Jembatan Kalirejo menghubungkan dua desa."
ARTICLES = [
    {"id": f"x {HOSTILE}", "title": f"Jalan {HOSTILE}", "date": "2022-02-02", "source": f"A {HOSTILE}", "text": TEXT},
    {"id": "lain", "title": f"Salinan {HOSTILE}", "date": "2022-02-03", "source": f"B {HOSTILE}", "text": TEXT * 3},
    {"id": "lagi", "title": f"Salinan {HOSTILE}", "date": "2022-02-04", "source": f"C {HOSTILE}", "text": TEXT * 3},
]  # fmt: skip
SAID = f"Jembatan Kalirejo dibangun sepanjang 120 meter. {HOSTILE}"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, data = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("data")
    (folder / "jahat.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        assert Indexer(store, WordEmbedder()).run([folder]).added == 3
    with scripted_at(data, {"Kalirejo": SAID}) as address:
        yield address


def assert_harmless(page: Page, requests: list[str]) -> None:
    assert page.evaluate("window.hacked") is None
    assert hosts(requests) == {"127.0.0.1"}
    assert page.locator("img:not([alt='Logo'])").count() == 0
    links = page.locator("a[href]").evaluate_all("all => all.map(a => a.href)")
    assert all(link.startswith("http://127.0.0.1:") for link in links), links


def test_question_answer_title_and_article(address: str) -> None:
    with chromium() as browser:
        page, requests, _ = watched(browser)
        page.goto(address)
        ask(page, f"Berapa meter Jembatan Kalirejo? {HOSTILE}")
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        shown = page.locator("body").inner_text()
        assert shown.count("<script>window.hacked=1</script>") >= 3  # question, answer, title
        expect(page.locator(".words").first).to_contain_text("![gambar](http://192.0.2.1/y.png)")
        page.locator(".ta-cite").first.hover()
        assert_harmless(page, requests)
        page.locator(".ta-cite").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator(".ta-proof").first).to_be_in_viewport(timeout=60_000)
        expect(dialog).to_contain_text("[tautan](javascript:window.hacked=1)")
        assert_harmless(page, requests)


def test_every_other_page(address: str) -> None:
    with chromium() as browser:
        page, requests, _ = watched(browser)
        page.goto(address)
        ask(page, f"Kalirejo? {HOSTILE}")
        page.locator(".ta-cite").first.wait_for(timeout=60_000)

        go(page, "Cek Kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill("<script> " + TEXT.replace("120", "210"))
        page.get_by_label("Narasumber (boleh kosong)").fill(HOSTILE)
        page.get_by_role("button", name="Periksa", exact=True).click()
        page.locator(".ta-verdict").first.wait_for(timeout=60_000)
        expect(page.locator(".ta-two").first).to_contain_text("<script>")
        assert_harmless(page, requests)
        page.get_by_role("button", name=re.compile("^Buka ")).first.click()
        page.get_by_role("dialog").locator(".ta-article").wait_for()
        assert_harmless(page, requests)
        page.keyboard.press("Escape")

        go(page, "Arsip")
        page.locator(".ta-below").first.wait_for()
        assert_harmless(page, requests)
        page.get_by_text("Grafik", exact=True).click()
        page.locator("canvas, svg.marks").first.wait_for()
        page.wait_for_timeout(1000)
        assert_harmless(page, requests)
        page.get_by_text("Daftar", exact=True).click()
        page.get_by_test_id("stMain").locator("[data-testid=stPageLink] a").first.click()
        page.get_by_role("button", name="Hapus dari arsip").wait_for(timeout=60_000)
        expect(page.locator(".ta-article").first).to_contain_text("<script>")
        page.get_by_text("Yang dibuang", exact=True).click()
        page.wait_for_timeout(1000)
        assert_harmless(page, requests)
        page.get_by_role("button", name="Hapus dari arsip").click()
        page.get_by_role("button", name="Batalkan").wait_for(timeout=60_000)
        assert_harmless(page, requests)
        page.get_by_role("button", name="Batalkan").click()
        page.get_by_text(re.compile("dikembalikan ke arsip")).wait_for(timeout=60_000)

        go(page, "Riwayat")
        page.get_by_role("button", name="Unduh DOCX").first.wait_for()
        assert page.locator("body").inner_text().count("<script>") >= 2
        assert_harmless(page, requests)
        go(page, "Sistem")
        assert_harmless(page, requests)


def test_a_hostile_address_opens_nothing(address: str) -> None:
    with chromium() as browser:
        page, requests, _ = watched(browser)
        page.goto(f"{address}/?sesi=%3Cscript%3Ewindow.hacked=1%3C/script%3E")
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        page.goto(f"{address}/arsip?artikel=..%2F..%2Fetc%2Fpasswd%3Cimg%20src=x%20onerror=window.hacked=1%3E")
        page.get_by_text("tidak ada di arsip").wait_for(timeout=60_000)
        assert_harmless(page, requests)
