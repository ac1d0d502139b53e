"""How good a predictive distribution was, told when the figure is in.

The continuous ranked probability score of a distribution F and a figure y,

    CRPS = int (F(x) - [x >= y])^2 dx = E|X - y| - E|X - X'| / 2,

is in the figure's unit, rewards being near and being honestly narrow, and of a point
forecast is its absolute error (Gneiting and Raftery 2007). Figures are compared on the
lines of their targets, logarithms mostly, so a score of 0.1 is a tenth of the figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtri

Floats = NDArray[np.float64]

POINTS: Final = 41
NOISE: Final = ndtri((np.arange(POINTS) + 0.5) / POINTS)
"""Standard normal errors by their quantiles, in place of random ones."""


@dataclass(frozen=True, slots=True)
class Predictive:
    """A predictive distribution on a target's line: weighted normals of one width."""

    centre: Floats
    """(N,)"""
    weight: Floats
    """(N,), adds up to 1."""
    sd: float
    """What source and model add to every draw."""

    @property
    def points(self) -> tuple[Floats, Floats]:
        """Weighted points that stand for the distribution, (41 N,) each, in order."""
        value = (self.centre[:, None] + self.sd * NOISE).ravel()
        order = np.argsort(value, kind="stable")
        return value[order], np.repeat(self.weight / POINTS, POINTS)[order]

    def quantile(self, *shares: float) -> list[float]:
        """Return quantiles, by linear interpolation."""
        value, weight = self.points
        middle = np.cumsum(weight) - weight / 2
        return [float(q) for q in np.interp(shares, middle / weight.sum(), value)]

    def crps(self, figure: float) -> float:
        """Return the continuous ranked probability score of a figure on the line."""
        value, weight = self.points
        below = np.cumsum(weight) - weight / 2
        spread = 2 * np.sum(weight * value * (2 * below - 1))
        return float(weight @ np.abs(value - figure) - spread / 2)

    def log_density(self, figure: float) -> float:
        """Return the log predictive density of a figure on the line."""
        miss = (figure - self.centre) / self.sd
        logs = -0.5 * miss**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi)
        return float(logsumexp(logs, b=self.weight))

    def z(self, figure: float) -> float:
        """Return a figure's distance from the mean, in standard deviations."""
        mean = self.weight @ self.centre
        variance = self.weight @ (self.centre - mean) ** 2 + self.sd**2
        return float((figure - mean) / np.sqrt(variance))

    def widened(self, factor: float) -> Predictive:
        """Return the same with every distance from the median times a factor."""
        (median,) = self.quantile(0.5)
        centre = median + factor * (self.centre - median)
        return Predictive(centre, self.weight, factor * self.sd)
