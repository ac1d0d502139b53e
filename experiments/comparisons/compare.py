"""Compare scenarios: paired differences with bands, and which change did what.

The Python twin of `muster compare`:

    from experiments.comparisons.compare import compare
    result = compare(["baseline", "regional_cuts"], draws=16)

Draws and seeds are the same in every scenario, so a difference is that of one world
with itself, and its band is narrower than those of the scenarios. ODD II.ix, II.x.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.comparisons.comparison import Comparison
from experiments.comparisons.scenario_diff import Step, stepped_tree, steps_between
from experiments.measures.breaks import breaks
from experiments.measures.effects import (
    EFFECTS,
    PHASED,
    Effect,
    Window,
    phases_of,
    window_of,
)
from experiments.runs.paired import (
    PairedResult,
    measures_frame,
    paired,
    parts_frame,
    posterior,
    scenario_draws,
    series_frame,
    simulate_paired,
)
from experiments.runs.repeatable import keep_scenario, provenance
from experiments.runs.run import DRAWS, RUNS, SEED, Progress
from experiments.storage.durable import write_durably, write_json
from experiments.storage.staging import Staged, folder_named, staged
from experiments.storage.tables import write_frame
from model.errors import Problem, ScenarioError
from model.scenario import Scenario
from scenarios import Resolved, load_scenario


def compare(
    scenarios: Sequence[str | Path],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> Comparison:
    """Simulate scenarios on the same draws and seeds and hold them against the first.

    Args:
        scenarios: two or more scenario files or names of packaged ones, the base first.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides, for all scenarios alike.
        workers: processes; by default one a core.
        out: folder for tables and report; by default `runs/compare-<labels>`.
        progress: called with (runs done, runs).
        evidence: folder of own evidence; by default `evidence` beside each scenario.

    Returns:
        the comparison; its folder holds Parquet tables, `comparison.json`,
        `report.html`, `brief.html` and the resolved scenarios.

    Raises:
        ScenarioError: fewer than two scenarios, or one is not acceptable.
        OutputError: the folder holds something else than a comparison.
        RunsFailedError: workers died under some draws; the others are kept.
        StorageError: the folder cannot be written.
    """
    resolved = _loaded(scenarios, settings, evidence)
    base = next(iter(resolved))
    changes = {
        label: steps_between(resolved[base], other)
        for label, other in resolved.items()
        if label != base
    }
    own = folder_named(RUNS, f"compare-{'-'.join(resolved)}")
    folder = out if out is not None else own
    with staged(folder, "comparison") as made:
        given = posterior(draws)
        under = {label: scenario_draws(each, given) for label, each in resolved.items()}
        for label, steps in changes.items():
            under |= _stepped(under[base], under[label], label, steps)
        results = simulate_paired(under, seed, workers, progress, made.draws)
        found = _comparison(resolved, changes, results, seed)
        _write(found, made, draws, seed)
    return replace(found, folder=folder)


def _loaded(
    scenarios: Sequence[str | Path],
    settings: Sequence[str],
    evidence: Path | None = None,
) -> dict[str, Resolved]:
    """Read the scenarios; labels are their file names, numbered where they repeat."""
    if len(scenarios) < 2:
        message = f"needs two or more scenarios, {len(scenarios)} given"
        raise ScenarioError(problems=(Problem("compare", 1, 1, "", message),))
    found: dict[str, Resolved] = {}
    for given in scenarios:
        stem = Path(given).stem
        same = sum(label.split("~")[0] == stem for label in found)
        found[f"{stem}~{same + 1}" if same else stem] = load_scenario(
            given, settings, evidence=evidence
        )
    return found


def _stepped(
    base: Sequence[Scenario],
    other: Sequence[Scenario],
    label: str,
    steps: tuple[Step, ...],
) -> dict[str, list[Scenario]]:
    """Return the scenarios between base and other that the steps need, by label."""
    wanted = {f"{label}>{at}": steps[:at] for at in range(1, len(steps))}
    wanted |= {f"{label}={at}": steps[at - 1 : at] for at in range(2, len(steps) + 1)}
    trees = [(_tree(a), _tree(b)) for a, b in zip(base, other, strict=True)]
    return {
        name: [Scenario.model_validate(stepped_tree(a, b, taken)) for a, b in trees]
        for name, taken in wanted.items()
        if len(steps) > 1
    }


def _tree(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(exclude_none=True)


def _comparison(
    resolved: dict[str, Resolved],
    changes: dict[str, tuple[Step, ...]],
    results: Sequence[PairedResult],
    seed: int,
) -> Comparison:
    base = next(iter(resolved))
    whole = [result for result in results if result.label in resolved]
    measures = measures_frame(results)
    compared = measures[measures["label"].isin(resolved)]
    series = {
        str(label): rows.set_index(["measure", "draw"])["value"]
        for label, rows in measures.groupby("label", sort=False)
    }
    steps = [
        _steps_of(series, base, label, taken)
        for label, taken in changes.items()
        if len(taken) > 1
    ]
    keys = ["period", "quantity", "by", "item"]
    monthly = {
        label: [result.series for result in whole if result.label == label]
        for label in resolved
    }
    windows = {
        label: window_of(monthly[base], monthly[label], each.scenario)
        for label, each in resolved.items()
        if label != base
    }
    phases = {
        label: phases_of(resolved[base].scenario, resolved[label].scenario, window)
        for label, window in windows.items()
    }
    return Comparison(
        base,
        {label: each.scenario.title for label, each in resolved.items()},
        resolved,
        paired(compared, base, ["measure"]),
        paired(parts_frame(whole), base, keys, missing=0.0),
        pd.concat(steps, ignore_index=True) if steps else pd.DataFrame(),
        changes,
        series_frame(whole),
        effects_frame(whole, base, windows),
        windows,
        {label: breaks(monthly[label], resolved[label].scenario) for label in resolved},
        phases,
        _phase_frame(whole, base, phases),
        seed,
    )


def _steps_of(
    series: dict[str, pd.Series], base: str, label: str, steps: tuple[Step, ...]
) -> pd.DataFrame:
    """Return level, contribution, effect alone and interaction of every step.

    Under common random numbers

        level_k       = result with the first k changes
        contribution  = level_k - level_(k-1)
        alone         = result with change k only, less the base
        interaction   = contribution - alone

    so contributions add up to the whole difference, and so do the effects alone
    together with the interactions. The order matters where changes interact;
    `interaction` says by how much.

    Args:
        series: results over (measure, draw) by label; between base and scenario they
            are called as `_stepped` calls them.
        base: label of the base.
        label: of the scenario.
        steps: the changes that lead from one to the other.

    Returns:
        rows of label, step, measure, draw and the four numbers; the base is the first
        step.
    """
    levels = [series[f"{label}>{at}"] for at in range(1, len(steps))]
    levels = [series[base], *levels, series[label]]
    # The first step is the first change alone: it is simulated once.
    alone = [levels[1], *(series[f"{label}={at}"] for at in range(2, len(steps) + 1))]
    contributions = [0 * levels[0], *(b - a for a, b in pairwise(levels))]
    effects = [0 * levels[0], *(each - levels[0] for each in alone)]
    tables = [
        pd.DataFrame(
            {
                "level": level,
                "contribution": contribution,
                "alone": effect,
                "interaction": contribution - effect,
            }
        ).assign(step=name)
        for name, level, contribution, effect in zip(
            ["base", *(step.name for step in steps)],
            levels,
            contributions,
            effects,
            strict=True,
        )
    ]
    table = pd.concat(tables).reset_index().assign(label=label)
    columns = ["level", "contribution", "alone", "interaction"]
    return table[["label", "step", "measure", "draw", *columns]]


def effects_frame(
    results: Sequence[PairedResult],
    base: str,
    windows: Mapping[str, Window | None],
    effects: Sequence[Effect] = EFFECTS,
) -> pd.DataFrame:
    """Return effects of every draw as rows of label, effect, draw, value."""
    of = {(result.label, result.draw): result.series for result in results}
    rows = [
        (label, effect.name, draw, effect.formula(of[base, draw], series, window))
        for (label, draw), series in of.items()
        if label != base and (window := windows.get(label)) is not None
        for effect in effects
    ]
    return pd.DataFrame(rows, columns=["label", "effect", "draw", "value"])


def _phase_frame(
    results: Sequence[PairedResult], base: str, phases: Mapping[str, Sequence[Window]]
) -> pd.DataFrame:
    frames = [
        effects_frame(results, base, {label: phase}, PHASED).assign(phase=at)
        for label, parts in phases.items()
        for at, phase in enumerate(parts)
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _write(found: Comparison, made: Staged, draws: int, seed: int) -> None:
    from experiments.comparisons.brief.page import brief_page
    from experiments.comparisons.page import comparison_page, title_of

    folder = made.path
    for name in ("measures", "parts", "steps", "series", "effects"):
        frame: pd.DataFrame = getattr(found, name)
        if not frame.empty:
            write_frame(folder / f"{name}.parquet", frame)
    for label, resolved in found.resolved.items():
        folder_named(folder, label).mkdir()
        keep_scenario(folder / label, resolved, draws, seed)
    write_json(folder / "comparison.json", found.as_dict())
    made.about |= provenance(title_of(found), seed=seed, draws=draws)
    (folder / "figures").mkdir(exist_ok=True)
    for path, content in comparison_page(found, made.about).items():
        write_durably(folder / path, content)
    write_durably(folder / "brief.html", brief_page(found).encode())
