"""The tidy tables of a finished sweep, assembled in the order of run ids.

Runs are read one at a time and written in row groups, so memory does not grow with
their number, and equal runs give equal bytes whatever order they ended in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs.jobs import Output
from experiments.storage.durable import replacing
from experiments.storage.folder import column_types
from experiments.storage.units import with_units
from experiments.sweeps.plan import DESIGN_NAME, as_cell
from experiments.sweeps.run_files import (
    FinishedRun,
    read_failure,
    read_outputs,
    read_run,
    run_id_of,
)
from experiments.sweeps.store import MONTHS_TABLE, RUNS_TABLE, failure_paths, run_paths
from model.errors import MusterError

ROWS_AT_A_TIME = 50_000
PARTS_AT_A_TIME = 250
_OF_POINTS = frozenset({"point", "block", "row"})
"""Columns of the design that belong to a place in it, not to a run."""


@dataclass(frozen=True)
class Rows:
    """The rows of both tables, part by part in the order of run ids."""

    runs: pa.Schema
    months: pa.Schema
    parts: Iterator[tuple[str, pa.Table]]
    """Name of the table, and rows of one run for it."""


def assemble(folder: Path) -> None:
    """Write `runs.parquet` and `months.parquet` from the files of single runs.

    Raises:
        MusterError: if the outputs of two runs do not fit into one table.
    """
    rows = rows_of(folder)
    with ExitStack() as stack:
        tables = {
            RUNS_TABLE: _Table(stack, folder / RUNS_TABLE, rows.runs),
            MONTHS_TABLE: _Table(stack, folder / MONTHS_TABLE, rows.months),
        }
        for name, part in rows.parts:
            tables[name].add(part)
        for table in tables.values():
            table.flush()


def rows_of(folder: Path) -> Rows:
    """Return the rows of the runs that have ended, read as they are taken.

    Args:
        folder: the sweep's folder.

    Raises:
        MusterError: if the outputs of two runs do not fit into one table.
    """
    paths = run_paths(folder)
    inputs = _input_schema(folder)
    outputs = _output_kinds(paths)
    runs_schema = _with_units(
        pa.schema(
            [*inputs, ("status", pa.string()), ("error", pa.string()), *outputs.items()]
        )
    )
    bare = read_run(paths[0]).monthly.schema if paths else pa.schema([])
    months_schema = _with_units(pa.schema([("run_id", pa.string()), *bare]))

    def parts() -> Iterator[tuple[str, pa.Table]]:
        for path in sorted([*paths, *failure_paths(folder)], key=run_id_of):
            if path.suffix == ".json":
                yield RUNS_TABLE, _one_row(_failed_row(path), runs_schema)
            else:
                run = read_run(path)
                _refuse_other_columns(path, run.monthly.schema, bare)
                yield RUNS_TABLE, _one_row(_finished_row(run), runs_schema)
                yield MONTHS_TABLE, _months(run, months_schema)

    return Rows(runs_schema, months_schema, parts())


def _with_units(schema: pa.Schema) -> pa.Schema:
    return with_units(schema.empty_table()).schema


class _Table:
    """A Parquet file that grows by row groups and appears when it is complete."""

    def __init__(self, stack: ExitStack, path: Path, schema: pa.Schema) -> None:
        self._waiting: list[pa.Table] = []
        self._rows = 0
        stream = stack.enter_context(replacing(path))
        self._writer = stack.enter_context(
            pq.ParquetWriter(
                stream, schema, compression="zstd", write_page_checksum=True
            )
        )

    def add(self, part: pa.Table) -> None:
        self._waiting.append(part)
        self._rows += part.num_rows
        full = self._rows >= ROWS_AT_A_TIME or len(self._waiting) >= PARTS_AT_A_TIME
        if full:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            group = pa.concat_tables(self._waiting).combine_chunks()
            self._writer.write_table(group)
        self._waiting.clear()
        self._rows = 0


def _output_kinds(paths: Iterable[Path]) -> dict[str, pa.DataType]:
    """Type of every output that any run has, by name; a run may lack some."""
    kinds: dict[str, pa.DataType] = {}
    missing: set[str] = set()
    for path in paths:
        for name, value in read_outputs(path).items():
            if value is None:
                missing.add(name)
            elif kinds.setdefault(name, _kind(value)) != _kind(value):
                raise MusterError(
                    f"{path}: output {name!r} is a text in one run and a number in "
                    "another; a job must keep to one of them"
                )
    kinds |= {name: pa.float64() for name in missing - set(kinds)}
    return dict(sorted(kinds.items()))


def _input_schema(folder: Path) -> pa.Schema:
    """Return the columns that head `runs.parquet`: those of the design, by run."""
    design = column_types(folder / DESIGN_NAME)
    return pa.schema([field for field in design if field.name not in _OF_POINTS])


def _kind(value: Output) -> pa.DataType:
    return pa.string() if isinstance(value, str) else pa.float64()


def _one_row(row: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    cells = {field.name: as_cell(row.get(field.name), field.type) for field in schema}
    return pa.Table.from_pylist([cells], schema)


def _finished_row(run: FinishedRun) -> dict[str, Any]:
    return {**run.inputs, "status": "finished", **run.outputs}


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


def _months(run: FinishedRun, schema: pa.Schema) -> pa.Table:
    ids = pa.array([run.inputs["run_id"]] * run.monthly.num_rows, pa.string())
    return pa.Table.from_arrays([ids, *run.monthly.columns], schema=schema)


def _refuse_other_columns(path: Path, found: pa.Schema, expected: pa.Schema) -> None:
    if list(found) != list(expected):
        raise MusterError(
            f"{path}: its monthly table has other columns than the other runs have; "
            "a job must return the same columns every time"
        )
