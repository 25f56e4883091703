"""Folder → store, incremental: only what changed is read, embedded and written.

    file → raw articles → articles → passages → vectors and stems → store

A file is recorded as done after its last article is in, so an interrupted run takes up where it was.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from index.articles import Article
from index.embedder import Embedder
from index.errors import EmbedderMismatch, InputError
from index.passages import MAX_PASSAGE_TOKENS, Passage, split_passages
from index.prepare import prepare
from index.readers import SUFFIXES, is_readable, read_file
from index.readers.bad_record import BadRecord
from index.store import Store, Stored
from index.words import index_stems

# Raise it when readers, cleaning, metadata, passages or stems change what they make: files are then read again.
PIPELINE_VERSION = 1
# Passages embedded together: enough to fill the embedder's batches several times, few enough to lose little.
_BATCH_PASSAGES = 128
_TITLE_CHARS = 200  # a title helps its passages to be found; a page-long one must not crowd them out


@dataclass
class Report:
    """What a run did. ``skipped`` and ``failed`` hold ``place: reason``; a failure makes the command exit 1."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Pending:
    article: Article
    passages: list[Passage]


Progress = Callable[[Report], None]


class Indexer:
    """Brings folders and files into one store.

    >>> Indexer(store, embedder).run([Path("articles")]).added  # doctest: +SKIP
    10
    """

    def __init__(self, store: Store, embedder: Embedder, progress: Progress = lambda report: None) -> None:
        self._store = store
        self._embedder = embedder
        self._progress = progress
        self._report = Report()
        self._pending: list[_Pending] = []
        self._done_files: list[tuple[str, str]] = []

    def run(self, paths: Sequence[Path]) -> Report:
        """Bring the store in step with these folders and files; what has gone from a folder goes from the store.

        Raises InputError, before anything is written, for a path that is missing or a folder with nothing to read;
        EmbedderMismatch where the store was made with another embedder.
        """
        check_embedder(self._store, self._embedder.identity)
        files = {path: root for root in paths for path in _files(root)}
        self._remove_gone([root.resolve() for root in paths if root.is_dir()], set(files))
        known = self._store.files()
        for path, root in files.items():
            self._index_file(path, root, known.get(str(path)))
        self._flush()
        return self._report

    def reembed(self) -> Report:
        """Make the passages and vectors of every stored article anew with this embedder; an interrupted run goes on."""
        for id, stored in self._store.stored_articles().items():
            article = self._store.article(id)
            if article is None or stored.embedder == self._embedder.identity:
                self._report.unchanged += 1
                continue
            self._report.changed += 1
            self._add(article)
        self._flush()
        return self._report

    def _remove_gone(self, folders: list[Path], present: set[Path]) -> None:
        for name in sorted(self._store.paths()):
            path = Path(name)
            if path not in present and any(folder in path.parents for folder in folders):
                self._report.removed += len(self._store.stored_articles(name))
                self._store.remove_file(name)

    def _index_file(self, path: Path, root: Path, known: tuple[str, int] | None) -> None:
        name = str(path)
        if not _is_utf8(name):
            self._report.failed.append(f"{name!r}: nama berkasnya bukan UTF-8; ganti namanya lalu jalankan lagi")
            return
        try:
            content, found = read_file(path)
        except InputError as error:
            self._report.failed.append(str(error))
            return
        digest = hashlib.sha256(content).hexdigest()
        if known == (digest, PIPELINE_VERSION):
            self._report.unchanged += len(self._store.stored_articles(name))
            return
        if not content.strip():
            self._report.skipped.append(f"{path}: kosong")
            found = iter(())
        stored = self._store.stored_articles(name)
        seen: set[str] = set()
        whole = True
        for number, raw in enumerate(found):
            if isinstance(raw, BadRecord):
                whole = False
                place = f"{path}:{raw.line}" if raw.line else str(path)
                self._report.failed.append(f"{place}: {raw.reason}; perbaiki lalu jalankan lagi")
                continue
            id = raw.id or self._id_of(path, root, number, stored)
            article = prepare(raw, id=id, path=name).article
            if not article.text:
                self._report.skipped.append(f"{path}: artikel {id} tidak berisi teks")
            elif id in seen or not self._free_for(id, name):
                self._report.failed.append(f"{path}: id {id} sudah dipakai artikel lain; beri id yang berbeda")
                whole = False
            else:
                seen.add(id)
                self._put(article, stored.get(id))
        if whole:  # where something could not be read, the old article may be the one behind it: it stays
            gone = [id for id in stored if id not in seen]
            self._store.remove_articles(gone)
            self._report.removed += len(gone)
            self._done_files.append((name, digest))

    def _put(self, article: Article, stored: Stored | None) -> None:
        if stored is not None and (stored.sha256, stored.pipeline) == (article.sha256, PIPELINE_VERSION):
            self._report.unchanged += 1
            return
        if stored is None:
            self._report.added += 1
        else:
            self._report.changed += 1
        self._add(article)

    def _add(self, article: Article) -> None:
        (title_tokens,) = self._embedder.count_tokens([(article.title or "")[:_TITLE_CHARS]])
        limit = max(1, min(MAX_PASSAGE_TOKENS, self._embedder.max_tokens - title_tokens))
        self._pending.append(_Pending(article, split_passages(article, self._embedder.count_tokens, limit)))
        if sum(len(pending.passages) for pending in self._pending) >= _BATCH_PASSAGES:
            self._flush()

    def _flush(self) -> None:
        texts = [embedded_text(item.article, passage) for item in self._pending for passage in item.passages]
        vectors = self._embedder.embed_passages(texts) if texts else None
        at = 0
        for item in self._pending:
            count = len(item.passages)
            assert vectors is not None
            stems = [" ".join(index_stems(embedded_text(item.article, passage))) for passage in item.passages]
            self._store.put_article(
                item.article,
                item.passages,
                vectors[at : at + count],
                stems,
                embedder=self._embedder.identity,
                pipeline=PIPELINE_VERSION,
            )
            at += count
        self._pending.clear()
        for name, digest in self._done_files:
            self._store.put_file(name, digest, PIPELINE_VERSION)
        self._done_files.clear()
        self._progress(self._report)

    def _id_of(self, path: Path, root: Path, number: int, stored: dict[str, Stored]) -> str:
        """Return the id of an article whose file names none: its path below the indexed folder."""
        if len(stored) == 1 and path.suffix.lower() != ".jsonl":  # one article a file: it keeps its id
            return next(iter(stored))
        base = path.relative_to(root.resolve()).as_posix() if root.is_dir() else path.name
        name = base if number == 0 else f"{base}:{number + 1}"
        if self._free_for(name, str(path)):
            return name
        return f"{name}~{hashlib.sha256(str(path).encode()).hexdigest()[:6]}"

    def _free_for(self, id: str, path: str) -> bool:
        """Tell whether an article of this file may have this id: that of no other file which still exists."""
        pending = (item.article.path for item in self._pending if item.article.id == id)
        owner = next(pending, None) or self._store.owner(id)
        if owner in (None, path):
            return True
        if Path(str(owner)).exists():
            return False
        self._store.remove_file(str(owner))  # the file has moved here
        return True


