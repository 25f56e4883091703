"""A judged run → one picture: its figures with their intervals, and the curves of its kind.

The only file that imports matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from rag.evaluation.metrics import RECALLS
from rag.evaluation.report import JudgedRun

_NOW, _BEFORE, _FAINT = "#1f5f8b", "#c8553d", "#9aa5ad"
_DPI = 120


def plot(now: JudgedRun, before: JudgedRun | None) -> bytes:
    """Return a PNG; the last run's values are drawn beside where there is one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    beside: list[Callable[[Any], None]] = []
    if now.curve:
        beside.append(lambda axes: _draw_curve(axes, now))
    if now.run.kind == "search":
        beside.append(lambda axes: _draw_recall(axes, now, before))
    if now.run.kind == "ask":
        beside.append(lambda axes: _draw_waiting(axes, now, before))
    picture = Figure(figsize=(6 + 4.5 * len(beside), 4.5), layout="constrained")
    FigureCanvasAgg(picture)  # draws without a screen, and leaves no state behind
    first, *others = picture.subplots(1, 1 + len(beside), squeeze=False)[0]
    _draw_figures(first, now, before)
    for axes, draw in zip(others, beside, strict=True):
        draw(axes)
    out = BytesIO()
    picture.savefig(out, format="png", dpi=_DPI)
    return out.getvalue()


def _draw_figures(axes: Any, now: JudgedRun, before: JudgedRun | None) -> None:
    shares = [figure for figure in now.figures.values() if figure.measure.statistic == "mean"]
    for place, figure in enumerate(reversed(shares)):
        if figure.low is not None:
            axes.plot([figure.low, figure.high], [place, place], color=_NOW, linewidth=2, alpha=0.5)
        axes.plot(figure.value, place, "o", color=_NOW)
        old = before.figures.get(figure.measure.name) if before else None
        if old:
            axes.plot(old.value, place - 0.2, "o", markerfacecolor="none", color=_BEFORE)
    axes.set_yticks(range(len(shares)), [figure.measure.name for figure in reversed(shares)])
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", alpha=0.3)
    axes.set_title(f"{now.run.kind}, {now.run.questions} baris" + (" (lingkaran: sebelumnya)" if before else ""))


def _draw_curve(axes: Any, now: JudgedRun) -> None:
    assert now.curve is not None
    points = now.curve.points
    axes.plot(
        [p.answered for p in points], [p.abstained for p in points], color=_FAINT, drawstyle="steps-post",
        label="kepercayaan saja",
    )  # fmt: skip
    axes.plot(
        [p.checked_answered for p in points], [p.checked_abstained for p in points], color=_NOW,
        drawstyle="steps-post", label="bersama pemeriksaan",
    )  # fmt: skip
    at = [now.figures.get(name) for name in ("answered_though_answerable", "abstained_when_unanswerable")]
    if at[0] and at[1]:
        axes.plot(at[0].value, at[1].value, "o", color=_BEFORE, label="yang dipakai")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="dijawab, dari yang berjawaban")
    axes.set_ylabel("ditolak, dari yang tanpa jawaban")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")


def _draw_recall(axes: Any, now: JudgedRun, before: JudgedRun | None) -> None:
    for judged, color, name in ((before, _BEFORE, "sebelumnya"), (now, _NOW, "sekarang")):
        if judged:
            values = [judged.figures[f"recall@{k}"].value for k in RECALLS]
            axes.plot(RECALLS, values, "o-", color=color, label=name)
    axes.set_xticks(RECALLS)
    axes.set(xlabel="k", ylabel="recall@k")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def _draw_waiting(axes: Any, now: JudgedRun, before: JudgedRun | None) -> None:
    for judged, color, name in ((before, _BEFORE, "sebelumnya"), (now, _NOW, "sekarang")):
        outcomes = judged.outcomes.values() if judged else ()
        waits = sorted(value / 1000 for item in outcomes for value in item.get("first_token_ms", ()))
        if waits:
            axes.plot(
                waits,
                [(at + 1) / len(waits) for at in range(len(waits))],
                color=color,
                drawstyle="steps-post",
                label=name,
            )
            axes.legend(loc="lower right")
    axes.set(xlabel="detik sampai kata pertama", ylabel="bagian dari pertanyaan", ylim=(0, 1.02))
    axes.grid(alpha=0.3)
