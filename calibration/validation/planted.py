"""Plant an elasticity of supply, fit documents made of it, and see whether it is found.

The model runs once with parameters that imply the asked response of national inflow to
the bonus (`calibration.validation.supply`), all else in the middle of the prior. What
the sources would have reported of that run, with one set of errors drawn from the
likelihood, stands in for the documents. They are then fitted by the code that fits the
real ones: its design and waves, a wave of runs near the planted truth, and chains. The
chains count the emulator's error, so bands are no narrower than the fit's. ODD III.iii.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from calibration.fit.evaluation import WORK_FOLDER
from calibration.fit.fit import (
    FitSettings,
    ModelRuns,
    Report,
    Training,
    proposals,
    silent,
    trained,
    transformed,
)
from calibration.fit.likelihood import Likelihood
from calibration.priors import FreeParameter, free_parameters, scenario_part, values
from calibration.validation.supply import at_elasticity, implied
from calibration.validation.validate import Band

Floats = NDArray[np.float64]

PLANTED: Final = (0.1, 0.8)
"""The ends of what is believed of the elasticity, see `supply.WANTED`."""
DRAWS: Final = 400


@dataclass(frozen=True, slots=True)
class Planted:
    """A truth that was planted, and what the fit made of it."""

    elasticity: float
    """Of national inflow to the signing bonus, as planted."""
    median: float
    band: Band
    """5 to 95 % of the draws."""

    @property
    def recovered(self) -> bool:
        """Whether the truth lies in the band."""
        return self.band.low <= self.elasticity <= self.band.high


def planted(
    training: Training,
    settings: FitSettings,
    asked: Sequence[float] = PLANTED,
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    report: Report = silent,
    draws: int = DRAWS,
) -> tuple[Planted, ...]:
    """Plant each elasticity and fit it.

    Args:
        training: design and waves of the fit of the real documents.
        settings: those of the fit.
        asked: elasticities to plant.
        folder: where runs are stored and looked up.
        workers: processes for the runs of the model.
        report: called with stage, runs done and runs in all.
        draws: draws the bands are read off.
    """
    run = ModelRuns(training.variant, settings, folder, workers, report)
    return tuple(_planted(training, each, settings, run, draws) for each in asked)


def _planted(
    training: Training,
    asked: float,
    settings: FitSettings,
    run: ModelRuns,
    draws: int,
) -> Planted:
    parameters = free_parameters()
    truth = coordinates(at_elasticity({}, asked), parameters)
    clean = transformed(run(truth[None], f"elasticity {asked}"), training.targets)[0]
    errors = training.likelihood.errors
    rng = np.random.default_rng([settings.seed, 271, round(1000 * asked)])
    likelihood = Likelihood(rng.multivariate_normal(clean, errors.covariance), errors)
    with threadpool_limits(1):
        emulator = trained(training.runs.z, training.outputs, likelihood)
        near = proposals(emulator, likelihood, settings.wave_runs, settings, 0)
    z = near.reshape(-1, near.shape[-1])[: settings.wave_runs]
    fresh = run(z, f"near elasticity {asked}")
    with threadpool_limits(1):
        emulator = trained(
            np.vstack([training.runs.z, z]),
            np.vstack([training.outputs, transformed(fresh, training.targets)]),
            likelihood,
        )
        chains = proposals(emulator, likelihood, draws, settings, -1)
    found = chains.reshape(-1, chains.shape[-1])[:draws]
    low, median, high = np.quantile(_elasticities(found, parameters), (0.05, 0.5, 0.95))
    # What was planted is what the coordinates imply: the prior's reach may cut it.
    return Planted(
        float(_elasticities(truth[None], parameters)[0]),
        float(median),
        Band(float(low), float(high)),
    )


def coordinates(
    draw: dict[str, float], parameters: Sequence[FreeParameter]
) -> NDArray[np.float64]:
    """Return the coordinates of a draw, 0 where it says nothing, (P,)."""
    return np.array(
        [each.coordinate(draw[each.name]) if each.name in draw else 0.0
         for each in parameters]
    )  # fmt: skip


def _elasticities(z: Floats, parameters: Sequence[FreeParameter]) -> Floats:
    rows = values(z, parameters)
    return implied([scenario_part(row, parameters) for row in rows]).bonus_elasticity
