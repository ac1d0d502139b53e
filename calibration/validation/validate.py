"""The scoreboard: every target, what the posterior makes of it, and how often it errs.

Three bands answer three questions. `half` (50 %) and `posterior` (90 %) are the spread
of the simulated figure over the posterior alone. `model` (90 %) adds the discrepancy
allowed to the model: where the truth should lie. `report` (90 %) adds the source's own
error too: where its printed figure should lie. Coverage is counted with the last; the
stricter counts are given beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.observation.targets import Target, load_targets
from calibration.posterior import FOLDER, OBSERVED, load_posterior, read_columns
from calibration.validation.proper_scores import Predictive

Floats = NDArray[np.float64]

YEARLY_INFLOW: Final = ("budget_2023", "claims_2024")
YEARLY_DEATHS: Final = ("killed_2023", "killed_2024")


@dataclass(frozen=True, slots=True)
class Band:
    """A central range."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def factor(self) -> float:
        """Upper over lower end."""
        return self.high / max(self.low, 1e-12)


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the scoreboard; figures in the target's unit."""

    target: Target
    median: float
    half: Band
    posterior: Band
    model: Band
    report: Band
    z: float
    """Documented less simulated median, over all errors together."""

    @property
    def inside(self) -> bool:
        """Whether the documented figure lies where it should have been printed."""
        return self.target.documented in self.report


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the documented figure lies in the 90 % bands; shares."""

    use: str
    targets: int
    report: float
    model: float
    posterior: float


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """All scores, and what they say together."""

    scores: tuple[Score, ...]
    coverage: tuple[Coverage, ...]
    inflow_width_factor: float
    """Median width of the yearly inflow's bands, upper over lower end."""
    deaths_width_factor: float
    misses: tuple[str, ...]
    """Names of fitted and held-out targets outside their bands, worst first."""


def validate(folder: Path = FOLDER) -> Scoreboard:
    """Score the stored posterior against all targets.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    columns = read_columns(folder / OBSERVED)
    weight = load_posterior(folder).weight
    kept = [target for target in load_targets() if target.name in columns]
    return board(tuple(score(t, columns[t.name], weight) for t in kept))


def board(scores: tuple[Score, ...]) -> Scoreboard:
    """Summarise scores."""
    missed = [s for s in scores if s.target.use != "shown" and not s.inside]
    return Scoreboard(
        scores=scores,
        coverage=tuple(_coverage(scores, use) for use in ("fit", "held_out")),
        inflow_width_factor=_width(scores, YEARLY_INFLOW),
        deaths_width_factor=_width(scores, YEARLY_DEATHS),
        misses=tuple(s.target.name for s in sorted(missed, key=lambda s: -abs(s.z))),
    )


def score(target: Target, simulated: Floats, weight: Floats) -> Score:
    """Score one target.

    Args:
        target: the documented figure.
        simulated: what its source would have reported in each draw, (N,).
        weight: of the draws, (N,).
    """
    line = np.array([target.transform(value) for value in simulated])
    low, low_half, median, high_half, high = weighted_quantiles(
        line, weight, (0.05, 0.25, 0.5, 0.75, 0.95)
    )
    mean = np.average(line, weights=weight)
    variance = np.average((line - mean) ** 2, weights=weight)
    miss = target.transform(target.documented) - median
    return Score(
        target,
        median=target.inverse_transform(median),
        half=Band(
            target.inverse_transform(low_half), target.inverse_transform(high_half)
        ),
        posterior=Band(target.inverse_transform(low), target.inverse_transform(high)),
        model=_blurred(target, line, weight, target.discrepancy),
        report=_blurred(target, line, weight, target.total_sd),
        z=float(miss / np.sqrt(variance + target.total_sd**2)),
    )


def weighted_quantiles(
    value: Floats, weight: Floats, shares: Sequence[float]
) -> list[float]:
    """Return quantiles of weighted values, by linear interpolation."""
    order = np.argsort(value, kind="stable")
    share = weight[order] / weight.sum()
    middle = np.cumsum(share) - share / 2
    return [float(q) for q in np.interp(shares, middle, value[order])]


def _blurred(target: Target, line: Floats, weight: Floats, sd: float) -> Band:
    """90 % band of a value whose error on the line is normal."""
    low, high = Predictive(line, weight, sd).quantile(0.05, 0.95)
    return Band(target.inverse_transform(low), target.inverse_transform(high))


def _coverage(scores: tuple[Score, ...], use: str) -> Coverage:
    chosen = [each for each in scores if each.target.use == use]
    count = max(len(chosen), 1)
    return Coverage(
        use,
        len(chosen),
        sum(each.inside for each in chosen) / count,
        sum(each.target.documented in each.model for each in chosen) / count,
        sum(each.target.documented in each.posterior for each in chosen) / count,
    )


def _width(scores: tuple[Score, ...], names: tuple[str, ...]) -> float:
    widths = [each.model.factor for each in scores if each.target.name in names]
    return float(np.median(widths)) if widths else float("nan")
