"""An output of a grid sweep over two of its factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.exploration.data import (
    Floats,
    Samples,
    SweepData,
    chosen_points,
    level_of,
    load_sweep,
    samples,
)
from experiments.exploration.labels import Labels
from model.errors import DesignError

SUSTAINABLE = "replacement_ratio"


@dataclass(frozen=True, slots=True)
class Grid:
    """An output over two factors, (len(y), len(x)), averaged over replications.

    `x_since` and `y_since` are the months the factors are set from, empty if always.
    """

    x_name: str
    y_name: str
    output: str
    x: Floats
    y: Floats
    values: Floats
    labels: Labels
    x_since: str = ""
    y_since: str = ""

    @property
    def blank(self) -> int:
        """Cells without a finite number."""
        return int((~np.isfinite(self.values)).sum())

    @property
    def rows(self) -> list[tuple[float, float, float]]:
        """Every cell as (x, y, value)."""
        return [
            (float(x), float(y), float(self.values[row, column]))
            for row, y in enumerate(self.y)
            for column, x in enumerate(self.x)
        ]


def grid_of(
    folder: Path,
    output: str,
    x_name: str,
    y_name: str,
    where: Mapping[str, object] | None = None,
) -> Grid:
    """Read an output of a grid sweep over two of its factors.

    A factor set from a month on, as in {2026-01: 0.5}, counts by its number.

    Raises:
        DesignError: if they do not form a grid, or a third factor has several values.
    """
    data = load_sweep(folder)
    found = samples(data, output, where)
    x, at_x, x_since = _axis(folder, found, x_name)
    y, at_y, y_since = _axis(folder, found, y_name)
    for name in data.factors:
        others = {repr(value) for value in found.inputs[name]}
        if name not in (x_name, y_name) and len(others) > 1:
            raise DesignError(
                f"{folder}: {name} varies too; say at which value to look"
            )
    values = np.full((len(y), len(x)), np.nan)
    values[at_y, at_x] = found.values
    labels = Labels(data.design)
    return Grid(x_name, y_name, output, x, y, values, labels, x_since, y_since)


def _axis(folder: Path, found: Samples, name: str) -> tuple[Floats, Any, str]:
    """Values of a factor in order, the place of each sample, and the month it is from.

    Raises:
        DesignError: if the factor is not varied or has no numbers.
    """
    if name not in found.inputs:
        raise DesignError(f"{folder}: {name!r} is not varied")
    levels = [level_of(value) for value in found.inputs[name]]
    known = [level for level in levels if level is not None]
    since = {month for _, month in known}
    if len(known) < len(levels) or len(since) > 1:
        raise DesignError(
            f"{folder}: {name} is no number, or not always set from the same month, "
            "so it cannot be an axis"
        )
    values, at = np.unique([value for value, _ in known], return_inverse=True)
    return values, at, since.pop() if since else ""


def axes_of(
    folder: Path,
    x_name: str | None = None,
    y_name: str | None = None,
    where: Mapping[str, object] | None = None,
) -> tuple[str, str] | None:
    """Factors to span a map: those asked for, or the first two a grid sweep varies.

    Returns:
        names to the right and upwards; None where nothing was asked for and the sweep
        is no grid of two factors with numbers.

    Raises:
        DesignError: if one is asked for and the other cannot be guessed.
    """
    data = load_sweep(folder)
    points = chosen_points(data, where or {})
    grid = data.design["design"] == "grid"
    free = [name for name in data.factors if grid and _spans(data, points, name)]
    right = x_name or next((name for name in free if name != y_name), None)
    upwards = y_name or next((name for name in free if name != right), None)
    if right and upwards:
        return right, upwards
    if x_name or y_name:
        raise DesignError(f"{folder}: name both factors, --x and --y")
    return None


def _spans(data: SweepData, points: list[int], name: str) -> bool:
    levels = {level_of(data.inputs[name][at]) for at in points}
    return len(levels) > 1 and None not in levels


def edge_of(output: str) -> float | None:
    """Where an output turns: a replacement ratio at 1, others nowhere."""
    return 1.0 if output.startswith(SUSTAINABLE) else None
