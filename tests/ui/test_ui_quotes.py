"""A draft is checked on the page: what needs a look comes first, each mark leads to its card, its address stays."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import tab_to, violations
from browser import CHROMIUM, chromium, go, hosts, scripted_at, watched
from docx import Document
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.articles import Article
from index.pipeline.writer import Writer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
ADDRESS = "https://warta.test/panen"
ARTICLES = [
    Article(
        id="panen.txt", path="panen.txt", title="Harga beras turun", date="2023-04-03", publisher="Warta Desa",
        url=ADDRESS,
        text="Harga beras turun. “Harga beras di pasar induk turun 85 persen sejak panen raya dimulai,” kata Kepala "
        "Pasar Budi Santoso, Senin. Gudang penuh.",
    ),
    Article(
        id="jalan.txt", path="jalan.txt", title="Jalan desa diperbaiki", date="2023-05-10", publisher="Kabar Kota",
        text="“Jalan menuju pasar akan diperbaiki sebelum musim hujan tiba,” kata Bupati Ratna Dewi, Rabu. Warga "
        "menunggu. “Kami tidak akan menaikkan retribusi pedagang tahun ini,” ujar Sekretaris Daerah Anton Wijaya.",
    ),
    Article(
        id="sungai.txt", path="sungai.txt", title="Sungai meluap", date="2024-01-20", publisher="Harian Kali",
        text="“Sungai meluap karena pintu air macet sejak dini hari” tertulis di spanduk warga.",
    ),
]  # fmt: skip
STARTS = "Pasar Induk Bersiap Menyambut Musim Hujan"
DRAFT = (
    f"{STARTS}\n\n"
    "“Jalan menuju pasar akan diperbaiki sebelum musim hujan tiba,” kata Bupati Ratna Dewi.\n"
    "Kepala Pasar Budi Santoso mengatakan, “Harga beras di pasar induk turun 58 persen sejak panen raya dimulai.”\n"
    "“Kami tidak akan menaikkan retribusi pedagang tahun ini,” kata Budi Santoso.\n"
    "“Sungai meluap karena pintu air macet sejak dini hari,” kata Siti Aminah.\n"
    "“Jalan menuju pasar akan diperbaiki sebelum musim hujan dan harga beras di pasar induk turun 85 persen sejak "
    "panen raya,” kata Ratna Dewi.\n"
    "“Bandara ditutup tiga hari karena kabut asap tebal dari hutan,” kata Joko Susilo. Istilah “harga gila” ramai.\n"
    + "Demikian catatan ini ditutup dengan harapan baik. " * 12
    + "AKHIR NASKAH"
)  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    with Store(data / STORE_FILE, create=True) as store:
        writer = Writer(store, WordEmbedder(), 1)
        for article in ARTICLES:
            writer.add(article)
        writer.flush()
    with scripted_at(data) as address:
        yield address


def check(page: Page, address: str, text: str, speaker: str = "") -> None:
    page.goto(f"{address}/kutipan")
    page.get_by_label("Kutipan atau seluruh naskah").fill(text)
    page.get_by_label("Narasumber (boleh kosong)").fill(speaker)
    page.get_by_role("button", name="Periksa", exact=True).click()
    page.locator(".ta-badges").first.wait_for(timeout=60_000)


def colours(page: Page, selector: str) -> dict[str, Any]:
    """How the first of these looks: how much more red than green its ground is, its decoration, its sign."""
    told: dict[str, Any] = page.locator(selector).first.evaluate(
        """it => { const style = getComputedStyle(it), [red, green] = style.backgroundColor.match(/[\\d.]+/g);
        return {redder: red - green, line: style.textDecorationLine, kind: style.textDecorationStyle,
                sign: getComputedStyle(it, '::before').content}; }"""
    )
    return told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_wrong_word_is_the_drafts_and_the_right_one_the_archives(address: str, scheme: Any) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser, scheme=scheme)
        check(page, address, "Harga beras di pasar induk turun 58 persen sejak panen raya dimulai", "Budi Santoso")
        left, right = page.locator(".ta-two > div").all()
        expect(left.locator(".ta-wrong")).to_have_text(["58"])
        expect(right.locator(".ta-right")).to_have_text(["85"])
        assert left.locator(".ta-right").count() == right.locator(".ta-wrong").count() == 0
        wrong, good = colours(page, ".ta-wrong"), colours(page, ".ta-right")
        assert wrong["redder"] > 20
        assert good["redder"] < -10
        assert (wrong["line"], wrong["kind"]) == ("underline", "wavy")
        assert (good["line"], good["kind"]) == ("underline", "solid")  # the archive's word is not struck through
        assert "✗" in wrong["sign"]
        assert "✓" in good["sign"]
        expect(page.locator(".ta-badges")).to_have_text("≠ BERUBAH✓ PEMBICARA SESUAI")


@pytest.mark.parametrize(
    ("quote", "speaker", "badge", "look"),
    [
        ("Kami tidak akan menaikkan retribusi pedagang tahun ini", "Budi Santoso", "✗ PEMBICARA LAIN", "ta-bad"),
        ("Kami tidak akan menaikkan retribusi pedagang tahun ini", "Anton Wijaya", "✓ PEMBICARA SESUAI", "ta-good"),
        ("Sungai meluap karena pintu air macet sejak dini hari", "Siti Aminah", "? PEMBICARA BELUM PASTI", "ta-warn"),
        ("Sungai meluap karena pintu air macet sejak dini hari", "", None, ""),
    ],
)
def test_the_speaker_has_a_badge_of_its_own(
    address: str, quote: str, speaker: str, badge: str | None, look: str
) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        check(page, address, quote, speaker)
        expect(page.locator(".ta-verdict").first).to_have_text("✓ PERSIS")
        expect(page.locator(".ta-speaker")).to_have_text([badge] if badge else [])
        if badge:
            expect(page.locator(f".ta-speaker.{look}")).to_have_count(1)


def test_what_needs_a_look_comes_first_and_each_mark_leads_to_its_card(address: str) -> None:
    with chromium() as browser:
        page, requests, errors = watched(browser)
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        go(page, "Cek Kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill(DRAFT)
        page.get_by_role("button", name="Periksa", exact=True).click()
        expect(page.get_by_text("Naskah dengan 6 kutipan, 5 perlu dilihat.")).to_be_visible(timeout=60_000)
        expect(page.locator("h2.ta-section")).to_have_text(["Perlu dilihat (5)", "Sesuai arsip (1)"])
        expect(page.locator("h3.ta-card")).to_have_text(
            [
                "Kutipan 2: katanya tidak sama",
                "Kutipan 3: dikatakan Anton Wijaya, bukan Budi Santoso",
                "Kutipan 4: belum pasti dikatakan Siti Aminah",
                "Kutipan 5: disambung dari beberapa tempat; belum pasti dikatakan Ratna Dewi",
                "Kutipan 6: tidak ada di arsip",
                "Kutipan 1",
            ]
        )
        marks = page.locator(".ta-draft a")
        assert [mark.get_attribute("class") for mark in marks.all()] == [
            f"ta-quote-{look}" for look in ("good", "bad", "bad", "warn", "bad", "bad")
        ]
        assert [mark.get_attribute("href") for mark in marks.all()] == [f"#cek-{number}" for number in range(1, 7)]
        assert re.sub(r"\d\xa0.", "", page.locator(".ta-draft").inner_text()).count("AKHIR NASKAH") == 1
        expect(marks.nth(1)).to_contain_text("58 persen")
        expect(marks.nth(1)).to_contain_text("(kutipan 2: BERUBAH, PEMBICARA SESUAI, perlu dilihat)")
        marks.nth(5).click()
        expect(page.locator("#cek-6")).to_be_in_viewport()
        expect(page.locator("#cek-6")).to_be_focused()
        assert re.search(r"/kutipan\?cek=\d+#cek-6$", page.url)
        expect(page.locator("h3.ta-card")).to_have_count(6)  # the page stays

        tab_to(page, "ta-top")
        page.keyboard.press("Enter")
        expect(page.locator("#cek-daftar")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#cek-2"
        page.keyboard.press("Enter")
        expect(page.locator("#cek-2")).to_be_in_viewport()
        assert hosts(requests) == {"127.0.0.1"}
        assert errors == []


def test_a_stitched_quotation_shows_every_piece_beside_its_place(address: str) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        text = "Jalan menuju pasar akan diperbaiki sebelum musim hujan dan harga beras di pasar induk turun 85 persen"
        check(page, address, text, "Ratna Dewi")
        pairs = page.locator(".ta-pieces .ta-two")
        expect(pairs).to_have_count(2)
        expect(pairs.nth(0)).to_contain_text("Jalan desa diperbaiki, Kabar Kota")
        expect(pairs.nth(0)).to_contain_text("Pembicara: Ratna Dewi")
        expect(pairs.nth(1)).to_contain_text("Harga beras turun, Warta Desa")
        expect(pairs.nth(1)).to_contain_text("Pembicara: Budi Santoso")
        expect(page.locator(".ta-pieces .ta-number")).to_have_text(["1", "2"])
        expect(page.locator(".ta-pieces .ta-wrong")).to_have_text(["dan"])  # it stands in neither place


def test_a_check_has_an_address_and_comes_back_whole(address: str) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        check(page, address, DRAFT)
        kept = page.url
        assert re.fullmatch(r".*/kutipan\?cek=\d+", kept)
        other, _, _ = watched(browser)
        for reader in (page, other):  # a reload, and another tab
            reader.goto(kept)
            expect(reader.get_by_text("Naskah dengan 6 kutipan, 5 perlu dilihat.")).to_be_visible(timeout=60_000)
            expect(reader.get_by_label("Kutipan atau seluruh naskah")).to_have_value(DRAFT)
        check(page, address, "Sungai meluap karena pintu air macet sejak dini hari")
        assert page.url != kept
        go(page, "Riwayat")
        heading = page.locator(".ta-heading").filter(has_text=STARTS).first
        expect(heading).to_have_text(f"{STARTS} …")
        number = kept.rpartition("=")[2]
        page.locator(f".st-key-buka-{number} button").click()
        expect(page.get_by_text("Naskah dengan 6 kutipan, 5 perlu dilihat.")).to_be_visible(timeout=60_000)
        page.wait_for_url(kept)
        go(page, "Riwayat")
        page.locator(f".st-key-ulang-{number} button").click()
        page.get_by_role("heading", name="Cek Kutipan").wait_for(timeout=60_000)
        expect(page.get_by_label("Kutipan atau seluruh naskah")).to_have_value(DRAFT)
        for wrong in ("99999999", "abc", "9" * 40, "%3Cscript%3Ewindow.hacked=1%3C/script%3E"):
            page.goto(f"{address}/kutipan?cek={wrong}")
            expect(page.get_by_text("tidak ada di riwayat Anda")).to_be_visible(timeout=60_000)
            assert page.locator(".ta-badges").count() == 0
        assert page.evaluate("window.hacked") is None


def test_the_history_as_a_word_file_marks_and_links(address: str) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        check(page, address, "Harga beras di pasar induk turun 58 persen sejak panen raya dimulai")
        go(page, "Riwayat")
        with page.expect_download() as download:
            page.get_by_role("button", name="Unduh DOCX").first.click()
        document = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
        waved = [run.text for part in document.paragraphs for run in part.runs if run.bold and run.underline]
        assert waved == ["✗\xa058", "✓\xa085"]
        assert [link.address for part in document.paragraphs for link in part.hyperlinks] == [ADDRESS]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 390)])
def test_a_checked_draft_has_no_serious_violation(address: str, scheme: Any, width: int) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser, width, scheme)
        check(page, address, DRAFT)
        page.wait_for_timeout(500)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
