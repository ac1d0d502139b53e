r"""The price of a target: one level over a period, its bill and what a man costs more.

The Python twin of `muster solve`:

    from experiments.prices.question import asked
    from experiments.prices.solve import solve
    found = solve("baseline", asked(inflow=35_000), start="2026-01", months=12)
    print(*found.sentences(), sep="\n")

How a draw is solved stands in `experiments.prices.level`; prices that clear every month
for itself in `experiments.prices.monthly`. ODD III.iv (market clearing).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace as replaced
from pathlib import Path
from typing import Final

import pandas as pd

from calibration.processes.runner import run_stored, silent, worker_count
from experiments.prices.answer import SolvedLevel
from experiments.prices.level import LevelJob, load_draw, solve_draw
from experiments.prices.question import FIXED_RULES, WIDE, first_index, refuse
from experiments.prices.solved_scenario import write_solved_scenario
from experiments.runs.kept_draws import draw_path
from experiments.runs.memory import refuse_beyond_memory
from experiments.runs.paired import posterior, scenario_draws
from experiments.runs.repeatable import provenance
from experiments.runs.run import DRAWS, RUNS, SEED, Progress, replication_seed
from experiments.storage.durable import write_json
from experiments.storage.staging import folder_named, staged
from experiments.storage.tables import write_frame
from model.clearing import Target
from model.fields.months import format_month
from model.scenario import Scenario
from scenarios import Resolved, load_scenario

MONTHS: Final = 12


def solve(
    scenario: str | Path,
    target: Target,
    *,
    start: str | None = None,
    months: int = MONTHS,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> SolvedLevel:
    """Find the one level of the bonuses that meets a target over a period.

    Args:
        scenario: a scenario file or the bare name of a packaged one.
        target: what `experiments.prices.question.asked` returns, but by region.
        start: first month of the period, `YYYY-MM`; by default the first month after
            the documented history.
        months: length of the period; it ends with the run at the latest.
        draws: draws of the posterior; each has its own level.
        seed: replication.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core.
        out: the folder; by default `runs/<scenario>-<target>`.
        progress: called with (draws done, draws).
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Returns:
        the answer; its folder holds `levels.parquet`, `solution.json` and, where most
        draws have a price, `solved/<scenario>_solved.yaml`.

    Raises:
        ScenarioError: the scenario, a setting, the target or the period is not
            acceptable.
        OutputError: the folder holds something else than a level.
        RunsFailedError: workers died under some draws; the others are kept.
        StorageError: the folder cannot be written.
    """
    given = [WIDE, *settings]
    asked, first, until = _period(scenario, given, start, months, evidence)
    ending = [*given, f"time.until={until}"]
    base = load_scenario(scenario, ending, evidence=evidence)
    rest = load_scenario(scenario, [*ending, *FIXED_RULES], evidence=evidence)
    dated = _of_a_period(target, first)
    own = folder_named(RUNS, f"{Path(scenario).stem}-{target.kind}")
    folder = out if out is not None else own
    with staged(folder, "level") as made:
        jobs = _jobs(base, rest, draws, seed, dated, made.draws)
        table = _solved(jobs, workers, progress or silent)
        found = _level(rest.scenario, dated, until, table, folder)
        found = _written(found, made.path, asked, [*given, *FIXED_RULES])
        made.about |= provenance(found.title, seed=seed, draws=draws)
    return found


def _period(
    scenario: str | Path,
    given: Sequence[str],
    start: str | None,
    months: int,
    evidence: Path | None,
) -> tuple[Resolved, int, str]:
    """Return the whole scenario with rules at rest, and where the period lies in it."""
    asked = load_scenario(scenario, [*given, *FIXED_RULES], evidence=evidence)
    first, time = first_index(asked, start), asked.scenario.time
    last = min(first + months, time.months) - 1
    return asked, first, format_month(time.first + last)


def _of_a_period(target: Target, first: int) -> Target:
    if target.kind == "inflow_by_region":
        refuse("--by-region needs --monthly: regions' shares are cleared each month")
    return replaced(target, first_index=first)


def _level(
    rest: Scenario, target: Target, until: str, table: pd.DataFrame, folder: Path
) -> SolvedLevel:
    most = float(rest.channels["volunteer_contract"].wide_headroom)
    begins = format_month(rest.time.first + target.first_index)
    return SolvedLevel(rest.title, target, begins, until, most, table, folder, None)


def _jobs(
    base: Resolved, rest: Resolved, draws: int, seed: int, target: Target, kept: Path
) -> list[LevelJob]:
    chosen = posterior(draws)
    pairs = zip(scenario_draws(base, chosen), scenario_draws(rest, chosen), strict=True)
    jobs = []
    for draw, (own, still) in enumerate(pairs):
        at = replication_seed(seed, draw)
        path = draw_path(kept, still, at, target, level_of=own.model_dump(mode="json"))
        jobs.append(LevelJob(own, still, draw, at, target, path))
    return jobs


def _solved(
    jobs: Sequence[LevelJob], workers: int | None, progress: Progress
) -> pd.DataFrame:
    """Solve the draws that are not stored yet; one row a draw."""
    refuse_beyond_memory(
        (job.base for job in jobs), min(worker_count(workers), len(jobs))
    )
    rows = run_stored(
        jobs,
        solve_draw,
        load_draw,
        workers=workers,
        progress=progress,
        name=lambda job: f"draw {job.draw}",
        kept="draws are kept",
    )
    return pd.DataFrame(rows)


def _written(
    found: SolvedLevel, made: Path, resolved: Resolved, given: Sequence[str]
) -> SolvedLevel:
    """Write table, answer and the median level as a scenario."""
    factor = found.band("factor")[1]
    file = None
    if math.isfinite(factor):
        what = f"{found.target.kind} {found.target.value:g}"
        told = f"every bonus times {factor:.3f} from {found.start} on, to reach {what}"
        months = len(pd.period_range(found.start, found.until, freq="M"))
        below = write_solved_scenario(
            made, resolved, given, told, {found.start: factor},
            announced=True, window_months=months,
        )  # fmt: skip
        file = found.folder / below.relative_to(made)
    found = replaced(found, scenario_file=file)
    write_frame(made / "levels.parquet", found.table)
    write_json(made / "solution.json", found.as_dict())
    return found
