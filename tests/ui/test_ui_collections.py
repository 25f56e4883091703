"""Collections on the page: made, filled, looked within, undone; what a reader may not see is on no page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import violations
from browser import CHROMIUM, ROOT, ask, chromium, go, opened, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.pipeline.indexer import Indexer
from index.storage.collections import Collections
from index.storage.repository import Store
from rag.serving.access.accounts import EDITOR, READER, Accounts
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SECRETS = {"ani": "padi menguning di sawah", "budi": "hujan turun di bulan juni", "citra": "angin malam di dermaga"}
HIDDEN = (
    "Zubaidillah Mundur\nJAKARTA - Zubaidillah mundur dari jabatan wirangrong, kata Notodisuryo. Gerhana kelingking."
)
OPEN = "Jembatan Kalirejo\nKALIREJO - Jembatan Kalirejo dibangun sepanjang 120 meter. Warga Kalirejo gembira."
MARKS = re.compile("zubaidillah|wirangrong|notodisuryo|kelingking|embargo|rahasia.txt", re.IGNORECASE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    data = tmp_path_factory.mktemp("data")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([ROOT / "articles"])
    with scripted_at(data, {"BerAKHLAK": "BerAKHLAK"}) as address:
        yield address, data


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, data = tmp_path_factory.mktemp("artikel"), tmp_path_factory.mktemp("data")
    (folder / "rahasia.txt").write_text(HIDDEN, "utf-8")
    (folder / "jembatan.txt").write_text(OPEN, "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
        kept = Collections(store.database)
        for name in ("Embargo", "Terbuka"):
            kept.make(name)
            kept.add(name, ["rahasia.txt"])
        kept.add("Terbuka", ["jembatan.txt"])
        kept.show_to("Embargo", ["citra"])
    for name, secret in SECRETS.items():
        Accounts(data).add(name, secret, EDITOR if name == "ani" else READER)
    with scripted_at(data, {"Kalirejo": "sepanjang 120 meter"}, door="sandi") as address:
        yield address


def log_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_label("Nama").fill(name)
    page.get_by_label("Kata sandi").fill(SECRETS[name])
    page.get_by_role("button", name="Masuk").click()
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)


def news(page: Page, text: str) -> None:
    page.get_by_text(text).wait_for(timeout=60_000)


def collections_of(data: Path) -> dict[str, int]:
    with Store(data / STORE_FILE) as store:
        return {one.name: one.articles for one in Collections(store.database).all()}


def test_from_a_choice_to_an_answer_and_back(desk: tuple[str, Path]) -> None:
    address, data = desk
    with opened(address) as (page, _, _):
        page.goto(f"{address}/arsip")
        page.get_by_text("Pilih artikel", exact=True).click(timeout=60_000)
        boxes = page.get_by_role("main").get_by_test_id("stCheckbox").filter(has_not_text="Pilih artikel")
        boxes.nth(0).locator("label").click()
        news(page, "1 artikel dipilih.")
        page.wait_for_timeout(1500)  # what can be done with it has moved the list down
        boxes.nth(1).locator("label").click()
        news(page, "2 artikel dipilih.")
        page.get_by_label("Masukkan ke kumpulan").fill("Birokrasi")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Masukkan 2 artikel").click()
        news(page, "2 artikel masuk ke kumpulan Birokrasi (2 artikel).")
        assert collections_of(data) == {"Birokrasi": 2}
        page.get_by_role("button", name="Batalkan", exact=True).click()
        news(page, "Dibatalkan")
        assert collections_of(data) == {}
        with page.expect_download() as download:
            page.get_by_role("button", name="Unduh isi (JSONL)").click()
        lines = [json.loads(line) for line in download.value.path().read_text("utf-8").splitlines()]
        assert len(lines) == 2 and all(line["text"] and line["title"] for line in lines)

        page.goto(f"{address}/cari?q=BerAKHLAK")
        page.get_by_role("button", name="Masukkan ke kumpulan").click(timeout=60_000)
        page.get_by_role("combobox", name="Masukkan ke kumpulan").fill("Nilai dasar")
        page.keyboard.press("Enter")
        page.get_by_role("button", name=re.compile(r"Masukkan \d+ artikel")).click()
        news(page, "masuk ke kumpulan Nilai dasar")
        found = collections_of(data)["Nilai dasar"]
        assert 0 < found < 10

        page.goto(f"{address}/arsip")
        page.get_by_text("Kumpulan", exact=True).click(timeout=60_000)
        page.get_by_role("button", name="Lihat artikelnya").click()
        news(page, f"{found} dari 10 artikel.")
        expect(page.get_by_role("button", name="kumpulan: Nilai dasar ✕")).to_be_visible()
        go(page, "Cek Kutipan")
        expect(page.get_by_role("button", name="kumpulan: Nilai dasar ✕")).to_be_visible(timeout=60_000)
        page.get_by_label("Kutipan atau seluruh naskah").fill("Warga panen kopi di lereng gunung.")
        page.get_by_role("button", name="Periksa", exact=True).click()
        news(page, f"({found} artikel diperiksa)")
        page.get_by_role("button", name="kumpulan: Nilai dasar ✕").click()
        expect(page.get_by_role("button", name="kumpulan: Nilai dasar ✕")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 390)])
def test_no_part_of_it_has_a_serious_violation(desk: tuple[str, Path], scheme: str, width: int) -> None:
    address, data = desk
    with Store(data / STORE_FILE) as store:
        kept = Collections(store.database)
        if "Terbatas" not in [one.name for one in kept.all()]:
            kept.make("Terbatas")
            kept.show_to("Terbatas", ["budi"])
    found: dict[str, list[str]] = {}
    with chromium() as browser:
        page, _, _ = watched(browser, width, scheme)  # type: ignore[arg-type]
        page.goto(f"{address}/arsip")
        page.get_by_text("Pilih artikel", exact=True).click(timeout=60_000)
        page.get_by_text("di halaman ini").click()
        news(page, "10 artikel dipilih.")
        found["pilihan"] = violations(page)
        page.get_by_text("Kumpulan", exact=True).click()
        page.get_by_text("Terbatas", exact=True).wait_for(timeout=60_000)
        found["kumpulan"] = violations(page)
        card = page.get_by_test_id("stLayoutWrapper").filter(has_text="Terbatas").last
        card.get_by_role("button", name="Atur").last.click()
        page.get_by_label("Pembaca", exact=True).wait_for()
        page.wait_for_timeout(500)
        found["atur"] = violations(page)
    assert {name: told for name, told in found.items() if told} == {}


def test_what_a_reader_may_not_see_is_on_no_page(network: str) -> None:
    with chromium() as browser:
        budi, _, _ = watched(browser)
        log_in(budi, network, "budi")
        seen: dict[str, str] = {}

        def look(name: str) -> None:
            budi.wait_for_timeout(1500)
            seen[name] = budi.locator("body").inner_text()

        ask(budi, "Siapa yang mundur dari jabatannya?")
        budi.get_by_role("button", name="Tanya lagi").wait_for(timeout=90_000)
        look("tanya")
        assert "1 artikel di arsip ini" in seen["tanya"]
        for path in (
            "arsip", "arsip?artikel=rahasia.txt", "cari?q=mundur", "cari?q=kata*", 'cari?q=kumpulan:"Embargo"',
            "cari?q=kalirejo", "kutipan", "riwayat", "sistem", "bantuan",
        ):  # fmt: skip
            budi.goto(f"{network}/{path}")
            budi.get_by_role("heading", level=1).wait_for(timeout=60_000)
            look(path)
        budi.goto(f"{network}/arsip")
        for part in ("Grafik", "Kumpulan"):
            budi.get_by_text(part, exact=True).click(timeout=60_000)
            look(part)
        asked = {"arsip?artikel=rahasia.txt", 'cari?q=kumpulan:"Embargo"'}  # his own words are told to him
        assert {
            name: MARKS.findall(text) for name, text in seen.items() if name not in asked and MARKS.search(text)
        } == {}
        assert "tidak ada di arsip" in seen["arsip?artikel=rahasia.txt"]
        assert "tidak ada; yang ada: Terbuka" in seen['cari?q=kumpulan:"Embargo"']
        assert "1 artikel" in seen["Kumpulan"] and "Embargo" not in seen["Kumpulan"]
        assert "Atur" not in seen["Kumpulan"] and "Kumpulan baru" not in seen["Kumpulan"]


def test_an_editor_sets_who_sees_it_and_it_holds_at_once(network: str) -> None:
    with chromium() as browser:
        (ani, _, _), (citra, _, _) = watched(browser), watched(browser)
        log_in(citra, network, "citra")
        citra.goto(f"{network}/arsip?artikel=rahasia.txt")
        citra.get_by_text("Sidik jari").wait_for(timeout=60_000)  # she is named
        log_in(ani, network, "ani")
        ani.goto(f"{network}/arsip")
        ani.get_by_text("Kumpulan", exact=True).click(timeout=60_000)
        ani.get_by_text("terbatas: redaktur dan citra").wait_for(timeout=60_000)
        ani.get_by_role("button", name="Atur").first.click()
        ani.get_by_text("Redaktur saja", exact=True).click()
        ani.get_by_role("button", name="Simpan siapa yang melihat").click()
        news(ani, "Kumpulan Embargo: terbatas: redaktur saja.")
        citra.reload()
        citra.get_by_text("tidak ada di arsip").wait_for(timeout=60_000)
        assert not re.search("zubaidillah|wirangrong", citra.locator("body").inner_text(), re.IGNORECASE)
        ani.get_by_role("button", name="Batalkan", exact=True).click()
        news(ani, "Dibatalkan")
        citra.reload()
        citra.get_by_text("Sidik jari").wait_for(timeout=60_000)
