"""The calibrated posterior: weighted draws of the free parameters, with provenance.

    draws.parquet      one row a draw: `weight`, its `variant`, the value of every free
                       parameter, and of every switch its variant sets
    observed.parquet   what each source would have reported in each draw
    series.parquet     monthly series of each draw
    regional_game.parquet  joint draws of the annual game of regional bonuses, fitted by
                       itself (`calibration.regional_game`), taken in turn
    provenance.json    code, evidence, targets, settings, seed, effective sample size
    diagnostics.json   what the fit says of itself, target by target

The rows of all three stand in one order. `observation.` columns describe sources and
are in no scenario. A draw is a variant of the model and its parameters: it enters a
scenario as settings, numbers and switches alike.

Few draws are chosen from many by systematic resampling at the points of a van der
Corput sequence, so that the first four of eight are the four that `--draws 4` takes.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.priors import PREFIX, reporting_in
from model.errors import StorageError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Draw = Mapping[str, float | str]
"""Dotted scenario name to value; a switch is a word."""

FOLDER: Final = Path(__file__).parent
DRAWS: Final = "draws.parquet"
OBSERVED: Final = "observed.parquet"
SERIES: Final = "series.parquet"
GAME: Final = "regional_game.parquet"
PROVENANCE: Final = "provenance.json"
DIAGNOSTICS: Final = "diagnostics.json"
VARIANT: Final = "variant"
FIRST_POINT: Final = 1 / 3
"""A third stays a third or two thirds of a cell however often the cells are halved, so
no sequence of draws starts at an end of the posterior."""


RESAMPLED: Final = 1000
"""Equally weighted draws where no number is asked for."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Weighted draws; N draws, P parameters."""

    names: tuple[str, ...]
    """Parameters, in the order of the columns."""
    values: Floats
    """(N, P), each in its parameter's unit."""
    weight: Floats
    """(N,), adds up to 1."""
    variant: tuple[str, ...]
    """Name of the variant of each draw, N."""
    switches: tuple[Mapping[str, str], ...]
    """What the variant of each draw sets, N: dotted name to word."""

    @property
    def effective_draws(self) -> float:
        """Number of equally weighted draws that say as much (Kish)."""
        return float(1 / np.sum(self.weight**2))

    def to_pandas(self) -> pd.DataFrame:
        """Return one row a draw: `weight`, `variant`, every parameter by its name."""
        import pandas as pd  # slow, and a run does without

        frame = pd.DataFrame(self.values, columns=list(self.names))
        frame.insert(0, "variant", list(self.variant))
        frame.insert(0, "weight", self.weight)
        return frame

    def summary(self) -> pd.DataFrame:
        """Return weighted mean, sd and 5, 50 and 95 % of every parameter."""
        import pandas as pd  # slow, and a run does without

        mean = self.weight @ self.values
        order = np.argsort(self.values, axis=0)
        ordered = np.take_along_axis(self.values, order, axis=0)
        upto = np.cumsum(self.weight[order], axis=0)
        last = len(self.weight) - 1
        quantiles = {
            name: ordered[
                np.minimum((upto < share).sum(axis=0), last), np.arange(len(self.names))
            ]
            for name, share in (("low", 0.05), ("median", 0.5), ("high", 0.95))
        }
        sd = np.sqrt(self.weight @ (self.values - mean) ** 2)
        columns = {"mean": mean, "sd": sd, **quantiles}
        return pd.DataFrame(columns, index=pd.Index(self.names, name="parameter"))

    def resampled_values(self, n: int = RESAMPLED) -> dict[str, Floats]:
        """Return `n` equally weighted draws of every parameter, each (n,)."""
        chosen = self.values[resampled(self.weight, n)]
        return {name: chosen[:, at] for at, name in enumerate(self.names)}

    def to_arviz(self, n: int = RESAMPLED) -> Any:
        """Return `n` equally weighted draws as ArviZ's inference data.

        They are one chain and no Markov chain: a draw may come more than once, and
        diagnostics of chains say nothing here. Where ArviZ is not installed, the plain
        arrays are returned, each (1, n), which it takes later.
        """
        chain = {name: x[None, :] for name, x in self.resampled_values(n).items()}
        try:
            from arviz import from_dict
        except ImportError:
            return chain
        return from_dict(posterior=chain)

    def __repr__(self) -> str:
        return (
            f"<posterior: {len(self.weight)} weighted draws "
            f"(as good as {self.effective_draws:.0f}) of {len(self.names)} parameters>"
        )

    def _repr_html_(self) -> str:
        shown = self.summary().to_html(float_format=lambda value: f"{value:.4g}")
        return f"<p>{html.escape(repr(self))}</p>{shown}"


_in_use: ContextVar[Path] = ContextVar("posterior", default=FOLDER)