def check_embedder(store: Store, identity: str) -> None:
    """Raise EmbedderMismatch unless all vectors of the store come from this embedder."""
    others = [name for name in store.embedders() if name != identity]
    if others:
        raise EmbedderMismatch(
            f"Indeks {store.path.parent} dibuat dengan model {others[0]}, sekarang dipakai {identity}; "
            f"pasang lagi model itu atau buat ulang vektornya: tanya index --reembed --data {store.path.parent}"
        )


def embedded_text(article: Article, passage: Passage) -> str:
    """Return what is embedded and word-indexed for a passage: its article's title, then its text.

    >>> article = Article(id="a", text="Isi.", path="a.txt", title="Judul")
    >>> embedded_text(article, Passage("a", 0, 0, 4, "Isi."))
    'Judul\\nIsi.'
    """
    return f"{article.title[:_TITLE_CHARS]}\n{passage.text}" if article.title else passage.text


def _unreadable(error: OSError) -> NoReturn:
    # Passed over, its articles would seem deleted.
    raise InputError(f"Folder {error.filename} tidak dapat dibaca: {error.strerror}; periksa izinnya.") from error


def _is_utf8(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _files(root: Path) -> Iterator[Path]:
    """Yield the readable files of a folder (hidden ones and links to folders left out), or the one file, resolved."""
    if root.is_file():
        if not is_readable(root):
            raise InputError(f"Format berkas {root} tidak dikenal; yang dapat dibaca: {', '.join(SUFFIXES)}.")
        yield root.resolve()
        return
    if not root.is_dir():
        raise InputError(f"{root} tidak ada; periksa ejaan foldernya.")
    found = False
    for folder, folders, names in os.walk(root.resolve(), onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and is_readable(path) and path.is_file():
                found = True
                yield path
    if not found:
        raise InputError(f"Folder {root} tidak berisi artikel yang dapat dibaca ({', '.join(SUFFIXES)}).")
