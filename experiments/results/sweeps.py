"""A sweep's folder, opened: also while it runs, with the number of runs it rests on."""

from __future__ import annotations

import atexit
import html
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.results.arrays import dataset_of_runs
from experiments.results.tables import StoredTable, short
from experiments.storage.folder import column_names, read_table
from experiments.sweeps.inspection import Status, status
from experiments.sweeps.parts import MONTHS_TABLE, RUNS_TABLE
from experiments.sweeps.plan import DESIGN_NAME
from experiments.sweeps.store import SEAL_NAME, sweep_header
from experiments.sweeps.tables import SweepTables
from experiments.sweeps.targets import fetch, is_address
from model.errors import DesignError

if TYPE_CHECKING:
    import xarray

    from experiments.results.drawing import Drawing

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
        path = self.path / DESIGN_NAME
        return StoredTable(
            "design",
            tuple(column_names(path)),
            lambda columns, where: read_table(path, columns, where),
            ("point",),
        )

    def to_xarray(self) -> xarray.Dataset:
        """Return the monthly series over run and month, with the inputs of every run.

        The inputs are coordinates along `run_id`; measures are variables along it.

        Raises:
            MusterError: xarray is missing.
        """
        return dataset_of_runs(self.runs, self.months, [*self.factors, *_INPUTS])

    def plot(self, column: str, where: Mapping[str, object] | None = None) -> Drawing:
        """Draw a monthly column, with bands over runs (`exploration.fans.fan`).

        Args:
            column: of `months`.
            where: settings of the runs to look at.

        Raises:
            DesignError: the sweep is not complete, or has no such column.
        """
        from experiments.exploration.fans import fan
        from experiments.results.drawing import Drawing

        return Drawing(column, fan(self.path, column, where))

    @cached_property
    def _tables(self) -> SweepTables:
        return SweepTables(self.path)

    def _table(self, file: str, keys: tuple[str, ...]) -> StoredTable:
        return StoredTable(
            file.removesuffix(".parquet"),
            tuple(self._tables.schema(file).names),
            lambda columns, where: self._tables.read(file, columns, where),
            keys,
        )

    def __repr__(self) -> str:
        now = self.status
        ended = f"{now.finished} of {now.planned} runs"
        failed = f", {len(now.failed)} failed" if now.failed else ""
        title = self.design["title"] or self.path.name
        return f"<sweep {title!r}: {ended}{failed}, {self.path}>"

    def _repr_html_(self) -> str:
        shown = self.runs.to_pandas([*self.factors, *self.outputs[:4]]).head(8)
        return f"<p>{html.escape(repr(self))}</p>{shown.to_html(float_format=short)}"


def open_sweep(path: str | Path) -> Sweep:
    """Open a sweep's folder; tables are read when they are asked for.

    Of a sweep that is not complete, `runs` and `months` hold the runs that have ended
    when they are first asked for; open it again for more.

    Args:
        path: the folder; or an address of fsspec's, as `s3://bucket/sweeps/big`, which
            is copied into a temporary folder first.

    Raises:
        DesignError: it is no sweep.
        DamagedError: its record is damaged.
    """
    if is_address(path):
        below = Path(tempfile.mkdtemp(prefix="muster-sweep-"))
        atexit.register(shutil.rmtree, below, ignore_errors=True)
        if not fetch(str(path), below):
            raise DesignError(f"{path}: no sweep is kept there")
        path = below
    sweep_header(Path(path))
    return Sweep(Path(path))
