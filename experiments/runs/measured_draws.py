"""Headline measures of the draws whose histories stand beside a posterior.

    forward.npz        histories of the first draws, to the end of 2026
    measures.parquet   one row a draw of the same, one column a measure and period

Both come from the same runs of the baseline: same draws, same random numbers. So a
measure and what any source would have printed are known of one draw together, which is
what the worth of a document rests on. A fit leaves fewer histories, and no measures;
`measure_draws` makes both. Without it some measures are read off the histories, which
hold all that these are made of (`READ_OFF`). ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from calibration.documented.world import documented_world
from calibration.observation.history import (
    CHANNELS,
    LOSSES,
    STATES,
    History,
    history,
)
from calibration.posterior import FOLDER, load_draws, read_columns
from calibration.posterior.forward import load_forward, save_forward
from calibration.processes.runner import run_stored, silent, worker_count
from calibration.remaking import FORWARD_UNTIL
from experiments.measures import described, measure_all
from experiments.measures.arithmetic import Floats
from experiments.measures.facts import PERMANENT, THEATRE
from experiments.runs.kept_draws import draw_path, store_draw, stored_draw
from experiments.runs.memory import refuse_beyond_memory
from experiments.runs.paired import PairedRun, paired_runs, scenario_draws
from experiments.runs.run import SEED, Progress, simulate
from experiments.storage.durable import storage_faults
from model.errors import DesignError, StorageError
from model.fields.months import parse_month
from scenarios import load_scenario
from scenarios.format.suggestions import did_you_mean

MEASURED: Final = "measures.parquet"
BASELINE: Final = "baseline"
MONTHS: Final = 12
DRAWS: Final = 192
"""Of 64 draws the standard error of a narrowing is .08, of these half as much."""
_WITNESS: Final = "inflow_persons_per_month_2024"
"""A measure that histories give too: tells whether both are of the same runs."""
_HISTORY: Final = "history.npz"

_Job = tuple[PairedRun, Path]


def _killed(run: History, part: slice) -> float:
    return _total(run.losses[LOSSES.index("killed")], part)


def _replacement(run: History, part: slice) -> float:
    lost = run.losses[[LOSSES.index(name) for name in PERMANENT]]
    return _total(run.signed, part) / _total(lost, part)


def _deceived(run: History, part: slice) -> float:
    return _total(run.signed[CHANNELS.index("foreign_deceived")], part)


def _inflow(run: History, part: slice) -> float:
    months: int = part.stop - part.start
    return _total(run.signed, part) / months


def _theatre(run: History, part: slice) -> float:
    states = [STATES.index(name) for name in THEATRE]
    return float(run.force[:, states, part.stop - 1].sum())


def _bonus_per_contract(run: History, part: slice) -> float:
    offered = run.federal_bonus_rub + run.regional_bonus_rub
    return _total(offered * run.signed_by_place, part) / _total(
        run.signed_by_place, part
    )


def _total(series: Floats, part: slice) -> float:
    return float(series[..., part].sum())


READ_OFF: Final[Mapping[str, Callable[[History, slice], float]]] = {
    "replacement_ratio": _replacement,
    "killed_persons": _killed,
    "deceived_persons": _deceived,
    "inflow_persons_per_month": _inflow,
    "force_in_theatre_persons": _theatre,
    "bonus_per_contract_rub": _bonus_per_contract,
}
"""Measures that a history gives, to the last man those of a run's tables.

