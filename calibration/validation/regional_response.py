"""Do regions move as the rule says: each region predicted from all the others.

From `SPLIT` on the regional governments follow their rule instead of their documented
path; a year later their bonuses are compared with the documents. For each region the
draws are weighted by how well they meet all other regions, whose errors also give the
spread, and the region left out is predicted. Errors are of natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from calibration.fit.evaluation import (
    UNTIL,
    WORK_FOLDER,
    Setting,
    run_draws,
)
from calibration.fit.fit import tempered
from calibration.observation.history import History
from calibration.observation.targets import NORMAL_95
from calibration.posterior import FOLDER, load_draws
from calibration.processes.runner import Progress, silent
from model.fields.months import parse_month
from scenarios.format.resolve import load_scenario

Floats = NDArray[np.float64]

SPLIT: Final = "2024-06"
"""Last month of documented bonuses in these runs: before the rises of August 2024."""
COMPARED: Final = ("2025-01", "2025-06")
RULES: Final = ("chase_and_fill", "budget_first")
"""Rules that move by themselves; `fixed` would follow the documents and say nothing."""
UNCHANGED: Final = "unchanged"
"""The plainest rival: every bonus stays as it was in `SPLIT`."""
LEAST_RUB: Final = 50_000.0
"""Bonuses below it count as this much: a logarithm needs a floor."""
LEAST_LOG_SD: Final = 0.05
"""No rule is trusted closer than the steps in which regions move."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One region predicted from the others."""

    iso: str
    documented_rub: float
    predicted_rub: float
    low_rub: float
    high_rub: float
    """90 % band of the prediction."""
    z: float

    @property
    def inside(self) -> bool:
        """Whether the documented bonus lies in the band."""
        return self.low_rub <= self.documented_rub <= self.high_rub


@dataclass(frozen=True, slots=True)
class RegionalResponse:
    """How well one rule predicts regions it has not seen."""

    rule: str
    regions: tuple[LeftOut, ...]
    mean_log_error: float
    """Predicted less documented, mean over regions."""
    log_error_sd: float
    coverage: float
    """Share of regions inside their 90 % band."""


def leave_one_region_out(
    draws: int = 24,
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    progress: Progress = silent,
    posterior: Path = FOLDER,
    rules: Sequence[str] = RULES,
) -> tuple[RegionalResponse, ...]:
    """Run the rules from `SPLIT` on and predict every documented region.

    Raises:
        StorageError: no posterior is stored, or it cannot be read.
    """
    chosen = load_draws(draws, posterior)
    base = Setting(overrides=(f"time.until={UNTIL}",))
    documented = run_draws(chosen[:1], base, folder, workers, progress)[0]
    paths = load_scenario("baseline").scenario.regions.signing_bonus.by_region
    regions = documented_world().regions.iso
    known = {
        iso: regions.index(iso)
        for iso, path in paths.items()
        if any(step.source and date > SPLIT for date, step in path.steps.items())
    }
    truth = _log_bonus(documented)
    stays = np.tile(_log_bonus(documented, (SPLIT, SPLIT)), (len(chosen), 1))
    responses = [respond(UNCHANGED, stays, truth, known)]
    for rule in rules:
        given = (f"time.history_until={SPLIT}", f"regions.rule={rule}")
        setting = Setting(overrides=(f"time.until={UNTIL}", *given))
        runs = run_draws(chosen, setting, folder, workers, progress)
        simulated = np.stack([_log_bonus(run) for run in runs])
        responses.append(respond(rule, simulated, truth, known))
    return tuple(responses)


def respond(
    rule: str, simulated: Floats, documented: Floats, known: Mapping[str, int]
) -> RegionalResponse:
    """Predict each known region from the others.

    Args:
        rule: name of the rule that was simulated.
        simulated: log bonus by draw and region, (N, R).
        documented: log bonus by region, (R,).
        known: position of each documented region.
    """
    columns = list(known.values())
    error = simulated[:, columns] - documented[columns]
    left = tuple(
        _predict(iso, error, at, float(documented[column]))
        for at, (iso, column) in enumerate(known.items())
    )
    misses = np.log([each.predicted_rub / each.documented_rub for each in left])
    return RegionalResponse(
        rule,
        left,
        float(misses.mean()),
        float(misses.std()),
        float(np.mean([each.inside for each in left])),
    )


def _predict(iso: str, error: Floats, at: int, documented: float) -> LeftOut:
    """Predict the region in column `at` of the errors, (N, K), from the other columns.

    The others' mean error is not taken off: a rule that is wrong everywhere is wrong.
    """
    others = np.delete(error, at, axis=1)
    squared = np.mean(np.square(others), axis=1)
    sd = max(float(np.sqrt(squared.min())), LEAST_LOG_SD)
    weight, _ = tempered(-0.5 * squared * others.shape[1] / sd**2)
    predicted = documented + float(weight @ error[:, at])
    over_draws = weight @ np.square(error[:, at] - weight @ error[:, at])
    spread = float(np.sqrt(sd**2 + over_draws))
    reach = NORMAL_95 * spread
    return LeftOut(
        iso,
        documented_rub=float(np.exp(documented)),
        predicted_rub=float(np.exp(predicted)),
        low_rub=float(np.exp(predicted - reach)),
        high_rub=float(np.exp(predicted + reach)),
        z=(documented - predicted) / spread,
    )


def _log_bonus(run: History, period: tuple[str, str] = COMPARED) -> Floats:
    """Log of the mean bonus over a period by region, (R,)."""
    first, last = (run.at(parse_month(month)) for month in period)
    mean = run.regional_bonus_rub[:, first : last + 1].mean(axis=1)
    logs: Floats = np.log(np.maximum(mean, LEAST_RUB))
    return logs
