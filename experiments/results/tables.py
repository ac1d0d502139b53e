"""A stored table that is read when it is wanted, into the library one works with."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from experiments.storage.folder import Where
from experiments.storage.units import unit_of, with_units
from model.errors import MusterError
from scenarios.format.suggestions import did_you_mean

if TYPE_CHECKING:
    import xarray

MONTH: Final = "month"
Read = Callable[[Sequence[str] | None, Where | None], pa.Table]


@dataclass(frozen=True)
class StoredTable:
    """One table of a run or a sweep.

    Args:
        name: what it is called.
        columns: its columns.
        read: returns some of its columns and rows, checked.
        keys: what tells its rows apart, outermost first.
    """

    name: str
    columns: tuple[str, ...]
    read: Read
    keys: tuple[str, ...] = ()

    @property
    def units(self) -> dict[str, str]:
        """Unit by column; columns without one are left out."""
        return {name: unit for name in self.columns if (unit := unit_of(name))}

    def to_arrow(
        self,
        columns: Sequence[str] | None = None,
        where: Where | None = None,
        *,
        dates: bool = True,
    ) -> pa.Table:
        """Read the table, or some of it.

        Args:
            columns: names; all if none.
            where: the values a row may have in some columns, as
                `{"channel": ["prisoner"]}`; months as text.
            dates: months as the date of their first day instead of text.

        Raises:
            DamagedError: the file is not what was written.
            MusterError: there is no such column.
        """
        for name in (*(columns or ()), *(where or {})):
            if name not in self.columns:
                near = did_you_mean(name, self.columns)
                raise MusterError(
                    f"{self.name} has no column {name!r}{near}; see .columns"
                )
        found = with_units(self.read(columns, where))
        if dates and MONTH in found.column_names:
            at = found.column_names.index(MONTH)
            text = found[MONTH].cast(pa.string())
            first_day = {
                month: date.fromisoformat(f"{month}-01")
                for month in pc.unique(text).to_pylist()
            }
            days = pa.array([first_day[m] for m in text.to_pylist()], pa.date32())
            found = found.set_column(at, MONTH, days)
        return found

    def to_pandas(self, columns: Sequence[str] | None = None, **how: Any) -> Any:
        """Return a pandas data frame; see `to_arrow`. Units are in `.attrs`."""
        frame = self.to_arrow(columns, **how).to_pandas(date_as_object=False)
        frame.attrs["units"] = {
            name: unit for name, unit in self.units.items() if name in frame
        }
        return frame

    def to_polars(self, columns: Sequence[str] | None = None, **how: Any) -> Any:
        """Return a Polars data frame; see `to_arrow`."""
        polars = _library("polars")
        return polars.from_arrow(self.to_arrow(columns, **how))

    def to_duckdb(self, columns: Sequence[str] | None = None, **how: Any) -> Any:
        """Return a DuckDB relation, to be queried further; see `to_arrow`."""
        return _library("duckdb").from_arrow(self.to_arrow(columns, **how))

    def to_xarray(
        self, by: Sequence[str] | None = None, where: Where | None = None
    ) -> xarray.Dataset:
        """Return a dataset with units and coordinates; see `arrays.dataset`."""
        from experiments.results.arrays import dataset

        return dataset(self, self.keys if by is None else by, where)

    def __repr__(self) -> str:
        named = (
            f"{n} [{self.units[n]}]" if n in self.units else n for n in self.columns
        )
        return f"<table {self.name}: {', '.join(named)}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{self.units.get(name, '')}</td></tr>"
            for name in self.columns
        )
        head = f"<b>{html.escape(self.name)}</b>"
        return f"{head}<table><tr><th>column</th><th>unit</th></tr>{rows}</table>"


def short(value: float) -> str:
    """Write a number to four digits, for tables in a notebook."""
    return f"{value:,.4g}"


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MusterError(f"{name} is not installed: pip install {name}") from None
