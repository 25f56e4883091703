"""The archive over time as a chart: a real axis of months, the largest outlets in colours apart, the others as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from index.text.dates import MONTH_NAMES

OTHERS, UNKNOWN = "lainnya", "tidak diketahui"
# Eight that people with any sight tell apart (Okabe and Ito 2008, black and yellow changed for both backgrounds), and
# grey for the others.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C6D31", "#7B5EA7")
_GREY = "#8A8F94"
_SHORT = [name[:3] for name in MONTH_NAMES]
_YEARS_ONLY_MONTHS = 36  # beyond so many months the axis names years alone
_HEIGHT = 320
Months = Sequence[tuple[str, str | None, int]]


def shares(months: Months) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows of the chart, one a month and outlet, and its outlets, the largest first and ``OTHERS`` last.

    >>> shares([("2021-11", "Warta", 2), ("2022-01", None, 1)])[0][1]
    {'bulan': '2022-01-01', 'nama': 'Januari 2022', 'media': 'tidak diketahui', 'artikel': 1}
    """
    totals: Counter[str] = Counter()
    for _, publisher, count in months:
        totals[publisher or UNKNOWN] += count
    top = [name for name, _ in totals.most_common()]
    shown = top if len(top) <= len(_COLOURS) + 1 else top[: len(_COLOURS)]
    kept: Counter[tuple[str, str]] = Counter()
    for month, publisher, count in months:
        name = publisher or UNKNOWN
        kept[month, name if name in shown else OTHERS] += count
    rows = [
        {
            "bulan": f"{month}-01",
            "nama": f"{MONTH_NAMES[int(month[5:]) - 1]} {month[:4]}",
            "media": name,
            "artikel": count,
        }
        for (month, name), count in sorted(kept.items())
    ]
    return rows, [*shown, *([OTHERS] if len(shown) < len(top) else [])]


def warm() -> None:
    """Load the library ahead of the first chart: it takes a second or two."""
    import altair  # noqa: F401


def by_month(months: Months) -> Any:
    """Return the chart of articles a month by outlet."""
    import altair as alt

    rows, names = shares(months)
    long = _count(months[0][0], months[-1][0]) > _YEARS_ONLY_MONTHS
    label = "utcyear(datum.value)" if long else f"{_SHORT}[utcmonth(datum.value)] + ' ' + utcyear(datum.value)"
    axis = alt.Axis(
        labelExpr=label, tickCount="year" if long else "month", labelOverlap=True, grid=False, title=None, aria=False
    )
    return (
        alt.Chart(alt.InlineData(rows), height=_HEIGHT)
        .mark_bar(aria=False)
        .encode(
            x=alt.X("bulan:T", timeUnit="utcyearmonth", axis=axis, scale=alt.Scale(type="utc")),
            y=alt.Y("sum(artikel):Q", title="Artikel", axis=alt.Axis(tickMinStep=1, aria=False, format="d")),
            color=alt.Color(
                "media:N",
                scale=alt.Scale(domain=names, range=[*_COLOURS, _GREY][: len(names)]),
                legend=None,  # ``legend``: one of its own would be cut off on a phone
            ),
            tooltip=[
                alt.Tooltip("nama:N", title="Bulan"),
                alt.Tooltip("media:N", title="Media"),
                alt.Tooltip("artikel:Q", title="Artikel"),
            ],
        )
    )


def legend(names: Sequence[str]) -> str:
    """Return what the colours stand for, as HTML that wraps where the window ends.

    >>> legend(["Warta <b>"])
    '<ul class="ta-legend"><li><span style="background:#0072B2"></span>Warta &lt;b&gt;</li></ul>'
    """
    items = (
        f'<li><span style="background:{colour}"></span>{escape(name)}</li>'
        for name, colour in zip(names, (*_COLOURS, _GREY), strict=False)
    )
    return f'<ul class="ta-legend">{"".join(items)}</ul>'


def _count(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1
