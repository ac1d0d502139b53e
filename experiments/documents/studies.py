"""Makes the studies of the posterior (see `calibration.validation`) by further runs.

They take minutes, so `muster validate --studies` stores them beside the posterior.
ODD II.i, III.iii.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from calibration.fit.evaluation import WORK_FOLDER
from calibration.fit.fit import FitSettings, silent, train
from calibration.posterior import load_draws, posterior_digest
from calibration.validation.grades import MeasureGrade, grade_measures
from calibration.validation.planted import planted
from calibration.validation.poverty import poverty_gradients
from calibration.validation.regional_response import leave_one_region_out
from calibration.validation.rivals import score_rivals
from calibration.validation.studies import Studies
from experiments.measures import MEASURES
from experiments.runs.paired import measures_frame, scenario_draws, simulate_paired
from scenarios import load_scenario

Report = Callable[[str, int, int], None]

RUN_DRAWS: Final = 24
"""Draws each variant of a study is run under."""
GRADE_DRAWS: Final = 200
"""Draws over which the variance of a measure is split."""


def study(
    draws: int = RUN_DRAWS,
    grade_draws: int = GRADE_DRAWS,
    workers: int = 1,
    report: Report | None = None,
    work: Path = WORK_FOLDER,
) -> Studies:
    """Run the five studies under draws of the packaged posterior.

    The planted elasticities need the runs the fit was trained on: where they are not
    stored any more they are made again, some 500 of them.

    Args:
        draws: draws each variant is run under.
        grade_draws: draws over which the variance of the measures is split.
        workers: processes.
        report: called with study, runs done and runs in all.
        work: where histories are stored and looked up.

    Raises:
        StorageError: no posterior is stored, or it cannot be read.
    """

    def progress(stage: str) -> Callable[[int, int], None]:
        return lambda done, of: report(stage, done, of) if report else None

    fitted_with = FitSettings()
    gradients, rates = poverty_gradients(draws, work, workers, progress("poverty"))
    return Studies(
        posterior=posterior_digest(),
        draws=draws,
        grade_draws=grade_draws,
        gradients=gradients,
        region_rates=rates,
        regional_responses=leave_one_region_out(
            draws, work, workers, progress("regions")
        ),
        rivals=score_rivals(draws, work, workers, progress("rivals")),
        planted=planted(
            train(fitted_with, work, workers, report or silent),
            fitted_with,
            folder=work,
            workers=workers,
            report=report or silent,
        ),
        grades=headline_grades(grade_draws, workers, progress("grades")),
    )


def headline_grades(
    draws: int, workers: int, progress: Callable[[int, int], None]
) -> tuple[MeasureGrade, ...]:
    """Split the variance of the baseline's headline measures by grade of evidence."""
    chosen = load_draws(draws)
    scenarios = scenario_draws(load_scenario("baseline"), chosen)
    results = simulate_paired({"baseline": scenarios}, 1, workers, progress)
    table = measures_frame(results).pivot(
        index="draw", columns="measure", values="value"
    )
    names = [each.name for each in MEASURES if each.name in table]
    finite = table[names].replace([np.inf, -np.inf], np.nan)
    return grade_measures(chosen, {name: finite[name].to_numpy() for name in names})
