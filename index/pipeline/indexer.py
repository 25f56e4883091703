"""Folder → store, incremental: only what changed is read, embedded and written.

    file → raw articles → articles → passages → vectors and stems → store → stories

A file is recorded as done after its last article is in, so an interrupted run takes up where it was. A vector is named
by the digest of the text it was made of: what was embedded once, in a file now renamed or in a paragraph now moved, is
not embedded again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO

from index.articles import Article
from index.errors import EmbedderMismatch, InputError
from index.pipeline.discovery import files_of
from index.pipeline.embedder import Embedder
from index.pipeline.preparation import prepare
from index.pipeline.progress import Progress, Report
from index.pipeline.sidecar import Sidecars, Stated
from index.pipeline.writer import BATCH_TOKENS, Writer
from index.readers.bad_record import BadRecord
from index.readers.dispatch import Found
from index.readers.files import open_file, read
from index.storage.corrections import Corrections
from index.storage.digest import sha256_of
from index.storage.full_text import FullText
from index.storage.ngram_index import Runs
from index.storage.repository import Store, Stored
from index.storage.story_groups import Stories
from index.text.timestamps import WIB

# Raise it when readers, cleaning, metadata, passages or stems change what they make: files are then read again.
PIPELINE_VERSION = 3
_log = logging.getLogger("tanya.indexer")


@dataclass(frozen=True)
class _File:
    """A file to be read; ``digest`` covers its bytes, what a sidecar states of it, and the archive's zone."""

    path: Path
    root: Path
    size: int
    digest: str
    stated: dict[str, Stated]


