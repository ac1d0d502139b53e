"""Run a scenario: draws of the posterior, tables, headline measures, report.

The Python twin of `muster run`:

    from experiments.runs.run import run
    folder = run("baseline", draws=16)

A run is written beside its place and moved there when it is whole; until then its
finished draws are kept, and the same command goes on from them (see
`experiments.storage.staging`). ODD II.x, III.iii.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.documented.world import documented_world
from calibration.observation.observation import observed_table
from calibration.posterior import load_draws, load_reporting
from calibration.processes.runner import run_stored, silent, worker_count
from experiments.measures import measure_all, summarise
from experiments.runs.jobs import Keep, RunInput, RunOutput
from experiments.runs.kept_draws import draw_path, store_draw, stored_draw
from experiments.runs.memory import refuse_beyond_memory
from experiments.runs.own_code import NO_OWN_CODE, Measured, OwnCode, own_code
from experiments.runs.repeatable import keep_scenario, provenance
from experiments.storage.durable import write_durably, write_json
from experiments.storage.identity import canonical, digest, source_digests
from experiments.storage.record import write_record
from experiments.storage.staging import Staged, folder_named, staged
from experiments.storage.tables import join_parts, monthly_summary, write_part
from model.clearing import Target
from model.memory import let_go
from model.results import Tables
from model.scenario import Scenario
from scenarios import Resolved, load_scenario

if TYPE_CHECKING:
    from model.simulation import RecruitmentModel

DRAWS = 16
SEED = 1
RUNS = Path("runs")
_SEED_STRIDE = 100_003
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One draw of one scenario: all that a worker needs."""

    scenario: Scenario
    draw: int
    seed: int
    path: Path
    """Where the draw is stored once it is done."""
    reporting: Mapping[str, float]
    """How the sources report, in the same draw."""
    target: Target | None = None
    own: OwnCode = NO_OWN_CODE


@dataclass(frozen=True, slots=True)
class DrawResult:
    """What is stored of a draw beside its tables."""

    draw: int
    measures: dict[str, float]
    seconds: float
    peak_memory_mb: float
    own: dict[str, float] = field(default_factory=dict)
    """Own measures."""


def simulate(
    scenario: Scenario,
    seed: int = SEED,
    target: Target | None = None,
    model: type[RecruitmentModel] | None = None,
) -> Tables:
    """Simulate one draw in this process and return its result tables.

    Args:
        scenario: with the draw in it.
        seed: replication of the draw.
        target: what the market is to clear each month.
        model: a subclass of the model; by default the model.
    """
    # Mesa takes a second to import; commands that do not simulate shall not wait.
    from model.simulation import RecruitmentModel

    refuse_beyond_memory([scenario])
    chosen = model or RecruitmentModel
    simulated = chosen(scenario, documented_world(), seed, target)
    simulated.run()
    tables = tables_of(simulated)
    del simulated
    let_go()
    return tables


def tables_of(simulated: RecruitmentModel) -> Tables:
    """Return the result tables of a run that is over."""
    from experiments.runs.deciles import outcomes_by_decile

    tables = simulated.tables()
    tables["deciles"] = outcomes_by_decile(simulated, tables["prices"])
    return tables


def replication_seed(seed: int, draw: int) -> int:
    """Seed of a draw: the same in every scenario, so that runs are paired."""
    return _SEED_STRIDE * seed + draw


