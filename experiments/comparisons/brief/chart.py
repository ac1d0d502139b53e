"""The brief's one chart: force and bill of base and scenarios, beside documents.

Two panes share the months. Above, men in theatre with the documented counts and the
need; below, the bill of the last twelve months over federal spending, with its cap. A
line falls through both where the scenarios part.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.comparisons.comparison import Comparison
from experiments.comparisons.time_charts import calendar_of, series_of
from experiments.comparisons.wording import short_title
from experiments.figures.documented import documented
from experiments.figures.fan import (
    Fan,
    Limit,
    Line,
    draw_documented,
    draw_fan,
    draw_limit,
    label_ends,
    month_axis,
    unit_above,
    value_axis,
)
from experiments.figures.run_folder import Calendar
from experiments.figures.style import CYCLE, DASHES, MUTED, drawing, to_svg
from experiments.figures.words import number
from experiments.measures.facts import trailing
from experiments.measures.over_draws import Floats, band
from model.fields.months import format_month

SLUG: Final = "brief"
SIZE_INCHES: Final = (7.2, 4.4)
YEAR: Final = 12


def brief_chart(found: Comparison) -> tuple[str, str]:
    """Draw the chart.

    Returns:
        the drawing as one `<svg>` element, and what it shows in words.
    """
    calendar = calendar_of(found)
    panes = (_force(found), _bill(found, calendar))
    said = " ".join(_said(fan, calendar) for fan in panes)
    with drawing():
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        for axes, fan in zip(figure.subplots(1, 2), panes, strict=True):
            _draw(axes, fan, calendar, _parted(found))
        return to_svg(figure, SLUG, "Force and bill", said), said


def _draw(axes: Axes, fan: Fan, calendar: Calendar, parted: list[int]) -> None:
    for line in fan.lines:
        draw_fan(axes, calendar, line)
    for limit in fan.limits:
        draw_limit(axes, calendar, limit)
    for figures in fan.documented:
        draw_documented(axes, calendar, figures)
    month_axis(axes, calendar, small=True)
    value_axis(axes, fan, calendar)
    unit_above(axes, fan.unit)
    for month in parted:
        at = calendar.months[0] + month - 0.5
        axes.axvline(at, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    label_ends(axes, fan.lines, 72 * SIZE_INCHES[1])


def _force(found: Comparison) -> Fan:
    theatre = series_of(found, "theatre")
    needed = series_of(found, "needed")[found.base][0]
    return Fan(
        "brief-force",
        "Force in theatre",
        "men in theatre, thousand",
        _lines(found, {k: v / 1000 for k, v in theatre.items()}),
        documented=documented(["force"], size=1000),
        limits=[Limit("need", needed / 1000)],
    )


def _bill(found: Comparison, calendar: Calendar) -> Fan:
    paid, spending = (series_of(found, s) for s in ("bill_paid", "federal_spending"))
    shares = {label: _share(paid[label], spending[label]) for label in paid}
    cap = found.resolved[found.base].scenario.federal.manpower_budget_share
    return Fan(
        "brief-bill",
        "Bill over federal spending",
        "bill of twelve months, % of federal spending",
        _lines(found, shares),
        limits=[Limit("cap", np.full(len(calendar.months), 100 * cap))],
    )


def _share(paid: Floats, spending: Floats) -> Floats:
    """Return the bill of the last twelve months in % of spending, (D, T)."""
    share = np.array(
        [100 * trailing(p) / trailing(s) for p, s in zip(paid, spending, strict=True)]
    )
    # A year must have passed before there is one to look back on.
    share[:, : YEAR - 1] = np.nan
    return share


def _lines(found: Comparison, values: dict[str, Floats]) -> list[Line]:
    return [
        Line(short_title(found.titles[label]), values[label], CYCLE[at], DASHES[at])
        for at, label in enumerate(found.titles)
    ]


def _parted(found: Comparison) -> list[int]:
    return sorted({window.first for window in found.windows.values() if window})


def _said(fan: Fan, calendar: Calendar) -> str:
    at = [(line.label, band(line.values[:, -1])) for line in fan.lines]
    ends = "; ".join(
        f"{label}: {number(end.median)} ({number(end.low)} to {number(end.high)})"
        for label, end in at
    )
    return f"{fan.title}, {fan.unit}, in {format_month(calendar.months[-1])}: {ends}."
