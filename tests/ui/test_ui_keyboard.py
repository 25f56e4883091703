"""Without a mouse: collections and who sees them, what is kept, the table of quotations; each for everyone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import focused, tab, violations_in_both, wait_until
from archive import RICE, SAID, data_folder
from browser import CHROMIUM, PATIENCE_MS, START_S, chromium, scripted_at, watched
from fakes import WordEmbedder
from indexed import index
from playwright.sync_api import FileChooser, Page, expect
from sheets import xlsx

from index.articles import Article
from index.storage.repository import Store
from rag.serving.access.accounts import EDITOR, READER, Accounts
from rag.serving.kept_searches import KeptSearches
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
ROAD = Article(
    id="jalan.txt", path="jalan.txt", title="Jalan desa diperbaiki", date="2023-05-10", publisher="Kabar Kota",
    text="Jalan menuju pasar akan diperbaiki sebelum musim hujan tiba, kata Bupati Ratna Dewi, Rabu.",
)  # fmt: skip
NEWS = "Gudang beras penuh\nSabtu, 10 April 2021\nGudang beras penuh sampai ke pintu. Petani menunggu sejak Selasa.\n"
SECRET = "padi menguning di sawah"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return data_folder(tmp_path / "data", RICE, ROAD)


@pytest.fixture
def address(data: Path) -> Iterator[str]:
    with scripted_at(data) as address:
        yield address


@pytest.fixture
def page() -> Iterator[Page]:
    """A page whose mouse is not there."""
    with chromium() as browser:
        page, _, _ = watched(browser)
        page.add_init_script("addEventListener('pointerdown', () => { window.clicked = true }, true)")
        yield page
        assert page.evaluate("window.clicked") is None


def told(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def test_a_collection_is_made_closed_filled_and_undone(data: Path, page: Page) -> None:
    for name, role in (("ani", EDITOR), ("citra", READER)):
        Accounts(data).add(name, SECRET, role)
    found: dict[str, list[str]] = {}
    with scripted_at(data, door="sandi") as address:
        page.goto(address)
        if focused(page) != "Nama":
            tab(page, "Nama")
        page.keyboard.type("ani")
        tab(page, "Kata sandi")
        page.keyboard.type(SECRET)
        page.keyboard.press("Enter")
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=START_S * 1000)
        tab(page, "Arsip", back=True)
        page.keyboard.press("Enter")
        told(page, "2 dari 2 artikel.")
        tab(page, "Daftar")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        told(page, "Belum ada kumpulan.")
        tab(page, "Kumpulan baru")
        page.keyboard.type("Liputan")
        page.keyboard.press("Enter")
        told(page, "Kumpulan Liputan dibuat.")
        assert focused(page) == "Kumpulan baru"
        tab(page, "Atur")
        page.keyboard.press("Enter")
        told(page, "Siapa yang melihatnya")
        tab(page, "Semua pembaca")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.get_by_label("Pembaca", exact=True).wait_for()
        assert focused(page) == "Redaktur dan pembaca yang disebut"
        tab(page, "Pembaca")
        page.keyboard.type("cit")
        page.keyboard.press("Enter")
        found["Atur"] = violations_in_both(page)
        tab(page, "Simpan siapa yang melihat")
        page.keyboard.press("Enter")
        told(page, "Kumpulan Liputan: terbatas: redaktur dan citra.")
        page.keyboard.press("Escape")
        expect(page.get_by_text("Siapa yang melihatnya")).to_be_hidden()
        assert focused(page) == "Atur"
        tab(page, "Kumpulan", back=True)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Space")
        told(page, "2 dari 2 artikel.")
        tab(page, "Pilih artikel")
        page.keyboard.press("Space")
        told(page, "Pilih 2 di halaman ini")
        tab(page, "Pilih Jalan desa diperbaiki")
        page.keyboard.press("Space")
        told(page, "1 artikel dipilih.")
        assert focused(page) == "Pilih Jalan desa diperbaiki"
        tab(page, "Masukkan ke kumpulan", back=True)
        page.keyboard.type("Liputan")
        page.keyboard.press("Enter")
        found["pilihan"] = violations_in_both(page)
        tab(page, "Masukkan 1 artikel")
        page.keyboard.press("Enter")
        told(page, "1 artikel masuk ke kumpulan Liputan (1 artikel).")
        assert focused(page) == "Masukkan 1 artikel"
        tab(page, "Batalkan", back=True)
        page.keyboard.press("Enter")
        told(page, "Dibatalkan")
    assert {name: items for name, items in found.items() if items} == {}


def test_a_search_is_kept_told_of_and_let_go(address: str, data: Path, page: Page, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    page.goto(f"{address}/cari")
    box = page.get_by_label("Yang dicari")
    expect(box).to_be_focused()
    page.keyboard.type("beras")
    page.keyboard.press("Enter")
    told(page, "1 artikel, 3 temuan.")
    assert focused(page) == "Yang dicari"
    found["temuan"] = violations_in_both(page)
    tab(page, "Kabari saya")
    page.keyboard.press("Enter")
    told(page, "Artikel baru yang cocok dengan pencarian ini")
    tab(page, "Nama")
    page.keyboard.type("Beras")
    tab(page, "Simpan")
    page.keyboard.press("Enter")
    told(page, "Tersimpan. 1 artikel sudah cocok; yang baru akan dikabarkan.")
    found["disimpan"] = violations_in_both(page)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Tersimpan.")).to_be_hidden()
    assert focused(page) == "Kabari saya"
    (tmp_path / "baru").mkdir()
    (tmp_path / "baru" / "gudang.txt").write_text(NEWS, "utf-8")
    with Store(data / STORE_FILE) as store:
        index(store, tmp_path / "baru")
        KeptSearches(store, WordEmbedder).check()
    tab(page, "Tanya", back=True)
    page.keyboard.press("Enter")
    told(page, "1 artikel baru cocok.")
    found["kabar"] = violations_in_both(page)
    tab(page, "Gudang beras penuh")
    page.keyboard.press("Enter")
    told(page, "Sidik jari")
    tab(page, "Tanya", back=True)
    page.keyboard.press("Enter")
    told(page, "1 artikel baru cocok.")
    tab(page, "Tandai sudah dilihat")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 artikel baru cocok.")).to_be_hidden()
    tab(page, "Yang Anda simpan")
    page.keyboard.press("Enter")
    told(page, "1 tersimpan; tidak ada yang baru.")
    tab(page, "Hapus")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Yang Anda simpan")).to_be_hidden()
    assert {name: items for name, items in found.items() if items} == {}


def test_a_table_of_quotations_is_checked_looked_through_and_taken_along(
    address: str, page: Page, tmp_path: Path
) -> None:
    table = tmp_path / "klaim.xlsx"
    rows = [["Narasumber", "Kutipan"], ["Budi Santoso", SAID], ["Budi", SAID.replace("85", "58")], ["Ani", ""]]
    table.write_bytes(xlsx({"Klaim": rows}))
    found: dict[str, list[str]] = {}
    choosers: list[FileChooser] = []
    # well ahead: the browser has to learn that its own window is not wanted
    page.on("filechooser", lambda chooser: choosers.append(chooser))
    page.goto(f"{address}/kutipan")
    expect(page.get_by_label("Kutipan atau seluruh naskah")).to_be_focused()
    tab(page, "Daftar kutipan (CSV, XLSX)", back=True)
    page.keyboard.press("Space")
    told(page, "Satu kutipan tiap baris")
    tab(page, "Pilih berkas")
    page.keyboard.press("Enter")
    for _ in range(PATIENCE_MS // 100):
        if not choosers:
            page.wait_for_timeout(100)
    choosers[0].set_files(table)
    told(page, "3 baris, 1 di antaranya tidak dapat diperiksa.")
    tab(page, "Tokoh")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    found["kolom"] = violations_in_both(page)
    tab(page, "Periksa 2 kutipan")
    page.keyboard.press("Enter")
    told(page, "PERSIS 1 · BERUBAH 1")
    page.get_by_role("button", name="Periksa ulang").wait_for()
    found["hasil"] = violations_in_both(page)
    tab(page, "Unduh ClaimReview")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    reviews = json.loads(download.value.path().read_text("utf-8"))["@graph"]
    assert [review["reviewRating"]["ratingValue"] for review in reviews] == [5, 2]
    tab(page, "Buka Warta Desa")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".ta-proof")).to_be_in_viewport()
    found["artikel"] = violations_in_both(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    wait_until(page, "document.activeElement.textContent.includes('Buka Warta Desa')")
    tab(page, "Perlu dilihat (1)", back=True)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("h3.ta-card")).to_have_text(["Baris 4: kolom Kutipan kosong"])
    tab(page, "Kembali ke semua daftar", back=True)
    page.keyboard.press("Enter")
    told(page, "Satu kutipan tiap baris")
    tab(page, "klaim.xlsx")
    page.keyboard.press("Enter")
    tab(page, "Hapus daftar ini")
    page.keyboard.press("Enter")
    told(page, "Satu kutipan tiap baris")
    assert {name: items for name, items in found.items() if items} == {}


def test_enter_is_heard_before_the_button_is_there(address: str, page: Page) -> None:
    page.goto(f"{address}/cari")
    expect(page.get_by_label("Yang dicari")).to_be_focused()
    button = page.get_by_test_id("stFormSubmitButton").get_by_role("button")
    button.evaluate("button => { button.disabled = true }")  # as where a slow machine has not drawn it yet
    page.keyboard.type("jalan")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert "q=" not in page.url
    button.evaluate("button => { button.disabled = false }")
    told(page, "1 artikel, 2 temuan.")