The last is none of the headline measures: federal and regional bonus of the month and
the place, per contract signed there, in all channels that sign one.
"""
_TITLES: Final = {"bonus_per_contract_rub": "Bonus per contract"}
_LAST_YEAR: Final = int(FORWARD_UNTIL[:4])


def measure_draws(
    folder: Path,
    kept: Path,
    draws: int = DRAWS,
    workers: int | None = None,
    progress: Progress = silent,
) -> Path:
    """Run the first draws of a posterior and store their histories and measures.

    Args:
        folder: of the posterior; both files in it are made anew.
        kept: folder of the draws that are done, from which the same call goes on.
        draws: how many draws.
        workers: processes; by default one a processor.
        progress: called with (draws done, draws).

    Returns:
        The file of measures.

    Raises:
        StorageError: no posterior is stored there, or it cannot be written.
    """
    resolved = load_scenario(BASELINE, [f"time.until={FORWARD_UNTIL}"])
    runs = paired_runs(
        BASELINE, scenario_draws(resolved, load_draws(draws, folder)), SEED
    )
    processes = min(worker_count(workers), draws)
    refuse_beyond_memory((run.scenario for run in runs), processes)
    found = run_stored(
        [
            (run, draw_path(kept, run.scenario, run.seed, None, of=_HISTORY))
            for run in runs
        ],
        _run,
        _load,
        workers=processes,
        progress=progress,
        name=lambda job: f"draw {job[0].draw}",
        kept="draws are kept",
    )
    path = folder / MEASURED
    columns = {
        name: np.array([numbers[name] for _, numbers in found]) for name in found[0][1]
    }
    with storage_faults(path):
        save_forward([run for run, _ in found], folder)
        pq.write_table(pa.table(columns), path, compression="zstd")
    return path


def _run(job: _Job) -> None:
    run, path = job
    tables = simulate(run.scenario, run.seed)
    path.mkdir(parents=True, exist_ok=True)
    seen = history(tables, documented_world(), run.scenario.time.first)
    seen.dump(path / _HISTORY)
    store_draw(path, {"measures": measure_all(tables, run.scenario)})


def _load(job: _Job) -> tuple[History, dict[str, float]] | None:
    _, path = job
    found = stored_draw(path)
    if found is None:
        return None
    return History.load(path / _HISTORY), found["measures"]


def measured(name: str, folder: Path = FOLDER) -> Floats:
    """Return a measure of every stored draw, (N,).

    Args:
        name: measure, with or without a period (`experiments.measures`).
        folder: of the posterior.

    Raises:
        DesignError: there is no such measure, or not in every draw.
        StorageError: no measures are stored there, or they are of other runs.
    """
    read_off = _read_off(name, folder)
    if read_off is not None:
        return read_off
    columns = _columns(folder)
    if name not in columns:
        known = sorted([*columns, *READ_OFF])
        raise DesignError(
            f"{name!r} is no measure of these runs{did_you_mean(name, known)};"
            " docs/measures.md lists them, as replacement_ratio or killed_persons_2025"
        )
    values = columns[name]
    without = int((~np.isfinite(values)).sum())
    if without:
        raise DesignError(
            f"{name} has no number in {without} of {len(values)} draws; a variance"
            " needs one in each"
        )
    return values


def in_words(name: str) -> str:
    """Return title and period of a measure of these runs."""
    base, year = _parted(name)
    if base in _TITLES:
        return f"{_TITLES[base]}, {year}"
    measure, period = described(name)
    told = FORWARD_UNTIL[:4] if period == "last twelve months" else period
    return f"{measure.title}, {told}"


def _parted(name: str) -> tuple[str, int]:
    """Return a measure's name without its year, and the year; default: the last."""
    base, _, year = name.rpartition("_")
    return (base, int(year)) if year.isdecimal() else (name, _LAST_YEAR)


def _read_off(name: str, folder: Path) -> Floats | None:
    """Return a measure that histories hold, of whole years; else None."""
    base, year = _parted(name)
    runs = [run for run, _ in load_forward(folder)]
    first = runs[0].at(parse_month(f"{year}-01"))
    whole = 0 <= first <= runs[0].months - MONTHS
    if base not in READ_OFF or not whole:
        return None
    return np.array([READ_OFF[base](run, slice(first, first + MONTHS)) for run in runs])


def _columns(folder: Path) -> dict[str, Floats]:
    if not (folder / MEASURED).exists():
        raise StorageError(
            f"{folder / MEASURED}: not made yet; `muster worth --renew` runs the"
            " posterior's draws and stores their measures"
        )
    columns = read_columns(folder / MEASURED)
    seen = _read_off(_WITNESS, folder)
    assert seen is not None
    told = columns.get(_WITNESS, np.zeros(0))
    if len(told) != len(seen) or not np.allclose(told, seen, rtol=1e-6):
        raise StorageError(
            f"{folder / MEASURED}: is of other runs than the histories beside it;"
            " make it anew with `muster worth --renew`"
        )
    return columns
