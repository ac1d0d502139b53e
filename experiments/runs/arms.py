"""Arms: the same draws and seeds under several scenarios, so differences are paired.

An arm is one draw of one scenario. Every arm of a draw has the same seed, so a man who
considers in one scenario considers in all of them with the same mark (common random
numbers), and the difference of two arms is the effect of what differs between them.
ODD II.ix (stochasticity).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from calibration.posterior import load_draws
from calibration.processes.runner import run_stored, silent, worker_count
from experiments.measures import measures_of
from experiments.measures.breakdown import Parts, breakdown
from experiments.measures.facts import Facts, Floats
from experiments.measures.series import monthly_series
from experiments.runs.kept_draws import draw_path, store_draw, stored_draw
from experiments.runs.memory import refuse_beyond_memory
from experiments.runs.run import Progress, replication_seed
from experiments.runs.shared_months import simulate_together
from model.clearing import Target
from model.results import Tables
from model.scenario import Scenario
from scenarios import Resolved


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


def scenario_draws(
    resolved: Resolved, draws: Sequence[Mapping[str, float | str]]
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
    jobs: Sequence[Arm],
    workers: int | None = None,
    progress: Progress | None = None,
    kept: Path | None = None,
) -> list[ArmResult]:
    """Run arms in this process or several; results in the order of the arms.

    Args:
        jobs: the arms.
        workers: processes; by default one a processor, 1 works in this process.
        progress: called with (arms done, arms).
        kept: folder of the arms that are done; none: they are not kept.

    Raises:
        RunsFailedError: workers died under some arms; the others are kept.
    """
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="muster-") as made:
            return run_arms(jobs, workers, progress, Path(made))
    stored = [
        (arm, draw_path(kept, arm.scenario, arm.seed, arm.target)) for arm in jobs
    ]
    together = _groups(jobs, worker_count(workers))
    groups = [[stored[at] for at in group] for group in together]
    processes = min(worker_count(workers), len(groups))
    refuse_beyond_memory((arm.scenario for arm in jobs), processes)
    told = progress or silent
    results = run_stored(
        groups,
        _run_group,
        _load_group,
        workers=workers,
        progress=lambda done, of: told(len(jobs) * done // max(of, 1), len(jobs)),
        name=lambda group: f"{group[0][0].label}, draw {group[0][0].draw}",
        kept="draws are kept",
    )
    found = {
        at: result
        for group, ended in zip(together, results, strict=True)
        for at, result in zip(group, ended, strict=True)
    }
    return [found[at] for at in range(len(jobs))]


_StoredArm = tuple[Arm, Path]
_Group = list[_StoredArm]


def _groups(jobs: Sequence[Arm], workers: int) -> list[list[int]]:
    """Let arms of one draw and target stand together, for they may share months.

    One process simulates a group, so with more processes than groups every arm stands
    alone: that takes more work, and less time. Returns positions among the arms.
    """
    groups: dict[tuple[int, Target | None], list[int]] = {}
    for at, arm in enumerate(jobs):
        groups.setdefault((arm.seed, arm.target), []).append(at)
    if len(groups) < workers:
        return [[at] for at in range(len(jobs))]
    return list(groups.values())


def _run_group(group: _Group) -> None:
    missing = [job for job in group if _load_arm(job) is None]

    def store(number: int, tables: Tables) -> None:
        arm, path = missing[number]
        facts = Facts(tables, arm.scenario)
        parts = breakdown(tables, arm.scenario)
        record = {
            "measures": measures_of(facts),
            "parts": [[*part, value] for part, value in parts.items()],
            "series": {n: each.tolist() for n, each in monthly_series(facts).items()},
        }
        store_draw(path, record)

    scenarios, arm = [arm.scenario for arm, _ in missing], group[0][0]
    simulate_together(scenarios, arm.seed, arm.target, store)


def _load_group(group: _Group) -> list[ArmResult] | None:
    found = [_load_arm(job) for job in group]
    whole = [result for result in found if result is not None]
    return whole if len(whole) == len(group) else None


def _load_arm(job: _StoredArm) -> ArmResult | None:
    arm, path = job
    found = stored_draw(path)
    if found is None:
        return None
    parts: Parts = {(a, b, c, d): value for a, b, c, d, value in found["parts"]}
    series = {name: np.array(each, float) for name, each in found["series"].items()}
    return ArmResult(arm.label, arm.draw, found["measures"], parts, series)


def posterior(draws: int) -> list[Mapping[str, float | str]]:
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
