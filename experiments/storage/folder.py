"""Reading a folder that Muster wrote: every file is held against its digest first.

Tables are read with the checksums of their pages asked for besides, so that a folder
without a record, as one made by hand, still shows no number that a disk has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.storage.durable import DamagedError
from experiments.storage.reading import opened, parsed, read_bytes
from experiments.storage.record import RECORD, file_digest, read_record
from model.errors import StorageError

Where = Mapping[str, Collection[Any]]
MOST_TABLE_BYTES: Final = 1 << 35
"""Largest table, unpacked, that is read; a small file can promise to become larger."""


@dataclass(frozen=True)
class StoredFolder:
    """A folder with its record, if that can be read."""

    path: Path

    @cached_property
    def record(self) -> Mapping[str, Any] | None:
        """What `run.json` says; none if it is missing or damaged (see `doubt`)."""
        try:
            return read_record(self.path)
        except StorageError:
            return None

    @cached_property
    def doubt(self) -> str:
        """Why nothing here can be held against a digest; empty if it can."""
        try:
            read_record(self.path)
        except StorageError as error:
            return str(error)
        return ""

    @cached_property
    def _checked(self) -> set[str]:
        """Files that were held against their digests before."""
        return set()

    def check(self, name: str) -> Path:
        """Hold a file against its digest and return where it is.

        Raises:
            DamagedError: it is not what was written.
            StorageError: it cannot be read.
        """
        path = self.path / name
        if self.record is not None and name not in self._checked:
            if file_digest(path) != self.record["files"].get(name):
                raise DamagedError(
                    f"{path}: damaged, it does not match its digest in {RECORD}"
                )
            self._checked.add(name)
        return path

    def read_bytes(self, name: str) -> bytes:
        """Return the content of a small file; see `check`."""
        return read_bytes(self.check(name))

    def read_json(self, name: str) -> dict[str, Any]:
        """Return the JSON object in a file; see `check`."""
        return parsed(self.read_bytes(name), self.path / name)

    def columns(self, table: str) -> list[str]:
        """Return the columns of a table; see `check`."""
        return column_names(self.check(table))

    def read_table(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        where: Where | None = None,
    ) -> pa.Table:
        """Return a table, or some of its columns and rows; see `check`."""
        return read_table(self.check(table), columns, where)

    def table_parts(
        self,
        table: str,
        columns: Sequence[str],
        where: Where | None = None,
        coded: Sequence[str] = (),
    ) -> Iterator[pa.Table]:
        """Yield the parts of a table; see `check` and `table_parts`."""
        return table_parts(self.check(table), columns, where, coded)


def column_names(path: Path) -> list[str]:
    """Return the columns of a Parquet table; see `read_table`."""
    return list(_parquet(path, lambda file: file.schema_arrow.names))


def column_types(path: Path) -> pa.Schema:
    """Return names and types of the columns of a Parquet table; see `read_table`."""
    found: pa.Schema = _parquet(path, lambda file: file.schema_arrow)
    return found


def read_table(
    path: Path, columns: Sequence[str] | None = None, where: Where | None = None
) -> pa.Table:
    """Read a Parquet table, or some of its columns and rows, with page checksums.

    Args:
        path: the file.
        columns: names of the columns; all if none.
        where: the values a row may have in some columns.

    Raises:
        DamagedError: it is no such table, or a page does not match its checksum.
        StorageError: the file cannot be read.
    """
    with _no_table_is_damage(path):
        return pa.concat_tables(list(table_parts(path, columns, where)))


def table_parts(
    path: Path,
    columns: Sequence[str] | None = None,
    where: Where | None = None,
    coded: Sequence[str] = (),
) -> Iterator[pa.Table]:
    """Yield a table in parts, as it is stored, so that it is never whole in memory.

    A run's tables have one part a draw. The first part yielded has no rows, so that
    there is one even of an empty table.

    Args:
        path: the file.
        columns: names of the columns; all if none.
        where: the values a row may have in some columns.
        coded: text columns to be read as codes and a dictionary, each part its own.

    Raises:
        DamagedError: it is no such table, or a page does not match its checksum.
        StorageError: the file cannot be read.
    """
    filters = [(key, "in", list(values)) for key, values in (where or {}).items()]
    wanted = pq.filters_to_expression(filters) if filters else None
    read = None if columns is None else list(dict.fromkeys([*columns, *(where or {})]))

    def of_interest(part: pa.Table) -> pa.Table:
        rows = part if wanted is None else part.filter(wanted)
        return rows if columns is None else rows.select(list(columns))

    with opened(path) as stream:
        with _no_table_is_damage(path):
            file = pq.ParquetFile(
                stream, page_checksum_verification=True, read_dictionary=list(coded)
            )
            groups = [file.metadata.row_group(at) for at in range(file.num_row_groups)]
            if sum(group.total_byte_size for group in groups) > MOST_TABLE_BYTES:
                raise DamagedError(f"{path}: larger than {MOST_TABLE_BYTES >> 30} GiB")
            schema = file.schema_arrow
            none = of_interest(schema.empty_table().select(read or schema.names))
        yield none
        for at in range(len(groups)):
            with _no_table_is_damage(path):
                rows = file.read_row_group(at, columns=read, use_threads=False)
                part = of_interest(rows)
            yield part


_NO_TABLE: Final = (
    pa.ArrowException, OSError, MemoryError, ValueError, LookupError, TypeError,
)  # fmt: skip


def _parquet(path: Path, read: Callable[[pq.ParquetFile], Any]) -> Any:
    """Read something from a Parquet file, or say that it is none."""
    with opened(path) as stream, _no_table_is_damage(path):
        return read(pq.ParquetFile(stream, page_checksum_verification=True))


@contextmanager
def _no_table_is_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except _NO_TABLE as error:
        raise DamagedError(f"{path}: damaged, no table as Muster writes") from error
