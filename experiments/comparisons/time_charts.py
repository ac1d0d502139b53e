"""Scenarios on one time chart, with the months in which something changes. ODD II.x.

A change is told in the author's own words (`changes` of the scenario file) and stands
where they name a month; one without a month stands where the scenarios part.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from experiments.comparisons.comparison import Comparison
from experiments.comparisons.wording import short_title
from experiments.figures.documented import documented
from experiments.figures.fan import Documented, Fan, Limit, Line, Mark, fan_chart
from experiments.figures.parts import Chart
from experiments.figures.run_folder import Calendar
from experiments.figures.style import CYCLE, DASHES
from experiments.measures.facts import Floats
from experiments.measures.series import SERIES
from model.fields.months import parse_month

_MONTH: Final = re.compile(r"\b20\d\d-(?:0[1-9]|1[0-2])\b")
_IN_WORDS: Final = re.compile(rf"\b({'|'.join(month_name[1:])}) (20\d\d)\b")
_DEFINITIONS: Final = {each.name: each for each in SERIES}


@dataclass(frozen=True, slots=True)
class Pane:
    """One series drawn over time: its unit and how large that is."""

    series: str
    unit: str
    size: float
    counted_by: tuple[str, ...] = ()
    """Observers whose documented figures are drawn as dots."""
    limit: str = ""
    """Series that is drawn as a threshold."""
    what: str = ""


PANES: Final = (
    Pane("inflow", "thousand persons a month", 1e3, what="Everybody who comes under "
         "arms in the month, by whichever channel."),
    Pane("theatre", "thousand men", 1e3, ("force",), "needed", "Men in combat or "
         "support in the theatre; the dotted line is the force needed."),
    Pane("recruiting_bill", "billion RUB a month", 1e9, what="Bonuses, referral fees, "
         "advertising and training owed in the month."),
    Pane("losses", "thousand persons a month", 1e3, what="Men killed, disabled, "
         "captured, absent or discharged in the month."),
)  # fmt: skip


def time_charts(found: Comparison) -> Iterator[Chart]:
    """Draw every pane with all scenarios; the one on men first."""
    calendar = calendar_of(found)
    time = found.resolved[found.base].scenario.time
    for pane in PANES:
        values = series_of(found, pane.series)
        known = _DEFINITIONS[pane.series]
        lines = [
            Line(short_title(found.titles[label]), values[label] / pane.size, *style)
            for label, style in zip(found.titles, _styles(), strict=False)
        ]
        fan = Fan(
            f"over-time-{pane.series.replace('_', '-')}",
            known.title,
            pane.unit,
            lines,
            pane.what,
            documented=_dots(pane),
            limits=_limits(found, pane),
            marks=marks_of(found),
        )
        yield fan_chart(fan, calendar, parse_month(time.history_until))


def marks_of(found: Comparison) -> list[Mark]:
    """Return the changes of all scenarios by month, in their authors' words."""
    marks: dict[int, list[str]] = {}
    for label in found.labels:
        scenario, window = found.resolved[label].scenario, found.windows[label]
        if window is None:
            continue
        parted = scenario.time.first + window.first
        for said in scenario.changes or (f"{found.titles[label]} begins",):
            month = _month_named(said) or parted
            inside = scenario.time.first <= month
            marks.setdefault(month if inside else parted, []).append(said)
    return [
        Mark(month, said[0] + (f" (and {len(said) - 1} more)" if said[1:] else ""))
        for month, said in sorted(marks.items())
    ]


def _month_named(said: str) -> int | None:
    """Return the first month that a text names, as 2026-01 or January 2026."""
    if named := _MONTH.search(said):
        return parse_month(named.group())
    if named := _IN_WORDS.search(said):
        month = list(month_name).index(named[1])
        return parse_month(f"{named[2]}-{month:02d}")
    return None


def calendar_of(found: Comparison) -> Calendar:
    """Return the months and draws that a comparison covers."""
    time = found.resolved[found.base].scenario.time
    draws = tuple(sorted(set(found.series["draw"])))
    months = int(found.series["month"].max()) + 1
    return Calendar(tuple(range(time.first, time.first + months)), draws)


def series_of(found: Comparison, series: str) -> dict[str, Floats]:
    """Return a monthly series by scenario, each (D, T)."""
    rows = found.series[found.series["series"] == series]
    return {label: _wide(rows[rows["label"] == label]) for label in found.titles}


def _wide(rows: pd.DataFrame) -> Floats:
    return rows.pivot(index="draw", columns="month", values="value").to_numpy(float)


def _dots(pane: Pane) -> list[Documented]:
    return documented(pane.counted_by, size=pane.size) if pane.counted_by else []


def _limits(found: Comparison, pane: Pane) -> list[Limit]:
    if not pane.limit:
        return []
    needed = series_of(found, pane.limit)[found.base]
    return [Limit("need", np.median(needed, axis=0) / pane.size)]


def _styles() -> Iterator[tuple[str, object]]:
    yield from zip(CYCLE, DASHES, strict=True)
