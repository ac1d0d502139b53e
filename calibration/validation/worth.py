"""What a document would be worth: how far it would narrow a measure, were it known.

A document of a source is y = x + e: x is what the source would have printed of a draw,
on the scale where errors are normal, e ~ N(0, s^2) the errors of source and model. Over
the posterior's draws, with m a measure,

    narrowing = 1 - E[Var(m | y)] / Var(m)
              = Cov(m, x)^2 / (Var(m) (Var(x) + s^2))            if m is linear in x

The expectation is over what the document may turn out to say: it is worked out before
anybody has seen it. The figure is corrected for its bias and given a standard error by
the jackknife over rows of the posterior (a row of large weight is drawn several times,
each time with other random numbers, and is left out whole). The nested estimate beside
it needs no line: each draw's figure is taken for true in turn, the other draws are
weighted by its likelihood, and their variances averaged.

What is in the measure's spread by chance alone, and in the figure by its source's
errors, no document can narrow; and a posterior that is too narrow makes every document
worth too little. Measures above 0 in every draw count on their logarithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.fit.likelihood import likelihood_of
from calibration.observation.history import History
from calibration.observation.observation import observe
from calibration.observation.sources import Reporting
from calibration.observation.targets import Target
from calibration.posterior import FOLDER, load_rows
from calibration.posterior.forward import load_forward
from calibration.validation.observables import Observable, observables, place_of
from model.errors import StorageError
from model.fields.months import Month

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_DRAWS: Final = 8
_NOISE: Final = (-np.sqrt(3.0), 0.0, np.sqrt(3.0))
_NOISE_WEIGHT: Final = (1 / 6, 2 / 3, 1 / 6)
"""Three points that stand for a normal error (Gauss and Hermite)."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Share of a measure's variance that documents would take away; T documents."""

    share: Floats
    """(T,), corrected for bias, from 0 up."""
    error: Floats
    """Standard error of the same, (T,)."""


def transformed(measure: Floats) -> Floats:
    """Return a measure on the scale its variance is taken on, (N,)."""
    return np.log(measure) if np.all(measure > 0) else measure


def seen(
    draws: Sequence[tuple[History, Reporting]], targets: Sequence[Target]
) -> Floats:
    """Return what each source would have printed, on the targets' scales, (N, T)."""
    return np.array(
        [
            [
                target.transform(value)
                for target, value in zip(
                    targets, observe(run, reporting, targets), strict=True
                )
            ]
            for run, reporting in draws
        ]
    )


def narrowing(
    measure: Floats,
    figures: Floats,
    sd: Floats,
    rows: Integers,
    weight: Floats | None = None,
) -> Narrowing:
    """Return what each document would take off a measure's variance.

    Args:
        measure: on its scale, (N,).
        figures: what sources would have printed, on their scales, (N, T).
        sd: errors of source and model, (T,).
        rows: row of the posterior that each draw is, (N,).
        weight: of the draws, (N,); by default all alike.
    """
    held = np.ones(len(measure)) if weight is None else weight
    sums = _sums(measure, figures, rows, held)
    total, count = sums.sum(axis=0), len(sums)
    whole = _share(total, sd)
    without = np.stack([_share(total - each, sd) for each in sums])
    middle = without.mean(axis=0)
    share = count * whole - (count - 1) * middle
    spread = (count - 1) / count * np.sum((without - middle) ** 2, axis=0)
    return Narrowing(np.clip(share, 0.0, 1.0), np.sqrt(spread))


def nested(measure: Floats, figure: Floats, sd: float, rows: Integers) -> float:
    """Return the narrowing by one document without a line through the draws.

    Args:
        measure: on its scale, (N,).
        figure: what the source would have printed, on its scale, (N,).
        sd: errors of source and model.
        rows: row of the posterior that each draw is, (N,).
    """
    other = rows[:, None] != rows
    left = np.zeros(len(measure))
    for noise, share in zip(_NOISE, _NOISE_WEIGHT, strict=True):
        miss = (figure[:, None] + noise * sd - figure) / sd
        weight = np.exp(-0.5 * miss**2) * other
        total = weight.sum(axis=1)
        weight /= np.where(total > 0, total, 1.0)[:, None]
        mean = weight @ measure
        effective = 1 / np.maximum(np.sum(weight**2, axis=1), 1e-12)
        variance = weight @ measure**2 - mean**2
        # A figure that no other draw comes near narrows by what it is not known to.
        alone = (effective < 2) | (total == 0)
        corrected = variance * effective / np.maximum(effective - 1, 1e-9)
        left += share * np.where(alone, np.var(measure), corrected)
    return float(1 - left.mean() / np.var(measure, ddof=1))


@dataclass(frozen=True, slots=True)
class Worth:
    """What one document would be worth for a measure."""

    name: str
    source: str
    quantity: str
    place: str
    period: str
    narrowing: float
    """Share of the measure's variance that it is expected to take away."""
    error: float
    """Standard error of that, by the draws it is worked out from."""
    own: bool
    """Whether the user described it."""

    @property
    def series(self) -> tuple[str, str, str]:
        """What it has in common with documents of other periods."""
        return self.source, self.quantity, self.place


