"""Headline measures of the draws whose histories stand beside a posterior.

    measures.parquet   one row a draw of `forward.npz`, one column a measure and period

Both come from the same runs of the baseline to the end of 2026: same draws, same random
numbers. So a measure and what any source would have printed are known of one draw
together, which is what the worth of a document rests on. ODD II.x (observation).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from calibration.observation.history import History
from calibration.posterior import FOLDER, load_draws, read_columns
from calibration.posterior.forward import load_forward
from calibration.remaking import FORWARD_UNTIL
from experiments.measures import described
from experiments.measures.facts import Floats
from experiments.runs.arms import arms, run_arms, scenario_draws
from experiments.runs.run import SEED, Progress
from experiments.storage.durable import storage_faults
from model.errors import DesignError, StorageError
from model.fields.months import parse_month
from scenarios import load_scenario
from scenarios.format.suggestions import did_you_mean

MEASURED: Final = "measures.parquet"
BASELINE: Final = "baseline"
_WITNESS: Final = "inflow_persons_per_month_2024"
"""A measure that histories give too: tells whether both are of the same runs."""


def measure_draws(
    folder: Path = FOLDER,
    workers: int | None = None,
    progress: Progress | None = None,
    kept: Path | None = None,
) -> Path:
    """Run the draws of `forward.npz` again and store their measures beside it.

    Args:
        folder: of the posterior.
        workers: processes; by default one a processor.
        progress: called with (draws done, draws).
        kept: folder of the draws that are done; none: they are not kept.

    Raises:
        StorageError: no posterior with histories is stored there.
    """
    count = len(load_forward(folder))
    resolved = load_scenario(BASELINE, [f"time.until={FORWARD_UNTIL}"])
    drawn = scenario_draws(resolved, load_draws(count, folder))
    results = run_arms(arms(BASELINE, drawn, SEED), workers, progress, kept)
    names = list(results[0].measures)
    columns = {
        name: np.array([each.measures[name] for each in results]) for name in names
    }
    path = folder / MEASURED
    with storage_faults(path):
        pq.write_table(pa.table(columns), path, compression="zstd")
    return path


def measured(name: str, folder: Path = FOLDER) -> Floats:
    """Return a measure of every stored draw, (N,).

    Args:
        name: measure, with or without a period (`experiments.measures`).
        folder: of the posterior.

    Raises:
        DesignError: there is no such measure, or not in every draw.
        StorageError: no measures are stored there, or they are of other runs.
    """
    columns = _columns(folder)
    if name not in columns:
        known = sorted(columns)
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
    measure, period = described(name)
    told = FORWARD_UNTIL[:4] if period == "last twelve months" else period
    return f"{measure.title}, {told}"


def _columns(folder: Path) -> dict[str, Floats]:
    if not (folder / MEASURED).exists():
        raise StorageError(
            f"{folder / MEASURED}: not made yet; `muster worth --renew` runs the"
            " posterior's draws again and stores their measures"
        )
    columns = read_columns(folder / MEASURED)
    runs = [run for run, _ in load_forward(folder)]
    seen = np.array([_inflow(run, 2024) for run in runs])
    told = columns.get(_WITNESS, np.zeros(0))
    if len(told) != len(seen) or not np.allclose(told, seen, rtol=1e-6):
        raise StorageError(
            f"{folder / MEASURED}: is of other runs than the histories beside it;"
            " make it anew with `muster worth --renew`"
        )
    return columns


def _inflow(run: History, year: int) -> float:
    """Persons who signed a month in a year, all channels."""
    first = run.at(parse_month(f"{year}-01"))
    return float(run.signed[:, first : first + 12].sum() / 12)
