"""A PDF in a real Chromium: shown as its page with the cited sentence marked, where it stands and nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import violations
from browser import CHROMIUM, chromium, opened, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect
from printed import printed

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from index.text.sentences import sentence_spans
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
TWO_COLUMNS, FOUR_PAGES = 3, 10
Served = tuple[str, Path, dict[str, str]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, data = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("data")
    for name, number in (("kolom.pdf", TWO_COLUMNS), ("halaman.pdf", FOUR_PAGES), ("berubah.pdf", TWO_COLUMNS + 1)):
        (folder / name).write_bytes(printed(number))
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
        found = {name: store.article(name) for name in ("kolom.pdf", "halaman.pdf", "berubah.pdf")}
        texts = {name: article.text for name, article in found.items() if article is not None}
    (folder / "berubah.pdf").write_bytes(printed(TWO_COLUMNS + 3))
    with scripted_at(data) as address:
        yield address, folder, texts


def sentence_address(served: Served, name: str, number: int) -> tuple[str, str]:
    address, _, texts = served
    start, end = list(sentence_spans(texts[name]))[number]
    return f"{address}/arsip?artikel={name}&dari={start}&sampai={end}", texts[name][start:end]


def unexpected(errors: list[str]) -> list[str]:
    return [error for error in errors if "404" not in error]  # Streamlit asks below a deep address first


def has_ink(page: Page) -> bool:
    """Tell whether the picture is there, and every box lies within it."""
    picture = page.locator(".ta-page img")
    expect(picture).to_be_visible(timeout=30_000)
    return bool(
        picture.evaluate(
            """image => { const frame = image.getBoundingClientRect();
            return image.naturalWidth > 500 && [...document.querySelectorAll('.ta-page mark')].every(mark => {
            const box = mark.getBoundingClientRect();
            return box.left >= frame.left && box.right <= frame.right + 2 && box.top >= frame.top
            && box.bottom <= frame.bottom + 2 && box.width > 5 && box.height > 3; }); }"""
        )
    )


def test_a_cited_sentence_is_marked_on_its_page(served: Served) -> None:
    with opened(served[0]) as (page, _, errors):
        address, _ = sentence_address(served, "kolom.pdf", 4)
        page.goto(address)
        expect(page.locator(".ta-page mark").first).to_be_in_viewport(timeout=30_000)
        assert has_ink(page) and page.locator(".ta-note").count() == 0
        page.get_by_text("Teks bersih", exact=True).click()
        expect(page.locator(".ta-article .ta-proof")).to_have_text(sentence_address(served, "kolom.pdf", 4)[1])
        assert unexpected(errors) == []


def test_pages_turn_and_say_where_the_sentence_is(served: Served) -> None:
    with opened(served[0]) as (page, _, errors):
        page.goto(sentence_address(served, "halaman.pdf", -3)[0])
        expect(page.get_by_text("Halaman 4 dari 4", exact=True)).to_be_visible(timeout=30_000)
        expect(page.get_by_role("button", name="Halaman berikutnya")).to_be_disabled()
        page.get_by_role("button", name="Halaman sebelumnya").click()
        expect(page.locator(".ta-note")).to_have_text("Kalimat yang dikutip ada di halaman 4.", timeout=30_000)
        expect(page.locator(".ta-page mark")).to_have_count(0)
        assert violations(page) == [] and unexpected(errors) == []


def test_a_file_that_has_changed_is_told_and_the_text_is_shown(served: Served) -> None:
    with opened(served[0]) as (page, _, errors):
        address, cited = sentence_address(served, "berubah.pdf", 2)
        page.goto(address)
        expect(page.locator(".ta-note")).to_contain_text("sudah berubah, jadi halamannya tidak", timeout=30_000)
        expect(page.locator(".ta-article .ta-proof")).to_have_text(cited)
        expect(page.locator(".ta-page")).to_have_count(0)
        assert unexpected(errors) == []


def test_a_hit_opens_on_its_page_also_on_a_phone(served: Served) -> None:
    with chromium() as browser:
        page, _, errors = watched(browser, width=390, scheme="dark")
        page.goto(f"{served[0]}/cari")
        box = page.get_by_label("Yang dicari")
        box.fill(f'"{" ".join(sentence_address(served, "kolom.pdf", 4)[1].split()[1:6])}"')
        box.press("Enter")
        page.get_by_role("button", name="Buka di sini").first.click(timeout=30_000)
        assert has_ink(page)
        expect(page.get_by_role("dialog").locator(".ta-page mark").first).to_be_in_viewport(timeout=30_000)
        assert unexpected(errors) == []
