"""Is anything lost or half done when any part of the work is killed? Kills it at random moments and looks at the store.

    python scripts/bench/kills.py [--rounds 200] [--seed 1] [--beside 0]

A process of its own indexes, takes an upload in, takes an article out, corrects it, puts it back, brings an old store
up to date, makes the index of quotations, the day's copy; it is killed (SIGKILL) at a random moment of the time that it
takes undisturbed. After each kill: the store is sound; an article is taken out and gone, or neither; a correction is
kept and applied, or neither; no uploaded file is cut. With ``--beside`` so many others of these go on meanwhile, not
killed: they go through or are refused in one line, and fail in no other way. At the end one undisturbed run must give
what a fresh index and the same decisions give. No model is needed: words are counted. Exit 1 where anything differs.
"""

import argparse
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from index.errors import TanyaError
from index.pipeline.editor import Desk
from index.pipeline.indexer import Indexer
from index.storage import database
from index.storage.corrections import Corrections
from index.storage.daily_copy import keep_daily
from index.storage.database import is_sound
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from rag.serving.uploads import FOLDER, take

ARTICLES = 12
REFUSED = 3
UPLOAD = b"Judul unggahan\nSURABAYA - " + b"Warga memanen kopi di lereng gunung sejak Senin pagi. " * 4000
Act = Callable[[Path], object]


class Upload(io.BytesIO):
    """A file from a browser."""

    name = "unggahan.txt"
    size = len(UPLOAD)


def embedder() -> object:
    """Return the counter of words that stands for a model."""
    from fakes import WordEmbedder  # type: ignore[import-not-found]

    return WordEmbedder()


def write_corpus(folder: Path) -> None:
    """Write a folder of small articles, and one file that holds several."""
    folder.mkdir(parents=True)
    for number in range(ARTICLES):
        text = " ".join(f"Warga desa {number} memanen kopi{number} di lereng {line}." for line in range(6))
        (folder / f"{number:02}.txt").write_text(f"Judul {number}\nSURABAYA - {text}", "utf-8")
    lines = [json.dumps({"id": f"j{n}", "title": f"Berita {n}", "text": f"Gubernur {n} datang."}) for n in range(8)]
    (folder / "lain.jsonl").write_text("\n".join(lines), "utf-8")


def index(data: Path) -> None:
    """Index all from what is there."""
    with Store(data / "arsip.sqlite3", create=True) as store:
        Indexer(store, embedder(), batch_tokens=100).run([data.parent / "artikel"])  # type: ignore[arg-type]


def upload(data: Path) -> None:
    """Take an upload in and index it."""
    with Store(data / "arsip.sqlite3") as store:
        take(
            data, [Upload(UPLOAD + os.urandom(4).hex().encode())], lambda folder: store.note_upload(str(folder), "ani")
        )
        Indexer(store, embedder()).run([data / FOLDER])  # type: ignore[arg-type]


def remove(data: Path) -> None:
    """Take an article out."""
    with Store(data / "arsip.sqlite3") as store:
        Desk(store, embedder()).remove("03.txt")  # type: ignore[arg-type]


def correct(data: Path) -> None:
    """Correct an article."""
    with Store(data / "arsip.sqlite3") as store:
        Desk(store, embedder()).correct("05.txt", {"title": f"Judul {random.random()}"})  # type: ignore[arg-type]


def restore(data: Path) -> None:
    """Put the article back."""
    with Store(data / "arsip.sqlite3") as store:
        Desk(store, embedder()).restore("03.txt")  # type: ignore[arg-type]


def migrate(data: Path) -> None:
    """Bring an old store up to date."""
    Store(data / "lama.sqlite3").close()


def quotes(data: Path) -> None:
    """Make the index of quotations anew."""
    with Store(data / "arsip.sqlite3") as store:
        with store.database.change() as connection:
            connection.execute("DELETE FROM spoken")
        Runs(store).refresh()


def copy(data: Path) -> None:
    """Make the day's copy."""
    keep_daily(data / "arsip.sqlite3")


ACTS: tuple[Act, ...] = (index, upload, remove, correct, restore, migrate, quotes, copy)


def write_old_store(path: Path) -> None:
    """Write a store of the first version with one article."""
    path.unlink(missing_ok=True)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(database._SCHEMA)
        connection.execute("PRAGMA user_version = 1")
        connection.execute(
            "INSERT INTO articles (id, path, text, sha256, embedder, pipeline) "
            "VALUES ('a', '/a.txt', 'Isi.', 'x', 'e', 1)"
        )
        connection.commit()


