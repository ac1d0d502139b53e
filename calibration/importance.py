"""Importance sampling: adaptive proposals, ratios whose tail is smoothed. ODD III.iii.

Pareto k, the tail index of the ratios, tells whether weighted means can be relied on:
below 0.7 they can (Vehtari, Simpson, Gelman, Yao, Gabry 2024).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from scipy.stats import genpareto

Floats = NDArray[np.float64]

ROUNDS: Final = 6
FREEDOM: Final = 8
"""Of the Student's t that proposes."""


def pareto_tail(log_ratio: Floats) -> tuple[float, Floats]:
    """Return the tail index of importance ratios, and the logs with a smoothed tail.

    The largest min(N / 5, 3 sqrt N) ratios are replaced by the quantiles of the
    generalised Pareto distribution that fits them, none larger than the largest.

    Args:
        log_ratio: logarithms of the ratios, (N,), up to a constant.
    """
    count = len(log_ratio)
    tail = int(min(count / 5, 3 * np.sqrt(count)))
    order = np.argsort(log_ratio, kind="stable")
    largest, rest = order[count - tail :], order[: count - tail]
    shifted = log_ratio - log_ratio.max()
    cut = np.exp(shifted[rest[-1]])
    excess = np.exp(shifted[largest]) - cut
    if tail < 5 or excess.max() <= 1e-12:
        return float("-inf"), log_ratio
    # The fit searches from a scale near 1.
    unit = excess.mean()
    shape, _, scale = genpareto.fit(np.maximum(excess / unit, 1e-12), floc=0)
    smooth = genpareto.ppf((np.arange(tail) + 0.5) / tail, shape, scale=scale * unit)
    smoothed = log_ratio.copy()
    smoothed[largest] = np.minimum(np.log(smooth + cut), 0.0) + log_ratio.max()
    return float(shape), smoothed


def adaptive_importance(
    log_density: Callable[[Floats], float],
    mean: Floats,
    covariance: Floats,
    size: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, float]:
    """Sample a density: adaptive multiple importance sampling.

    Each round proposes from a Student's t with the weighted moments of all rounds
    before; every point is weighted against the mixture of all proposals, the tail of
    the weights smoothed (Cornuet et al. 2012; Vehtari et al. 2024).

    Args:
        log_density: of a point, (P,), up to a constant.
        mean: of the first proposal, (P,).
        covariance: of the first proposal, (P, P).
        size: points proposed in a round.
        rng: generator.

    Returns:
        Points, (N, P); weights that add up to 1, (N,); the tail index of the ratios.
    """
    dimensions = len(mean)
    points, target = np.empty((0, dimensions)), np.empty(0)
    proposals: list[tuple[Floats, Floats]] = []
    weight, tail = np.empty(0), np.inf
    for _ in range(ROUNDS):
        root: Floats = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
        proposals.append((mean, root))
        z = rng.standard_normal((size, dimensions))
        # Student's t: tails wider than the posterior's, so that no weight runs away.
        z *= np.sqrt(FREEDOM / rng.chisquare(FREEDOM, size))[:, None]
        new = mean + z @ root.T
        points = np.vstack([points, new])
        target = np.append(target, [log_density(point) for point in new])
        mixture = logsumexp([_log_t(points, *each) for each in proposals], axis=0)
        tail, log_weight = pareto_tail(target - mixture)
        weight = np.exp(log_weight - logsumexp(log_weight))
        mean = weight @ points
        spread = (weight[:, None] * (points - mean)).T @ (points - mean)
        # Few points that count tell little of so many directions.
        trust = 1 / (1 + dimensions * np.square(weight).sum())
        covariance = trust * spread + (1 - trust) * covariance
    return points, weight, tail


def _log_t(points: Floats, mean: Floats, root: Floats) -> Floats:
    """Return log densities of Student's t up to a constant, (N,)."""
    z = np.linalg.solve(root, (points - mean).T)
    far = (FREEDOM + len(mean)) / 2 * np.log1p(np.square(z).sum(axis=0) / FREEDOM)
    density: Floats = -far - np.log(np.diag(root)).sum()
    return density