def use_posterior(folder: Path | None) -> None:
    """Take draws from a folder from now on; none: from the packaged posterior.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    if folder is not None:
        load_posterior(folder)
    _in_use.set(FOLDER if folder is None else folder)


def posterior_in_use() -> Path:
    """Return the folder from which draws are taken where none is named."""
    return _in_use.get()


def posterior_digest(folder: Path | None = None) -> str:
    """Return a digest of stored draws, by default of those in use.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    place, digest = folder or posterior_in_use(), hashlib.sha256()
    for path in (place / DRAWS, place / GAME):
        try:
            digest.update(path.read_bytes() if path.exists() else b"")
        except OSError as error:
            raise StorageError(f"{path}: cannot be read ({error.strerror})") from error
    return digest.hexdigest()[:16]


def load_draws(n: int, folder: Path | None = None) -> list[Draw]:
    """Return `n` equally weighted draws, always the same.

    The draws of a smaller `n` are the first of a larger one's.

    Args:
        n: number of draws wanted; a draw of large weight may come more than once.
        folder: where the posterior is stored; by default the one in use.

    Returns:
        For each draw, dotted scenario name to value.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    draws = load_posterior(folder)
    rows = zip(load_rows(n, folder), _rows(n, folder), strict=True)
    return [
        {
            **{name: x for name, x in each.items() if not name.startswith(PREFIX)},
            **draws.switches[at],
            **_played(at, folder or posterior_in_use()),
        }
        for at, each in rows
    ]


def _played(row: int, folder: Path) -> dict[str, float]:
    """Return the joint draw of the annual game that goes with a row, by name."""
    names, values = load_game(folder)
    if not names:
        return {}
    return dict(zip(names, values[row % len(values)].tolist(), strict=True))


@cache
def load_game(folder: Path = FOLDER) -> tuple[tuple[str, ...], Floats]:
    """Return names and joint draws, (N, P), of the annual game; empty if not stored.

    Raises:
        StorageError: the table cannot be read.
    """
    if not (folder / GAME).exists():
        return (), np.zeros((0, 0))
    columns = read_columns(folder / GAME)
    return tuple(columns), np.column_stack(list(columns.values()))


def load_reporting(n: int, folder: Path | None = None) -> list[Mapping[str, float]]:
    """Return the reporting parameters that belong to the draws of `load_draws`.

    Names come without the prefix `observation.`, as `Observation` takes them.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    return [reporting_in(row) for row in _rows(n, folder)]


def load_rows(n: int, folder: Path | None = None) -> list[int]:
    """Return the rows of the posterior that the draws of `load_draws` are.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    chosen: list[int] = resampled(load_posterior(folder).weight, n).tolist()
    return chosen


def _rows(n: int, folder: Path | None) -> list[dict[str, float]]:
    draws = load_posterior(folder)
    chosen = draws.values[load_rows(n, folder)]
    return [dict(zip(draws.names, row.tolist(), strict=True)) for row in chosen]


def load_posterior(folder: Path | None = None) -> Draws:
    """Return all weighted draws, by default of the posterior in use.

    Raises:
        StorageError: no posterior is stored there, or it cannot be read.
    """
    return _read_draws(folder or posterior_in_use())


@cache
def _read_draws(folder: Path) -> Draws:
    table = read_table(folder / DRAWS)
    if "weight" not in table or not np.all(np.isfinite(table["weight"])):
        raise StorageError(f"{folder / DRAWS}: no posterior, it lacks finite weights")
    weight = table.pop("weight").astype(np.float64)
    count = len(weight)
    variant = table.pop(VARIANT, np.full(count, "main", dtype=object))
    words = {name: c for name, c in table.items() if c.dtype.kind == "O"}
    numbers = {name: c for name, c in table.items() if name not in words}
    return Draws(
        tuple(numbers),
        np.column_stack(list(numbers.values())).astype(np.float64),
        weight,
        tuple(map(str, variant)),
        tuple(
            {name: str(c[at]) for name, c in words.items() if c[at]}
            for at in range(count)
        ),
    )


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


def provenance(folder: Path | None = None) -> dict[str, Any]:
    """Return how the posterior was made, by default the one in use.

    Raises:
        StorageError: nothing is stored there.
    """
    folder = folder or posterior_in_use()
    try:
        known: dict[str, Any] = json.loads((folder / PROVENANCE).read_text("utf-8"))
    except OSError as error:
        raise StorageError(f"{folder}: holds no {PROVENANCE} ({error})") from error
    return known


def resampled(weight: Floats, n: int) -> Integers:
    """Return `n` rows by systematic resampling, the first of any longer list, (n,)."""
    upto = np.cumsum(weight) / np.sum(weight)
    at = (van_der_corput(n) + FIRST_POINT) % 1.0
    return np.minimum(np.searchsorted(upto, at), len(weight) - 1)


def van_der_corput(n: int) -> Floats:
    """Return 0, 1/2, 1/4, 3/4, 1/8, ...: each power of two fills its cells evenly."""
    number, place = np.arange(n), 0.5
    found = np.zeros(n)
    while number.any():
        found += place * (number % 2)
        number, place = number // 2, place / 2
    return found
