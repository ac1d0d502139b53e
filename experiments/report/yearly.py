"""Tables by calendar year, each cell a median with its band."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from experiments.figures.parts import Column, Table
from experiments.figures.run_folder import Calendar
from experiments.figures.words import span
from experiments.measures.arithmetic import Band, Floats, band, ratio
from experiments.report.cards import Summary, by_year, short_title, written

Writer = Callable[[float], str]


def years(calendar: Calendar) -> dict[str, slice]:
    """Map each year to its months in the run."""
    months = np.array(calendar.months)
    out = {}
    for year in sorted(set(months // 12)):
        at = np.flatnonzero(months // 12 == year)
        out[str(year)] = slice(int(at[0]), int(at[-1]) + 1)
    return out


def cell(found: Band, write: Writer) -> str:
    """Write a median with its 90 % band, or the median alone for one draw."""
    middle = write(found.median)
    if found.draws <= 1 or found.low == found.high:
        return middle
    return f"{middle} ({span(write(found.low), write(found.high))})"


def yearly_table(
    caption: str,
    rows: Mapping[str, Floats],
    calendar: Calendar,
    write: Writer,
    total: Callable[[Floats], Floats] | None = None,
    note: str = "",
) -> Table:
    """Return a table of quantities by year.

    Args:
        caption: what the cells hold, with their unit.
        rows: name to values of shape (D, T).
        calendar: months and draws.
        write: how a number is written.
        total: how a year's months, (D, n), become one number a draw; the sum if none.
        note: what else a reader must know.
    """
    spans = years(calendar)
    gather = total or _sum
    body = [
        (name, *(cell(band(gather(v[:, part])), write) for part in spans.values()))
        for name, v in rows.items()
    ]
    head = [Column("", numeric=False)]
    for year, part in spans.items():
        months = part.stop - part.start
        head.append(Column(year, "" if months == 12 else f"{months} months"))
    return Table(caption, tuple(head), tuple(body), note)


def at_end(values: Floats) -> Floats:
    """Take the last month of a year."""
    return values[:, -1]


def mean(values: Floats) -> Floats:
    """Average a year's months where defined."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return ratio(sums, count.astype(float))


def _sum(values: Floats) -> Floats:
    summed: Floats = values.sum(axis=1)
    return summed


def measure_years(summary: Summary) -> Table | None:
    """Return the measures by calendar year, or nothing if the summary has no years."""
    found = by_year(summary)
    years = sorted({year for measure in found.values() for year in measure})
    if not years:
        return None
    rows = tuple(
        (
            short_title(key, next(iter(measure.values()))),
            *(_cell(measure.get(year)) for year in years),
        )
        for key, measure in found.items()
    )
    head = (Column("Measure", numeric=False), *(Column(year) for year in years))
    caption = "All measures by calendar year: median (90 % of draws)"
    return Table(caption, head, rows, folded=True)


def _cell(measure: object) -> str:
    if not isinstance(measure, dict):
        return ""
    value, band = written(measure, None)
    return f"{value} ({band})" if band else value
