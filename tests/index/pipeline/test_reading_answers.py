"""What is said of a file whose reader dies: each article once, and nothing behind the death lost."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.pipeline import reading as reading_module
from index.pipeline import reading_process
from index.pipeline.reading import Limits, Read, Reading
from index.pipeline.reading_process import _answer, _Answers
from index.readers.bad_record import BadRecord


class DyingProcess:
    """Answers as the real process does, and dies after the article whose title is next in ``deaths``."""

    def __init__(self, deaths: list[str]) -> None:
        self._deaths = deaths

    def ask(self, request: dict[str, Any], limits: Limits) -> Iterator[dict[str, Any]]:
        said = io.BytesIO()
        _answer(json.loads(json.dumps(request)), _Answers(said))
        for message in map(json.loads, said.getvalue().splitlines()):
            if message.get("end"):
                return
            yield message
            if self._deaths and "article" in message and message["article"]["title"] == self._deaths[0]:
                self._deaths.pop(0)
                raise reading_module._Died("mati")


def archive(path: Path, members: dict[str, int]) -> Path:
    with zipfile.ZipFile(path, "w") as zipped:
        for name, count in members.items():
            rows = [{"title": f"{name}{n}", "text": f"Warga desa {name}{n} memanen kopi."} for n in range(count)]
            zipped.writestr(f"{name}.jsonl", "\n".join(map(json.dumps, rows)))
    return path


def told(path: Path, deaths: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reading = Reading()
    # The real process limits its own processor time; here it would be that of all tests.
    monkeypatch.setattr(reading_process, "_allow", lambda seconds: None)

    @contextmanager
    def lend() -> Iterator[DyingProcess]:
        yield DyingProcess(deaths)

    monkeypatch.setattr(reading, "_process", lend)
    found = list(reading.articles(path))
    assert deaths == []
    lines = []
    for one in found:
        if isinstance(one, Read):
            lines.append(str(one.article.title))
        else:
            assert isinstance(one, BadRecord) and one.limit
            lines.append(f"bad {one.place}")
    return lines


def test_what_the_process_that_asks_holds_in_memory_is_not_the_readers(tmp_path: Path) -> None:
    held = bytearray(b"x") * (300 * 1024**2)
    used = []
    with closing(Reading(Limits(retire_bytes=len(held)))) as reading:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text("Warga desa memanen kopi.")
            assert len(list(reading.articles(tmp_path / name))) == 1
            used += reading._idle
    assert len(used) == 2
    assert used[0] is used[1]


def test_a_death_within_a_member_of_many_articles_loses_nothing_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "a.zip", {"A": 7, **dict.fromkeys("BCDEFG", 1)})
    assert told(path, ["A4"], monkeypatch) == [
        "A0", "A1", "A2", "A3", "A4", "bad A.jsonl", "B0", "C0", "D0", "E0", "F0", "G0",
    ]  # fmt: skip


def test_a_second_death_behind_the_first_loses_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.zip", {"A": 4, "B": 1, "C": 4, "D": 1, "E": 1})
    assert told(path, ["A2", "C1"], monkeypatch) == [
        "A0", "A1", "A2", "bad A.jsonl", "B0", "C0", "C1", "bad C.jsonl", "D0", "E0",
    ]  # fmt: skip


def test_the_part_behind_an_article_is_said_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "_allow", lambda seconds: None)
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Warga panen."}\n{"text": "Warga senang."}\n', "utf-8")
    request = {
        "path": str(path), "stated": {}, "zone_s": 0, "lines": False, "sidecar": False, "given_up": {},
        "patience": 1.0, "output_bytes": 10_000, "output_ratio": 50,
    }  # fmt: skip
    said = io.BytesIO()
    _answer(request, _Answers(said))
    *messages, end = map(json.loads, said.getvalue().splitlines())
    assert [(message.get("part"), message.get("article", {}).get("text")) for message in messages] == [
        (1, None), (2, None), (1, "Warga panen."), (3, None), (1, "Warga senang."),
    ]  # fmt: skip
    assert all(message["seconds"] >= 8 for message in messages)
    assert end["end"]
