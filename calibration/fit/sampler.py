"""Drawing from an emulated posterior: many Hamiltonian chains at once, annealed.

The prior is the unit normal in all coordinates. With f the emulator, y the documented
values and S the covariance of their errors,

    log p(z) = -|z|^2 / 2 - beta / 2 (f(z) - y)' S^-1 (f(z) - y)

beta rises from near 0 to 1 while the chains start, so that they find separate modes and
ridges instead of the nearest one. All chains step together in NumPy arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.fit.emulator import Emulator
from calibration.fit.likelihood import Likelihood

Floats = NDArray[np.float64]

LEAPFROG_STEPS: Final = 8
TARGET_ACCEPTANCE: Final = 0.8
FIRST_BETA: Final = 0.002


@dataclass(frozen=True, slots=True)
class Posterior:
    """An emulated posterior."""

    emulator: Emulator
    likelihood: Likelihood
    """Its errors hold the emulator's own."""

    def log_likelihood(self, z: Floats) -> Floats:
        """Return the log-likelihood at points, up to a constant, (C,)."""
        miss = self.emulator(z) - self.likelihood.observed
        weighted = miss @ self.likelihood.errors.precision
        total: Floats = -0.5 * np.sum(weighted * miss, axis=1)
        return total

    def gradient(self, z: Floats, beta: float) -> Floats:
        """Return the gradient of the annealed log density, (C, P)."""
        outputs, vjp = self.emulator.with_vjp(z)
        miss = outputs - self.likelihood.observed
        return -z - beta * vjp(miss @ self.likelihood.errors.precision)

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
        steps: transitions of the start, in which beta rises to 1 and steps are tuned.
        every: transitions between two kept states.

    Returns:
        Points, (kept, chains, size).
    """
    rng = np.random.default_rng([seed, 271])
    z, step = rng.standard_normal((chains, size)), 0.05
    out = np.empty((kept, chains, size))
    for transition in range(steps + kept * every):
        # The last three tenths of the start tune the step at beta 1, where it is used.
        beta = min(1.0, FIRST_BETA ** (1 - transition / (0.7 * steps)))
        # A path that flies off ends at infinite energy and is refused.
        with np.errstate(over="ignore", invalid="ignore"):
            z, accepted = _transition(posterior, z, beta, step, rng)
        if transition < steps:
            step *= float(np.exp(0.1 * (accepted - TARGET_ACCEPTANCE)))
        elif (transition - steps + 1) % every == 0:
            out[(transition - steps) // every] = z
    return out


def _transition(
    posterior: Posterior, z: Floats, beta: float, step: float, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Make one transition of all chains; return them and the acceptance rate."""
    momentum = rng.standard_normal(z.shape)
    # Steps of one length can bring a chain back to where it was, time after time.
    length = step * rng.uniform(0.6, 1.4)
    before = _energy(posterior, z, momentum, beta)
    at, momentum = trajectory(posterior, z, momentum, beta, length)
    after = _energy(posterior, at, momentum, beta)
    gain = before - np.where(np.isfinite(after), after, np.inf)
    accepted = np.log(rng.uniform(size=len(z))) < gain
    rate = float(np.mean(np.exp(np.minimum(gain, 0))))
    return np.where(accepted[:, None], at, z), rate


def trajectory(
    posterior: Posterior, z: Floats, momentum: Floats, beta: float, length: float
) -> tuple[Floats, Floats]:
    """Follow the chains, (C, P), for `LEAPFROG_STEPS`; return position and momentum.

    The half steps of momentum at both ends are what makes a path reversible and its
    error in energy of second order in `length`; the acceptance rule relies on the
    first.
    """
    momentum = momentum + 0.5 * length * posterior.gradient(z, beta)
    for step in range(LEAPFROG_STEPS):
        z = z + length * momentum
        share = 1.0 if step < LEAPFROG_STEPS - 1 else 0.5
        momentum = momentum + share * length * posterior.gradient(z, beta)
    return z, momentum


def _energy(posterior: Posterior, z: Floats, momentum: Floats, beta: float) -> Floats:
    kinetic: Floats = 0.5 * np.sum(momentum**2, axis=1)
    return kinetic - posterior.log_density(z, beta)
