"""Drawing from an emulated posterior: many Hamiltonian chains at once, annealed.

The prior is the unit normal in all coordinates. With f the emulator, y the documented
values and S the covariance of their errors,

    log p(z) = -|z|^2 / 2 - beta / 2 (f(z) - y)' S^-1 (f(z) - y)

beta rises from near 0 to 1 while the chains start, so that they find separate modes and
ridges instead of the nearest one. All chains move together in NumPy arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from calibration.fit.likelihood import Likelihood

Floats = NDArray[np.float64]

LEAPS: Final = 8
WANTED_ACCEPTANCE: Final = 0.8
COLDEST: Final = 0.002


class Standin(Protocol):
    """What a sampler needs of an emulator."""

    def __call__(self, z: Floats) -> Floats:
        """Return the outputs at points."""
        ...

    def with_pull(self, z: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        """Return the outputs, and the gradient of any weighted sum of them."""
        ...


@dataclass(frozen=True, slots=True)
class Posterior:
    """An emulated posterior."""

    emulator: Standin
    likelihood: Likelihood
    """Its errors hold the emulator's own."""

    def log_likelihood(self, z: Floats) -> Floats:
        """Return the log-likelihood at points, up to a constant, (C,)."""
        miss = self.emulator(z) - self.likelihood.wanted
        pull = miss @ self.likelihood.errors.precision
        total: Floats = -0.5 * np.sum(pull * miss, axis=1)
        return total

    def gradient(self, z: Floats, beta: float) -> Floats:
        """Return the gradient of the annealed log density, (C, P)."""
        outputs, pull = self.emulator.with_pull(z)
        miss = outputs - self.likelihood.wanted
        return -z - beta * pull(miss @ self.likelihood.errors.precision)

    def log_density(self, z: Floats, beta: float) -> Floats:
        """Return the annealed log density, up to a constant, (C,)."""
        prior: Floats = -0.5 * np.sum(np.square(z), axis=1)
        return prior + beta * self.log_likelihood(z)


def sample(
    posterior: Posterior,
    chains: int,
    size: int,
    kept: int,
    seed: int,
    steps: int = 160,
    every: int = 8,
) -> Floats:
    """Draw from an emulated posterior.

    Args:
        posterior: what to draw from.
        chains: number of chains C.
        size: number of coordinates P.
        kept: states kept of each chain.
        seed: of all random numbers.
        steps: moves of the start, in which beta rises to 1 and steps are tuned.
        every: moves between two kept states.

    Returns:
        Points, (kept, chains, size).
    """
    rng = np.random.default_rng([seed, 271])
    z, step = rng.standard_normal((chains, size)), 0.05
    out = np.empty((kept, chains, size))
    for move in range(steps + kept * every):
        beta = min(1.0, COLDEST ** (1 - move / (0.7 * steps)))
        # A path that flies off ends at infinite energy and is refused.
        with np.errstate(over="ignore", invalid="ignore"):
            z, accepted = _move(posterior, z, beta, step, rng)
        if move < steps:
            step *= float(np.exp(0.1 * (accepted - WANTED_ACCEPTANCE)))
        elif (move - steps + 1) % every == 0:
            out[(move - steps) // every] = z
    return out


def _move(
    posterior: Posterior, z: Floats, beta: float, step: float, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Make one Hamiltonian move of all chains; return them and the share that moved."""
    speed = rng.standard_normal(z.shape)
    length = step * rng.uniform(0.6, 1.4)
    before = _energy(posterior, z, speed, beta)
    at, speed = trajectory(posterior, z, speed, beta, length)
    after = _energy(posterior, at, speed, beta)
    gain = before - np.where(np.isfinite(after), after, np.inf)
    taken = np.log(rng.uniform(size=len(z))) < gain
    rate = float(np.mean(np.exp(np.minimum(gain, 0))))
    return np.where(taken[:, None], at, z), rate


def trajectory(
    posterior: Posterior, z: Floats, speed: Floats, beta: float, length: float
) -> tuple[Floats, Floats]:
    """Follow the chains, (C, P), for `LEAPS` leapfrog steps; return place and speed.

    The half steps of speed at both ends are what makes a path reversible and its error
    in energy of second order in `length`; the acceptance rule relies on the first.
    """
    speed = speed + 0.5 * length * posterior.gradient(z, beta)
    for leap in range(LEAPS):
        z = z + length * speed
        share = 1.0 if leap < LEAPS - 1 else 0.5
        speed = speed + share * length * posterior.gradient(z, beta)
    return z, speed


def _energy(posterior: Posterior, z: Floats, speed: Floats, beta: float) -> Floats:
    kinetic: Floats = 0.5 * np.sum(speed**2, axis=1)
    return kinetic - posterior.log_density(z, beta)
