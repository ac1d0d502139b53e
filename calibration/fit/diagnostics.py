"""Whether a fit can be trusted: chains, weights, emulator, and single documents.

    R-hat     spread between over spread within chains; 1 where all tell the same
    ESS       independent draws that know the mean as well: C var / var(chain means)
    Pareto k  tail index of the importance ratios at power 1; below 0.7 their mean can
              be relied on (Vehtari et al. 2024), above it weights need their tempering
    LOO       log density of each document foretold from all the others, by importance
              sampling with smoothed tails (PSIS)

ODD III.iii.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from calibration.fit.fit import Fit, transformed
from calibration.importance import pareto_tail
from calibration.priors import free_parameters

Floats = NDArray[np.float64]


def diagnostics(fit: Fit) -> dict[str, Any]:
    """Return what a fit says of itself, as plain data."""
    likelihood, training = fit.training.likelihood, fit.training
    names = [each.name for each in free_parameters()]
    hats, sizes = r_hat(fit.chains), effective_size(fit.chains)
    outputs = transformed(fit.runs, training.targets)
    density = likelihood.left_out(outputs)
    told = [leave_one_out(column, np.log(fit.weight)) for column in density.T]
    sd = likelihood.errors.sd
    by_target = {
        target.name: {
            "emulator_error": float(fit.emulator.error_sd[at] / sd[at]),
            "chance": float(training.chance_sd[at] / sd[at]),
            "loo_log_density": told[at][0],
            "loo_pareto_k": told[at][1],
        }
        for at, target in enumerate(training.targets)
    }
    return {
        "variant": training.variant.name,
        "power": fit.notes["power"],
        "effective_draws": fit.notes["effective_draws"],
        "pareto_k_at_power_1": pareto_tail(fit.log_ratio)[0],
        "r_hat": dict(zip(names, hats.tolist(), strict=True)),
        "effective_size": dict(zip(names, sizes.tolist(), strict=True)),
        "loo_log_density": float(sum(each[0] for each in told)),
        "targets": by_target,
    }


def r_hat(chains: Floats) -> Floats:
    """Return the split R-hat of each coordinate; nan of less than 4 states a chain.

    Args:
        chains: kept states, (K, C, P).
    """
    half = len(chains) // 2
    if half < 2:
        return np.full(chains.shape[2], np.nan)
    split = np.concatenate([chains[:half], chains[half : 2 * half]], axis=1)
    within = split.var(axis=0, ddof=1).mean(axis=0)
    between = split.mean(axis=0).var(axis=0, ddof=1)
    found: Floats = np.sqrt((half - 1) / half + between / within)
    return found


def effective_size(chains: Floats) -> Floats:
    """Return the number of independent draws the chains, (K, C, P), are worth; (P,).

    Chains are many and short, so the error of the mean is seen directly in the spread
    of their means, and no autocorrelation need be estimated.
    """
    kept, count, _ = chains.shape
    total = chains.reshape(-1, chains.shape[2]).var(axis=0, ddof=1)
    of_means = chains.mean(axis=0).var(axis=0, ddof=1)
    found: Floats = np.minimum(count * total / of_means, kept * count)
    return found


def leave_one_out(log_density: Floats, log_weight: Floats) -> tuple[float, float]:
    """Return a document's log density foretold from the others, and its tail index.

    Args:
        log_density: of the document given the others, in each draw, (N,).
        log_weight: of the draws, (N,); -inf: not counted.
    """
    counted = np.isfinite(log_weight)
    index, smoothed = pareto_tail((log_weight - log_density)[counted])
    found = logsumexp(smoothed + log_density[counted]) - logsumexp(smoothed)
    return float(found), index
