"""Medians and bands over draws: what a run knows about a number, and how well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.measures import over_draws

Floats = over_draws.Floats


@dataclass(frozen=True, slots=True)
class Band:
    """A number over draws: median, inner 50 % and inner 90 %."""

    low: float
    low_half: float
    median: float
    high_half: float
    high: float
    draws: int


def quantiles(values: Floats) -> Floats:
    """Return the five quantiles over the first axis; shape (5, ...)."""
    return over_draws.quantiles(values, over_draws.BAND_AND_HALF)


def bands(values: Floats) -> list[Band]:
    """Return the bands of several numbers; `values` of shape (draws, numbers)."""
    known = np.isfinite(values).sum(axis=0)
    return [
        Band(at[0], at[1], at[2], at[3], at[4], int(draws))
        for at, draws in zip(quantiles(values).T.tolist(), known, strict=True)
    ]


def band(values: Floats) -> Band:
    """Return the band of one number; `values` of shape (draws,)."""
    return bands(values[:, None])[0]


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, with nan where the denominator is 0 or undefined."""
    defined = np.isfinite(below) & (below != 0)
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=defined)
    return out


def how_many(true: int, of: int) -> str:
    """Say in how many draws something holds, without more certainty than that.

    >>> how_many(16, 16), how_many(9, 16), how_many(0, 16)
    ('in all 16 draws', 'in 9 of 16 draws', 'in none of 16 draws')
    """
    if of == 1:
        return "in the single draw" if true else "not in the single draw"
    if true in (0, of):
        return f"in all {of} draws" if true else f"in none of {of} draws"
    return f"in {true} of {of} draws"
