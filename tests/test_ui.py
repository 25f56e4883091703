"""The page as its reader meets it: real models, real Chromium."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, ROOT, ask, free_port, hosts, opened, served
from playwright.sync_api import expect

from index.embedder import Embedder
from index.indexer import Indexer
from index.store import Store
from rag.assembly import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.models,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
HOSTILE = (
    "<script>window.hacked=1</script><img src='http://192.0.2.1/x.png' onerror='window.hacked=1'>"
    "![gambar](http://192.0.2.1/y.png) [tautan](javascript:window.hacked=1) $\\alpha$"
)
HOSTILE_ARTICLE = {
    "id": "jahat", "title": f"Jembatan Kalirejo {HOSTILE}", "date": "2022-02-02", "source": HOSTILE,
    "text": f"Jembatan Kalirejo dibangun sepanjang 120 meter. {HOSTILE} Jembatan Kalirejo menghubungkan dua desa.",
}  # fmt: skip


@pytest.fixture(scope="module")
def address(real_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(ROOT / "articles", folder / "articles")
    (folder / "jahat.jsonl").write_text(json.dumps(HOSTILE_ARTICLE), "utf-8")
    data = tmp_path_factory.mktemp("data")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, real_embedder).run([folder])
    with served(data, free_port()) as found:
        yield found


def test_ask_follow_the_citation_and_open_the_article(address: str) -> None:
    with opened(address) as (page, requests, errors):
        ask(page, "Apa itu BerAKHLAK?")
        page.locator(".ta-source").first.wait_for(timeout=30_000)
        assert page.locator(".ta-cite").count() == 0  # the sources are there before the answer is

        citation = page.locator(".ta-cite").first
        citation.wait_for(timeout=90_000)
        answer = page.locator(".ta-words", has=page.locator(".ta-cite")).first.inner_text()
        for value in "Berorientasi Pelayanan|Akuntabel|Kompeten|Harmonis|Loyal|Adaptif|Kolaboratif".split("|"):
            assert value in answer

        citation.click()
        number = citation.inner_text().strip("[]")
        card = page.locator(f"#sumber-0-{number}")
        expect(card).to_be_in_viewport()
        assert "Tujuh nilai BerAKHLAK" in card.inner_text()
        assert "17 November 2021" in card.inner_text()
        assert "Kolaboratif" in card.locator(".ta-proof").inner_text()

        page.get_by_role("button", name="Buka artikel").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("#ta-bagian .ta-proof").first).to_be_in_viewport()
        assert "Laporan ini diolah dari pemberitaan Sindopos" in dialog.inner_text()  # the whole article
        assert hosts(requests) == {"127.0.0.1"}
        assert errors == []


def test_second_question_keeps_the_first_and_a_no_is_honest(address: str) -> None:
    with opened(address) as (page, _, errors):
        ask(page, "Apa itu BerAKHLAK?")
        page.locator(".ta-cite").first.wait_for(timeout=90_000)
        ask(page, "Berapa harga cabai di pasar Kediri kemarin?")
        expect(page.get_by_text("Tidak ditemukan dalam korpus.")).to_be_visible(timeout=60_000)
        expect(page.get_by_text(re.compile(r"^11 artikel diperiksa"))).to_be_visible()
        assert page.locator(".ta-cite").count() >= 1  # the first answer is still there
        assert errors == []


def test_hostile_article_and_question_are_shown_as_text(address: str) -> None:
    with opened(address) as (page, requests, _):
        ask(page, f"Berapa panjang Jembatan Kalirejo? {HOSTILE}")
        page.locator(".ta-source").first.wait_for(timeout=30_000)
        page.locator("button", has_text="Buka artikel").first.wait_for(timeout=90_000)
        shown = page.locator("body").inner_text()
        assert shown.count("<script>window.hacked=1</script>") >= 3  # question, title, passage
        page.get_by_role("button", name="Buka artikel").first.click()
        page.get_by_role("dialog").wait_for()
        assert page.evaluate("window.hacked") is None
        assert page.locator("body img, [role=dialog] img").count() == 0
        assert hosts(requests) == {"127.0.0.1"}
        links = page.locator(".ta-words a, .ta-article a, .ta-source a").evaluate_all("all => all.map(a => a.href)")
        assert all("#sumber-" in link for link in links)


def test_two_readers_get_their_own_answers(address: str) -> None:
    with opened(address) as (page, _, _):
        other = page.context.browser.new_page()  # type: ignore[union-attr]
        other.goto(address)
        other.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        ask(page, "Apa itu BerAKHLAK?")
        ask(other, "Apa itu Samsat OPOP?")
        for reader in (page, other):
            reader.locator(".ta-cite").first.wait_for(timeout=120_000)
        assert "Kolaboratif" in page.locator("body").inner_text()
        assert "Kolaboratif" not in other.locator(".ta-words", has=other.locator(".ta-cite")).first.inner_text()
        assert page.locator(".ta-cite").count() >= 1
