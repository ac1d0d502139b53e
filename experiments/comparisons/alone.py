"""One scenario by itself, and its brief.

The Python twin of `muster brief baseline`:

    from experiments.comparisons.alone import alone
    found = alone("baseline", draws=16)

A scenario that is held against nothing is held against what was documented: levels of
the last twelve months of the run stand beside those of the last documented year, draw
by draw. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from experiments.comparisons.comparison import Comparison
from experiments.measures.breaks import breaks
from experiments.runs.paired import (
    PairedResult,
    measures_frame,
    posterior,
    scenario_draws,
    series_frame,
    simulate_paired,
)
from experiments.runs.repeatable import keep_scenario, provenance
from experiments.runs.run import DRAWS, RUNS, SEED, Progress
from experiments.storage.durable import write_durably
from experiments.storage.staging import folder_named, staged
from experiments.storage.tables import write_frame
from scenarios import Resolved, load_scenario


def alone(
    scenario: str | Path,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> Comparison:
    """Simulate one scenario and write its brief.

    Args:
        scenario: a scenario file or the name of a packaged one.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core.
        out: folder; by default `runs/brief-<scenario>`.
        progress: called with (draws done, draws).
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Returns:
        a comparison of the scenario with nothing: it has a base and no labels. Its
        folder holds `brief.html`, measures, series and the resolved scenario.

    Raises:
        ScenarioError: the scenario or a setting is not acceptable.
        OutputError: the folder holds something else than a brief.
        RunsFailedError: workers died under some draws; the others are kept.
        StorageError: the folder cannot be written.
    """
    from experiments.comparisons.brief.page import brief_page

    resolved, label = load_scenario(scenario, settings, evidence=evidence), "scenario"
    own = folder_named(RUNS, f"brief-{Path(scenario).stem}")
    folder = out if out is not None else own
    with staged(folder, "brief") as made:
        under = {label: scenario_draws(resolved, posterior(draws))}
        results = simulate_paired(under, seed, workers, progress, made.draws)
        found = _unpaired(label, resolved, results, seed)
        for name in ("measures", "series"):
            write_frame(made.path / f"{name}.parquet", getattr(found, name))
        keep_scenario(made.path, resolved, draws, seed)
        write_durably(made.path / "brief.html", brief_page(found).encode())
        made.about |= provenance(resolved.scenario.title, seed=seed, draws=draws)
    return replace(found, folder=folder)


def _unpaired(
    label: str, resolved: Resolved, results: Sequence[PairedResult], seed: int
) -> Comparison:
    """Return the comparison of a scenario with nothing: it has no effects."""
    measures = measures_frame(results)
    return Comparison(
        label,
        {label: resolved.scenario.title},
        {label: resolved},
        measures.assign(base=measures["value"], difference=0.0),
        pd.DataFrame(),
        pd.DataFrame(),
        {},
        series_frame(results),
        pd.DataFrame(columns=["label", "effect", "draw", "value"]),
        {},
        {label: breaks([each.series for each in results], resolved.scenario)},
        {},
        pd.DataFrame(),
        seed,
    )
