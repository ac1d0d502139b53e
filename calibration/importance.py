"""Importance ratios whose tail is smoothed. ODD III.iii.

Pareto k, the tail index of the ratios, tells whether weighted means can be relied on:
below 0.7 they can (Vehtari, Simpson, Gelman, Yao, Gabry 2024).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import genpareto

Floats = NDArray[np.float64]


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
