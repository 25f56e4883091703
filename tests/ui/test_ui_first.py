"""The first five seconds in a real Chromium: all in Indonesian; where the focus is; which keys lead where."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import violations
from browser import CHROMIUM, ROOT, ask, chromium, free_port, go, opened, scripted, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SAID = "BerAKHLAK adalah singkatan dari Berorientasi Pelayanan, Akuntabel, Kompeten, Harmonis, Loyal, Adaptif, dan"
IKI = "IKI adalah kependekan dari tiga kata, yaitu Inisiatif, Kolaborasi, dan Inovasi"
# All that the frame shows or a screen reader says, without what articles, readers and the log wrote, and icons' names.
_TEXTS = """() => {
  const found = [], seen = 'aria-label placeholder title alt aria-roledescription aria-description'.split(' ');
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) {
      const holder = node.parentElement;
      if (node.data.trim() && !holder?.closest('script, style, noscript, .ta-log, [data-testid=stIconMaterial]'))
        found.push(node.data.trim());
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE)
      for (const name of seen) if (node.getAttribute(name)) found.push(node.getAttribute(name));
    if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return found;
}"""
ENGLISH = re.compile(
    r"\b(?:the|and|or|of|for|with|your|you|press|enter to|submit|upload|files?|directory|directories|close|open|"
    r"search|clear|choose|select|selected|option|options|available|results?|next|previous|page|pages|month|year|day|"
    r"send|message|menu to|expand|collapse|sidebar|skip|content|remove|add|download|fullscreen|show|hide|columns?|copy|"
    r"icon|help|link to|loading|running|connecting|january|february|march|may|june|july|august|october|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|axis|titled|scale|legend|mark|container|feedback|rating|"
    r"drag|drop|limit|apply|visualization|date|dismiss|toggle|value)\b",
    re.IGNORECASE,
)
# Words of the trade and of the articles that are spelt so in Indonesian too.
_ALLOWED = ("core values", "employer branding", "game changer", "enabler leader", "menu")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([ROOT / "articles"])
    with scripted_at(data, {"BerAKHLAK": f"{SAID} Kolaboratif", "IKI": IKI}) as address:
        yield address


def english(page: Page) -> list[str]:
    page.wait_for_timeout(800)
    found = []
    for text in page.evaluate(_TEXTS):
        left = re.sub(r"\S*/\S*", "", text.lower())  # a file's path is what it is
        for allowed in _ALLOWED:
            left = left.replace(allowed, "")
        if ENGLISH.search(left):
            found.append(text)
    return found


def test_no_english_word_is_left_on_any_page(address: str, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    with opened(address) as (page, _, _):
        assert ENGLISH.search("Press Enter to submit form")
        found["tanya"] = english(page)
        page.get_by_role("button", name="Saring").click()
        page.get_by_label("Media").click()
        page.keyboard.type("zzz")
        found["saringan"] = english(page)
        page.goto(address)
        page.get_by_role("button", name="Saring").click(timeout=60_000)
        page.get_by_role("button", name="Pilih tanggal").first.click()
        expect(page.get_by_role("button", name=re.compile("Senin, 13 Maret 2023"))).to_be_visible()
        found["kalender"] = english(page)
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        ask(page, "Apa itu BerAKHLAK?")
        page.get_by_role("button", name="Tanya lagi").wait_for(timeout=60_000)
        page.get_by_role("button", name="Atur").click()
        found["jawaban"] = english(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Kredit").click()
        page.get_by_role("button", name="Salin baris sumber").wait_for()
        found["kredit"] = english(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Kabari saya").click()
        page.get_by_role("button", name="Simpan", exact=True).click()
        page.get_by_text("Tersimpan.").wait_for()
        found["kabar"] = english(page)
        page.keyboard.press("Escape")
        page.locator(".ta-cite").first.click()
        page.get_by_role("dialog").locator(".ta-proof").wait_for()
        found["artikel di atas halaman"] = english(page)
        page.keyboard.press("Escape")
        go(page, "Cari")
        page.get_by_label("Yang dicari").fill("ASN")
        page.get_by_label("Yang dicari").press("Enter")
        page.get_by_text("Menurut media, tahun, jenis berkas, dan pembicara").click(timeout=60_000)
        found["cari"] = english(page)
        go(page, "Cek Kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill("Satu dua tiga.")
        found["kutipan"] = english(page)
        page.get_by_text("Daftar kutipan (CSV, XLSX)").click()
        (tmp_path / "klaim.csv").write_text("Kutipan,Tokoh\nSatu dua tiga empat.,Ani\n,Budi\n")
        page.locator("input[type=file]").set_input_files([tmp_path / "klaim.csv"])
        page.get_by_role("button", name="Periksa 1 kutipan").wait_for()
        found["daftar kutipan"] = english(page)
        page.get_by_role("button", name="Periksa 1 kutipan").click()
        page.get_by_role("button", name="Periksa ulang").wait_for()
        found["hasil daftar"] = english(page)
        go(page, "Arsip")
        found["arsip"] = english(page)
        page.get_by_text("Tambah", exact=True).click()
        (tmp_path / "x.txt").write_text("Isi.")
        page.locator("input[type=file]").first.set_input_files([tmp_path / "x.txt"])
        page.get_by_text("x.txt").wait_for()
        found["tambah"] = english(page)
        page.get_by_text("Grafik", exact=True).click()
        page.locator(".ta-legend").wait_for(timeout=60_000)
        page.get_by_test_id("stVegaLiteChart").hover()
        found["grafik"] = english(page)
        page.goto(f"{address}/arsip?artikel=berakhlak-nilai-dasar-asn.md")
        page.get_by_role("button", name="Hapus dari arsip").wait_for(timeout=60_000)
        found["satu artikel"] = english(page)
        for name in ("Riwayat", "Sistem", "Bantuan"):
            go(page, name)
            found[name] = english(page)
        page.set_viewport_size({"width": 390, "height": 800})
        page.get_by_role("button", name="Buka menu").click()
        found["ponsel"] = english(page)
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_the_box_has_the_focus_and_a_slash_leads_back_to_it(address: str) -> None:
    with opened(address) as (page, _, errors):
        box = page.get_by_test_id("stChatInputTextArea")
        expect(box).to_be_focused(timeout=60_000)
        page.keyboard.type("Apa itu BerAKHLAK?")
        page.keyboard.press("Control+Enter")
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        page.get_by_role("button", name="Tanya lagi").focus()
        page.keyboard.press("/")
        expect(box).to_be_focused()
        expect(box).to_have_value("")
        page.keyboard.type("a/b")  # in the box it is a sign as any other
        expect(box).to_have_value("a/b")
        go(page, "Cari")
        expect(page.get_by_label("Yang dicari")).to_be_focused(timeout=60_000)
        go(page, "Cek Kutipan")
        text = page.get_by_label("Kutipan atau seluruh naskah")
        expect(text).to_be_focused(timeout=60_000)
        page.keyboard.type("Khofifah menyebut slogan tersebut berpijak pada perintah Presiden Joko Widodo.")
        page.keyboard.press("Control+Enter")
        page.locator(".ta-time").wait_for(timeout=60_000)
        assert errors == []


def test_what_opened_a_dialog_has_the_focus_again_when_it_is_shut(address: str) -> None:
    focused = """() => { let it = document.activeElement;
      while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement; return it.textContent.trim(); }"""
    with opened(address) as (page, _, _):
        ask(page, "Apa itu BerAKHLAK?")
        page.locator(".ta-cite").first.click(timeout=60_000)
        page.get_by_role("dialog").locator(".ta-proof").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
        page.wait_for_timeout(1_500)
        assert page.evaluate(focused) == "[1]"
        opener = page.get_by_role("button", name="Buka artikel").first
        opener.focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog").locator(".ta-proof").wait_for()
        page.get_by_role("dialog").get_by_label("Tutup").click()
        page.get_by_role("dialog").wait_for(state="hidden")
        expect(opener).to_be_focused(timeout=60_000)


def test_only_examples_that_were_tried_are_offered_and_they_are_answered(address: str) -> None:
    with opened(address) as (page, _, errors):
        page.get_by_text("Coba tanyakan:").wait_for(timeout=60_000)
        offered = page.locator("[class*=st-key-contoh-] button").all_inner_texts()
        assert "Apa itu IKI?" in offered
        assert not any("Apa kata" in question for question in offered)  # the scripted model knows no such answer
        page.get_by_role("button", name="Apa itu IKI?").click()
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        expect(page.locator(".words").first).to_contain_text("Inisiatif, Kolaborasi, dan Inovasi")
        assert errors == []


@pytest.mark.parametrize("width", [1100, 390])
def test_help_is_one_click_away_and_for_everyone(address: str, width: int) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser, width)
        page.goto(address)
        page.get_by_test_id("stMain").get_by_role("link", name="Bantuan").click(timeout=60_000)
        page.get_by_role("heading", name="Tombol pintas").wait_for(timeout=60_000)
        assert violations(page) == []
        page.get_by_role("link", name="Ke halaman Cari").click()
        page.get_by_label("Yang dicari").wait_for(timeout=60_000)


def test_a_question_asked_while_examples_are_tried_comes_first_and_is_followed(tmp_path: Path) -> None:
    with Store(tmp_path / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([ROOT / "articles"])
    port = free_port()
    said = {"BerAKHLAK": f"{SAID} Kolaboratif", "IKI": IKI}
    with scripted(tmp_path, port, said, piece_s=0.6), opened(f"http://127.0.0.1:{port}") as (page, _, errors):
        page.wait_for_timeout(4_000)  # a try is going on
        ask(page, "Apa itu BerAKHLAK?")
        page.get_by_text("Menulis jawaban").wait_for(timeout=60_000)
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        expect(page.locator(".words").first).to_contain_text("Kolaboratif")
        assert errors == []
