"""A monthly column of a sweep as SVG: median and bands over its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.exploration.data import (
    Floats,
    SweepData,
    chosen_points,
    level_of,
    load_sweep,
)
from experiments.exploration.labels import Labels, column_label
from experiments.exploration.sheet import finished
from experiments.figures.fan import month_axis, unit_above
from experiments.figures.run_folder import Calendar
from experiments.figures.style import BLUE, FAINT, drawing
from experiments.figures.words import number, scaled
from experiments.sweeps.design import SAMPLED
from experiments.sweeps.parts import MONTHS_TABLE
from experiments.sweeps.tables import SweepTables
from model.errors import DesignError
from model.fields.months import parse_month

BANDS = ((0.05, 0.95), (0.25, 0.75))
MOST_PANELS: Final = 6
PANELS_ABREAST: Final = 3
_KEYS = ("run_id", "month")


def monthly_columns(folder: Path) -> list[str]:
    """Columns of the monthly table that a fan can be drawn of."""
    columns = SweepTables(folder).schema(MONTHS_TABLE).names
    return [name for name in columns if name not in _KEYS]


@dataclass(frozen=True, slots=True)
class Panel:
    """Runs drawn together, and the setting they share."""

    title: str
    runs: list[str]


def fan(folder: Path, column: str, where: Mapping[str, object] | None = None) -> str:
    """Median and bands of a monthly column over the finished runs of a sweep.

    A sweep of a grid or a list gets a panel for each value of its first factor that
    `where` leaves open: bands over settings that somebody chose would say nothing. Of a
    Sobol design the first matrix is drawn: it is a sample of the uncertainties, while
    the others repeat its values and would count them again and again. Trajectories of
    Morris are no sample at all and have no fan.

    Args:
        folder: a complete sweep.
        column: name of a monthly column.
        where: settings of the runs to look at; all runs, unless said otherwise.

    Raises:
        DesignError: if there is no such column, or no such run has finished.
    """
    data = load_sweep(folder)
    if data.design["design"] == "morris":
        raise DesignError(
            f"{folder}: the steps of a morris design are no sample of anything, so "
            "bands over them would say nothing; sweep with latin_hypercube or sobol"
        )
    known = monthly_columns(folder)
    if column not in known:
        path = folder / MONTHS_TABLE
        raise DesignError(f"{path}: no monthly column {column!r}; it has {known}")
    factor, parts = panels(data, where or {})
    runs = sum(len(part.runs) for part in parts)
    sobol = data.design["design"] == "sobol"
    drawn = "the first matrix of the design" if sobol else "all points together"
    note = (
        "Line: median of runs; dark band: half of the runs, light band: 90 % of "
        f"them. {runs} runs of {drawn}{_in_words(where, factor, Labels(data.design))}."
    )
    with drawing():
        figure = _drawn(folder, column, parts)
        return finished(figure, "fan", f"{column_label(column)[0]} by month", note)


def panels(
    data: SweepData, where: Mapping[str, object]
) -> tuple[str | None, list[Panel]]:
    """Return the factor whose values get a panel each, and the panels.

    No factor and one panel where all are sampled or have too many values.

    Raises:
        DesignError: if no run with these settings has finished.
    """
    at = [
        point
        for point in chosen_points(data, where)
        if not data.failed[point]
        and (data.design["design"] != "sobol" or data.block[point] == "A")
    ]
    if not at:
        raise DesignError(f"{data.folder}: none of these runs has finished")
    for factor in ("scenario", *_chosen_factors(data)):
        values = dict.fromkeys(data.inputs[factor][point] for point in at)
        if factor not in where and 2 <= len(values) <= MOST_PANELS:
            return factor, [
                Panel(_value(value), _run_ids(data, at, factor, value))
                for value in values
            ]
    return None, [Panel("", sorted({data.inputs["run_id"][point] for point in at}))]


def _chosen_factors(data: SweepData) -> list[str]:
    """Factors whose values the design spells out."""
    return data.crossed if data.design["design"] in SAMPLED else data.factors


def _run_ids(
    data: SweepData, at: Sequence[int], factor: str, value: object
) -> list[str]:
    column = data.inputs[factor]
    return sorted({data.inputs["run_id"][p] for p in at if column[p] == value})


def _value(setting: object) -> str:
    level = level_of(setting)
    if level is None:
        return str(setting)
    return number(level[0]) + (f" from {level[1]}" if level[1] else "")


def _drawn(folder: Path, column: str, parts: Sequence[Panel]) -> Figure:
    """Draw the panels on common axes."""
    wide = min(len(parts), PANELS_ABREAST)
    high = -(-len(parts) // wide)
    size = (6.4, 3.9) if len(parts) == 1 else (0.6 + 2.9 * wide, 1.0 + 2.2 * high)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(high, wide, sharex=True, sharey=True, squeeze=False)
    lowest = 0.0
    for axes, part in zip(grid.flat, parts, strict=False):
        lowest = min(lowest, _draw(axes, *monthly_quantiles(folder, column, part.runs)))
        axes.set_title(part.title, loc="right")
    for axes in grid.flat[len(parts) :]:
        axes.set_visible(False)
    unit = column_label(column)[1]
    unit_above(grid.flat[0], f"{unit} in the month" if unit else column)
    grid.flat[0].set_ylim(lowest, None)
    return figure


def _draw(axes: Axes, months: Sequence[str], bands: Sequence[Any]) -> float:
    """Draw one panel and return its lowest value."""
    at = np.array([parse_month(month) for month in months])
    for alpha, (low, high) in zip((0.14, 0.25), bands[1:], strict=True):
        axes.fill_between(at, low, high, color=BLUE, alpha=alpha)
    axes.plot(at, bands[0][0], color=BLUE)
    month_axis(axes, Calendar(tuple(range(at[0], at[-1] + 1)), ()))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scaled(value)))
    axes.axhline(0, color=FAINT, linewidth=0.7)
    return float(np.nanmin(bands[1][0]))


def _in_words(
    where: Mapping[str, object] | None, factor: str | None, labels: Labels
) -> str:
    named = ", ".join(f"{name} = {value}" for name, value in (where or {}).items())
    fixed = f" with {named}" if named else ""
    if factor is None:
        return fixed
    return f"{fixed}, a panel for each value of: {labels.factor(factor)}"


def monthly_quantiles(
    folder: Path, column: str, runs: list[str] | None = None
) -> tuple[list[str], list[Any]]:
    """Median, 5-95 % and 25-75 % bands of a column by month, over some or all runs."""
    where = None if runs is None else {"run_id": runs}
    table = SweepTables(folder).read(MONTHS_TABLE, ["month", column], where)
    months = sorted(set(table["month"].to_pylist()))
    ranks = [0.5, *(rank for band in BANDS for rank in band)]
    found = np.array(
        [np.nanquantile(_of_month(table, month, column), ranks) for month in months]
    ).T
    return months, [(found[0],), (found[1], found[2]), (found[3], found[4])]


def _of_month(table: Any, month: str, column: str) -> Floats:
    chosen = table.filter(pc.equal(table["month"], month))[column]
    return np.array(chosen.to_pylist(), dtype=np.float64)
