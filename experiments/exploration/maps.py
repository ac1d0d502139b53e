"""An output over two factors as SVG: a heat map, and a contour with an edge.

Missing and infinite cells stay blank and are counted beneath the figure. Equal data
give equal bytes.
"""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import (
    Colormap,
    LinearSegmentedColormap,
    Normalize,
    TwoSlopeNorm,
    to_rgb,
)
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.exploration.data import Floats
from experiments.exploration.grids import Grid, edge_of
from experiments.exploration.labels import SCALE, output_title, output_unit
from experiments.exploration.sheet import finished
from experiments.figures.style import (
    BLUE,
    INK,
    MUTED,
    VERMILION,
    drawable,
    drawing,
    fitted,
)
from experiments.figures.words import number, scaled
from model.errors import DesignError

_SIZE_INCHES = (6.4, 4.6)
_MOST_NUMBERED_CELLS = 100
_HALO = {"facecolor": "white", "alpha": 0.8, "pad": 1.5, "edgecolor": "none"}


def heat_map(grid: Grid, level: float | None = None) -> str:
    """Colour and number every cell; colours change at `level` if it is given."""
    with drawing():
        figure, axes, norm, colours = _prepared(grid, level)
        masked = np.ma.masked_invalid(grid.values)
        columns, rows = np.arange(len(grid.x)), np.arange(len(grid.y))
        mesh = axes.pcolormesh(
            columns, rows, masked, cmap=colours, norm=norm, edgecolor="white",
            linewidth=1,
        )  # fmt: skip
        axes.set_xticks(columns, [number(value) for value in grid.x])
        axes.set_yticks(rows, [number(value) for value in grid.y])
        if grid.values.size <= _MOST_NUMBERED_CELLS:
            _number_cells(axes, grid)
        _scale_beside(figure, mesh, grid, axes)
        title = _title(grid)
        return finished(figure, "heat-map", title, f"{_turn(level)}{_blank_note(grid)}")


def _number_cells(axes: Axes, grid: Grid) -> None:
    for row, values in enumerate(grid.values):
        for column, value in enumerate(values):
            style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8}
            axes.text(column, row, _cell(value, grid.output), color=INK, **style)


def _cell(value: float, output: str) -> str:
    if not np.isfinite(value):
        return "none"
    return f"{value:.2f}" if output_unit(output) == "ratio" else scaled(value)


def contour(grid: Grid, level: float | None = None) -> str:
    """Lines of equal output; the heavy one is where it reaches `level`.

    With replacement against the bonus and the casualty rate, that line is the edge of
    sustainability: on one side inflow replaces losses, on the other it does not.

    Raises:
        DesignError: if an axis has one value, or fewer than three cells have a number.
    """
    if min(grid.values.shape) < 2:
        raise DesignError("a contour needs at least two values on either axis")
    if grid.blank > grid.values.size - 3:
        raise DesignError(f"{grid.output}: {_blank_note(grid)}, too few for a contour")
    with drawing():
        figure, axes, norm, colours = _prepared(grid, level)
        masked = np.ma.masked_invalid(grid.values)
        steps = _steps(grid, level)
        filled = axes.contourf(grid.x, grid.y, masked, steps, cmap=colours, norm=norm)
        thin = [step for step in steps if step != level]
        axes.contour(grid.x, grid.y, masked, thin, colors=[MUTED], linewidths=[0.5])
        _scale_beside(figure, filled, grid, axes)
        _mark(axes, grid)
        crossed = level is not None and _draw_edge(axes, grid, masked, level)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
            axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        edge = f"Heavy line: {number(level or 0)}. " if crossed else ""
        note = f"{edge}Dots: points of the sweep, joined by straight lines. "
        return finished(figure, "contour", _title(grid), note + _blank_note(grid))


def _steps(grid: Grid, level: float | None) -> list[float]:
    """Round values for the lines, the level among them."""
    locator = MaxNLocator(9, steps=[1, 2, 2.5, 5, 10])
    low, high = _ends(grid)
    steps = {float(step) for step in locator.tick_values(low, high)}
    if level is None or not low < level < high:
        return sorted(steps)
    return sorted({s for s in steps if not np.isclose(s, level)} | {level})