def begin(act: Act, data: Path) -> int:
    """Do something in a process of its own; return its number."""
    child = os.fork()
    if not child:
        try:
            act(data)
        except TanyaError:  # already out, already back, written by another: no fault
            os._exit(REFUSED)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def end(child: int) -> bool:
    """Wait for a process; tell whether it went through, was refused or killed, and failed in no other way."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, REFUSED, -signal.SIGKILL)


def timed(act: Act, data: Path) -> float:
    """Return how long something takes undisturbed."""
    began = time.monotonic()
    end(begin(act, data))
    return time.monotonic() - began


def faults(data: Path) -> list[str]:
    """Return what is half done."""
    found = []
    for name in ("arsip.sqlite3", "lama.sqlite3"):
        if (data / name).is_file() and not is_sound(data / name):
            found.append(f"{name} is damaged")
    with Store(data / "arsip.sqlite3", create=True) as store:
        removed, uncorrected = Corrections(store.database).undone()
        found += [f"{id} is taken out and still here" for id in removed]
        found += [f"{id} is corrected and not so" for id in uncorrected]
        passages = store.database.rows("SELECT count(*) FROM passages")[0][0]
        words = store.database.rows("SELECT count(*) FROM words")[0][0]
        found += [f"{passages} passages, {words} rows of words"] if passages != words else []
    with Store(data / "lama.sqlite3") as old:
        found += ["the old store has lost its article"] if old.article("a") is None else []
    for path in (data / FOLDER).rglob("*.txt"):
        if not path.name.startswith(".") and path.stat().st_size != len(UPLOAD) + 8:
            found.append(f"{path} is cut")
    return found


def contents(store: Store) -> dict[str, object]:
    """Return what a search can come upon."""
    titles = {id: store.article(id) for id in store.stored_articles() if FOLDER not in id}
    return {id: (article.title, article.text) for id, article in titles.items() if article and "judul" not in id}


def attack(rounds: int, seed: int, beside: int) -> list[str]:
    """Kill so often, with so many others at work; return what was found wrong."""
    dice = random.Random(seed)
    place = Path(tempfile.mkdtemp(prefix="tanya-kills-"))
    data = place / "data"
    wrong: list[str] = []
    try:
        write_corpus(place / "artikel")
        data.mkdir()
        write_old_store(data / "lama.sqlite3")
        whole_s = {act: timed(act, data) for act in ACTS}
        for number in range(rounds):
            act = dice.choice(ACTS)
            if act is index:  # something to do
                path = place / "artikel" / f"{dice.randrange(ARTICLES):02}.txt"
                path.write_text(f"{path.read_text('utf-8')} Warga pulang ke rumah {number}.", "utf-8")
            if act is migrate:
                write_old_store(data / "lama.sqlite3")
            if act is copy:
                shutil.rmtree(data / "salinan", ignore_errors=True)
            others = dice.sample([one for one in ACTS if one is not migrate], beside)
            children = [begin(one, data) for one in (act, *others)]
            time.sleep(dice.uniform(0, 1.1 + beside) * whole_s[act])
            os.kill(children[0], signal.SIGKILL)
            failed = [one for one, child in zip((act, *others), children, strict=True) if not end(child)]
            wrong += [f"round {number}, {one.__name__} failed" for one in failed]
            wrong += [f"round {number}, {act.__name__}: {fault}" for fault in faults(data)]
        index(data)
        with Store(data / "arsip.sqlite3") as store, Store(place / "baru" / "a.sqlite3", create=True) as fresh:
            Indexer(fresh, embedder()).run([place / "artikel"])  # type: ignore[arg-type]
            decided = Corrections(store.database)
            for id in list(fresh.stored_articles()):
                if decided.removed_as(id):
                    fresh.remove_articles([id])
                elif stated := decided.stated(id):
                    Desk(fresh, embedder()).correct(id, {k: v or "" for k, v in stated.items()})  # type: ignore[arg-type]
            mine = {id: what for id, what in contents(store).items() if id in contents(fresh) or "/" not in id}
            mine = {id: what for id, what in mine.items() if not id.startswith("2")}  # uploads lie in dated folders
            wrong += [] if mine == contents(fresh) else [f"in the end {sorted(mine)} is not {sorted(contents(fresh))}"]
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return wrong


def main() -> int:
    """Kill, and tell what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beside", type=int, default=0, choices=range(len(ACTS)), help="others at work meanwhile")
    options = parser.parse_args()
    wrong = attack(options.rounds, options.seed, options.beside)
    print("\n".join(wrong) or f"{options.rounds} kills, nothing lost and nothing half done")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