def worth(
    measure: Floats,
    folder: Path = FOLDER,
    own: Sequence[Target] = (),
    known_by: Month | None = None,
) -> list[Worth]:
    """Return what documents would be worth for a measure, the best first.

    Args:
        measure: of every draw whose history is stored in the folder, (N,).
        folder: of the posterior.
        own: documents the user describes, their errors with them.
        known_by: last month of those that count, the user's own aside.

    Raises:
        StorageError: no posterior with histories is stored there.
    """
    draws = load_forward(folder)
    if len(draws) < LEAST_DRAWS:
        raise StorageError(
            f"{folder}: holds {len(draws)} histories; a variance needs {LEAST_DRAWS}"
        )
    found = [
        each
        for each in observables()
        if known_by is None or each.target.known <= known_by
    ]
    found += [Observable(target, place_of(target)) for target in own]
    targets = [each.target for each in found]
    told = narrowing(
        transformed(measure),
        seen(draws, targets),
        np.array([each.total_sd for each in targets]),
        np.array(load_rows(len(draws), folder)),
    )
    rows = [
        Worth(
            each.target.name, each.target.source, each.target.quantity, each.place,
            each.period, float(share), float(error), own=at >= len(found) - len(own),
        )
        for at, (each, share, error) in enumerate(
            zip(found, told.share, told.error, strict=True)
        )
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row.narrowing)


def best_of_series(rows: Sequence[Worth]) -> list[Worth]:
    """Return the best document of each series, and all the user's own, in order."""
    best = {row.series: row for row in reversed(rows)}
    return [row for row in rows if row.own or best[row.series] is row]


def chance_share(measure: Floats, rows: Integers) -> float:
    """Return what chance alone makes of a measure's variance, from 0 to 1.

    It is read off rows of the posterior that were run with several random numbers; no
    document of earlier months can take it away.

    Args:
        measure: on its scale, (N,).
        rows: row of the posterior that each draw is, (N,).
    """
    which, at, times = np.unique(rows, return_inverse=True, return_counts=True)
    mean = np.bincount(at, measure) / times
    degrees = len(measure) - len(which)
    if degrees == 0:
        return float("nan")
    within = np.sum((measure - mean[at]) ** 2) / degrees
    return float(min(within / np.var(measure, ddof=1), 1.0))


@dataclass(frozen=True, slots=True)
class Dropped:
    """What the posterior owes a document it was fitted to; shares of the variance."""

    name: str
    expected: float
    """Narrowing that was to be expected of it, from the draws without it."""
    error: float
    found: float
    """Narrowing that it brought: draws with it against draws without it."""
    effective: float
    """Draws that are effective without it, as a share."""


def dropped(
    measure: Floats,
    figures: Floats,
    targets: Sequence[Target],
    rows: Integers,
    power: float,
) -> list[Dropped]:
    """Take each fitted document back in turn and compare what it was worth.

    The posterior without a document is the posterior with its term taken out: draws
    weighted by the inverse of the document's density given all others (its series'
    errors go together), to the power at which the fit took its weights in.

    Args:
        measure: on its scale, (N,).
        figures: what their sources would have printed, on their scales, (N, T).
        targets: fitted documents, T of them.
        rows: row of the posterior that each draw is, (N,).
        power: of the likelihood in the weights.
    """
    likelihood = likelihood_of(targets)
    precision = likelihood.errors.precision
    variance = 1 / np.diag(precision)
    miss = (likelihood.drawn_in(figures) - likelihood.observed) @ precision * variance
    found = []
    for at, target in enumerate(targets):
        raw = power * miss[:, at] ** 2 / (2 * variance[at])
        weight = np.exp(raw - raw.max())
        weight /= weight.mean()
        sd = np.sqrt(variance[[at]] / power)
        expected = narrowing(measure, miss[:, [at]], sd, rows, weight)
        without = _variance(measure, weight)
        effective = 1 / np.mean(weight**2)
        found.append(
            Dropped(
                target.name,
                float(expected.share[0]),
                float(expected.error[0]),
                1 - _variance(measure, np.ones(len(measure))) / without,
                float(effective),
            )
        )
    return found


def _variance(values: Floats, weight: Floats) -> float:
    mean = np.average(values, weights=weight)
    return float(np.average((values - mean) ** 2, weights=weight))


def _sums(measure: Floats, figures: Floats, rows: Integers, weight: Floats) -> Floats:
    """Return weighted sums by row of the posterior: 1, m, m^2, x, x^2, m x, (R, 6, T).

    All are of deviations from the mean, so that little is lost in their differences.
    """
    m = measure - np.average(measure, weights=weight)
    x = figures - np.average(figures, axis=0, weights=weight)
    one = np.ones_like(x)
    parts = (one, m[:, None] * one, m[:, None] ** 2 * one, x, x**2, m[:, None] * x)
    each = np.stack(parts, axis=1) * weight[:, None, None]
    which, at = np.unique(rows, return_inverse=True)
    sums = np.zeros((len(which), *each.shape[1:]))
    np.add.at(sums, at, each)
    return sums


def _share(sums: Floats, sd: Floats) -> Floats:
    """Return Cov^2 / (Var(m) (Var(x) + s^2)) of sums, (6, T)."""
    count, m, mm, x, xx, mx = sums
    var_m = mm / count - (m / count) ** 2
    var_x = xx / count - (x / count) ** 2
    covariance = mx / count - m * x / count**2
    share: Floats = covariance**2 / (np.maximum(var_m, 1e-300) * (var_x + sd**2))
    return share
