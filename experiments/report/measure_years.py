"""All measures that describe a period, year by year."""

from __future__ import annotations

from experiments.report.cards import Summary, by_year, short_title, written
from experiments.report.parts import Column, Table


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
