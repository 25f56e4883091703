"""The same article in every format: alone, and in archives."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from reading import FILES, LINES, TEXT, article_in, found_in, tarred, zipped

from index.articles import RawArticle
from index.readers.files import could_be_read
from index.readers.formats import format_of


@pytest.mark.parametrize("name", FILES)
def test_the_article_is_read_word_for_word(name: str) -> None:
    content, article = FILES[name]
    assert article_in(name, content) == article


@pytest.mark.parametrize("name", FILES)
def test_every_word_stands_in_its_order(name: str) -> None:
    words = article_in(name, FILES[name][0]).text.split()
    assert words[-len(TEXT.split()) :] == TEXT.split()
    assert "\n".join(LINES) in article_in(name, FILES[name][0]).text.replace("\n\n", "\n")


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", FILES)
def test_the_article_is_read_from_an_archive(name: str, pack: object) -> None:
    content, article = FILES[name]
    archive = pack({f"2021/{name}": content})  # type: ignore[operator]
    inner = f":{article.place}" if article.place else ""
    assert found_in("arsip.zip", archive) == [replace(article, place=f"2021/{name}{inner}")]


def test_all_formats_in_one_archive_have_places_of_their_own() -> None:
    found = found_in("arsip.zip", zipped({name: content for name, (content, _) in FILES.items()}))
    assert [raw.place.split(":")[0] for raw in found if isinstance(raw, RawArticle) and raw.place] == list(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_name_without_suffix_does_not_hide_a_format_with_a_mark(name: str, tmp_path: Path) -> None:
    content = FILES[name][0]
    known = format_of("berita", BytesIO(content))
    has_no_mark = name.rpartition(".")[2] in ("txt", "md", "csv", "tsv", "json", "jsonl")
    assert known == (None if has_no_mark else format_of(name, BytesIO(content)))
    path = tmp_path / "berita"
    path.write_bytes(content)
    assert could_be_read(path) == (known is not None)
