"""Arms: the same draws and seeds under several scenarios, so differences are paired.

An arm is one draw of one scenario. Every arm of a draw has the same seed, so a man who
considers in one scenario considers in all of them with the same mark (common random
numbers), and the difference of two arms is the effect of what differs between them.
ODD II.ix (stochasticity).
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from calibration.posterior import load_draws
from experiments.measures import measures_of
from experiments.measures.breakdown import Parts, breakdown
from experiments.measures.facts import Facts, Floats
from experiments.measures.series import monthly_series
from experiments.runs.run import Progress, replication_seed, simulate
from model.clearing import Target
from model.scenario import Scenario
from scenarios import Resolved

Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Arm:
    """One draw of one scenario, and what its market is to clear, if anything."""

    label: str
    scenario: Scenario
    draw: int
    seed: int
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ArmResult:
    """What one arm brought."""

    label: str
    draw: int
    measures: dict[str, float]
    parts: Parts
    series: dict[str, Floats]


def run_arm(arm: Arm) -> ArmResult:
    """Simulate one arm in this process."""
    tables = simulate(arm.scenario, arm.seed, arm.target)
    facts = Facts(tables, arm.scenario)
    return ArmResult(
        arm.label,
        arm.draw,
        measures_of(facts),
        breakdown(tables, arm.scenario),
        monthly_series(facts),
    )


def scenario_draws(
    resolved: Resolved, draws: Sequence[Mapping[str, float]]
) -> list[Scenario]:
    """Return the scenario under each draw of the posterior."""
    return [
        resolved.with_draw(draw).scenario if draw else resolved.scenario
        for draw in draws
    ]


def arms(
    label: str,
    scenarios: Sequence[Scenario],
    seed: int,
    targets: Sequence[Target | None] | Target | None = None,
) -> list[Arm]:
    """Return an arm for each draw of a scenario.

    Args:
        label: what the arms are called.
        scenarios: the scenario under each draw.
        seed: replication.
        targets: what the market is to clear, for all draws or one for each.
    """
    each: Sequence[Target | None]
    if targets is None or isinstance(targets, Target):
        each = [targets] * len(scenarios)
    else:
        each = targets
    return [
        Arm(label, scenario, draw, replication_seed(seed, draw), target)
        for draw, (scenario, target) in enumerate(zip(scenarios, each, strict=True))
    ]


def run_arms(
    jobs: Sequence[Arm], workers: int | None = None, progress: Progress | None = None
) -> list[ArmResult]:
    """Run arms in this process or several; results in the order of the arms."""
    return over_processes(run_arm, jobs, workers, progress)


def over_processes(
    function: Callable[[Given], Found],
    jobs: Sequence[Given],
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Found]:
    """Apply a function to every job; results in the order of the jobs.

    Args:
        function: defined at the top of a module, so that a worker finds it.
        jobs: what it is applied to; anything that can be pickled.
        workers: processes; by default one a core, 1 works in this process.
        progress: called with (jobs done, jobs) after each job.
    """
    wanted = min(workers or os.cpu_count() or 1, len(jobs))
    if wanted <= 1:
        return _gathered(map(function, jobs), len(jobs), progress)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(wanted, mp_context=context) as pool:
        return _gathered(pool.map(function, jobs), len(jobs), progress)


def posterior(draws: int) -> list[Mapping[str, float]]:
    """Return draws of the posterior, the same ones in every scenario."""
    return list(load_draws(draws))


def measures_frame(results: Iterable[ArmResult]) -> pd.DataFrame:
    """Return the measures of some arms as rows of label, draw, measure, value."""
    rows = [
        (result.label, result.draw, measure, value)
        for result in results
        for measure, value in result.measures.items()
    ]
    return pd.DataFrame(rows, columns=["label", "draw", "measure", "value"])


def series_frame(results: Iterable[ArmResult]) -> pd.DataFrame:
    """Return the monthly series of some arms: label, draw, month, series, value.

    `month` counts from the start of the run.
    """
    frames = [
        pd.DataFrame({"month": np.arange(len(values)), "value": values}).assign(
            label=result.label, draw=result.draw, series=name
        )
        for result in results
        for name, values in result.series.items()
    ]
    columns = ["label", "draw", "month", "series", "value"]
    return pd.concat(frames, ignore_index=True)[columns]


def parts_frame(results: Iterable[ArmResult]) -> pd.DataFrame:
    """Return the parts of some arms as rows; see `breakdown`."""
    rows = [
        (result.label, result.draw, *part, value)
        for result in results
        for part, value in result.parts.items()
    ]
    columns = ["label", "draw", "period", "quantity", "by", "item", "value"]
    return pd.DataFrame(rows, columns=columns)


def _gathered(
    results: Iterable[Found], total: int, progress: Progress | None
) -> list[Found]:
    done: list[Found] = []
    for result in results:
        done.append(result)
        if progress is not None:
            progress(len(done), total)
    return done
