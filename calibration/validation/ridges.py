"""What the data pin down and what they leave together: shrinkage and ridges.

A parameter whose posterior is as wide as its prior was not informed. Two parameters
that move together were informed only in combination: reporting one value of each would
hide that. Coordinates are those of `calibration.priors`, so the prior's spread is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.posterior import FOLDER, Draws, load_posterior
from calibration.priors import free_parameters
from calibration.validation.validate import Band, weighted_quantiles

Floats = NDArray[np.float64]

LEAST_CORRELATION: Final = 0.3
CHANCE: Final = 4.0
"""Standard errors beyond which one of thousands of pairs is not there by chance."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of one parameter."""

    parameter: str
    prior_median: float
    median: float
    band: Band
    """90 %, in the parameter's unit."""
    spread_ratio: float
    """Posterior over prior standard deviation, on the common scale."""
    moved: float
    """Posterior mean, in prior standard deviations."""


@dataclass(frozen=True, slots=True)
class Ridge:
    """Two parameters the data leave moving together."""

    first: str
    second: str
    correlation: float


def learned(folder: Path = FOLDER) -> tuple[Learned, ...]:
    """Return every free parameter, the best informed first.

    Raises:
        StorageError: no posterior can be read.
    """
    draws = load_posterior(folder)
    z = coordinates(draws)
    known = {each.name: each for each in free_parameters()}
    found = []
    for at, name in enumerate(name for name in draws.names if name in known):
        column = draws.values[:, draws.names.index(name)]
        low, median, high = weighted_quantiles(column, draws.weight, (0.05, 0.5, 0.95))
        mean = float(draws.weight @ z[:, at])
        spread = float(np.sqrt(draws.weight @ (z[:, at] - mean) ** 2))
        prior = known[name].prior.median
        found.append(Learned(name, prior, median, Band(low, high), spread, mean))
    return tuple(sorted(found, key=lambda each: each.spread_ratio))


def ridges(folder: Path = FOLDER) -> tuple[Ridge, ...]:
    """Return pairs of parameters with a clear correlation, the strongest first.

    Raises:
        StorageError: no posterior can be read.
    """
    draws = load_posterior(folder)
    known = {each.name for each in free_parameters()}
    names = [name for name in draws.names if name in known]
    table = np.cov(coordinates(draws), rowvar=False, aweights=draws.weight)
    spread = np.sqrt(np.maximum(np.diag(table), 1e-12))
    correlation = table / np.outer(spread, spread)
    first, second = np.triu_indices(len(names), 1)
    least = max(LEAST_CORRELATION, CHANCE / np.sqrt(draws.effective_draws))
    strong = np.flatnonzero(np.abs(correlation[first, second]) >= least)
    found = [
        Ridge(names[a], names[b], float(correlation[a, b]))
        for a, b in zip(first[strong], second[strong], strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.correlation)))


def correlations(names: Sequence[str], folder: Path = FOLDER) -> Floats:
    """Return the posterior's correlations of some parameters, (n, n).

    Raises:
        StorageError: no posterior can be read.
    """
    draws = load_posterior(folder)
    known = {each.name for each in free_parameters()}
    order = [name for name in draws.names if name in known]
    chosen = coordinates(draws)[:, [order.index(name) for name in names]]
    table = np.cov(chosen, rowvar=False, aweights=draws.weight)
    spread = np.sqrt(np.maximum(np.diag(table), 1e-12))
    correlation: Floats = table / np.outer(spread, spread)
    return correlation


def coordinates(draws: Draws) -> Floats:
    """Return the draws on the common scale, (N, P), in the order of their names."""
    known = {each.name: each for each in free_parameters()}
    return np.column_stack(
        [
            known[name].coordinates(draws.values[:, at])
            for at, name in enumerate(draws.names)
            if name in known
        ]
    )
