"""How probable documents are, given what their sources would have reported.

On their scales (logarithms, mostly) the documented figures y of a run f are normal,

    y ~ N(f, S),    S_ij = [i = j] (s_i^2 + v_i^2) + d_i d_j rho^(|t_i - t_j| / 6)

with s the error of the source, v the part of a figure that chance alone decides (rare
counts: another seed gives another figure) and d the discrepancy, what a model of this
kind is not expected to get right. The last term stands only between figures of one
series: a model that counts contracts too low in one half-year counts them too low in
the next, so its error is one that drifts (an Ornstein-Uhlenbeck process in the middle
months t, in months; an AR(1) on even periods) and three misses of one sign are no three
independent shrugs. One code serves likelihood, weights, emulated posterior, forecasts
and scores. ODD III.iii.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.observation.targets import Target

Floats = NDArray[np.float64]

KEPT_PER_HALF_YEAR: Final = 0.8
"""Correlation of a series' discrepancy over six months."""

FURTHEST_MISS: Final = 25.0
"""Outputs further than this many errors from the data are drawn in to it.

Some runs of a first design miss a figure by orders of magnitude; squared, one such miss
would decide the emulator and hide all other figures of the run.
"""

FAMILIES: Final[Mapping[str, str]] = {
    "budget_count": "inflow",
    "claim": "inflow",
    "regional_sample": "inflow",
    "killed": "deaths",
    "listed": "deaths",
    "staff_claim": "casualties",
    "force": "force",
    "force_wide": "force",
    "force_in_units": "force",
    "foreign": "foreigners",
    "foreign_per_month": "foreigners",
    "foreign_moscow": "foreigners",
}
"""Observers whose figures are readings of one thing; each other one is by itself."""

_WHOLE: Final = frozenset({"inflow", "deaths", "casualties", "force"})
"""Families whose `of` names a date or nothing, and so splits no series."""


@dataclass(frozen=True)
class Errors:
    """Errors of T figures on their transformed scales, and what follows from them."""

    covariance: Floats
    """(T, T), positive definite."""

    @cached_property
    def sd(self) -> Floats:
        """Standard deviation of each figure by itself, (T,)."""
        return np.sqrt(np.diag(self.covariance))

    @cached_property
    def precision(self) -> Floats:
        """Inverse of the covariance, (T, T)."""
        return np.asarray(np.linalg.inv(self.covariance), dtype=np.float64)

    def plus(self, independent_sd: Floats) -> Errors:
        """Return these errors with independent ones, (T,), on top."""
        return Errors(self.covariance + np.diag(np.square(independent_sd)))


@dataclass(frozen=True)
class Likelihood:
    """Documents on their transformed scales, with their errors."""

    observed: Floats
    """Documented figures, (T,), or (C, T) where every chain has its own."""
    errors: Errors

    def __call__(self, outputs: Floats) -> Floats:
        """Return the log-likelihood of outputs, (N, T), up to a constant; (N,)."""
        miss = self.drawn_in(outputs) - self.observed
        total: Floats = -0.5 * np.sum((miss @ self.errors.precision) * miss, axis=1)
        return total

    def drawn_in(self, outputs: Floats) -> Floats:
        """Return outputs no further than `FURTHEST_MISS` errors from the data."""
        furthest = FURTHEST_MISS * self.errors.sd
        return np.clip(outputs, self.observed - furthest, self.observed + furthest)

    def left_out(self, outputs: Floats) -> Floats:
        """Return the log density of each figure given all the others, (N, T).

        A normal's conditional mean and variance are read off its precision.
        """
        inverse = self.errors.precision
        variance = 1 / np.diag(inverse)
        miss = ((self.drawn_in(outputs) - self.observed) @ inverse) * variance
        density: Floats = -0.5 * (miss**2 / variance + np.log(2 * np.pi * variance))
        return density


def series_of(target: Target) -> tuple[str, str]:
    """Return the series a figure belongs to: what is counted, and of whom."""
    family = FAMILIES.get(target.observer, target.observer)
    return family, "" if family in _WHOLE else target.of


def likelihood_of(
    targets: Sequence[Target], chance_sd: Floats | float = 0.0
) -> Likelihood:
    """Return the likelihood of targets.

    Args:
        targets: documents, T of them.
        chance_sd: what another seed moves each figure by, (T,), transformed.
    """
    observed = np.array([target.transform(target.documented) for target in targets])
    source_sd = np.array([target.sd for target in targets])
    own_sd = np.hypot(source_sd, chance_sd)
    return Likelihood(observed, Errors(_discrepancies(targets, targets)).plus(own_sd))


def carried(
    known: Sequence[Target],
    outputs: Floats,
    coming: Sequence[Target],
    chance_sd: Floats | float = 0.0,
) -> tuple[Floats, Floats]:
    """Return what documents that are in tell of the model's error in others.

    A discrepancy drifts, so a miss on the last document of a series foretells one on
    the next. Under a draw the discrepancies of coming figures, given the misses y - f
    of the known ones, are normal with

        mean  C S^-1 (y - f),    variance  diag(C0 - C S^-1 C^T),

    S the covariance of the known misses and C, C0 the covariances of the coming
    discrepancies with theirs and with themselves: the same errors as the fit's.

    Args:
        known: documents that are in, T of them.
        outputs: what their sources would have reported, transformed, (N, T).
        coming: documents to foretell, K of them.
        chance_sd: what another seed moves each known figure by, (T,), transformed.

    Returns:
        The means, (N, K), to be added to transformed figures, and the standard
        deviations that are left of the discrepancies, (K,).
    """
    given = likelihood_of(known, chance_sd)
    across = _discrepancies(coming, known)
    gain = across @ given.errors.precision
    mean: Floats = (given.observed - given.drawn_in(outputs)) @ gain.T
    own = np.square([target.discrepancy for target in coming])
    left = own - np.sum(gain * across, axis=1)
    return mean, np.sqrt(np.maximum(left, 0.0))


def _discrepancies(rows: Sequence[Target], columns: Sequence[Target]) -> Floats:
    """Return the covariance of discrepancies of figures, (R, C)."""

    def of(targets: Sequence[Target]) -> tuple[Floats, Floats, list[tuple[str, str]]]:
        middle = np.array([(target.first + target.last) / 2 for target in targets])
        sd = np.array([target.discrepancy for target in targets])
        return middle, sd, [series_of(target) for target in targets]

    (at, sd, series), (other_at, other_sd, others) = of(rows), of(columns)
    one = np.array([[a == b for b in others] for a in series], dtype=bool)
    drift = KEPT_PER_HALF_YEAR ** (np.abs(at[:, None] - other_at) / 6)
    return np.asarray(np.outer(sd, other_sd) * drift * one.reshape(drift.shape))
