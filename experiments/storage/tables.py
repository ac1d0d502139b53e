"""Result tables on disk: one Parquet file a table, rows of all draws, `draw` a column.

Text columns are dictionary-encoded, integers stay integers, pages carry checksums, and
every column with a unit names it in its metadata. The same tables give the same bytes.
ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.storage.durable import storage_faults
from experiments.storage.units import with_units
from model.results import Column, Table, Tables


def to_arrow(table: Table, draw: int) -> pa.Table:
    """Return one draw's table with `draw` as its last column."""
    columns = {name: _array(column) for name, column in table.items()}
    rows = len(next(iter(columns.values())))
    columns["draw"] = pa.array(np.full(rows, draw, dtype=np.int32))
    return with_units(pa.table(columns))


def write_part(tables: Tables, draw: int, part: Path) -> None:
    """Write one draw's tables into a folder of their own."""
    part.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        _write([to_arrow(table, draw)], part / f"{name}.parquet")


def join_parts(parts: Sequence[Path], folder: Path) -> list[str]:
    """Join the parts of all draws into one file a table; return the tables' names."""
    names = sorted({path.stem for part in parts for path in part.glob("*.parquet")})
    for name in names:
        paths = [part / f"{name}.parquet" for part in parts]
        _write(_read(paths), folder / f"{name}.parquet")
    return names


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table of an analysis, its pages with checksums."""
    with storage_faults(path):
        _write([pa.Table.from_pandas(frame, preserve_index=False)], path)


def _array(column: Column) -> pa.Array:
    if column.dtype == object:
        return pa.array(column, type=pa.string()).dictionary_encode()
    return pa.array(column)


def _read(paths: list[Path]) -> Iterator[pa.Table]:
    for path in paths:
        if path.exists():
            yield pq.read_table(path)


def _write(tables: list[pa.Table] | Iterator[pa.Table], path: Path) -> None:
    writer = None
    for table in tables:
        if writer is None:
            writer = pq.ParquetWriter(
                path, table.schema, compression="zstd", write_page_checksum=True
            )
        writer.write_table(table)
    if writer is not None:
        writer.close()


def monthly_summary(tables: Tables) -> pa.Table:
    """Return the few monthly series that a sweep keeps of every run."""
    months, at = np.unique(tables["economy"]["month"], return_inverse=True)
    flows, force, losses = tables["flows"], tables["force"], tables["losses"]
    in_theatre = np.isin(force["state"].astype(str), ("combat", "support"))

    def total(table: Table, column: str, where: Column | None = None) -> Column:
        chosen = slice(None) if where is None else where
        month = np.searchsorted(months, table["month"][chosen])
        return np.bincount(month, table[column][chosen], minlength=len(months))

    signed = total(flows, "signed_persons")
    return pa.table(
        {
            "month": pa.array(months, type=pa.string()),
            "signed_persons": signed.astype(np.int64),
            "killed_persons": total(losses, "killed_persons").astype(np.int64),
            "in_theatre_persons": total(force, "persons", in_theatre).astype(np.int64),
            "bonus_promised_rub": total(flows, "bonus_rub").astype(np.int64),
            "bill_accrued_rub": tables["economy"]["bill_rub"][at].astype(np.int64),
            "bill_paid_rub": tables["economy"]["bill_paid_rub"][at].astype(np.int64),
        }
    )
