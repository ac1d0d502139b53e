"""Paired runs: the same draws and seeds under several scenarios.

Every run of a draw has the same seed, so a man who considers in one scenario considers
in all of them with the same mark (common random numbers), and the difference of two
runs is the effect of what differs between them. Their results come as tables: as they
are, each beside its base, and as bands over draws. ODD II.ix (stochasticity), II.x.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from calibration.posterior import load_draws
from calibration.processes.runner import run_stored, silent, worker_count
from experiments.measures import measures_of
from experiments.measures.arithmetic import HIGH, LOW, MEDIAN, Floats
from experiments.measures.breakdown import Parts, breakdown
from experiments.measures.facts import Facts
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
class PairedRun:
    """One draw of one scenario, and what its market is to clear, if anything."""

    label: str
    scenario: Scenario
    draw: int
    seed: int
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class PairedResult:
    """What one run brought."""

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


def simulate_paired(
    by_label: Mapping[str, Sequence[Scenario]],
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
    kept: Path | None = None,
    targets: Sequence[Target | None] | Target | None = None,
) -> list[PairedResult]:
    """Simulate several scenarios under the same draws; see `run_paired`.

    Args:
        by_label: each scenario under each draw.
        seed: replication.
        workers: processes; by default one a processor, 1 works in this process.
        progress: called with (runs done, runs).
        kept: folder of the runs that are done; none: they are not kept.
        targets: what the market is to clear, for all draws or one for each.
    """
    runs = [
        run
        for label, scenarios in by_label.items()
        for run in paired_runs(label, scenarios, seed, targets)
    ]
    return run_paired(runs, workers, progress, kept)


def paired_runs(
    label: str,
    scenarios: Sequence[Scenario],
    seed: int,
    targets: Sequence[Target | None] | Target | None = None,
) -> list[PairedRun]:
    """Return a run for each draw of a scenario.

    Args:
        label: what the runs are called.
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
        PairedRun(label, scenario, draw, replication_seed(seed, draw), target)
        for draw, (scenario, target) in enumerate(zip(scenarios, each, strict=True))
    ]


