"""With a password set: nothing without it; two readers see nothing of each other; a reader is no editor."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, go, hosts, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.access.accounts import EDITOR, READER, Accounts
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SECRETS = {"ani": "padi menguning di sawah", "budi": "hujan turun di bulan juni"}
TEXT = "Jembatan Kalirejo dibangun sepanjang 120 meter. Warga Kalirejo gembira."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, data = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("data")
    (folder / "jembatan.txt").write_text(TEXT, "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
    Accounts(data).add("ani", SECRETS["ani"], EDITOR)
    Accounts(data).add("budi", SECRETS["budi"], READER)
    with scripted_at(data, {"Kalirejo": "Jembatan Kalirejo dibangun sepanjang 120 meter."}, door="sandi") as address:
        yield address


def log_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Nama").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk").click()


@pytest.mark.parametrize(
    "path", ["/", "/arsip", "/static/index.html", "/_stcore/health", "/_stcore/host-config", "/media/x"]
)
def test_no_route_without_it(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address + path, timeout=10)
    assert refused.value.code == 401
    assert "Kata sandi" in refused.value.read().decode()
    refused.value.close()


def test_no_websocket_without_it(address: str) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus) as refused:
        connect(address.replace("http", "ws") + "/_stcore/stream")
    assert refused.value.response.status_code == 403


def test_each_sees_only_what_is_theirs(address: str) -> None:
    with chromium() as browser:
        (ani, requests, _), (budi, _, _) = watched(browser), watched(browser)
        log_in(ani, address, "ani", "salah salah salah")
        expect(ani.get_by_role("alert")).to_have_text("Nama atau kata sandi salah.")
        log_in(ani, address, "ani", SECRETS["ani"])
        ask(ani, "Berapa panjang Jembatan Kalirejo?")
        ani.locator(".ta-cite").first.wait_for(timeout=60_000)
        conversation = ani.url
        go(ani, "Riwayat")
        ani.get_by_text("Berapa panjang Jembatan Kalirejo?").wait_for(timeout=60_000)
        go(ani, "Arsip")
        expect(ani.get_by_text("Tambah", exact=True)).to_be_visible(timeout=60_000)

        log_in(budi, address, "budi", SECRETS["budi"])
        budi.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        budi.goto(conversation)  # another's conversation by its very address
        budi.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        budi.wait_for_timeout(1000)
        assert "Kalirejo?" not in budi.locator("body").inner_text()
        go(budi, "Riwayat")
        budi.get_by_text("Belum ada pertanyaan.").wait_for(timeout=60_000)
        go(budi, "Arsip")
        budi.get_by_text("Grafik", exact=True).wait_for(timeout=60_000)
        expect(budi.get_by_text("Tambah", exact=True)).to_have_count(0)
        budi.goto(f"{address}/arsip?artikel=jembatan.txt")
        budi.get_by_text("Sidik jari").wait_for(timeout=60_000)
        expect(budi.get_by_role("button", name="Hapus dari arsip")).to_have_count(0)

        go(ani, "Sistem")
        ani.get_by_role("link", name="Keluar", exact=True).click()
        expect(ani.get_by_label("Kata sandi")).to_be_visible(timeout=60_000)
        ani.goto(f"{address}/riwayat")
        expect(ani.get_by_label("Kata sandi")).to_be_visible()
        assert hosts(requests) == {"127.0.0.1"}


def test_a_check_is_found_by_its_own_reader_alone(address: str) -> None:
    with chromium() as browser:
        (ani, _, _), (budi, _, _) = watched(browser), watched(browser)
        for page, name in ((ani, "ani"), (budi, "budi")):
            log_in(page, address, name, SECRETS[name])
            page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)
        ani.goto(f"{address}/kutipan")
        ani.get_by_label("Kutipan atau seluruh naskah").fill(f"{TEXT} Rahasia Ani.", timeout=60_000)
        ani.get_by_role("button", name="Periksa", exact=True).click()
        ani.locator(".ta-badges").wait_for(timeout=60_000)
        kept = ani.url
        assert re.search(r"\?cek=\d+$", kept)
        budi.goto(kept)  # another's check by its very address
        budi.get_by_text("tidak ada di riwayat Anda").wait_for(timeout=60_000)
        assert budi.locator(".ta-badges").count() == 0
        expect(budi.get_by_label("Kutipan atau seluruh naskah")).to_have_value("")
        assert "Rahasia" not in budi.locator("body").inner_text()
        ani.reload()
        ani.locator(".ta-badges").wait_for(timeout=60_000)
        expect(ani.get_by_label("Kutipan atau seluruh naskah")).to_have_value(f"{TEXT} Rahasia Ani.")


def test_a_plain_reader_checks_a_table_that_is_her_own_and_sees_no_folder(address: str, tmp_path: Path) -> None:
    table = tmp_path / "klaim.csv"
    table.write_text(f"Kutipan,Tokoh\n{TEXT},\nRahasia Budi yang tidak dimuat di mana pun,Budi\n", "utf-8")
    with chromium() as browser:
        (budi, _, _), (ani, _, _) = watched(browser), watched(browser)
        for page, name in ((budi, "budi"), (ani, "ani")):
            log_in(page, address, name, SECRETS[name])
            page.get_by_test_id("stChatInputTextArea").wait_for(timeout=120_000)
        budi.goto(f"{address}/kutipan")
        budi.get_by_text("Daftar kutipan (CSV, XLSX)").click(timeout=60_000)
        budi.locator("input[type=file]").set_input_files(str(table))
        budi.get_by_role("button", name="Periksa 2 kutipan").click(timeout=60_000)
        budi.get_by_role("button", name="Periksa ulang").wait_for(timeout=60_000)
        budi.get_by_text("Rahasia Budi").first.wait_for(timeout=60_000)
        ani.goto(budi.url)  # another's table by its very address
        ani.get_by_text("sudah dihapus, atau milik pembaca lain").wait_for(timeout=60_000)
        ani.get_by_text("Satu kutipan tiap baris").wait_for(timeout=60_000)
        assert "Rahasia" not in ani.locator("body").inner_text()
        assert "klaim.csv" not in ani.locator("body").inner_text()
        for page, sees in ((ani, True), (budi, False)):
            go(page, "Sistem")
            page.get_by_text("Rentang tanggal").wait_for(timeout=60_000)
            assert ("Folder" in page.locator(".ta-table, table").first.inner_text()) is sees
