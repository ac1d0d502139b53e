"""The tables of a sweep on disk: parts of up to about a thousand runs, by run id.

`runs.parquet/` and `months.parquet/` are folders of Parquet files that read as one
table (pandas, Polars, Arrow; DuckDB with `/*`). A part holds the runs whose ids begin
alike, so it depends on nothing but the runs themselves, and a run that comes late
rewrites one part. Its name ends in the digest of its bytes:

    runs.parquet/0003of0016-5d1e0c77a3b2f4e1.parquet     names in its metadata
    months.parquet/0003of0016-77a0e9b4c2d15f38.parquet   this one
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.storage.durable import DamagedError, storage_faults, write_durably
from experiments.storage.folder import column_types
from experiments.storage.identity import canonical, short_digest
from experiments.storage.reading import opened
from model.errors import StorageError

RUNS_TABLE: Final = "runs.parquet"
MONTHS_TABLE: Final = "months.parquet"
TABLES: Final = (RUNS_TABLE, MONTHS_TABLE)
MOST_RUNS_IN_A_PART: Final = 1000
"""On average; ids are hashes, so a part may hold a tenth more."""
_NAME: Final = re.compile(r"(\d{4,})of(\d{4,})-([0-9a-f]{16})\.parquet")
_KEY: Final = b"muster"
_ID_BITS: Final = 64
_TEXTS_AT_A_TIME: Final = 1 << 13
Ids = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Bucket:
    """The runs that share a part: those of the `number`-th of `count` equal ranges."""

    number: int
    count: int

    @property
    def name(self) -> str:
        """How names of its files begin."""
        return f"{self.number + 1:04d}of{self.count:04d}"

    @property
    def ends(self) -> tuple[int, int]:
        """Smallest and largest run id."""
        width = (1 << _ID_BITS) // self.count
        return self.number * width, (self.number + 1) * width - 1

    def overlaps(self, other: Bucket) -> bool:
        """Whether a run may belong to both."""
        low, high = self.ends
        first, last = other.ends
        return low <= last and first <= high

    def within(self, ids: Ids) -> NDArray[np.bool_]:
        """Which run ids belong here, (n,)."""
        low, high = self.ends
        held: NDArray[np.bool_] = (ids >= np.uint64(low)) & (ids <= np.uint64(high))
        return held


def buckets(runs: int) -> list[Bucket]:
    """Return the parts of a sweep of so many runs: a power of two of them."""
    count = 1
    while runs > count * MOST_RUNS_IN_A_PART:
        count *= 2
    return [Bucket(number, count) for number in range(count)]


def as_ids(texts: pa.ChunkedArray | pa.Array | list[str]) -> Ids:
    """Return run ids as numbers, (n,), which take an eighth of the memory."""
    found = np.empty(len(texts), np.uint64)
    # A part at a time, for a text takes eight times the memory of its number.
    for start in range(0, len(texts), _TEXTS_AT_A_TIME):
        some = texts[start : start + _TEXTS_AT_A_TIME]
        given = some if isinstance(some, list) else some.to_pylist()
        found[start : start + len(given)] = [int(text, 16) for text in given]
    return found


@dataclass(frozen=True)
class Part:
    """A part that holds: its runs, and the table of their months beside it."""

    folder: Path
    """Of the sweep."""
    bucket: Bucket
    name: str
    months: str

    @property
    def files(self) -> tuple[str, str]:
        """Both files, as named from the sweep's folder."""
        return f"{RUNS_TABLE}/{self.name}", f"{MONTHS_TABLE}/{self.months}"

    def read_runs(self) -> pa.Table:
        """Return inputs and outputs of its runs; a changed byte is an error."""
        return read_part(self.folder / RUNS_TABLE / self.name)

    def read_months(self) -> pa.Table:
        """Return the months of its runs; a changed byte is an error."""
        return read_part(self.folder / MONTHS_TABLE / self.months)

    @cached_property
    def _summary(self) -> tuple[Ids, int, pa.Schema, dict[str, pa.DataType]]:
        runs = self.read_runs()
        done = pc.equal(runs["status"], "finished")
        known = {
            field.name: field.type
            for field in runs.schema
            if runs[field.name].null_count < runs.num_rows
        }
        ids = as_ids(runs["run_id"].filter(done))
        return ids, runs.num_rows - len(ids), runs.schema.remove_metadata(), known

    @property
    def ids(self) -> Ids:
        """Ids of its finished runs, in order."""
        return self._summary[0]

    @property
    def failed(self) -> int:
        """Rows of runs that failed."""
        return self._summary[1]

    @property
    def schema(self) -> pa.Schema:
        """Columns of its runs."""
        return self._summary[2]

    @property
    def kinds(self) -> dict[str, pa.DataType]:
        """Type of each column of which any run has a value."""
        return self._summary[3]

    @cached_property
    def months_schema(self) -> pa.Schema:
        """Columns of its months."""
        path = self.folder / MONTHS_TABLE / self.months
        return column_types(path).remove_metadata()