def run_paired(
    runs: Sequence[PairedRun],
    workers: int | None = None,
    progress: Progress | None = None,
    kept: Path | None = None,
) -> list[PairedResult]:
    """Run in this process or several; results in the order of the runs.

    Args:
        runs: what to simulate.
        workers: processes; by default one a processor, 1 works in this process.
        progress: called with (runs done, runs).
        kept: folder of the runs that are done; none: they are not kept.

    Raises:
        RunsFailedError: workers died under some draws; the others are kept.
    """
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="muster-") as made:
            return run_paired(runs, workers, progress, Path(made))
    stored = [
        (run, draw_path(kept, run.scenario, run.seed, run.target)) for run in runs
    ]
    together = _groups(runs, worker_count(workers))
    groups = [[stored[at] for at in group] for group in together]
    processes = min(worker_count(workers), len(groups))
    refuse_beyond_memory((run.scenario for run in runs), processes)
    told = progress or silent
    results = run_stored(
        groups,
        _run_group,
        _load_group,
        workers=workers,
        progress=lambda done, of: told(len(runs) * done // max(of, 1), len(runs)),
        name=lambda group: f"{group[0][0].label}, draw {group[0][0].draw}",
        kept="draws are kept",
    )
    found = {
        at: result
        for group, ended in zip(together, results, strict=True)
        for at, result in zip(group, ended, strict=True)
    }
    return [found[at] for at in range(len(runs))]


_StoredRun = tuple[PairedRun, Path]
_Group = list[_StoredRun]


def _groups(runs: Sequence[PairedRun], workers: int) -> list[list[int]]:
    """Let runs of one draw and target stand together, for they may share months.

    One process simulates a group, so with more processes than groups every run stands
    alone: that takes more work, and less time. Returns positions among the runs.
    """
    groups: dict[tuple[int, Target | None], list[int]] = {}
    for at, run in enumerate(runs):
        groups.setdefault((run.seed, run.target), []).append(at)
    if len(groups) < workers:
        return [[at] for at in range(len(runs))]
    return list(groups.values())


def _run_group(group: _Group) -> None:
    missing = [job for job in group if _load_run(job) is None]

    def store(number: int, tables: Tables) -> None:
        run, path = missing[number]
        facts = Facts(tables, run.scenario)
        parts = breakdown(tables, run.scenario)
        record = {
            "measures": measures_of(facts),
            "parts": [[*part, value] for part, value in parts.items()],
            "series": {n: each.tolist() for n, each in monthly_series(facts).items()},
        }
        store_draw(path, record)

    scenarios, run = [run.scenario for run, _ in missing], group[0][0]
    simulate_together(scenarios, run.seed, run.target, store)


def _load_group(group: _Group) -> list[PairedResult] | None:
    found = [_load_run(job) for job in group]
    whole = [result for result in found if result is not None]
    return whole if len(whole) == len(group) else None


def _load_run(job: _StoredRun) -> PairedResult | None:
    run, path = job
    found = stored_draw(path)
    if found is None:
        return None
    parts: Parts = {(a, b, c, d): value for a, b, c, d, value in found["parts"]}
    series = {name: np.array(each, float) for name, each in found["series"].items()}
    return PairedResult(run.label, run.draw, found["measures"], parts, series)


def posterior(draws: int) -> list[Mapping[str, float | str]]:
    """Return draws of the posterior, the same ones in every scenario."""
    return list(load_draws(draws))


def measures_frame(results: Iterable[PairedResult]) -> pd.DataFrame:
    """Return the measures of some runs as rows of label, draw, measure, value."""
    rows = [
        (result.label, result.draw, measure, value)
        for result in results
        for measure, value in result.measures.items()
    ]
    return pd.DataFrame(rows, columns=["label", "draw", "measure", "value"])


def series_frame(results: Iterable[PairedResult]) -> pd.DataFrame:
    """Return the monthly series of some runs: label, draw, month, series, value.

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


def parts_frame(results: Iterable[PairedResult]) -> pd.DataFrame:
    """Return the parts of some runs as rows; see `breakdown`."""
    rows = [
        (result.label, result.draw, *part, value)
        for result in results
        for part, value in result.parts.items()
    ]
    columns = ["label", "draw", "period", "quantity", "by", "item", "value"]
    return pd.DataFrame(rows, columns=columns)


def band_table(
    frame: pd.DataFrame, by: Sequence[str], values: Sequence[str]
) -> pd.DataFrame:
    """Return median and 90 % band over draws of some columns, group by group.

    Draws without a number are left out.

    Args:
        frame: one row a draw and group.
        by: columns that make a group; groups keep the order in which they come.
        values: columns to summarise.

    Returns:
        one row a group with `<value>`, `<value>_low` and `<value>_high`.
    """
    finite = frame[list(values)].replace([np.inf, -np.inf], np.nan)
    groups = finite.groupby([frame[name] for name in by], sort=False)
    parts = {
        f"{value}{ending}": groups[value].quantile(at)
        for value in values
        for ending, at in (("_low", LOW), ("", MEDIAN), ("_high", HIGH))
    }
    return pd.DataFrame(parts).reset_index()


def paired(
    frame: pd.DataFrame, base: str, keys: Sequence[str], missing: float = math.nan
) -> pd.DataFrame:
    """Return every run beside the base run of the same draw.

    Args:
        frame: columns label, draw, value and `keys`.
        base: label of the base runs.
        keys: columns that name what is compared.
        missing: value where one side has no row.

    Returns:
        rows of label, draw, keys, base, value and difference.
    """
    at = ["draw", *keys]
    wide = frame.set_index([*at, "label"])["value"].unstack("label")
    wide = wide if math.isnan(missing) else wide.fillna(missing)
    labels = [label for label in dict.fromkeys(frame["label"]) if label != base]
    tables = []
    for label in labels:
        table = pd.DataFrame({"base": wide[base], "value": wide[label]}).reset_index()
        table["difference"] = table["value"] - table["base"]
        table.insert(0, "label", label)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)[
        ["label", *at, "base", "value", "difference"]
    ]
