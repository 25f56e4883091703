"""A small archive for tests of quotations: articles written here, indexed without any model."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fakes import WordEmbedder

from index.articles import Article
from index.pipeline.writer import Writer
from index.storage.repository import Store
from rag.quotation.checker import QuoteChecker
from rag.serving.loading import STORE_FILE

SAID = "Harga beras di pasar induk turun 85 persen sejak panen raya dimulai"
RICE = Article(
    id="panen.txt", path="panen.txt", title="Harga beras turun", date="2023-04-03", publisher="Warta Desa",
    text=f"Harga beras turun. “{SAID},” kata Kepala Pasar Budi Santoso, Senin. Gudang penuh.",
)  # fmt: skip


@contextmanager
def archive(folder: Path, *articles: Article | str) -> Iterator[QuoteChecker]:
    """Yield a checker of these articles; a text alone becomes the article ``a0``, ``a1``, ..."""
    with Store(folder / "arsip.sqlite3", create=True) as store:
        put(store, *articles)
        yield QuoteChecker(store)


def put(store: Store, *articles: Article | str) -> None:
    writer = Writer(store, WordEmbedder(), 1)
    for number, item in enumerate(articles):
        writer.add(Article(id=f"a{number}", text=item, path=f"a{number}.txt") if isinstance(item, str) else item)
    writer.flush()


def data_folder(folder: Path, *articles: Article | str) -> Path:
    """Make a data folder whose archive holds these articles; return it."""
    with Store(folder / STORE_FILE, create=True) as store:
        put(store, *articles)
    return folder