class Indexer:
    """Brings folders and files into one store.

    >>> Indexer(store, embedder).run([Path("articles")]).added  # doctest: +SKIP
    10
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        progress: Callable[[Progress], None] = lambda _: None,
        batch_tokens: int = BATCH_TOKENS,
        zone: tzinfo = WIB,
    ) -> None:
        self._store = store
        self._zone = zone
        self._embedder = embedder
        self._progress = progress
        self._report = Report()
        self._writer = Writer(store, embedder, PIPELINE_VERSION, batch_tokens)
        self._corrections = Corrections(store.database)
        self._moved: set[str] = set()  # files that are gone, found again under another name
        self._taken_over: set[str] = set()  # files that are gone from outside the indexed folders
        self._done_bytes = self._total_bytes = 0

    def run(self, paths: Sequence[Path]) -> Report:
        """Bring the store in step with these folders and files; what has gone from a folder goes from the store.

        Raises InputError, before anything is written, for a path that is missing or a folder with nothing to read;
        EmbedderMismatch where the store was made with another embedder.
        """
        check_embedder(self._store, self._embedder.identity)
        files = {path: root for root in paths for path in files_of(root, self._report.skipped.append, self._other)}
        folders = [root.resolve() for root in paths if root.is_dir()]
        gone = self._gone(folders, set(files))
        known = self._store.files()
        changed = self._changed(files, known)
        self._total_bytes = sum(file.size for file in changed)
        moved_from = {known[name][0]: name for name in gone if name in known}
        for file in changed:
            self._index_file(file, moved_from.pop(file.digest, None))
            self._done_bytes += file.size
        self._finish()
        self._remove(gone)
        for name in self._taken_over - set(gone):
            self._store.remove_file(name)
        Runs(self._store).refresh()
        FullText(self._store).refresh()
        self._report.grouped = Stories(self._store).refresh()
        return self._report

    def reembed(self) -> Report:
        """Make the passages and vectors of every stored article anew with this embedder; an interrupted run goes on."""
        for id, stored in self._store.stored_articles().items():
            article = self._store.article(id)
            if article is None or stored.embedder == self._embedder.identity:
                self._report.unchanged += 1
                continue
            self._report.changed += 1
            self._writer.add(article)
        self._finish()
        Runs(self._store).refresh()
        FullText(self._store).refresh()
        self._report.grouped = Stories(self._store).refresh()
        return self._report

    def _finish(self) -> None:
        self._writer.flush()
        self._report.embedded = self._writer.embedded
        self._progress(Progress(self._report, self._done_bytes, self._total_bytes))

    # --- which files ---

    def _other(self, path: Path) -> None:
        self._report.other_files += 1

    def _gone(self, folders: list[Path], present: set[Path]) -> list[str]:
        """Return the stored files below these folders that are there no more."""
        paths = {name: Path(name) for name in self._store.paths()}
        return sorted(
            name
            for name, path in paths.items()
            if path not in present and any(folder in path.parents for folder in folders)
        )

    def _changed(self, files: dict[Path, Path], known: dict[str, tuple[str, int]]) -> list[_File]:
        sidecars = Sidecars(self._report.failed.append)
        counts = self._store.article_counts()
        changed = []
        for path, root in files.items():
            if not _is_utf8(str(path)):
                self._report.failed.append(
                    f"{str(path)!r}: nama berkasnya bukan UTF-8; ganti namanya lalu jalankan lagi"
                )
                continue
            folder = root.resolve() if root.is_dir() else path.parent
            stated = sidecars.rows_for(path, folder)
            try:
                with open_file(path) as stream:
                    digest, size = _digest(stream, stated, self._zone), stream.tell()
            except InputError as error:
                _log.warning("not-opened", exc_info=True, extra=_of(path))
                self._report.failed.append(str(error))
                continue
            if known.get(str(path)) == (digest, PIPELINE_VERSION):
                self._report.unchanged += counts.get(str(path), 0)
            else:
                changed.append(_File(path, folder, size, digest, stated))
        return changed

    def _remove(self, gone: list[str]) -> None:
        for name in gone:
            if name not in self._moved:
                self._report.removed += len(self._store.stored_articles(name))
            self._store.remove_file(name)

    # --- a file and its articles ---

    def _index_file(self, file: _File, moved_from: str | None) -> None:
        name = str(file.path)
        stored = self._store.stored_articles(name)
        seen: set[str] = set()
        whole = True
        if moved_from:
            self._moved.add(moved_from)
        if not file.size:
            self._report.skipped.append(f"{file.path}: kosong")
        for number, raw in enumerate(self._articles(file)):
            if isinstance(raw, BadRecord):
                whole = self._bad(file, raw) and whole
                continue
            self._progress(Progress(self._report, self._done_bytes, self._total_bytes))
            id = raw.id or self._id_of(file, raw.place, number, stored)
            found = prepare(raw, id=id, path=name, stated=file.stated.get(raw.place or ""), zone=self._zone).article
            article = self._corrections.applied(found)
            if self._corrections.is_removed(id):
                self._report.skipped.append(f"{file.path}: artikel {id} sudah dihapus dari arsip")
                seen.add(id)
            elif not article.text:
                self._report.skipped.append(f"{file.path}: artikel {id} tidak berisi teks")
            elif id in seen or not self._free_for(id, name):
                self._report.failed.append(f"{file.path}: id {id} sudah dipakai artikel lain; beri id yang berbeda")
                whole = False
            else:
                seen.add(id)
                self._put(article, stored.get(id), moved=moved_from is not None)
        if whole:  # where something could not be read, the old article may be the one behind it: it stays
            gone = [id for id in stored if id not in seen]
            self._store.remove_articles(gone)
            self._report.removed += len(gone)
            self._writer.finish_file(name, file.digest)

    def _articles(self, file: _File) -> Iterator[Found]:
        """Yield what the reader finds; whatever its library raises costs this file only."""
        if not file.size:
            return
        done = self._done_bytes
        try:
            with open_file(file.path) as stream:
                for found in read(file.path.name, stream):
                    self._done_bytes = done + _position(stream, file.size)
                    yield found
        except InputError as error:
            _log.warning("not-read", exc_info=True, extra=_of(file.path))
            yield BadRecord(str(error))
        except Exception as error:
            _log.exception("not-read", extra=_of(file.path))
            yield BadRecord(f"tidak dapat dibaca ({type(error).__name__}: {error}); periksa berkasnya")
        self._done_bytes = done

    def _bad(self, file: _File, record: BadRecord) -> bool:
        """Tell of what could not be read; return whether the rest of the file is all there is."""
        place = f"{file.path}/{record.place}" if record.place else str(file.path)
        place = f"{place}:{record.line}" if record.line else place
        if not record.skipped:
            _log.warning("bad-record", extra={"fields": {"file": str(file.path), "line": record.line}})
        advice = "" if record.skipped or ";" in record.reason else "; perbaiki lalu jalankan lagi"
        (self._report.skipped if record.skipped else self._report.failed).append(f"{place}: {record.reason}{advice}")
        return record.skipped

    def _put(self, article: Article, stored: Stored | None, *, moved: bool) -> None:
        if stored is not None and (stored.sha256, stored.pipeline) == (article.sha256, PIPELINE_VERSION):
            self._report.unchanged += 1
            return
        if stored is not None:
            self._report.changed += 1
        elif moved:
            self._report.moved += 1
        else:
            self._report.added += 1
        self._writer.add(article)

    def _id_of(self, file: _File, place: str | None, number: int, stored: dict[str, Stored]) -> str:
        """Return the id of an article whose file names none: the file's path below the folder, and its place."""
        base = _stored_name(file.path, stored) or file.path.relative_to(file.root).as_posix()
        name = base if number == 0 and place is None else f"{base}:{place or number + 1}"
        if self._free_for(name, str(file.path)):
            return name
        return f"{name}~{hashlib.sha256(str(file.path).encode()).hexdigest()[:6]}"

    def _free_for(self, id: str, path: str) -> bool:
        """Tell whether an article of this file may have this id: that of no other file which still exists."""
        owner = self._writer.owner(id)
        if owner in (None, path):
            return True
        if Path(str(owner)).exists():
            return False
        self._taken_over.add(str(owner))  # the file has moved here
        return True


def check_embedder(store: Store, identity: str) -> None:
    """Raise EmbedderMismatch unless all vectors of the store come from this embedder."""
    others = [name for name in store.embedders() if name != identity]
    if others:
        raise EmbedderMismatch(
            f"Indeks {store.path.parent} dibuat dengan model {others[0]}, sekarang dipakai {identity}; "
            f"pasang lagi model itu atau buat ulang vektornya: tanya index --reembed --data {store.path.parent}"
        )


def _stored_name(path: Path, stored: dict[str, Stored]) -> str | None:
    """Return the name by which a file's articles are known: given alone, it keeps the one it got in its folder."""
    for id in stored:
        end = id.find(path.name) + len(path.name)
        if path.name in id and f"/{path}".endswith(f"/{id[:end]}"):
            return id[:end]
    return None


def _of(path: Path) -> dict[str, dict[str, str]]:
    return {"fields": {"file": str(path)}}


def _digest(stream: BinaryIO, stated: dict[str, Stated], zone: tzinfo) -> str:
    """Return the digest of all that an article is made of; what is as in most archives leaves it that of the file."""
    digest = sha256_of(stream)
    beside = f"{sorted(stated.items()) if stated else ''}{'' if zone == WIB else zone}"
    return hashlib.sha256(f"{digest}{beside}".encode()).hexdigest() if beside else digest


def _position(stream: BinaryIO, size: int) -> int:
    return 0 if stream.closed else min(size, stream.tell())  # some libraries close what they read


def _is_utf8(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)
