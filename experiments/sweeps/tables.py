"""The tables of a sweep, read: whole, or of the runs that have ended so far.

Nothing is written or locked, so this works while another process runs the sweep. How
many runs of how many the tables hold stands in `experiments.results.sweeps.Sweep`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from experiments.storage.durable import DamagedError
from experiments.storage.folder import Where, column_types
from experiments.sweeps.assembly import rows_of
from experiments.sweeps.ended import look
from experiments.sweeps.parts import RUNS_TABLE, Bucket, part_names, read_part
from experiments.sweeps.store import SEAL_NAME, broken_seals


@dataclass(frozen=True)
class SweepTables:
    """Both tables of a sweep, as they were when they were first asked for.

    Each part is held against its digest when it is read.
    """

    folder: Path

    @cached_property
    def complete(self) -> bool:
        """Whether every run has ended, so that the tables are sealed."""
        return (self.folder / SEAL_NAME).is_file()

    @cached_property
    def _so_far(self) -> tuple[pa.Table, pa.Table]:
        (rows,) = rows_of(self.folder, [look(self.folder)], [Bucket(0, 1)])
        return rows.runs, rows.months

    @cached_property
    def _missing(self) -> list[str]:
        return broken_seals(self.folder)

    def schema(self, table: str) -> pa.Schema:
        """Columns of a table: `runs.parquet` or `months.parquet`.

        Raises:
            StorageError: a file is missing or damaged.
        """
        if not self.complete:
            found: pa.Schema = self._part_so_far(table).schema
            return found
        return column_types(self._paths(table)[0]).remove_metadata()

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Where | None = None,
    ) -> pa.Table:
        """Return a table, or some of its columns and rows, by run id.

        Args:
            table: `runs.parquet` or `months.parquet`.
            columns: names of the columns; all if none.
            where: the values a row may have in some columns.

        Raises:
            StorageError: a file is missing or damaged.
        """
        if not self.complete:
            return _chosen(self._part_so_far(table), columns, where)
        parts = (read_part(path) for path in self._paths(table))
        return pa.concat_tables([_chosen(part, columns, where) for part in parts])

    def _part_so_far(self, table: str) -> pa.Table:
        return self._so_far[0] if table == RUNS_TABLE else self._so_far[1]

    def _paths(self, table: str) -> list[Path]:
        if self._missing:
            raise DamagedError(
                f"{self.folder / self._missing[0]}: missing or damaged; "
                "give the sweep's command again to mend it"
            )
        return [self.folder / table / name for name in part_names(self.folder, table)]


def _chosen(
    table: pa.Table, columns: Sequence[str] | None, where: Where | None
) -> pa.Table:
    for name, values in (where or {}).items():
        kind = table.schema.field(name).type
        wanted = pa.array(list(values)).cast(kind)
        table = table.filter(pc.is_in(table[name], value_set=wanted))
    return table if columns is None else table.select(list(columns))
