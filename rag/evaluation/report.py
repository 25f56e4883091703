"""A finished run, and the one before it → the table on the screen and the report in Markdown. It writes no file.

Questions and answers are shown as code: whatever stands in them, a report shows no HTML, image or link of theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluation.curve import ANSWERED_BAR, Curve, Point, curve
from rag.evaluation.figures import Figure, figures, sign_test
from rag.evaluation.kinds import KINDS, Record
from rag.evaluation.metrics import RIGHT, Outcomes
from rag.evaluation.runs import Run

_CURVE_STEPS = tuple(step / 20 for step in range(21))
_TABLE = ("ukuran", "nilai", "selang 95 %", "n", "sebelumnya", "selisih")


@dataclass(frozen=True)
class JudgedRun:
    """A run with its answers judged: outcomes a question, figures over all."""

    run: Run
    rows: list[Record]
    records: dict[str, Record]
    outcomes: dict[str, Outcomes]
    figures: dict[str, Figure]
    curve: Curve | None


@dataclass(frozen=True)
class Changes:
    """Ids of the questions that came out differently than in the last run."""

    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def chance(self) -> float:
        """How likely chance alone splits them like this."""
        return sign_test(len(self.better), len(self.worse))


def judge(run: Run) -> JudgedRun:
    """Judge what a run said. Both runs of a comparison are judged by today's rules."""
    kind = KINDS[run.kind]
    rows, records = run.rows(), run.answers()
    outcomes = {row["id"]: kind.judge(row, records.get(row["id"])) for row in rows}
    made = curve(rows, records) if run.kind == "ask" else None
    return JudgedRun(run, rows, records, outcomes, figures(kind.measures, list(outcomes.values())), made)


def changes(now: JudgedRun, before: JudgedRun) -> Changes:
    """Return which questions went from wrong to right and from right to wrong, in the order of the set."""
    pairs = [(id, before.outcomes[id][RIGHT], right[RIGHT]) for id, right in now.outcomes.items()]
    return Changes(
        tuple(id for id, old, new in pairs if old < new), tuple(id for id, old, new in pairs if old > new)
    )  # fmt: skip


