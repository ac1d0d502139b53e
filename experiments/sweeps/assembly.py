"""The tables of a sweep, packed part by part from where its runs lie.

A part is made of the runs in it and nothing else, in the order of their ids, so equal
runs give equal bytes whatever order, machine or session they ended in. One part is in
memory at a time, and one that is already what it should be is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.runs.jobs import Output
from experiments.storage.folder import column_types
from experiments.storage.units import with_units
from experiments.sweeps.ended import Ended, overlapping
from experiments.sweeps.failures import read_failure
from experiments.sweeps.journal import FinishedRun, read_frames
from experiments.sweeps.parts import Bucket, Ids, Part, as_ids, buckets, write_parts
from experiments.sweeps.plan import DESIGN_NAME, as_cell
from model.errors import MusterError

_OF_POINTS: Final = frozenset({"point", "block", "row"})
"""Columns of the design that belong to a place in it, not to a run."""


@dataclass(frozen=True)
class Rows:
    """The rows of a bucket in both tables, by run id."""

    bucket: Bucket
    runs: pa.Table
    months: pa.Table


def assemble(folder: Path, sources: Sequence[Ended], planned: int) -> list[Part]:
    """Write the parts of all runs that have ended somewhere.

    Args:
        folder: the sweep's folder, which holds its design.
        sources: where runs may lie; of a run that lies in two, the first is taken.
        planned: runs of the sweep, which say how many parts there are.

    Raises:
        MusterError: the outputs of two runs do not fit into one table.
        StorageError: a file is damaged, or cannot be written.
    """
    packing = _Packing(folder, sources)
    written: dict[Bucket, Part] = {}
    while True:
        before = packing.columns()
        for bucket in buckets(planned):
            part = written.get(bucket) or _own_part(sources, folder, bucket)
            if part is None or not packing.is_as_should_be(part):
                rows = packing.rows(bucket)
                part = write_parts(folder, bucket, rows.runs, rows.months)
            written[bucket] = part
        # An output that a late part was the first to have is a column of all parts.
        if packing.columns() == before:
            return list(written.values())


def rows_of(
    folder: Path, sources: Sequence[Ended], wanted: Iterable[Bucket]
) -> Iterator[Rows]:
    """Yield the rows of all runs that have ended, bucket by bucket.

    Columns that only a later run has are missing from earlier rows.

    Args:
        folder: the sweep's folder, which holds its design.
        sources: where runs may lie.
        wanted: the buckets.

    Raises:
        MusterError: the outputs of two runs do not fit into one table.
        StorageError: a file is damaged.
    """
    packing = _Packing(folder, sources)
    return (packing.rows(bucket) for bucket in wanted)


def _own_part(sources: Sequence[Ended], folder: Path, bucket: Bucket) -> Part | None:
    own = (s for s in sources if s.folder == folder)
    parts = (part for source in own for part in source.parts)
    return next((part for part in parts if part.bucket == bucket), None)


@dataclass
class _Packing:
    """What is known of the columns so far, and where the rows come from."""

    folder: Path
    sources: Sequence[Ended]
    inputs: pa.Schema = field(init=False)
    kinds: dict[str, pa.DataType] = field(default_factory=dict)
    """Type of every output that any run has, by name."""
    missing: set[str] = field(default_factory=set)
    """Outputs that some run names without a value."""
    bare: pa.Schema | None = None
    """Columns of the monthly tables; none while no run is known."""
    _last: dict[Path, tuple[Part, pa.Table, pa.Table]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        design = column_types(self.folder / DESIGN_NAME)
        self.inputs = pa.schema([f for f in design if f.name not in _OF_POINTS])
        for source in self.sources:
            for part in source.parts:
                self._note_part(part)

    @property
    def _fixed(self) -> set[str]:
        return {*self.inputs.names, "status", "error"}

    def columns(self) -> tuple[dict[str, pa.DataType], pa.Schema | None]:
        """Outputs and monthly columns, as far as they are known."""
        unknown = {name: pa.float64() for name in self.missing - set(self.kinds)}
        return dict(sorted({**self.kinds, **unknown}.items())), self.bare

    @property
    def _runs_schema(self) -> pa.Schema:
        outputs = self.columns()[0].items()
        told = [("status", pa.string()), ("error", pa.string())]
        return _with_units(pa.schema([*self.inputs, *told, *outputs]))

    @property
    def _months_schema(self) -> pa.Schema:
        return _with_units(pa.schema([("run_id", pa.string()), *(self.bare or [])]))

    def is_as_should_be(self, part: Part) -> bool:
        """Whether a part of this folder holds its runs, all and under all columns."""
        wanted = self._ids(part.bucket)
        failed = any(self._failures(part.bucket, set(wanted.tolist())))
        same = part.schema.equals(self._runs_schema) and (
            part.months_schema.equals(self._months_schema)
        )
        return (
            same
            and not failed
            and part.failed == 0
            and np.array_equal(part.ids, wanted)
        )

    def rows(self, bucket: Bucket) -> Rows:
        """Return the rows of all runs of a bucket that have ended."""
        held: set[int] = set()
        runs: list[pa.Table] = []
        months: list[pa.Table] = []
        cells: list[dict[str, Any]] = []
        for source in self.sources:
            for part in overlapping(source.parts, bucket):
                wanted = part.ids[bucket.within(part.ids)]
                fresh = [run for run in wanted.tolist() if run not in held]
                if fresh:
                    names = pa.array([f"{run:016x}" for run in fresh])
                    of_part = self._read(source, part)
                    runs.append(_of_runs(of_part[0], names))
                    months.append(_of_runs(of_part[1], names))
                    held.update(fresh)
            for run in _frames(source, bucket, held):
                self._note(run.outputs, run.monthly.schema, source.folder)
                cells.append({**run.inputs, "status": "finished", **run.outputs})
                months.append(_months(run))
        cells += self._failures(bucket, held)
        schema = self._runs_schema
        made = [
            {f.name: as_cell(row.get(f.name), f.type) for f in schema} for row in cells
        ]
        runs.append(pa.Table.from_pylist(made, schema))
        return Rows(
            bucket,
            _joined([_fitted(table, schema) for table in runs], schema),
            _joined(months, self._months_schema),
        )

    def _ids(self, bucket: Bucket) -> Ids:
        found = [source.ids[bucket.within(source.ids)] for source in self.sources]
        return np.unique(np.concatenate(found))

    def _failures(self, bucket: Bucket, held: set[int]) -> list[dict[str, Any]]:
        low, high = bucket.ends
        rows = []
        for source in self.sources:
            for run, path in source.failed.items():
                if low <= run <= high and run not in held:
                    rows.append(_failed_row(path))
                    held.add(run)
        return rows

    def _read(self, source: Ended, part: Part) -> tuple[pa.Table, pa.Table]:
        """Read a part; the last one of each folder is kept for the next bucket."""
        known = self._last.get(source.folder)
        if known is None or known[0] is not part:
            months = part.read_months()
            self._note({}, months.schema.remove(0), source.folder)
            known = part, part.read_runs(), months
            self._last[source.folder] = known
        return known[1], known[2]

    def _note_part(self, part: Part) -> None:
        for name, kind in part.kinds.items():
            if name not in self._fixed:
                self._note_kind(name, kind, part.folder)
        self.missing |= set(part.schema.names) - self._fixed
        if len(part.ids):
            self._note({}, part.months_schema.remove(0), part.folder)

    def _note(
        self, outputs: Mapping[str, Output], monthly: pa.Schema, where: Path
    ) -> None:
        for name, value in outputs.items():
            if value is None:
                self.missing.add(name)
            else:
                kind = pa.string() if isinstance(value, str) else pa.float64()
                self._note_kind(name, kind, where)
        if self.bare is None:
            self.bare = pa.schema([(f.name, f.type) for f in monthly])
        elif not self.bare.equals(monthly):
            raise MusterError(
                f"{where}: the monthly table of a run has other columns than those of "
                "the other runs; a job must return the same columns every time"
            )

    def _note_kind(self, name: str, kind: pa.DataType, where: Path) -> None:
        if self.kinds.setdefault(name, kind) != kind:
            raise MusterError(
                f"{where}: output {name!r} is a text in one run and a number in "
                "another; a job must keep to one of them"
            )


def _with_units(schema: pa.Schema) -> pa.Schema:
    return with_units(schema.empty_table()).schema


def _of_runs(table: pa.Table, names: pa.Array) -> pa.Table:
    if table.num_rows == len(names):
        return table
    return table.filter(pc.is_in(table["run_id"], value_set=names))


def _frames(source: Ended, bucket: Bucket, held: set[int]) -> Iterator[FinishedRun]:
    """Read the runs of a bucket from journals, once each."""
    for frames in source.journals:
        at = np.flatnonzero(bucket.within(frames.ids))
        fresh = []
        for place in at:
            run = int(frames.ids[place])
            if run not in held:
                held.add(run)
                fresh.append(place)
        if fresh:
            yield from read_frames(frames.path, frames.places[fresh])


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table under all columns; what it lacks is missing."""
    columns = [
        table[f.name].cast(f.type)
        if f.name in table.column_names
        else pa.nulls(table.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def _joined(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """Put rows together in order of run ids; those of one run keep their order."""
    plain = [table.cast(schema) for table in tables if table.num_rows]
    whole = pa.concat_tables([schema.empty_table(), *plain]).combine_chunks()
    ids = as_ids(whole["run_id"])
    if (ids[1:] >= ids[:-1]).all():
        return whole
    return whole.take(pa.array(np.argsort(ids, kind="stable")))


def _months(run: FinishedRun) -> pa.Table:
    ids = pa.array([run.inputs["run_id"]] * run.monthly.num_rows, pa.string())
    names = ["run_id", *run.monthly.column_names]
    return pa.Table.from_arrays([ids, *run.monthly.columns], names=names)


def _failed_row(path: Path) -> dict[str, Any]:
    failure = read_failure(path)
    return {
        "run_id": failure.run_id,
        "scenario": failure.scenario,
        "draw": failure.draw,
        "seed": failure.seed,
        **failure.settings,
        "status": "failed",
        "error": failure.error,
    }
