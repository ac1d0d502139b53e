"""A sweep's folder, opened: also while it runs, with the number of runs it rests on."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from experiments.results.arrays import dataset_of_runs
from experiments.results.tables import StoredTable, short
from experiments.storage.durable import DamagedError
from experiments.storage.folder import Where, column_names, read_table
from experiments.storage.record import file_digest, read_sealed
from experiments.sweeps.inspection import Status, status
from experiments.sweeps.plan import DESIGN_NAME
from experiments.sweeps.so_far import tables_so_far
from experiments.sweeps.store import MONTHS_TABLE, RUNS_TABLE, SEAL_NAME, sweep_header

if TYPE_CHECKING:
    import xarray

_INPUTS = frozenset({"run_id", "scenario", "draw", "seed", "status", "error"})


@dataclass(frozen=True)
class Sweep:
    """A sweep: its design, its tables, and how many of its runs have ended."""

    path: Path

    @cached_property
    def design(self) -> Mapping[str, Any]:
        """The design as it was read."""
        found: Mapping[str, Any] = sweep_header(self.path)["design"]
        return found

    @property
    def status(self) -> Status:
        """Where the sweep stands now."""
        return status(self.path)

    @property
    def complete(self) -> bool:
        """Whether every run has ended and the tables are sealed."""
        return (self.path / SEAL_NAME).is_file()

    @property
    def factors(self) -> tuple[str, ...]:
        """Names that the sweep sets."""
        known = {"point", "block", "row", *_INPUTS}
        return tuple(name for name in self.points.columns if name not in known)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the headline measures."""
        known = {*self.factors, *_INPUTS}
        return tuple(name for name in self.runs.columns if name not in known)

    @property
    def runs(self) -> StoredTable:
        """Inputs and headline measures, one row a run that has ended."""
        return self._table(RUNS_TABLE, ("run_id",))

    @property
    def months(self) -> StoredTable:
        """Monthly series, one row a run and month."""
        return self._table(MONTHS_TABLE, ("run_id", "month"))

    @property
    def points(self) -> StoredTable:
        """Inputs of every point of the design, whether it has run or not."""
        return self._table(DESIGN_NAME, ("point",))

    def to_xarray(self) -> xarray.Dataset:
        """Return the monthly series over run and month, with the inputs of every run.

        The inputs are coordinates along `run_id`; measures are variables along it.

        Raises:
            MusterError: xarray is missing.
        """
        return dataset_of_runs(self.runs, self.months, [*self.factors, *_INPUTS])

    def _table(self, file: str, keys: tuple[str, ...]) -> StoredTable:
        name = file.removesuffix(".parquet")
        if self.complete or file == DESIGN_NAME:
            path = self._checked(file)
            return StoredTable(
                name,
                tuple(column_names(path)),
                lambda columns, where: read_table(path, columns, where),
                keys,
            )
        found = self._so_far[file]
        return StoredTable(
            name,
            tuple(found.column_names),
            lambda columns, where: _part(found, columns, where),
            keys,
        )

    @cached_property
    def _so_far(self) -> Mapping[str, pa.Table]:
        return tables_so_far(self.path)

    @cached_property
    def _known(self) -> set[str]:
        return set()

    def _checked(self, file: str) -> Path:
        """Hold a table against the seal, once."""
        path = self.path / file
        if file not in self._known and self.complete:
            sealed = read_sealed(self.path / SEAL_NAME)["files"]
            if file_digest(path) != sealed.get(file):
                raise DamagedError(f"{path}: damaged, it does not match the seal")
            self._known.add(file)
        return path

    def __repr__(self) -> str:
        now = self.status
        ended = f"{now.finished} of {now.planned} runs"
        failed = f", {len(now.failed)} failed" if now.failed else ""
        title = self.design["title"] or self.path.name
        return f"<sweep {title!r}: {ended}{failed}, {self.path}>"

    def _repr_html_(self) -> str:
        shown = self.runs.to_pandas([*self.factors, *self.outputs[:4]]).head(8)
        return f"<p>{html.escape(repr(self))}</p>{shown.to_html(float_format=short)}"


def _part(
    table: pa.Table, columns: Sequence[str] | None, where: Where | None
) -> pa.Table:
    for name, values in (where or {}).items():
        kept = np.isin(table[name].to_pylist(), list(values))
        table = table.filter(pa.array(kept))
    return table if columns is None else table.select(list(columns))


def open_sweep(path: str | Path) -> Sweep:
    """Open a sweep's folder; tables are read when they are asked for.

    Of a sweep that is not complete, `runs` and `months` hold the runs that have ended
    when they are first asked for; open it again for more.

    Args:
        path: the folder.

    Raises:
        DesignError: it is no sweep.
        DamagedError: its record is damaged.
    """
    sweep_header(Path(path))
    return Sweep(Path(path))