def _draw_edge(axes: Axes, grid: Grid, masked: Any, level: float) -> bool:
    """Draw the line at the level and name both sides; False if nothing crosses it."""
    low, high = _ends(grid)
    if not low < level < high:
        return False
    heavy = axes.contour(
        grid.x, grid.y, masked, [level], colors=[INK], linewidths=[2.6]
    )
    for text in axes.clabel(heavy, fmt=number, fontsize=11):
        text.set_fontweight("bold")
    x, y = np.meshgrid(grid.x, grid.y)
    finite = _finite(grid)
    above, below = _sides(grid, level)
    for inside, words in ((finite > level, above), (finite < level, below)):
        style: dict[str, Any] = {"ha": "center", "va": "center", "bbox": _HALO}
        axes.text(x[inside].mean(), y[inside].mean(), words, color=INK, **style)
    return True


def _sides(grid: Grid, level: float) -> tuple[str, str]:
    """Name what lies above the level, and what below."""
    if level == edge_of(grid.output):
        return "sustainable:\nmore sign than are lost", (
            "unsustainable:\nfewer sign than are lost"
        )
    return f"above {number(level)}", f"below {number(level)}"


def _mark(axes: Axes, grid: Grid) -> None:
    """Mark the points of the sweep, and the scenario itself if it is among them."""
    axes.plot(*np.meshgrid(grid.x, grid.y), ".", color=MUTED, markersize=3,
              clip_on=False)  # fmt: skip
    scaled = grid.x_name.endswith(SCALE) and grid.y_name.endswith(SCALE)
    if scaled and 1 in grid.x and 1 in grid.y:
        axes.plot([1], [1], "o", color=INK, markersize=7, fillstyle="none")
        style: dict[str, Any] = {"textcoords": "offset points", "bbox": _HALO}
        axes.annotate("the scenario as it is", (1, 1), (7, 6), fontsize=8, **style)


def _prepared(
    grid: Grid, level: float | None
) -> tuple[Figure, Axes, Normalize, Colormap]:
    """Figure with named axes; colours light enough to be written on."""
    figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
    axes = figure.subplots()
    axes.grid(visible=False)
    axes.set_xlabel(_in_lines(grid.labels.factor(grid.x_name, grid.x_since), 60))
    axes.set_ylabel(_in_lines(grid.labels.factor(grid.y_name, grid.y_since), 44))
    low, high = _ends(grid)
    if level is not None and low < level < high:
        reach = max(high - level, level - low)
        norm: Normalize = TwoSlopeNorm(level, level - reach, level + reach)
        return figure, axes, norm, _ramp(VERMILION, BLUE)
    return figure, axes, Normalize(low, high), _ramp(BLUE)


def _in_lines(text: str, width: int) -> str:
    return fitted(textwrap.fill(text, width, max_lines=2), width)


def _ramp(*colours: str) -> Colormap:
    """From pale to strong; two colours meet in the middle, where they change at once.

    None is so strong that dark text on it could not be read.
    """
    pale, strong = 0.1, 0.7
    if len(colours) == 1:
        return _between(
            [(0, _light(colours[0], 0.04)), (1, _light(colours[0], strong))]
        )
    below, above = colours
    return _between(
        [
            (0, _light(below, strong)),
            (0.5, _light(below, pale)),
            (0.5, _light(above, pale)),
            (1, _light(above, strong)),
        ]
    )


def _light(colour: str, strength: float) -> tuple[float, ...]:
    return tuple(1 - strength * (1 - part) for part in to_rgb(colour))


def _between(stops: list[tuple[float, Any]]) -> Colormap:
    return LinearSegmentedColormap.from_list("muster", stops)


def _scale_beside(figure: Figure, drawn: Any, grid: Grid, axes: Axes) -> None:
    bar = figure.colorbar(drawn, ax=axes, label=fitted(output_unit(grid.output), 60))
    low, high = _ends(grid)
    if low < high:
        bar.ax.set_ylim(low, high)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scaled(value)))
    bar.outline.set_visible(False)


def _ends(grid: Grid) -> tuple[float, float]:
    values = _finite(grid)
    if np.isnan(values).all():
        raise DesignError(f"{grid.output}: no cell has a finite number")
    return float(np.nanmin(values)), float(np.nanmax(values))


def _finite(grid: Grid) -> Floats:
    return np.where(np.isfinite(grid.values), grid.values, np.nan)


def _title(grid: Grid) -> str:
    return drawable(output_title(grid.output))


def _turn(level: float | None) -> str:
    return "" if level is None else f"Blue above {number(level)}, orange below. "


def _blank_note(grid: Grid) -> str:
    if grid.blank:
        return f"{grid.blank} of {grid.values.size} cells have no finite number."
    return f"{grid.values.size} cells, means over draws and seeds."
