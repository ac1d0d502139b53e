"""The calibrated posterior: weighted draws of the free parameters, with provenance.

    draws.parquet      one row a draw: `weight` and the value of every free parameter
    observed.parquet   what each source would have reported in each draw
    series.parquet     monthly series of each draw
    provenance.json    code, evidence, targets, settings, seed, effective sample size

The rows of all three stand in one order. `observation.` columns describe sources and
are in no scenario.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.priors import PREFIX, habits_in
from model.errors import StorageError

Floats = NDArray[np.float64]

FOLDER: Final = Path(__file__).parent
DRAWS: Final = "draws.parquet"
OBSERVED: Final = "observed.parquet"
SERIES: Final = "series.parquet"
PROVENANCE: Final = "provenance.json"


@dataclass(frozen=True, slots=True)
class Draws:
    """Weighted draws; N draws, P parameters."""

    names: tuple[str, ...]
    """Parameters, in the order of the columns."""
    values: Floats
    """(N, P), each in its parameter's unit."""
    weight: Floats
    """(N,), adds up to 1."""

    @property
    def effective_draws(self) -> float:
        """Number of equally weighted draws that say as much (Kish)."""
        return float(1 / np.sum(self.weight**2))


def load_draws(n: int, folder: Path = FOLDER) -> list[Mapping[str, float]]:
    """Return `n` equally weighted draws by systematic resampling, always the same.

    Args:
        n: number of draws wanted; a draw of large weight may come more than once.
        folder: where the posterior is stored.

    Returns:
        For each draw, dotted scenario name to value.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    return [
        {name: value for name, value in row.items() if not name.startswith(PREFIX)}
        for row in _rows(n, folder)
    ]


def load_habits(n: int, folder: Path = FOLDER) -> list[Mapping[str, float]]:
    """Return the habits of the sources that belong to the draws of `load_draws`.

    Names come without the prefix `observation.`, as `Observation` takes them.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    return [habits_in(row) for row in _rows(n, folder)]


def _rows(n: int, folder: Path) -> list[dict[str, float]]:
    draws = load_posterior(folder)
    chosen = draws.values[resampled(draws.weight, n)]
    return [dict(zip(draws.names, row.tolist(), strict=True)) for row in chosen]


@cache
def load_posterior(folder: Path = FOLDER) -> Draws:
    """Return all weighted draws.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    columns = read_columns(folder / DRAWS)
    weight = columns.pop("weight")
    return Draws(tuple(columns), np.column_stack(list(columns.values())), weight)


def read_columns(path: Path) -> dict[str, Floats]:
    """Return the numeric columns of a stored table, by name.

    Raises:
        StorageError: the table is missing or unreadable.
    """
    return {name: c.astype(np.float64) for name, c in read_table(path).items()}


def read_table(path: Path) -> dict[str, NDArray[Any]]:
    """Return the columns of a stored table, by name.

    Raises:
        StorageError: the table is missing or unreadable.
    """
    try:
        table = pq.read_table(path)
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{path}: no calibrated posterior can be read ({error}); make one with"
            " `muster calibrate`"
        ) from error
    pairs = zip(table.column_names, table.columns, strict=True)
    return {name: column.to_numpy() for name, column in pairs}


def provenance(folder: Path = FOLDER) -> dict[str, Any]:
    """Return how the posterior was made.

    Raises:
        StorageError: nothing is stored there.
    """
    try:
        known: dict[str, Any] = json.loads((folder / PROVENANCE).read_text("utf-8"))
    except OSError as error:
        raise StorageError(f"{folder}: holds no {PROVENANCE} ({error})") from error
    return known


def resampled(weight: Floats, n: int) -> NDArray[np.int64]:
    """Return `n` rows by systematic resampling with the middle offset, (n,)."""
    upto = np.cumsum(weight) / np.sum(weight)
    at = (np.arange(n) + 0.5) / max(n, 1)
    return np.minimum(np.searchsorted(upto, at), len(weight) - 1)
