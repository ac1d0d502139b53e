"""Arithmetic of measures over months, and median and bands over draws.

Here is the one place where "5/50/95" is said and worked out.

The band is the inner 90 % of draws, the half the inner 50 %. A draw in which a number
is undefined (nan) is left out. A number may be infinite, as the month of a break that
never comes: its quantiles are then values of draws, for there is no interpolating
towards infinity, and the median is infinite if most draws are. ODD II.x (observation).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOW: Final = 0.05
MEDIAN: Final = 0.5
HIGH: Final = 0.95
BAND: Final = (LOW, MEDIAN, HIGH)
BAND_AND_HALF: Final = (LOW, 0.25, MEDIAN, 0.75, HIGH)


@dataclass(frozen=True, slots=True)
class Band:
    """A number over draws: median, inner 50 % and inner 90 %."""

    low: float
    low_half: float
    median: float
    high_half: float
    high: float
    draws: int


def quantiles(values: Floats, levels: Sequence[float] = BAND) -> Floats:
    """Return quantiles over draws.

    Args:
        values: draws along the first axis, (N, ...).
        levels: the L quantiles wanted.

    Returns:
        (L, ...); nan where no draw is defined.
    """
    columns = values.reshape(len(values), -1)
    found = np.full((len(levels), columns.shape[1]), np.nan)
    known, endless = ~np.isnan(columns), np.isinf(columns).any(axis=0)
    # Leaving out nan takes a hundred times as long; few months need it.
    whole = known.all(axis=0) & ~endless
    partly = known.any(axis=0) & ~whole & ~endless
    for of, chosen in ((np.quantile, whole), (np.nanquantile, partly)):
        if chosen.any():
            found[:, chosen] = of(columns[:, chosen], levels, axis=0)
    for at in np.flatnonzero(endless):
        defined = columns[known[:, at], at]
        found[:, at] = np.quantile(defined, levels, method="inverted_cdf")
    return found.reshape(len(levels), *values.shape[1:])


def bands(values: Floats) -> list[Band]:
    """Return the bands of several numbers; `values` of shape (draws, numbers)."""
    known = np.isfinite(values).sum(axis=0)
    at_levels = quantiles(values, BAND_AND_HALF).T.tolist()
    return [
        Band(at[0], at[1], at[2], at[3], at[4], int(draws))
        for at, draws in zip(at_levels, known, strict=True)
    ]


def band(values: Floats) -> Band:
    """Return the band of one number; `values` of shape (draws,)."""
    return bands(values[:, None])[0]


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide element by element; nan where the divisor is 0 or undefined."""
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=np.isfinite(below) & (below != 0))
    return out


def trailing(values: Floats, months: int = 12) -> Floats:
    """Sum each month with up to `months - 1` before it."""
    total = np.cumsum(values)
    total[months:] -= total[:-months].copy()
    return total


def first_run(failing: NDArray[np.bool_], length: int, after: int) -> float:
    """Return which month after `after` opens the first `length` failing in a row.

    1 is the first month after; infinite if there is none.

    >>> first_run(np.array([1, 1, 0, 1, 1], dtype=bool), 2, 1)
    3.0
    """
    for start in range(after, len(failing) - length + 1):
        if failing[start : start + length].all():
            return float(start - after + 1)
    return math.inf