def write_parts(folder: Path, bucket: Bucket, runs: pa.Table, months: pa.Table) -> Part:
    """Write the runs of a bucket and their months, both in order of run ids.

    Raises:
        StorageError: the system refuses.
    """
    months_name = _write(folder / MONTHS_TABLE, bucket, months, {})
    finished = pc.sum(pc.equal(runs["status"], "finished")).as_py() or 0
    about = {"months": months_name, "finished": finished}
    return Part(
        folder, bucket, _write(folder / RUNS_TABLE, bucket, runs, about), months_name
    )


def _write(
    below: Path, bucket: Bucket, table: pa.Table, about: Mapping[str, Any]
) -> str:
    metadata = {_KEY: canonical(about)} if about else None
    sink = pa.BufferOutputStream()
    whole = table.combine_chunks().replace_schema_metadata(metadata)
    pq.write_table(whole, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    name = f"{bucket.name}-{short_digest(content)}.parquet"
    if not (below / name).is_file():
        write_durably(below / name, content)
    return name


def part_names(folder: Path, table: str) -> list[str]:
    """Return the files of a table that are named as a sweep names them, in order."""
    below = folder / table
    if not below.is_dir():
        return []
    with storage_faults(below):
        return sorted(p.name for p in below.iterdir() if _NAME.fullmatch(p.name))


def parts_of(folder: Path) -> Iterator[tuple[str, Part | None]]:
    """Yield the names of the parts of a sweep, each with the part; none if damaged."""
    for name in part_names(folder, RUNS_TABLE):
        try:
            about = _about(folder / RUNS_TABLE / name)
        except StorageError:
            yield name, None
            continue
        match = _NAME.fullmatch(name)
        assert match is not None
        bucket = Bucket(int(match[1]) - 1, int(match[2]))
        months = str(about["months"])
        there = (folder / MONTHS_TABLE / months).is_file()
        yield name, Part(folder, bucket, name, months) if there else None


def finished_in(folder: Path) -> int:
    """Count the finished runs that the parts of a sweep promise to hold."""
    names = part_names(folder, RUNS_TABLE)
    return sum(int(_about(folder / RUNS_TABLE / name)["finished"]) for name in names)


def _about(path: Path) -> dict[str, Any]:
    try:
        with opened(path) as stream:
            metadata = pq.read_schema(stream).metadata or {}
        found: dict[str, Any] = json.loads(metadata[_KEY])
        if not _NAME.fullmatch(str(found["months"])) or int(found["finished"]) < 0:
            raise ValueError
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
        raise DamagedError(f"{path}: damaged, no part of a sweep") from error
    return found


def read_part(path: Path) -> pa.Table:
    """Read a part, held against the digest in its name first.

    Raises:
        DamagedError: it is not what was written.
        StorageError: it cannot be read.
    """
    try:
        table = pq.ParquetFile(pa.BufferReader(checked(path))).read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedError(f"{path}: damaged, no table as Muster writes") from error
    return table.replace_schema_metadata(None)


def checked(path: Path) -> bytes:
    """Return the bytes of a part, held against the digest in its name.

    Raises:
        DamagedError: they are not what was written.
        StorageError: they cannot be read.
    """
    with opened(path) as stream, storage_faults(path):
        content = stream.read()
    match = _NAME.fullmatch(path.name)
    if match is None or short_digest(content) != match[3]:
        raise DamagedError(f"{path}: damaged, its content does not match its name")
    return content


def is_whole(path: Path) -> bool:
    """Whether a part is what its name promises."""
    try:
        checked(path)
    except StorageError:
        return False
    return True
