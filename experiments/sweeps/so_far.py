"""The tables of a sweep that is not complete: of the runs that have ended so far.

Nothing is written or locked, so this works while another process runs the sweep. How
many runs of how many the tables hold stands in `experiments.results.sweeps.Sweep`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from experiments.sweeps.assembly import rows_of
from experiments.sweeps.store import MONTHS_TABLE, RUNS_TABLE


def tables_so_far(folder: Path) -> dict[str, pa.Table]:
    """Return `runs.parquet` and `months.parquet` as they would be now.

    Raises:
        MusterError: the outputs of two runs do not fit into one table.
        StorageError: a file is damaged.
    """
    rows = rows_of(folder)
    tables: dict[str, list[pa.Table]] = {RUNS_TABLE: [], MONTHS_TABLE: []}
    for name, part in rows.parts:
        tables[name].append(part)
    return {
        RUNS_TABLE: _joined(tables[RUNS_TABLE], rows.runs),
        MONTHS_TABLE: _joined(tables[MONTHS_TABLE], rows.months),
    }


def _joined(parts: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *parts])
