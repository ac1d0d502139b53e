"""Can the fit find what it should: simulation-based calibration.

Truths are drawn from the prior, data are made of them with the stated errors, and each
data set is fitted by the code of the fit: emulator, chains, weights. If all is right,
the rank of every truth among its posterior draws, resampled to equal weight, is uniform
(Talts et al. 2018), and 80 % intervals hold it 80 % of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kstest

from calibration.fit.emulator import fit_emulator
from calibration.fit.fit import emulated, weights
from calibration.fit.likelihood import Errors, Likelihood
from calibration.fit.sampler import sample

Floats = NDArray[np.float64]
Model = Callable[[Floats], Floats]

INTERVAL: Final = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of the truths; D data sets, P parameters."""

    ranks: Floats
    """Share of equal posterior draws below each truth, ties spread, (D, P)."""

    @property
    def coverage(self) -> Floats:
        """Share of truths inside their 80 % interval, by parameter, (P,)."""
        low, high = INTERVAL
        inside: Floats = np.mean((self.ranks > low) & (self.ranks < high), axis=0)
        return inside

    @property
    def uniformity(self) -> Floats:
        """p-value of uniform ranks by parameter (Kolmogorov-Smirnov), (P,)."""
        return np.array([kstest(column, "uniform").pvalue for column in self.ranks.T])


def recover(
    model: Model,
    size: int,
    sd: Floats,
    data_sets: int = 200,
    training_runs: int = 256,
    draws: int = 400,
    seed: int = 1,
) -> Recovery:
    """Fit data made of known parameters and rank the truths.

    Args:
        model: outputs, (N, T), at coordinates, (N, P); prior unit normal.
        size: number of parameters P.
        sd: errors of the data, (T,).
        data_sets: truths drawn from the prior.
        training_runs: runs of the model the emulator is trained on.
        draws: posterior draws a data set, each run with the model and weighted.
        seed: of all random numbers.
    """
    rng = np.random.default_rng([seed, 314])
    points = rng.standard_normal((training_runs, size))
    emulator = fit_emulator(points, model(points), np.ones(training_runs))
    truth = rng.standard_normal((data_sets, size))
    clean = model(truth)
    data = clean + sd * rng.standard_normal(clean.shape)
    errors = Errors(np.diag(np.square(sd)))
    everywhere = emulated(emulator, Likelihood(data, errors))
    found = sample(everywhere, data_sets, size, draws, seed)
    ranks = []
    for at in range(data_sets):
        z = found[:, at]
        weight, _ = weights(z, model(z), emulator, Likelihood(data[at], errors))
        # Ranked among equal draws: K weighted ones stand for far fewer, and their
        # weighted share below the truth is not uniform even where all is right.
        drawn = z[rng.choice(draws, draws, p=weight)]
        below = np.sum(drawn < truth[at], axis=0)
        ranks.append((below + rng.uniform(size=size)) / (draws + 1))
    return Recovery(np.array(ranks))
