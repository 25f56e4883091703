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
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO

from index.articles import Article, text_digest
from index.errors import EmbedderMismatch, InputError
from index.pipeline.discovery import files_of
from index.pipeline.embedder import Embedder
from index.pipeline.progress import Progress, Report
from index.pipeline.reading import Read, Reading, shared
from index.pipeline.sidecar import NAME as SIDECAR
from index.pipeline.sidecar import Sidecars, Stated, load_sidecar
from index.pipeline.writer import BATCH_TOKENS, Writer
from index.readers.bad_record import BadRecord
from index.readers.files import open_file
from index.storage.collections import Collections
from index.storage.corrections import Corrections, corrected
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
        reading: Reading | None = None,
        retry: bool = False,
    ) -> None:
        """``retry`` reads files again that went beyond the limits of reading before and have not changed since."""
        self._store = store
        self._zone = zone
        self._reading = reading or shared()
        self._retry = retry
        self._uploads = store.uploads()
        self._aside: dict[str, tuple[str, int, str]] = {}
        self._embedder = embedder
        self._progress = progress
        self._report = Report()
        self._writer = Writer(store, embedder, PIPELINE_VERSION, batch_tokens)
        self._corrections = Corrections(store.database)
        self._elsewhere: set[str] = set()  # what another machine reads is not gone because it is not here
        self._gone_files: set[str] = set()
        self._moved: set[str] = set()  # files that are gone, found again under another name
        self._taken_over: set[str] = set()  # files that are gone from outside the indexed folders
        self._done_bytes = self._total_bytes = 0

    def run(self, paths: Sequence[Path]) -> Report:
        """Bring the store in step with these folders and files; what has gone from a folder goes from the store.

        Raises InputError, before anything is written, for a path that is missing or a folder with nothing to read;
        EmbedderMismatch where the store was made with another embedder.
        """
        self._store.database.keep_in_step()
        check_embedder(self._store, self._embedder.identity)
        self._settle()
        files = {path: root for root in paths for path in files_of(root, self._report.skipped.append, self._other)}
        self._elsewhere = self._store.elsewhere()
        if seen := self._elsewhere & set(map(str, files)):
            self._store.claim(seen)
            self._elsewhere -= seen
        folders = [root.resolve() for root in paths if root.is_dir()]
        gone = self._gone(folders, set(files))
        self._gone_files = set(gone)
        beyond = [name for name in self._store.set_aside() if Path(name) not in files and Path(name).name != SIDECAR]
        self._store.forget_aside([name for name in beyond if any(one in Path(name).parents for one in folders)])
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
        self._store.packed_words.pack()
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
        self._store.packed_words.pack()
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
        paths = {name: Path(name) for name in self._store.paths() - self._elsewhere}
        return sorted(
            name
            for name, path in paths.items()
            if path not in present and any(folder in path.parents for folder in folders)
        )

    def _changed(self, files: dict[Path, Path], known: dict[str, tuple[str, int]]) -> list[_File]:
        self._aside = self._store.set_aside()
        sidecars = Sidecars(self._report.failed.append, self._sidecar)
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
            if known.get(str(path)) == (digest, PIPELINE_VERSION) or self._is_aside(path, digest):
                self._report.unchanged += counts.get(str(path), 0)
            else:
                changed.append(_File(path, folder, size, digest, stated))
        return changed

    def _is_aside(self, path: Path, digest: str) -> bool:
        """Tell whether a file went beyond the limits of reading before and is the same as then; it is told again."""
        sha256, pipeline, reason = self._aside.get(str(path), ("", 0, ""))
        is_aside = (sha256, pipeline) == (digest, PIPELINE_VERSION) and not self._retry
        if not is_aside and reason:
            self._store.forget_aside([str(path)])
        elif is_aside:
            what = reason.partition(";")[0]
            self._report.skipped.append(f"{path}: {what}; dilewati sampai berkasnya berubah, atau tanya index --retry")
        return is_aside

    def _sidecar(self, path: Path, tell: Callable[[str], None]) -> dict[str, Stated]:
        try:
            with path.open("rb") as stream:
                digest = sha256_of(stream)
        except OSError:
            return load_sidecar(path, tell)  # which tells it
        if self._is_aside(path, digest):
            return {}
        rows, reason = self._reading.sidecar(path, tell)
        if reason is not None:
            tell(f"{path}: {reason}")
            self._store.put_aside(str(path), digest, PIPELINE_VERSION, reason)
        return rows

    def _remove(self, gone: list[str]) -> None:
        for name in gone:
            if name not in self._moved:
                self._report.removed += len(self._store.stored_articles(name))
            self._corrections.forget_moved(list(self._store.stored_articles(name)))
            Collections(self._store.database).forget_moved(list(self._store.stored_articles(name)))
            self._store.remove_file(name)

    # --- a file and its articles ---

    def _index_file(self, file: _File, moved_from: str | None) -> None:
        name = str(file.path)
        stored = self._store.stored_articles(name)
        seen: set[str] = set()
        base = _stored_name(file.path, stored) or file.path.relative_to(file.root).as_posix()
        is_decided = self._corrections.any()  # who decides something holds the right to write, as this run does
        whole, beyond = True, ""
        by, at = self._uploaded(file.path)
        if moved_from:
            self._moved.add(moved_from)
        if not file.size:
            self._report.skipped.append(f"{file.path}: kosong")
        for number, raw in enumerate(self._articles(file)):
            if isinstance(raw, BadRecord):
                whole = self._bad(file, raw) and whole
                beyond = beyond or (raw.reason if raw.limit else "")
                continue
            self._progress(Progress(self._report, self._done_bytes, self._total_bytes))
            id = raw.id or _place_name(base, raw.place, number)
            if not raw.article.text:
                self._report.skipped.append(f"{file.path}: artikel {id} tidak berisi teks")
                continue
            id = raw.id or self._id_of(name, id)
            found = replace(
                raw.article, id=id, path=name, folder=str(file.root), place=raw.place, uploaded_by=by, uploaded_at=at
            )
            article = found
            if is_decided:
                if self._is_held_back(found, moved_from, stored):
                    if id not in stored:
                        seen.add(id)
                    continue
                article = self._decided(found, moved_from)
            if id in seen or (raw.id and not self._free_for(id, name)):
                self._report.failed.append(f"{file.path}: id {id} sudah dipakai artikel lain; beri id yang berbeda")
                whole = False
            else:
                seen.add(id)
                self._put(article, stored.get(id), moved_from)
        if whole:  # where something could not be read, the old article may be the one behind it: it stays
            gone = [id for id in stored if id not in seen]
            self._store.remove_articles(gone)
            self._report.removed += len(gone)
            self._writer.finish_file(name, file.digest, beyond=beyond)
        elif beyond:
            self._writer.finish_file(name, file.digest, beyond=beyond)

    def _uploaded(self, path: Path) -> tuple[str | None, str | None]:
        """Return who uploaded a file, and when."""
        return next(
            (self._uploads[str(folder)] for folder in path.parents if str(folder) in self._uploads), (None, None)
        )

    def _articles(self, file: _File) -> Iterator[Read | BadRecord]:
        """Yield what is read of a file; whatever happens there costs this file only."""
        if not file.size:
            return
        done = self._done_bytes
        try:
            for found in self._reading.articles(file.path, file.stated, self._zone):
                if isinstance(found, Read):
                    self._done_bytes = done + found.at
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

    def _is_held_back(self, found: Article, moved_from: str | None, stored: dict[str, Stored]) -> bool:
        """Tell whether an article was taken out, under this id or, in another file, with this text."""
        removed_id = self._corrections.removed_as(found.id)
        if removed_id is None and found.text and (other := self._corrections.text_removed_as(found.text)):
            # A copy that was here when the other was taken out is an article of its own.
            removed_id = None if self._is_here(found, moved_from) else other
        if removed_id is None:
            return False
        self._corrections.hold_back(found, removed_id)
        if removed_id == found.id:
            self._report.skipped.append(f"{found.path}: artikel {found.id} sudah dihapus dari arsip")
        else:
            self._report.decided.append(
                f"{found.path}: artikel {found.id} tidak dimasukkan: teksnya sama dengan {removed_id} yang dihapus "
                "redaksi; kembalikan lewat Arsip, Dihapus"
            )
        return True

    def _decided(self, found: Article, moved_from: str | None) -> Article:
        """Return an article as corrected by hand, under this id or, in another file, with this text."""
        is_new = not self._is_here(found, None)
        article, source = self._corrections.applied(found, is_new=is_new, is_gone=self._is_gone)
        if source is not None:
            self._report.decided.append(
                f"{found.path}: perbaikan redaksi atas {source} diterapkan pada {found.id} karena teksnya sama"
            )
        return article

    def _is_here(self, found: Article, moved_from: str | None) -> bool:
        """Tell whether the archive holds this text already, under this id or from the file that has moved here."""
        stands = self._store.article(found.id)
        if stands is not None and text_digest(stands.text) == text_digest(found.text):
            return True
        return moved_from is not None and self._store.holds(moved_from, found.text)

    def _is_gone(self, id: str) -> bool:
        owner = self._writer.owner(id)
        return owner is None or owner in self._gone_files or not self._exists(owner)

    def _settle(self) -> None:
        """Finish what a kill left half done when a decision and its change were two transactions."""
        removed, uncorrected = self._corrections.undone()
        self._store.remove_articles(removed)
        for id in removed:
            self._report.decided.append(f"{id}: tercatat dihapus tetapi masih ada di arsip; sekarang dikeluarkan")
        for id in uncorrected:
            if (article := self._store.article(id)) is not None:
                self._writer.add(corrected(article, self._corrections.stated(id)))
                self._report.decided.append(f"{id}: perbaikan redaksi yang belum diterapkan sekarang berlaku")
        self._writer.flush()

    def _put(self, article: Article, stored: Stored | None, moved_from: str | None) -> None:
        if stored is not None and (stored.sha256, stored.pipeline) == (article.sha256, PIPELINE_VERSION):
            self._report.unchanged += 1
            return
        if stored is not None:
            self._report.changed += 1
        elif moved_from is not None:
            self._report.moved += 1
            article = replace(article, entered_at=self._store.entered_at(moved_from, article.text))
        else:
            self._report.added += 1
        self._writer.add(article)

    def _id_of(self, path: str, name: str) -> str:
        """Return the id of an article whose file names none: its place's name, unless that is another file's."""
        if self._free_for(name, path):
            return name
        return f"{name}~{hashlib.sha256(path.encode()).hexdigest()[:6]}"

    def _free_for(self, id: str, path: str) -> bool:
        """Tell whether an article of this file may have this id: that of no other file which still exists."""
        owner = self._writer.owner(id)
        if owner in (None, path):
            return True
        if self._exists(str(owner)):
            return False
        self._taken_over.add(str(owner))  # the file has moved here
        return True

    def _exists(self, path: str) -> bool:
        return path in self._elsewhere or Path(path).exists()


def check_embedder(store: Store, identity: str) -> None:
    """Raise EmbedderMismatch unless all vectors of the store come from this embedder."""
    others = [name for name in store.embedders() if name != identity]
    if others:
        raise EmbedderMismatch(
            f"Indeks {store.path.parent} dibuat dengan model {others[0]}, sekarang dipakai {identity}; "
            f"pasang lagi model itu atau buat ulang vektornya: tanya index --reembed --data {store.path.parent}"
        )


def _place_name(base: str, place: str | None, number: int) -> str:
    """Return what an article without an id of its own is called.

    >>> _place_name("desa/teh.md", None, 0), _place_name("umpan.rss", None, 2), _place_name("a.zip", "b.txt", 0)
    ('desa/teh.md', 'umpan.rss:3', 'a.zip:b.txt')
    """
    return base if number == 0 and place is None else f"{base}:{place or number + 1}"


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


def _is_utf8(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)