def screen(now: JudgedRun, before: JudgedRun | None) -> str:
    """Return the table for the screen.

    The delta is this run's value less the last one's; a star marks one beyond both runs' intervals.
    """
    lines = [(*_TABLE[:4], *(_TABLE[4:] if before else ())), *_cells(now, before)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    told = [
        "  ".join(cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    ]
    if before:
        told.append(_changed(changes(now, before)))
    if now.curve:
        told.append(_chosen(now.curve))
    return "\n".join([_title(now.run), *told])


def markdown(now: JudgedRun, before: JudgedRun | None) -> str:
    """Return the whole report."""
    run = now.run
    parts = [
        f"# {_title(run)}",
        f"Dijalankan {run.started[:16].replace('T', ' ')} atas indeks {literal(run.data)}: {run.articles} artikel, "
        f"{run.passages} bagian, embedding {literal(run.embedder)}{_model(now.records)}.",
        "![Grafik](plot.png)",
        "## Angka",
    ]
    if before:
        where = "" if before.run.data == run.data else f" atas indeks lain, {literal(before.run.data)}"
        parts.append(f"Dibandingkan dengan {literal(before.run.folder.name)}{where}.")
    parts.append(_table((*_TABLE[:4], *(_TABLE[4:] if before else ())), _cells(now, before)))
    parts.append(
        "Selang: Wilson untuk bagian dari pertanyaan, bootstrap untuk yang lain. `*`: selang keduanya terpisah."
    )
    if before:
        parts += _changed_part(now, changes(now, before))
    if now.curve:
        parts += ["## Kurva abstain", _chosen(now.curve), _curve_table(now.curve)]
    if run.kind == "quote":
        parts += ["## Putusan", _verdicts(now)]
    parts += _to_read(now)
    return "\n\n".join(parts) + "\n"


def as_json(now: JudgedRun, before: JudgedRun | None) -> dict[str, Any]:
    """Return the figures, the last ones beside them, and what changed."""
    told: dict[str, Any] = {
        "kind": now.run.kind,
        "gold": now.run.gold,
        "questions": now.run.questions,
        "figures": {name: figure.as_json() for name, figure in now.figures.items()},
    }
    if before:
        changed = changes(now, before)
        told["last"] = {name: figure.as_json() for name, figure in before.figures.items()}
        told["better"], told["worse"] = list(changed.better), list(changed.worse)
    return told


def literal(text: str) -> str:
    """Return a text as one line of Markdown code, which shows it as it is.

    >>> literal("a `b` <img src=x>\\n| c")
    '`` a `b` <img src=x> | c ``'
    """
    # Control and bidirectional marks could turn a line of a report around.
    shown = "".join(sign for sign in " ".join(text.split()) if unicodedata.category(sign) not in ("Cc", "Cf"))
    fence = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    room = " " if "`" in shown else ""
    return f"{fence}{room}{shown or ' '}{room}{fence}"


def _title(run: Run) -> str:
    of = "" if run.questions == run.total else f" dari {run.total}, undian {run.seed}"
    return f"Evaluasi {run.kind}: {literal(run.gold)} ({run.questions} baris{of})"


def _model(records: Mapping[str, Record]) -> str:
    names = sorted({record["model"] for record in records.values() if record.get("model")})
    return f", model bahasa {', '.join(map(literal, names))}" if names else ""


def _cells(now: JudgedRun, before: JudgedRun | None) -> list[tuple[str, ...]]:
    lines = []
    for name, figure in now.figures.items():
        digits = figure.measure.digits
        if figure.low is None or figure.high is None:
            interval = ""
        else:
            interval = f"{figure.low:.{digits}f} – {figure.high:.{digits}f}"
        line: tuple[str, ...] = (name, f"{figure.value:.{digits}f}", interval, str(figure.count))
        if before:
            line += _delta(figure, before.figures.get(name))
        lines.append(line)
    return lines


def _delta(figure: Figure, old: Figure | None) -> tuple[str, str]:
    if old is None:
        return "", ""
    digits = figure.measure.digits
    apart = None not in (figure.low, old.low) and (figure.low > old.high or figure.high < old.low)  # type: ignore[operator]
    return f"{old.value:.{digits}f}", f"{figure.value - old.value:+.{digits}f}{' *' if apart else ''}"


def _changed(changed: Changes) -> str:
    better, worse = len(changed.better), len(changed.worse)
    if not better + worse:
        return "Tidak ada pertanyaan yang berubah benar atau salahnya."
    return f"Menjadi benar: {better}; menjadi salah: {worse}; kebetulan belaka: p = {changed.chance:.3f}."


def _changed_part(now: JudgedRun, changed: Changes) -> list[str]:
    parts = ["## Yang berubah", _changed(changed)]
    for title, ids in (("Menjadi salah", changed.worse), ("Menjadi benar", changed.better)):
        if ids:
            parts += [f"### {title}", _list(now, ids)]
    return parts


def _chosen(made: Curve) -> str:
    told = []
    for name, checked in (("kepercayaan saja", False), ("bersama pemeriksaan", True)):
        if point := made.best(checked=checked):
            answered, abstained = _shares(point, checked)
            told.append(f"{name}: ambang {point.threshold:.3f}, menjawab {answered:.3f}, menolak {abstained:.3f}")
    chosen = "; ".join(told) or "tidak ada ambang yang mencapainya"
    return f"Menolak sebanyak mungkin selama menjawab ≥ {ANSWERED_BAR}: {chosen}. Daya pisah {made.separation:.3f}."


def _shares(point: Point, checked: bool) -> tuple[float, float]:
    if checked:
        return point.checked_answered, point.checked_abstained
    return point.answered, point.abstained


def _curve_table(made: Curve) -> str:
    head = ("ambang", "menjawab", "menolak", "menjawab, diperiksa", "menolak, diperiksa", "benar")
    lines = []
    for step in _CURVE_STEPS:
        point = made.at(step)
        values = (*_shares(point, False), *_shares(point, True), point.contained)
        lines.append((f"{step:.2f}", *(f"{value:.3f}" for value in values)))
    return _table(head, lines)


def _verdicts(now: JudgedRun) -> str:
    said = {row["id"]: now.records.get(row["id"], {}).get("verdict", "missing") for row in now.rows}
    columns = sorted(set(said.values()))
    expected = sorted({row["expect"] for row in now.rows})
    lines = []
    for name in expected:
        verdicts = [said[row["id"]] for row in now.rows if row["expect"] == name]
        lines.append((name, *(str(verdicts.count(column)) for column in columns)))
    return _table(("seharusnya \\ diputus", *columns), lines)


def _to_read(now: JudgedRun) -> list[str]:
    """Return what one would want to read, the worst first."""
    if now.run.kind != "ask":
        wrong = [row["id"] for row in now.rows if not now.outcomes[row["id"]][RIGHT][0]]
        return ["## Yang salah", _list(now, wrong)] if wrong else []
    found = {id for id, record in now.records.items() if record["found"]}
    wrong_of: dict[str, list[str]] = {"invented": [], "wrong": [], "declined": []}
    for row in now.rows:
        id = row["id"]
        if now.outcomes[id][RIGHT][0]:
            continue
        answerable = row.get("is_answerable", True)
        wrong_of["invented" if not answerable else "wrong" if id in found else "declined"].append(id)
    titles = {
        "invented": "Dijawab, padahal tidak ada jawabannya",
        "wrong": "Dijawab, tetapi tidak memuat jawaban yang benar",
        "declined": "Tidak dijawab, padahal ada jawabannya",
    }
    parts: list[str] = []
    for key, ids in wrong_of.items():
        if ids:
            parts += [f"## {titles[key]} ({len(ids)})", _list(now, ids)]
    return parts


def _list(now: JudgedRun, ids: Iterable[str]) -> str:
    rows = {row["id"]: row for row in now.rows}
    return "\n".join(_item(rows[id], now.records.get(id)) for id in ids)


def _item(row: Record, record: Record | None) -> str:
    said = (record or {}).get("answer") or (record or {}).get("verdict") or _first(record) or "—"
    wanted = row.get("expect") or "; ".join(row.get("answers", ())) or "tidak ada"
    sure = (record or {}).get("confidence")
    confidence = "" if sure is None else f" (kepercayaan {sure:.3f})"
    asked = literal(row.get("question") or row["quote"])
    return (
        f"- {literal(row['id'])} {asked}{confidence}\n  - dikatakan: {literal(said)}\n  - seharusnya: {literal(wanted)}"
    )


def _first(record: Record | None) -> str | None:
    results = (record or {}).get("results") or [{}]
    id = results[0].get("article_id")
    return str(id) if id else None


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] + ["---:"] * (len(head) - 1), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
