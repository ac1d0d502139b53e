"""From nothing to a posterior: fits, back-tests, stack, draws, histories, diagnostics.

1. Every variant that acts within history is fitted: design and waves.
2. Back-tests forecast from four origins with the same runs; they say what share of the
   posterior each variant holds and how wide the bands must be.
3. Each fit's last wave is run in proportion to its share and weighted.
4. The first draws are run to the end of 2026, so that later documents can be scored.

All runs are stored under what determines them: the same command goes on where it was
stopped, and the number of workers or threads changes nothing. ODD III.iii.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from threadpoolctl import threadpool_limits

from calibration.fit.diagnostics import diagnostics
from calibration.fit.evaluation import WORK_FOLDER, Setting, run_draws
from calibration.fit.fit import (
    Fit,
    FitSettings,
    Report,
    Training,
    conclude,
    silent,
    train,
)
from calibration.fit.storage import save
from calibration.fit.variants import VARIANTS, fitted_variants
from calibration.posterior import DIAGNOSTICS, load_draws
from calibration.posterior.forward import save_forward
from calibration.validation.backtests import ORIGINS, Backtests, save_backtests
from calibration.validation.origins import DRAWS, back_test, regional_prices

FORWARD_DRAWS: Final = 64
FORWARD_UNTIL: Final = "2026-12"
_SEED_STRIDE: Final = 100_003
LEAST_DRAWS: Final = 60
"""Draws of a variant whose share is small."""


@dataclass(slots=True)
class Work:
    """What a remaking is given.

    Attributes:
        settings: how much work the fits do.
        back_test_draws: draws each variant runs forward from each origin.
        forward_draws: draws run to the end of 2026.
        folder: where runs are stored and looked up.
        workers: processes for the runs of the model.
        report: called with stage, runs done and runs in all.
    """

    settings: FitSettings = field(default_factory=FitSettings)
    back_test_draws: int = DRAWS
    forward_draws: int = FORWARD_DRAWS
    folder: Path = WORK_FOLDER
    workers: int = 1
    report: Report = silent

    @property
    def runs(self) -> int:
        """Runs of the model in all."""
        before_last = self.settings.runs - self.settings.draws
        fits = len(fitted_variants()) * before_last + self.settings.draws
        tests = len(VARIANTS) * len(ORIGINS) * self.back_test_draws
        return fits + tests + self.forward_draws


def remake(work: Work, out: Path) -> list[Fit]:
    """Make a posterior from nothing and store all that belongs to it."""
    trainings = _trained(work)
    tests = _back_tested(work, trainings)
    held = [
        sum(
            tests.shares.get(each.name, 0.0)
            for each in VARIANTS
            if each.settings == training.variant.settings
        )
        for training in trainings
    ]
    fits = [
        conclude(
            training,
            work.settings,
            max(LEAST_DRAWS, round(share * work.settings.draws))
            if len(trainings) > 1
            else work.settings.draws,
            work.folder,
            work.workers,
            work.report,
        )
        for training, share in zip(trainings, held, strict=True)
    ]
    notes = {"shares": tests.shares, "widening": tests.widening}
    save(fits, work.settings, out, tests.shares, notes)
    save_backtests(tests, out)
    run_forward(work, out)
    with threadpool_limits(1):
        told = {"fits": [diagnostics(fit) for fit in fits]}
    text = json.dumps(told, indent=1, sort_keys=True)
    (out / DIAGNOSTICS).write_text(text + "\n", encoding="utf-8")
    return fits


def remake_backtests(work: Work, out: Path) -> Backtests:
    """Forecast anew from every origin and store what came of it."""
    found = _back_tested(work, _trained(work))
    save_backtests(found, out)
    return found


def _trained(work: Work) -> list[Training]:
    return [
        train(work.settings, work.folder, work.workers, work.report, variant)
        for variant in fitted_variants()
    ]


def _back_tested(work: Work, trainings: Sequence[Training]) -> Backtests:
    return back_test(
        trainings,
        work.settings,
        VARIANTS,
        regional_prices,
        work.folder,
        work.workers,
        work.report,
        work.back_test_draws,
    )


def run_forward(work: Work, out: Path) -> None:
    """Run the first draws of a stored posterior to the end of 2026 and keep them."""
    draws = load_draws(work.forward_draws, out)
    settings = [
        Setting(_SEED_STRIDE + number, (f"time.until={FORWARD_UNTIL}",))
        for number in range(len(draws))
    ]

    def progress(done: int, total: int) -> None:
        work.report(f"to {FORWARD_UNTIL}", done, total)

    runs = run_draws(draws, settings, work.folder, work.workers, progress)
    save_forward(runs, out)
