"""One level for a period: the common factor on all bonuses that meets a target.

    factor f     every level of the scheduled bonus times f, from the first month on
    g(f)         what the period brings: mean inflow a month, inflow over permanent
                 losses, force in theatre in its last month, mean bonuses a month
    answer       the f with g(f) = target, 0 <= f <= the highest price sought

Draw by draw the months before the period are simulated once; each trial goes on from
there under its own factor and ends with the period, and the root is taken by Brent's
method. A level is an ordinary scenario: men hear of a raise as of any other (unlike
prices that clear month by month, see `experiments.prices.solve`). The base beside it is
the same draw as the scenario runs by itself, with the governments' rules acting.
ODD III.iv (market clearing).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import brentq

from calibration.documented.world import documented_world
from calibration.processes.fork import in_fork
from experiments.comparisons.edits import scaled_from
from experiments.measures.effects import EFFECTS, Window
from experiments.measures.facts import Facts
from experiments.measures.series import Monthly, monthly_series
from experiments.runs.kept_draws import store_draw, stored_draw
from model.clearing import Target
from model.fields.months import format_month
from model.scenario import Scenario

BONUSES: Final = (
    "federal.signing_bonus",
    "regions.signing_bonus",
    "regions.municipal_bonus",
)
"""The dated values that a level multiplies: everything a signer is promised."""
CLOSE: Final = 0.002
"""A trial within this share of the target meets it: a man in five hundred."""
FACTOR_STEP: Final = 1e-3
"""Factors nearer to one another than this are the same price."""
FREE: Final = 1e-6
"""Factor that stands for no bonus: a rouble or two (a price of 0 has no ratios)."""


@dataclass(frozen=True, slots=True)
class LevelJob:
    """One draw of a question: all that a worker needs."""

    base: Scenario
    """The draw's scenario with its own rules, ending with the period."""
    rest: Scenario
    """The same with the governments' rules at rest."""
    draw: int
    seed: int
    target: Target
    path: Path
    """Where the draw is stored once it is done."""

    @property
    def window(self) -> Window:
        """The period, as months from the start of the run."""
        first, months = self.target.first_index, self.rest.time.months
        return Window(first, months - first, months)


def reached(kind: str, series: Monthly, window: Window) -> float:
    """Return what a period brings, in the unit of a target.

    Args:
        kind: `inflow`, `replacement`, `force` or `budget`.
        series: of one draw by name, each (T,).
        window: the period.
    """
    part = window.part
    if kind == "force":
        return float(series["theatre"][part][-1])
    if kind == "replacement":
        lost = float(series["losses"][part].sum())
        return float(series["inflow"][part].sum()) / lost if lost else np.inf
    name = "bonuses_promised" if kind == "budget" else "inflow"
    return float(series[name][part].mean())


def find_level(
    bring: Callable[[float], float], wanted: float, most: float
) -> tuple[float, bool]:
    """Return the least factor that brings what is wanted, and whether one does.

    Args:
        bring: what a factor brings; never falls with it but for chance.
        wanted: the target.
        most: the highest factor sought.

    Returns:
        the factor and True; `FREE` and True where even no bonus brings more than is
        wanted, so that the target is exceeded; `most` and False where no factor is
        enough.
    """
    known: dict[float, float] = {}

    def missing(factor: float) -> float:
        """Return the share that is short; 0 ends the search."""
        if factor not in known:
            known[factor] = bring(factor)
        short = 1 - known[factor] / wanted
        return 0.0 if abs(short) < CLOSE else short

    low, high = FREE, 1.0
    while missing(high) > 0:
        if high >= most:
            return most, False
        low, high = high, min(2 * high, most)
    if low == FREE and missing(FREE) <= 0:
        return FREE, True
    return float(brentq(missing, low, high, xtol=FACTOR_STEP)), True


def solve_draw(job: LevelJob) -> None:
    """Find one draw's level and store it with what it brings beside the base."""
    # Mesa takes a second to import; commands that do not simulate shall not wait.
    from model.simulation import RecruitmentModel

    world, window = documented_world(), job.window
    month = format_month(job.rest.time.first + window.first)
    model = RecruitmentModel(job.rest, world, job.seed)
    for _ in range(window.first):
        model.step()

    def series_at(factor: float) -> dict[str, Any]:
        scenario = scaled_from(job.rest, BONUSES, month, factor)
        if model.go_on_under(scenario):
            return _series(model, scenario)
        # The first month of a run opens with its own stock: nothing to go on from.
        return _series(RecruitmentModel(scenario, world, job.seed), scenario)

    found: dict[float, dict[str, Any]] = {}

    def bring(factor: float) -> float:
        found[factor] = in_fork(partial(series_at, factor))
        return reached(job.target.kind, found[factor], window)

    most = float(job.rest.channels["volunteer_contract"].wide_headroom)
    factor, met = find_level(bring, job.target.value, most)
    base = _series(RecruitmentModel(job.base, world, job.seed), job.base)
    solved = found[factor] if factor in found else in_fork(partial(series_at, factor))
    store_draw(job.path, _record(job, factor, base, solved, met=met))


def load_draw(job: LevelJob) -> dict[str, Any] | None:
    """Return what `solve_draw` stored, if it is done."""
    return stored_draw(job.path)


def _series(model: Any, scenario: Scenario) -> dict[str, Any]:
    """Run a model to its end and return its monthly series."""
    while model.index + 1 < scenario.time.months:
        model.step()
    tables = {**model.observers.tables(), "ledger": model.ledger.table()}
    return monthly_series(Facts(tables, scenario))


def _record(
    job: LevelJob, factor: float, base: Monthly, solved: Monthly, *, met: bool
) -> dict[str, Any]:
    """Return one row of the answer: level, price, bill and effects over the period."""
    window, part = job.window, job.window.part

    def sums(series: Monthly) -> dict[str, float]:
        men, paid = series["volunteers"][part].sum(), series["bonuses_promised"][part]
        return {
            "brought": reached(job.target.kind, series, window),
            "inflow_persons_per_month": float(series["inflow"][part].mean()),
            "mean_bonus_rub": float(paid.sum() / men) if men else np.nan,
            "recruiting_bill_rub": float(series["recruiting_bill"][part].sum()),
            "bill_rub": float(series["bill"][part].sum()),
        }

    effects = {
        effect.name: effect.formula(base, solved, window)
        for effect in EFFECTS
        if not effect.whole
    }
    beside = {f"base_{name}": value for name, value in sums(base).items()}
    row = {"draw": job.draw, "met": met, "factor": factor}
    return {**row, **sums(solved), **beside, **effects}
