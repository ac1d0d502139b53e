"""Figures of a sweep as accessible SVG: tornado, indices, heat map, contour, fan.

All are drawn in the report's style from the sweep's own tables; missing and infinite
cells stay blank and are counted beneath the figure. Equal data give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from matplotlib.axes import Axes

from experiments.durable import write_durably
from experiments.exploration.data import Floats, Samples, load_sweep, samples
from experiments.exploration.screening import Screening
from experiments.exploration.sensitivity import SobolAnalysis
from experiments.report.style import (
    BLUE,
    FAINT,
    INK,
    SKY,
    VERMILION,
    drawable,
    drawing,
    panel,
    to_svg,
)
from experiments.sweeps.store import MONTHS_TABLE
from model.errors import DesignError

MOST_BARS = 15
BANDS = ((0.05, 0.95), (0.25, 0.75))
_ROW_INCHES = 0.28


def save(svg: str, path: Path) -> None:
    """Write a figure."""
    write_durably(path, svg.encode("utf-8"))


def tornado(found: Screening) -> str:
    """Mean effect of each factor over its whole range, strongest on top."""
    _refuse_constant(found.constant, found.output)
    shown = found.factors[:MOST_BARS][::-1]
    with drawing():
        figure, axes = panel(5.6, 1.2 + _ROW_INCHES * len(shown))
        for at, factor in enumerate(shown):
            effect = factor.mean_absolute if np.isnan(factor.mean) else factor.mean
            axes.barh(at, effect, color=VERMILION if effect < 0 else BLUE, height=0.6)
            spread = np.nan_to_num(factor.standard_deviation)
            axes.plot([effect - spread, effect + spread], [at, at], color=INK)
        axes.axvline(0, color=INK, linewidth=0.8)
        _label_rows(axes, [factor.factor for factor in shown])
        axes.set_xlabel(drawable(f"change of {found.output} over the whole range"))
        note = f"{found.used} of {found.planned} effects; lines: one standard deviation"
        return to_svg(figure, "tornado", f"What moves {found.output}", note)


def index_bars(found: SobolAnalysis) -> str:
    """First and total Sobol index of each factor with intervals, strongest on top."""
    _refuse_constant(found.constant, found.output)
    shown = found.factors[:MOST_BARS][::-1]
    with drawing():
        figure, axes = panel(5.6, 1.2 + 1.4 * _ROW_INCHES * len(shown))
        for at, factor in enumerate(shown):
            pairs = ((factor.total, SKY, 0.18), (factor.first, BLUE, -0.18))
            for index, colour, shift in pairs:
                axes.barh(at + shift, index.value, color=colour, height=0.34)
                axes.plot([index.low, index.high], [at + shift] * 2, color=INK)
        _label_rows(axes, [factor.factor for factor in shown])
        axes.set_xlabel("share of variance (light: total, dark: first order)")
        note = f"{found.used} of {found.planned} samples; lines: 95 % intervals"
        return to_svg(figure, "indices", f"What carries {found.output}", note)


@dataclass(frozen=True, slots=True)
class Grid:
    """An output over two factors, (len(y), len(x)), averaged over replications."""

    x_name: str
    y_name: str
    output: str
    x: Floats
    y: Floats
    values: Floats

    @property
    def blank(self) -> int:
        """Cells without a finite number."""
        return int((~np.isfinite(self.values)).sum())


def grid_of(
    folder: Path,
    output: str,
    x_name: str,
    y_name: str,
    where: Mapping[str, object] | None = None,
) -> Grid:
    """Read an output of a grid sweep over two of its factors.

    Raises:
        DesignError: if they do not form a grid, or a third factor has several values.
    """
    data = load_sweep(folder)
    found = samples(data, output, where)
    x, y = _axis(folder, found, x_name), _axis(folder, found, y_name)
    for name in data.factors:
        others = {repr(value) for value in found.inputs[name]}
        if name not in (x_name, y_name) and len(others) > 1:
            raise DesignError(
                f"{folder}: {name} varies too; say at which value to look"
            )
    values = np.full((len(y), len(x)), np.nan)
    at_x = np.searchsorted(x, found.inputs[x_name])
    at_y = np.searchsorted(y, found.inputs[y_name])
    values[at_y, at_x] = found.values
    return Grid(x_name, y_name, output, x, y, values)


def _axis(folder: Path, found: Samples, name: str) -> Floats:
    if name not in found.inputs:
        raise DesignError(f"{folder}: {name!r} is not varied")
    values = found.inputs[name]
    if not all(isinstance(value, int | float) for value in values):
        raise DesignError(f"{folder}: {name} is no number, so it cannot be an axis")
    return np.unique(np.array(values, dtype=np.float64))


def heat_map(grid: Grid) -> str:
    """Colour every cell by the output."""
    with drawing():
        figure, axes = panel(5.2, 3.6)
        masked = np.ma.masked_invalid(grid.values)
        mesh = axes.pcolormesh(
            np.arange(len(grid.x)), np.arange(len(grid.y)), masked, cmap="viridis"
        )
        axes.set_xticks(range(len(grid.x)), [f"{value:g}" for value in grid.x])
        axes.set_yticks(range(len(grid.y)), [f"{value:g}" for value in grid.y])
        figure.colorbar(mesh, ax=axes, label=drawable(grid.output))
        _name_axes(axes, grid)
        return to_svg(figure, "heat-map", _title(grid), _blank_note(grid))


def contour(grid: Grid, level: float) -> str:
    """Lines of equal output; the heavy one is where it reaches `level`.

    With replacement against the bonus and the casualty rate, that line is the edge of
    sustainability: on one side inflow replaces losses, on the other it does not.
    """
    if min(grid.values.shape) < 2:
        raise DesignError("a contour needs at least two values on either axis")
    with drawing():
        figure, axes = panel(5.2, 3.6)
        masked = np.ma.masked_invalid(grid.values)
        filled = axes.contourf(grid.x, grid.y, masked, levels=10, cmap="viridis")
        figure.colorbar(filled, ax=axes, label=drawable(grid.output))
        if np.nanmin(grid.values) < level < np.nanmax(grid.values):
            axes.contour(grid.x, grid.y, masked, levels=[level], colors=[VERMILION],
                         linewidths=[2.2])  # fmt: skip
        axes.plot(*np.meshgrid(grid.x, grid.y), ".", color=FAINT, markersize=2)
        _name_axes(axes, grid)
        note = f"heavy line: {grid.output} = {level:g}; {_blank_note(grid)}"
        return to_svg(figure, "contour", _title(grid), note)


def fan(folder: Path, column: str, unit: str = "") -> str:
    """Median and bands of a monthly column over all finished runs of a sweep."""
    load_sweep(folder)
    path = folder / MONTHS_TABLE
    names = pq.read_schema(path).names
    if column not in names or "month" not in names:
        raise DesignError(f"{path}: no monthly column {column!r}; it has {names}")
    months, bands = monthly_quantiles(path, column)
    with drawing():
        figure, axes = panel(5.6, 3.2)
        at = np.arange(len(months))
        for alpha, (low, high) in zip((0.18, 0.35), bands[1:], strict=True):
            axes.fill_between(at, low, high, color=BLUE, alpha=alpha, linewidth=0)
        axes.plot(at, bands[0][0], color=BLUE)
        ticks = at[:: max(1, len(at) // 6)]
        axes.set_xticks(ticks, [months[tick] for tick in ticks])
        axes.set_ylabel(drawable(unit or column))
        note = "line: median of runs; bands: half of the runs, and 90 % of them"
        return to_svg(figure, "fan", column, note)


def monthly_quantiles(path: Path, column: str) -> tuple[list[str], list[Any]]:
    """Median, 5-95 % and 25-75 % bands of a column by month."""
    table = pq.read_table(path, columns=["month", column])
    months = sorted(set(table["month"].to_pylist()))
    ranks = [0.5, *(rank for band in BANDS for rank in band)]
    found = np.array(
        [np.nanquantile(_of_month(table, month, column), ranks) for month in months]
    ).T
    return months, [(found[0],), (found[1], found[2]), (found[3], found[4])]


def _of_month(table: Any, month: str, column: str) -> Floats:
    chosen = table.filter(pc.equal(table["month"], month))[column]
    return np.array(chosen.to_pylist(), dtype=np.float64)


def _label_rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), [drawable(name) for name in names])


def _name_axes(axes: Axes, grid: Grid) -> None:
    axes.set_xlabel(drawable(grid.x_name))
    axes.set_ylabel(drawable(grid.y_name))


def _title(grid: Grid) -> str:
    return f"{grid.output} by {grid.x_name} and {grid.y_name}"


def _blank_note(grid: Grid) -> str:
    return f"{grid.blank} of {grid.values.size} cells have no finite number"


def _refuse_constant(constant: bool, output: str) -> None:
    if constant:
        raise DesignError(f"{output} is constant; no factor moves it")