def run_draw(job: Job) -> None:
    """Simulate one draw and store its tables and measures."""
    started = time.perf_counter()
    tables = simulate(job.scenario, job.seed, job.target, job.own.model_class())
    numbers, series = job.own.measure(tables, job.scenario)
    if series:
        months = np.unique(tables["economy"]["month"])
        tables["own"] = {"month": months} | {n: np.array(c) for n, c in series.items()}
    first = job.scenario.time.first
    tables["observed"] = observed_table(tables, first, job.reporting)
    write_part(tables, job.draw, job.path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measures = measure_all(tables, job.scenario)
    seconds = time.perf_counter() - started
    store_draw(job.path, asdict(DrawResult(job.draw, measures, seconds, peak, numbers)))


def load_draw(job: Job) -> DrawResult | None:
    """Return what is stored of a draw, if it is done."""
    found = stored_draw(job.path)
    return None if found is None else DrawResult(**found)


def run_point(given: RunInput) -> RunOutput:
    """Simulate one point of a sweep: headline measures and a monthly summary."""
    scenario = Scenario.model_validate(given.tree)
    seed = replication_seed(given.seed, given.draw)
    tables = simulate(scenario, seed, model=given.own.model_class())
    return _point_output(tables, scenario, given.own)


def run_point_together(given: Sequence[RunInput], keep: Keep) -> None:
    """Simulate points of one draw and seed, the months they share once."""
    from experiments.runs.shared_months import simulate_together

    scenarios = [Scenario.model_validate(each.tree) for each in given]
    refuse_beyond_memory(scenarios)

    def store(number: int, tables: Tables) -> None:
        keep(number, _point_output(tables, scenarios[number], given[number].own))

    seed = replication_seed(given[0].seed, given[0].draw)
    simulate_together(scenarios, seed, None, store)


def _point_output(tables: Tables, scenario: Scenario, own: OwnCode) -> RunOutput:
    numbers, series = own.measure(tables, scenario)
    monthly = monthly_summary(tables)
    for name, column in series.items():
        monthly = monthly.append_column(name, column)
    return RunOutput({**measure_all(tables, scenario), **numbers}, monthly)


def run(
    scenario: str | Path,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    target: Target | None = None,
    progress: Progress | None = None,
    report: bool = True,
    evidence: Path | None = None,
    model: type[RecruitmentModel] | None = None,
    measures: Mapping[str, Measured | str] | None = None,
    keep: Sequence[str] = (),
) -> Path:
    """Simulate a scenario and write its run folder.

    Args:
        scenario: a scenario file or the bare name of a packaged one.
        draws: draws of the posterior.
        seed: replication; the same seed gives the same bytes.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core, 1 simulates in this process.
        out: the run folder; by default `runs/<scenario>`.
        target: what the market is to clear each month (see `model.clearing`).
        progress: called with (draws done, draws) after each draw.
        report: whether to write the HTML report.
        evidence: folder of own evidence; by default `evidence` beside the scenario.
        model: a subclass of the model, which takes its place.
        measures: own measures by name: functions of the tables and the scenario, or
            their import paths. Numbers go to `own.json`, one a draw, monthly values to
            the table `own`.
        keep: columns to keep by month in the table `own`, as
            `ledger.paid_rub by account`.

    Returns:
        the run folder.

    Raises:
        ScenarioError: the scenario or a setting is not acceptable; nothing is written.
        OutputError: the folder holds something else than a run; nothing is written.
        RunsFailedError: workers died under some draws; the others are kept.
        StorageError: the folder cannot be written.
    """
    resolved = load_scenario(scenario, settings, evidence=evidence)
    own = own_code(model, measures, keep)
    folder = out if out is not None else folder_named(RUNS, Path(scenario).stem)
    with staged(folder, "run") as made:
        run_into(
            made, resolved, draws, seed, target, workers, progress,
            report=report, own=own,
        )  # fmt: skip
    return folder


def run_into(
    made: Staged,
    resolved: Resolved,
    draws: int,
    seed: int,
    target: Target | None,
    workers: int | None,
    progress: Progress | None,
    *,
    report: bool = True,
    own: OwnCode = NO_OWN_CODE,
) -> None:
    """Simulate draws of a scenario and write what a run folder holds; see `run`."""
    jobs = _jobs(resolved, draws, seed, made.draws, target, own)
    processes = min(worker_count(workers), draws)
    refuse_beyond_memory((job.scenario for job in jobs), processes)
    results = run_stored(
        jobs,
        run_draw,
        load_draw,
        workers=workers,
        progress=progress or silent,
        name=lambda job: f"draw {job.draw}",
        kept="draws are kept",
    )
    join_parts([job.path for job in jobs], made.path)
    keep_scenario(made.path, resolved, len(results), seed)
    write_json(made.path / "summary.json", summarise([r.measures for r in results]))
    if own.measures:
        told = {"draws": [result.own for result in results]}
        write_durably(made.path / "own.json", json.dumps(told, indent=1).encode())
    made.about |= provenance(
        resolved.scenario.title,
        seed=seed,
        draws=len(results),
        scenario_hash=digest(canonical(_stated(resolved.scenario))),
        simulation_seconds=round(sum(r.seconds for r in results), 3),
        peak_memory_mb=round(max(r.peak_memory_mb for r in results), 1),
        **({"own": own.identity} if own.identity else {}),
    )
    if report:
        from experiments.report import build_report

        write_record(made.path, "run", made.about)
        let_go()
        build_report(made.path)


def _jobs(
    resolved: Resolved,
    draws: int,
    seed: int,
    kept: Path,
    target: Target | None,
    own: OwnCode,
) -> list[Job]:
    jobs = []
    # Registered mechanisms are in the digest of the code; the rest is told here.
    told: dict[str, Any] = {}
    if own.identity:
        told = {"own": [own.identity, source_digests(own.objects())]}
    pairs = zip(load_draws(draws), load_reporting(draws), strict=True)
    for number, (draw, reporting) in enumerate(pairs):
        scenario = resolved.with_draw(draw).scenario if draw else resolved.scenario
        at = replication_seed(seed, number)
        more = {"draw": number, "reporting": dict(reporting), **told}
        path = draw_path(kept, scenario, at, target, **more)
        jobs.append(Job(scenario, number, at, path, reporting, target, own))
    return jobs


def _stated(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says, not how its file says it."""
    return scenario.model_dump(mode="json", exclude={"extends", "drawn"})
