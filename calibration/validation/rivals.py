"""Rival explanations, scored side by side: disagreement is shown, not averaged away.

The literature disagrees on how deaths are perceived, whether recruiters chase quotas,
how regions price and what makes the poor sign. Each variant is run under the same draws
and scored by the log predictive density of the documented figures (every draw a normal
around its figure, errors of source and model together, mixed over the draws). Variants
share the draws fitted to the baseline's choices; so they also get the chance to choose
among them by their own likelihood of the sample, and are scored under those weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from calibration.fit.evaluation import (
    UNTIL,
    WORK_FOLDER,
    Setting,
    run_draws,
)
from calibration.fit.fit import tempered
from calibration.fit.likelihood import likelihood_of
from calibration.fit.storage import monthly
from calibration.observation.history import History
from calibration.observation.observation import observe
from calibration.observation.targets import Target, load_targets
from calibration.posterior import FOLDER, load_draws, load_reporting
from calibration.processes.runner import Progress, silent
from calibration.validation.validate import Band, weighted_quantiles
from model.fields.months import parse_month

Floats = NDArray[np.float64]

BASELINE: Final = "baseline"
VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    BASELINE: (),
    "risk_belief: bayesian": ("behaviour.risk_belief=bayesian",),
    "risk_belief: none": ("behaviour.risk_belief=none",),
    "recruiting_effort: constant": ("behaviour.recruiting_effort=constant",),
    "poverty_gradient: coefficient": ("behaviour.poverty_gradient=coefficient",),
}
"""Variants that act within the documented history. The regional rule acts after it and
is scored by `calibration.validation.regional_response`."""


SPLIT: Final = "2024-12"
"""Documents known by then choose among draws; later ones score them."""


@dataclass(frozen=True, slots=True)
class RivalScore:
    """How well one variant predicts; log densities are means over targets."""

    variant: str
    fit: float
    held_out: float
    held_out_reweighted: float
    """Under weights by the variant's own likelihood of the sample."""
    weight_power: float
    """Power of that likelihood the draws can bear; see `calibration.fit.fit`."""
    contracts_2025h1: float
    contracts_2025h1_band: Band
    """Contracts of the hold-out: median and 90 % band, the model's own error aside."""


def score_rivals(
    draws: int = 24,
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    progress: Progress = silent,
    posterior: Path = FOLDER,
    variants: Mapping[str, tuple[str, ...]] = VARIANTS,
) -> tuple[RivalScore, ...]:
    """Run and score all variants under `draws` draws of the posterior.

    Raises:
        StorageError: no posterior is stored, or it cannot be read.
    """
    reporting = load_reporting(draws, posterior)
    scores = []
    for name, overrides in variants.items():
        setting = Setting(overrides=(f"time.until={UNTIL}", *overrides))
        runs = run_draws(
            load_draws(draws, posterior), setting, folder, workers, progress
        )
        scores.append(score_variant(name, runs, reporting))
    return tuple(scores)


def score_variant(
    name: str, runs: Sequence[History], reporting: Sequence[Mapping[str, float]]
) -> RivalScore:
    """Score the histories of one variant."""
    targets = [target for target in load_targets() if target.use != "shown"]
    pairs = zip(runs, reporting, strict=True)
    seen = np.stack([observe(run, habit, targets) for run, habit in pairs])
    density = log_densities(seen, targets)
    inside = np.array([target.known <= parse_month(SPLIT) for target in targets])
    outside = np.array([target.last > parse_month(SPLIT) for target in targets])
    even = np.full(len(runs), 1 / len(runs))
    known = [target for target, kept in zip(targets, inside, strict=True) if kept]
    lines = [
        [t.transform(v) for t, v in zip(known, r, strict=True)] for r in seen[:, inside]
    ]
    weight, power = tempered(likelihood_of(known)(np.array(lines)))
    contracts = np.array([_contracts(run) for run in runs])
    low, median, high = weighted_quantiles(contracts, even, (0.05, 0.5, 0.95))
    return RivalScore(
        name,
        fit=_mixed(density[:, inside], even),
        held_out=_mixed(density[:, outside], even),
        held_out_reweighted=_mixed(density[:, outside], weight),
        weight_power=power,
        contracts_2025h1=median,
        contracts_2025h1_band=Band(low, high),
    )


def log_densities(seen: Floats, targets: Sequence[Target]) -> Floats:
    """Return the log density of each documented figure in each draw, (N, T)."""
    columns = []
    for target, column in zip(targets, seen.T, strict=True):
        line = np.array([target.transform(value) for value in column])
        miss = (target.transform(target.documented) - line) / target.total_sd
        columns.append(
            -0.5 * miss**2 - np.log(target.total_sd) - 0.5 * np.log(2 * np.pi)
        )
    return np.column_stack(columns)


def _mixed(density: Floats, weight: Floats) -> float:
    """Mean over targets of the log of the density mixed over draws."""
    return float(np.mean(logsumexp(density, axis=0, b=weight[:, None])))


def _contracts(run: History) -> float:
    first, last = (run.at(parse_month(month)) for month in ("2025-01", "2025-06"))
    return float(monthly(run)["contracts_signed"][first : last + 1].sum())
