"""Casualties after their documents end: back to the usual, by chance. ODD III.iv.

Documents give killed and wounded a month, c_t, to a last month T. Afterwards

    ln c_(T+k) = m + phi^k (ln c_T - m) + x_k,    x_k = phi x_(k-1) + sigma e_k,

with m the mean of ln c over the last six documented months (no single month is a
forecast for the next years; over the documented series a longer memory foretells
worse) and e standard normal numbers of month and seed: every draw has a war of its own
course, and scenarios under one draw share it. A path a file states itself is taken as
stated from its month on, with the same x on top; a path without documents is taken as
stated and nothing is added. phi and sigma are near those of the documented series
about its own half-year, .95 and .14, drawn in for what three years that rose throughout
can say. Source: casualties.csv, `gsu-*`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.chance.randomness import key, uniforms
from model.fields.dated import RuledPersonsPerMonth
from model.fields.months import parse_month
from model.scenario import Scenario

Floats = NDArray[np.float64]

REMEMBERED_MONTHS = 6


def casualty_path(scenario: Scenario) -> Floats:
    """Return casualties a month as documents count them, continued, (T,).

    What is stated is followed; what follows documents returns to their last half-year.
    """
    time, path = scenario.time, scenario.force.casualties
    months = time.first + np.arange(time.months)
    stated = path.over(time.first, time.months)
    last = _last_documented(scenario)
    if last is None:
        return stated
    own = [at for at in map(parse_month, path.steps) if at > last]
    ruled = (months > last) & (months < min(own, default=int(months[-1]) + 1))
    levels = type(path)(persons_per_month=path.persons_per_month)
    latest = levels.over(last - REMEMBERED_MONTHS + 1, REMEMBERED_MONTHS)
    logs = np.log(np.maximum(latest, 1.0))
    kept = scenario.force.casualty_memory ** np.clip(months - last, 0, None)
    usual = np.exp(logs.mean() + kept * (logs[-1] - logs.mean()))
    # `stated` over the last level is what scale and growth make of it.
    factor = stated / np.maximum(latest[-1], 1.0)
    return np.where(ruled, usual * factor, stated)


def casualty_shocks(scenario: Scenario, seed: int) -> Floats:
    """Return the factor of chance on casualties a month, (T,); 1 while documented."""
    time, force = scenario.time, scenario.force
    last = _last_documented(scenario)
    shocks = np.ones(time.months)
    if last is None:
        return shocks
    log, here = 0.0, np.zeros(1, dtype=np.int64)
    for index in range(max(0, last + 1 - time.first), time.months):
        stream = key(seed, "casualties", time.first + index)
        normal = float(ndtri(uniforms(stream, here)[0]))
        log = force.casualty_memory * log + force.casualty_shock_sd * normal
        shocks[index] = np.exp(log)
    return shocks


def _last_documented(scenario: Scenario) -> int | None:
    """Return the last month of documents a forecaster knew; none: no documents."""
    path: RuledPersonsPerMonth = scenario.force.casualties
    if path.documented_until is None:
        return None
    return min(
        int(parse_month(path.documented_until)),
        int(parse_month(scenario.time.history_until)),
    )
