"""Tables as labelled arrays: keys become dimensions, months dates, units attributes.

What is counted (men, sums paid) is nought where a table has no row; what is a price or
a share is missing there. Keys that are left out are added up over, and only what may be
added up is then returned. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.storage.folder import Where
from experiments.storage.units import unit_of
from model.errors import MusterError

if TYPE_CHECKING:
    import xarray

    from experiments.results.tables import StoredTable

SUMS: Final = frozenset(
    {"rent_rub", "bonus_rub", "accrued_rub", "paid_rub", "lapsed_rub"}
)
"""Amounts that may be added up; other roubles are prices."""
MOST_CELLS: Final = 100_000_000
"""Larger arrays are mostly empty: a table has rows only where something happened."""


def is_sum(column: str) -> bool:
    """Whether a column may be added up over its rows."""
    return column in SUMS or unit_of(column) == "persons"


def dataset(
    table: StoredTable, by: Sequence[str], where: Where | None = None
) -> xarray.Dataset:
    """Return a table as a dataset.

    Args:
        table: the table.
        by: its dimensions, among its keys.
        where: the values a row may have in some columns.

    Raises:
        MusterError: xarray is missing, a dimension is no key, or the array would be too
            large.
    """
    xr = _xarray()
    if unknown := [name for name in by if name not in table.keys]:
        raise MusterError(
            f"{table.name}: {unknown[0]!r} is no key; keys: {', '.join(table.keys)}"
        )
    whole = set(by) >= set(table.keys)
    values = [
        name
        for name, unit in table.units.items()
        if unit and name not in table.keys and (whole or is_sum(name))
    ]
    if not values:
        raise MusterError(f"{table.name}: nothing in it adds up; keep all its keys")
    frame = table.to_pandas([*by, *values], where=where)
    codes, coordinates = {}, {}
    for name in by:
        codes[name], items = pd.factorize(frame[name], sort=True)
        coordinates[name] = np.asarray(items)
    shape = tuple(len(coordinates[name]) for name in by)
    if np.prod(shape, dtype=float) * len(values) > MOST_CELLS:
        kept = " x ".join(f"{n} {c}" for n, c in zip(by, shape, strict=True))
        raise MusterError(
            f"{table.name}: {kept} in {len(values)} columns is too large an array; "
            "name fewer keys with by=, or some rows with where="
        )
    cell = tuple(codes[name] for name in by)
    arrays: dict[str, Any] = {}
    for name in values:
        column = frame[name].to_numpy()
        if is_sum(name):
            full = np.zeros(shape, column.dtype)
            np.add.at(full, cell, column)
        else:
            full = np.full(shape, np.nan)
            full[cell] = column
        arrays[name] = (tuple(by), full, {"units": unit_of(name)})
    found: xarray.Dataset = xr.Dataset(
        arrays, coords=coordinates, attrs={"table": table.name}
    )
    return found


def dataset_of_runs(
    runs: StoredTable, months: StoredTable, inputs: Sequence[str]
) -> xarray.Dataset:
    """Return measures over runs and monthly series over runs and months.

    A series that has the name of a measure is called `..._by_month`.

    Args:
        runs: one row a run.
        months: one row a run and month.
        inputs: columns of `runs` that become coordinates.
    """
    xr = _xarray()
    frame = runs.to_pandas().set_index("run_id")
    series = months.to_pandas().set_index(["run_id", "month"])
    both = {name: f"{name}_by_month" for name in series.columns if name in frame}
    series = series.rename(columns=both)
    found = xr.Dataset.from_dataframe(series) if len(series.columns) else xr.Dataset()
    found = found.merge(xr.Dataset.from_dataframe(frame))
    for name, variable in found.data_vars.items():
        unit = unit_of(str(name))
        if unit:
            variable.attrs["units"] = unit
    coordinates = [name for name in inputs if name in found and name != "run_id"]
    with_inputs: xarray.Dataset = found.set_coords(coordinates)
    return with_inputs


def _xarray() -> Any:
    try:
        import xarray
    except ImportError:
        raise MusterError(
            "arrays need xarray, which is not installed; where Muster was cloned: "
            "pip install --constraint constraints.txt --editable '.[xarray]'"
        ) from None
    return xarray
