"""The brief's charts: what men and money do, then force and bill beside documents.

Four panes share the months, each a drawing of its own, so that they stand in two
columns on paper and below one another on a phone. Above, what a scenario adds to men
and money a month (of a scenario alone, their levels): two lines that part late lie on
one another for years, their difference does not. Below, men in theatre with the
documented counts and the need, and the bill of the last twelve months over federal
spending with its cap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from experiments.comparisons.charts import (
    calendar_of,
    marks_of,
    series_of,
    short_title,
)
from experiments.comparisons.comparison import Comparison
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
    value_axis,
)
from experiments.figures.run_folder import Calendar
from experiments.figures.style import CYCLE, DASHES, MUTED, drawing, panel, to_svg
from experiments.figures.words import number
from experiments.measures.arithmetic import Floats, band, trailing
from model.fields.months import format_month

SIZE_INCHES: Final = (3.5, 1.9)
YEAR: Final = 12
BEFORE: Final = 3
"""Months shown before scenarios part, to see that nothing differs there."""


def brief_panes(found: Comparison) -> list[str]:
    """Return the four panes of a brief as `<svg>` elements, in the order of reading."""
    whole = calendar_of(found)
    late = _from_parting(found, whole)
    panes = [(fan, late) for fan in _flows(found, whole, late)]
    panes += [(_force(found), whole), (_bill(found, whole), whole)]
    with drawing():
        return [_pane(fan, calendar, found) for fan, calendar in panes]


def _pane(fan: Fan, calendar: Calendar, found: Comparison) -> str:
    figure, axes = panel(*SIZE_INCHES)
    for line in fan.lines:
        draw_fan(axes, calendar, line)
    for limit in fan.limits:
        draw_limit(axes, calendar, limit)
    for figures in fan.documented:
        draw_documented(axes, calendar, figures)
    month_axis(axes, calendar, small=len(calendar.months) > 3 * YEAR)
    value_axis(axes, fan, calendar)
    for mark in marks_of(found):
        axes.axvline(mark.month - 0.5, color=MUTED, linewidth=0.8, dashes=(2, 2))
    if len(fan.lines) > 1:
        label_ends(axes, fan.lines, 72 * SIZE_INCHES[1])
    return to_svg(figure, fan.slug, fan.title, _said(fan, calendar))


def _from_parting(found: Comparison, whole: Calendar) -> Calendar:
    """Return the months from shortly before the scenarios part; all if none does."""
    parted = [window.first for window in found.windows.values() if window]
    first = max(0, min(parted, default=0) - BEFORE)
    return Calendar(whole.months[first:], whole.draws)


def _flows(found: Comparison, whole: Calendar, late: Calendar) -> Iterator[Fan]:
    """Yield men and money a month: added by each scenario, or the levels of one."""
    shown = slice(len(whole.months) - len(late.months), None)
    men, went, bill = (
        series_of(found, name) for name in ("inflow", "losses", "recruiting_bill")
    )
    if not found.labels:
        came, lost = men[found.base] / 1e3, went[found.base] / 1e3
        lines = [
            Line("come", came, CYCLE[0], DASHES[0]),
            Line("are lost", lost, CYCLE[1], DASHES[1]),
        ]
        yield Fan("brief-men", "Men", "thousand men a month", lines)
        paid = [Line("", bill[found.base] / 1e9)]
        yield Fan("brief-money", "Bonuses and recruiting", "billion RUB a month", paid)
        return
    named = len(found.labels) > 1
    added = (
        ("brief-men", "Men who sign", "men", men, 1.0),
        ("brief-money", "Bonuses and recruiting", "billion RUB", bill, 1e9),
    )
    for slug, title, unit, values, size in added:
        lines = [
            Line(
                short_title(found.titles[label]) if named else "",
                (values[label] - values[found.base])[:, shown] / size,
                CYCLE[at],
                DASHES[at],
            )
            for at, label in enumerate(found.labels, start=1)
        ]
        yield Fan(slug, f"{title}, added", f"{unit} a month more than the base", lines)


def _force(found: Comparison) -> Fan:
    theatre = series_of(found, "theatre")
    needed = series_of(found, "needed")[found.base][0]
    return Fan(
        "brief-force",
        "Force in theatre",
        "thousand men in theatre",
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
    one = len(found.labels) == 1
    return [
        Line(
            ("base", "scenario")[at] if one else short_title(found.titles[label]),
            values[label],
            CYCLE[at],
            DASHES[at],
        )
        for at, label in enumerate(found.titles)
    ]


def _said(fan: Fan, calendar: Calendar) -> str:
    at = [(line.label, band(line.values[:, -1])) for line in fan.lines]
    ends = "; ".join(
        f"{label or 'median'}: {number(end.median)}"
        f" ({number(end.low)} to {number(end.high)})"
        for label, end in at
    )
    return f"{fan.title}, {fan.unit}, in {format_month(calendar.months[-1])}: {ends}."
