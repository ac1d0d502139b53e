"""A monthly column of a sweep as SVG: median and bands over its runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.exploration.data import Floats, SweepData, chosen_points, load_sweep
from experiments.exploration.labels import column_label
from experiments.exploration.sheet import finished
from experiments.report.fan import month_axis, unit_above
from experiments.report.run_folder import Calendar
from experiments.report.style import BLUE, FAINT, drawing
from experiments.report.words import scaled
from experiments.sweeps.store import MONTHS_TABLE
from model.errors import DesignError
from model.months import parse_month

BANDS = ((0.05, 0.95), (0.25, 0.75))
_KEYS = ("run_id", "month")


def monthly_columns(folder: Path) -> list[str]:
    """Columns of the monthly table that a fan can be drawn of."""
    path = folder / MONTHS_TABLE
    return [name for name in pq.read_schema(path).names if name not in _KEYS]


def fan(folder: Path, column: str, where: Mapping[str, object] | None = None) -> str:
    """Median and bands of a monthly column over the finished runs of a sweep.

    Args:
        folder: a complete sweep.
        column: name of a monthly column.
        where: settings of the runs to look at; all runs, unless said otherwise.

    Raises:
        DesignError: if there is no such column, or no such run has finished.
    """
    data = load_sweep(folder)
    known = monthly_columns(folder)
    if column not in known:
        path = folder / MONTHS_TABLE
        raise DesignError(f"{path}: no monthly column {column!r}; it has {known}")
    runs = _finished(data, where)
    chosen = None if where is None else runs
    months, bands = monthly_quantiles(folder / MONTHS_TABLE, column, chosen)
    title, unit = column_label(column)
    with drawing():
        figure = Figure(figsize=(6.4, 3.9), layout="constrained")
        axes = figure.subplots()
        at = np.array([parse_month(month) for month in months])
        for alpha, (low, high) in zip((0.14, 0.25), bands[1:], strict=True):
            axes.fill_between(at, low, high, color=BLUE, alpha=alpha)
        axes.plot(at, bands[0][0], color=BLUE)
        month_axis(axes, Calendar(tuple(range(at[0], at[-1] + 1)), ()))
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scaled(value)))
        axes.set_ylim(min(0.0, float(np.nanmin(bands[1][0]))), None)
        axes.axhline(0, color=FAINT, linewidth=0.7)
        unit_above(axes, f"{unit} in the month" if unit else column)
        note = (
            "Line: median of runs; dark band: half of the runs, light band: 90 % of "
            f"them. {len(runs)} runs{_where_in_words(where)}."
        )
        return finished(figure, "fan", f"{title} by month", note)


def _finished(data: SweepData, where: Mapping[str, object] | None) -> list[str]:
    points = chosen_points(data, where or {})
    ids = {data.inputs["run_id"][at] for at in points if not data.failed[at]}
    if not ids:
        raise DesignError(f"{data.folder}: none of these runs has finished")
    return sorted(ids)


def _where_in_words(where: Mapping[str, object] | None) -> str:
    named = ", ".join(f"{name} = {value}" for name, value in (where or {}).items())
    return f" with {named}" if named else " of all points together"


def monthly_quantiles(
    path: Path, column: str, runs: list[str] | None = None
) -> tuple[list[str], list[Any]]:
    """Median, 5-95 % and 25-75 % bands of a column by month, over some or all runs."""
    filters = None if runs is None else pc.field("run_id").isin(runs)
    table = pq.read_table(path, columns=["month", column], filters=filters)
    months = sorted(set(table["month"].to_pylist()))
    ranks = [0.5, *(rank for band in BANDS for rank in band)]
    found = np.array(
        [np.nanquantile(_of_month(table, month, column), ranks) for month in months]
    ).T
    return months, [(found[0],), (found[1], found[2]), (found[3], found[4])]


def _of_month(table: Any, month: str, column: str) -> Floats:
    chosen = table.filter(pc.equal(table["month"], month))[column]
    return np.array(chosen.to_pylist(), dtype=np.float64)
