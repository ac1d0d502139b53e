"""Median and bands over draws: the one place where "5/50/95" is said and worked out.

The band is the inner 90 % of draws, the half the inner 50 %. A draw in which a number
is undefined (nan) is left out. A number may be infinite, as the month of a break that
never comes: its quantiles are then values of draws, for there is no interpolating
towards infinity, and the median is infinite if most draws are. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

LOW: Final = 0.05
MEDIAN: Final = 0.5
HIGH: Final = 0.95
BAND: Final = (LOW, MEDIAN, HIGH)
BAND_AND_HALF: Final = (LOW, 0.25, MEDIAN, 0.75, HIGH)


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
