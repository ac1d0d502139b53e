"""Drift of willingness: what moves men to sign and stands in no other equation.

A factor on how many consider, exp(W_t). W starts at 0 and moves in half-years, each by
a step of its own, straight within a half-year:

    W at the end of half-year h = W at its start + step_h,    step ~ normal(0, sd)

Steps of the documented half-years are parameters: quarterly contracts tell each of
them apart from the slow rest of the fit, which a fixed path of chance could not. Later
ones are drawn by (seed, half-year), the same in every scenario. ODD II.ix (stochastic),
III.iv (attention).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.chance.steps import normal_quantile
from model.fields.months import parse_month
from model.fields.time import Time
from model.parameters.behaviour import Willingness

Floats = NDArray[np.float64]

HALF_YEAR = 6


def willingness(settings: Willingness, time: Time, seed: int) -> Floats:
    """Return exp(W), (T,).

    Args:
        settings: steps of the documented half-years and the spread of later ones.
        time: months of the run, T; steps of half-years that begin after its history
            are drawn.
        seed: replication.
    """
    first, end = int(time.first), int(time.first) + time.months
    halves = np.arange(first - first % HALF_YEAR, end, HALF_YEAR)
    known = {_half_year(name): step for name, step in settings.steps.items()}
    last = min(first + time.history_months - 1, max(known))
    steps = [
        known.get(half, 0.0) if half <= last else settings.step_sd * _normal(seed, half)
        for half in halves.tolist()
    ]
    level = np.concatenate([[0.0], np.cumsum(steps)])
    middle = np.arange(first, end) + 0.5
    at = np.interp(middle, np.append(halves, halves[-1] + HALF_YEAR), level)
    drift: Floats = np.exp(at)
    return drift


def _half_year(name: str) -> int:
    """Return the month of a field such as `from_2023_07`."""
    return int(parse_month(name.removeprefix("from_").replace("_", "-")))


def _normal(seed: int, half: int) -> float:
    uniform_number = uniforms(key(seed, "willingness"), np.array([half]))
    return float(normal_quantile(uniform_number)[0])
