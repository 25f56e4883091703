"""An interrupted run and another equal an undisturbed one, whatever stopped the first."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import InterruptedEmbedder, WordEmbedder
from indexed import contents, write_lines

from index.errors import EmbedderMismatch
from index.pipeline.indexer import Indexer, check_embedder
from index.pipeline.progress import Report
from index.storage.repository import Store


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A folder of 360 passages at 8 words each: files of one article, and files of many."""
    folder = tmp_path / "besar"
    folder.mkdir()
    for number in range(30):
        lines = [f"Warga desa nomor memanen{number} kopi{number} di lereng{number} {line}." for line in range(6)]
        (folder / f"{number:02}.txt").write_text("\n".join(lines))
    for name in ("m.jsonl", "n.jsonl"):
        records = [
            {"id": f"{name}-{n}", "text": f"Warga {name} panen kopi {n}.\nMereka pulang {name} nomor {n}."}
            for n in range(45)
        ]
        write_lines(folder / name, *records)
    return folder


@pytest.fixture
def undisturbed(large: Path, tmp_path: Path) -> dict[str, object]:
    with Store(tmp_path / "utuh" / "arsip.sqlite3", create=True) as store:
        embedder = WordEmbedder(max_tokens=8)
        assert Indexer(store, embedder, batch_tokens=1000).run([large]) == Report(added=120)
        assert len(embedder.embedded) >= 3
        return contents(store)


@pytest.mark.parametrize("error", [RuntimeError("listrik padam"), KeyboardInterrupt()])
@pytest.mark.parametrize("calls", [0, 1, 2])
def test_an_interrupted_run_and_another_equal_an_undisturbed_one(
    store: Store, large: Path, undisturbed: dict[str, object], calls: int, error: BaseException
) -> None:
    broken = InterruptedEmbedder(calls, error, max_tokens=8)
    with pytest.raises(type(error)):
        Indexer(store, broken, batch_tokens=1000).run([large])
    articles, passages = store.counts()
    assert passages == sum(len(batch) for batch in broken.embedded)  # what was embedded is kept
    assert 0 < articles < 120 if calls else articles == 0

    embedder = WordEmbedder(max_tokens=8)
    report = Indexer(store, embedder, batch_tokens=1000).run([large])
    assert (report.added, report.unchanged, report.changed, report.removed) == (120 - articles, articles, 0, 0)
    again = {text for batch in embedder.embedded for text in batch}
    assert again.isdisjoint(text for batch in broken.embedded for text in batch)
    assert contents(store) == undisturbed


def test_an_interrupted_change_and_another_run_equal_an_undisturbed_one(
    store: Store, large: Path, tmp_path: Path
) -> None:
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    for number in range(0, 30, 2):
        (large / f"{number:02}.txt").write_text("\n".join(f"Gubernur {number} datang ke {n}." for n in range(20)))
    (large / "01.txt").unlink()
    write_lines(large / "m.jsonl", {"id": "m.jsonl-0", "text": "Warga pulang."}, {"id": "baru", "text": "Baru."})
    with pytest.raises(KeyboardInterrupt):
        Indexer(store, InterruptedEmbedder(1, KeyboardInterrupt(), max_tokens=8), batch_tokens=1000).run([large])
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    with Store(tmp_path / "utuh" / "arsip.sqlite3", create=True) as fresh:
        Indexer(fresh, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
        assert contents(store) == contents(fresh)
    assert Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large]) == Report(unchanged=29 + 2 + 45)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, "tests/support")
from fakes import WordEmbedder
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from index.pipeline.writer import embedded_text

class Killed(WordEmbedder):
    def embed_passages(self, texts):
        if len(self.embedded) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_passages(texts)

Indexer(Store(Path(sys.argv[1]), create=True), Killed(max_tokens=8), batch_tokens=1000).run([Path(sys.argv[2])])
"""


def test_a_killed_process_and_another_run_equal_an_undisturbed_one(
    store: Store, large: Path, undisturbed: dict[str, object]
) -> None:
    command = [sys.executable, "-c", KILLED, str(store.path), str(large)]
    assert subprocess.run(command, cwd=Path(__file__).parents[3], check=False).returncode == -signal.SIGKILL
    assert store.counts()[1] > 0
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    assert contents(store) == undisturbed


def test_an_interrupted_reembed_goes_on_where_it_was(store: Store, large: Path, tmp_path: Path) -> None:
    Indexer(store, WordEmbedder(max_tokens=8), batch_tokens=1000).run([large])
    broken = InterruptedEmbedder(1, KeyboardInterrupt(), "words-v2", max_tokens=8)
    with pytest.raises(KeyboardInterrupt):
        Indexer(store, broken, batch_tokens=1000).reembed()
    assert store.embedders() == ["words-256", "words-v2"]
    assert store.counts() == (120, 360)  # nothing is missing meanwhile
    for identity in ("words-256", "words-v2"):  # neither may search half an index
        with pytest.raises(EmbedderMismatch, match=f"dipakai {identity}"):
            check_embedder(store, identity)

    embedder = WordEmbedder("words-v2", max_tokens=8)
    done = sum(stored.embedder == "words-v2" for stored in store.stored_articles().values())
    assert Indexer(store, embedder).reembed() == Report(changed=120 - done, unchanged=done)
    assert 0 < done < 120
    assert sum(len(batch) for batch in (*broken.embedded, *embedder.embedded)) == 360
    with Store(tmp_path / "utuh" / "arsip.sqlite3", create=True) as fresh:
        Indexer(fresh, WordEmbedder("words-v2", max_tokens=8), batch_tokens=1000).run([large])
        assert contents(store) == contents(fresh)


def test_short_articles_are_written_by_the_hundred_and_each_hundred_whole_or_not(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kilas"
    folder.mkdir()
    write_lines(folder / "k.jsonl", *({"id": str(n), "text": f"Warga desa {n} panen."} for n in range(250)))
    put, calls = Store.put_articles, iter(range(3))

    def fail_at_the_third(self: Store, *values: object, **named: object) -> None:
        put(self, *values, **named)  # type: ignore[arg-type]
        if next(calls) == 2:
            raise RuntimeError("listrik padam")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "put_articles", fail_at_the_third)
        with pytest.raises(RuntimeError):
            Indexer(store, WordEmbedder()).run([folder])
    assert store.counts() == (200, 200)
    assert Indexer(store, WordEmbedder()).run([folder]) == Report(added=50, unchanged=200)
    assert store.counts() == (250, 250)
