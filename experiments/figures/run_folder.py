"""A finished run, read from its folder: sums over the tables, never whole tables.

The flow and ledger tables of a large run have millions of rows; what the report shows
are sums by a few columns, so each is read column by column and summed on the way in.
A file that is not what `run.json` says it was costs the parts that rest on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import YAMLError

from experiments.storage.folder import StoredFolder, Where
from experiments.storage.record import DIGESTS
from model.errors import MusterError, StorageError
from model.fields.months import format_month, parse_month

_UNSOUND: Final = (
    ArithmeticError, AttributeError, LookupError, MusterError, TypeError, ValueError,
    pa.ArrowException,
)  # fmt: skip
_CLOCKS: Final = ("force", "economy", "losses", "prices", "flows", "ledger")


class Absent(Exception):  # noqa: N818 -- nothing went wrong: the run lacks a table
    """A part of the report cannot be shown; the message is the sentence saying why."""


class _WithoutAliases(Composer):
    """Reads YAML and refuses aliases: of aliases, they would grow without end."""

    def return_alias(self, a: Any) -> Any:
        """Refuse what an alias stands for."""
        raise ComposerError(None, None, "aliases are not read", a.start_mark)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months and the draws of a run, both in order and without gaps."""

    months: tuple[int, ...]
    draws: tuple[int, ...]

    @property
    def last_year(self) -> slice:
        """The last twelve months, or all of a shorter run."""
        return slice(max(0, len(self.months) - 12), len(self.months))

    def span(self, part: slice) -> str:
        """Write a stretch of months as `2027-01 to 2027-12`."""
        chosen = self.months[part]
        return f"{format_month(chosen[0])} to {format_month(chosen[-1])}"


@dataclass(frozen=True)
class RunFolder:
    """A run folder; whatever is missing from it raises `Absent` when asked for."""

    path: Path

    @cached_property
    def stored(self) -> StoredFolder:
        """The files, each held against its digest."""
        return StoredFolder(self.path)

    @cached_property
    def run(self) -> Mapping[str, Any]:
        """Provenance (`run.json`, but for its digests), or why there is none."""
        known = self.stored.record
        if known is None:
            return {"unchecked": self.stored.doubt.removeprefix(f"{self.path}/")}
        return {key: known[key] for key in known if key not in DIGESTS}

    @cached_property
    def summary(self) -> Mapping[str, Mapping[str, Any]]:
        """Headline measures by name (`summary.json`), or nothing."""
        try:
            found = self.stored.read_json("summary.json")
        except StorageError:
            return {}
        return {key: value for key, value in found.items() if isinstance(value, dict)}

    @cached_property
    def scenario(self) -> Mapping[str, Any]:
        """The resolved scenario (`scenario.yaml`), or nothing."""
        yaml = YAML(typ="safe", pure=True)
        yaml.Composer = _WithoutAliases
        try:
            found = yaml.load(self.stored.read_bytes("scenario.yaml").decode())
        except (StorageError, YAMLError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def unread(self) -> list[str]:
        """Sentences on the texts that lie here and cannot be read."""
        said = []
        for name in ("summary.json", "scenario.yaml"):
            path = self.path / name
            try:
                if os.path.lexists(path) and path.suffix == ".json":
                    self.stored.read_json(name)
                elif os.path.lexists(path):
                    self.stored.read_bytes(name)
            except StorageError as error:
                told = str(error).removeprefix(f"{path}: ")
                said.append(f"Not shown: {name} cannot be read: {told}.")
        return said

    @cached_property
    def calendar(self) -> Calendar:
        """Months and draws, from the first table that has them."""
        for table in _CLOCKS:
            try:
                with shown_if_sound(self):
                    rows = self.sums(table, ["month", "draw"], [])
                    months = [parse_month(text) for text in rows["month"]]
                    draws = sorted({int(draw) for draw in rows["draw"]})
            except Absent:
                continue
            return Calendar(tuple(range(min(months), max(months) + 1)), tuple(draws))
        raise Absent("Not shown: the run folder holds none of the monthly tables.")

    @property
    def history_until(self) -> int | None:
        """Last month in which governments follow documents, if the scenario says."""
        time = self.scenario.get("time")
        until = time.get("history_until") if isinstance(time, dict) else None
        try:
            return int(parse_month(str(until)))
        except MusterError:
            return None

    def columns(self, table: str) -> frozenset[str]:
        """Return the columns a table has; none if it cannot be read."""
        try:
            return frozenset(self.stored.columns(f"{table}.parquet"))
        except StorageError:
            return frozenset()

    def rows(
        self, table: str, columns: Sequence[str], where: Where | None = None
    ) -> pd.DataFrame:
        """Return some columns of a table, rows as they stand.

        Raises:
            Absent: the table or a column is missing, unreadable or without rows.
        """
        return pd.concat(self._read(table, columns, where), ignore_index=True)

    def sums(
        self,
        table: str,
        by: Sequence[str],
        values: Sequence[str],
        where: Where | None = None,
    ) -> pd.DataFrame:
        """Return a table's `values` summed over all rows equal in `by`, sorted by it.

        Raises:
            Absent: the table or a column is missing, unreadable or without rows.
        """
        key = (table, *by, None, *values, None, repr(where))
        if key not in self._sums:
            self._sums[key] = self._summed(table, by, values, where)
        return self._sums[key].copy()

    @cached_property
    def _sums(self) -> dict[tuple[str | None, ...], pd.DataFrame]:
        """Sums worked out before: sections share many of them."""
        return {}

    def _summed(
        self,
        table: str,
        by: Sequence[str],
        values: Sequence[str],
        where: Where | None,
    ) -> pd.DataFrame:
        parts = self._read(
            table, [*by, *values], where, lambda part: _grouped(part, by, values)
        )
        # Parts of one draw each have no group in common where sums are by draw.
        joined = pa.Table.from_pandas(pd.concat(parts), preserve_index=False)
        frame: pd.DataFrame = _grouped(joined, by, values).to_pandas(use_threads=False)
        return frame.sort_values(list(by), ignore_index=True)[[*by, *values]]

    def parts(
        self, table: str, columns: Sequence[str], where: Where | None = None
    ) -> Iterator[pd.DataFrame]:
        """Yield the rows of a table draw by draw, so that it is never whole in memory.

        Raises:
            Absent: the table or a column is missing, unreadable or without rows.
        """
        yield from self._read(table, columns, where)

    def _read(
        self,
        table: str,
        columns: Sequence[str],
        where: Where | None,
        shape: Callable[[pa.Table], pa.Table] = lambda part: part,
    ) -> Iterator[pd.DataFrame]:
        """Yield what is made of each part of a table, texts spelt out."""
        path = self.path / f"{table}.parquet"
        if not os.path.lexists(path):
            raise Absent(f"Not shown: this run wrote no {path.name}.")
        rows = 0
        try:
            known = self.stored.columns(path.name)
            missing = sorted({*columns, *(where or ())} - set(known))
            if missing:
                columns_missing = ", ".join(missing)
                raise Absent(f"Not shown: {path.name} lacks {columns_missing}.")
            coded = [column for column in columns if column == "month"]
            for part in self.stored.table_parts(path.name, columns, where, coded):
                rows += part.num_rows
                if part.num_rows:
                    yield _plain_text(shape(part)).to_pandas(use_threads=False)
        except StorageError as error:
            told = str(error).removeprefix(f"{path}: ")
            raise Absent(f"Not shown: {path.name} cannot be read: {told}.") from error
        if not rows:
            raise Absent(f"Not shown: {path.name} holds no rows for it.")


@contextmanager
def shown_if_sound(run: RunFolder) -> Iterator[None]:
    """Turn what a made-up table breaks into `Absent`; in a whole run it is our bug."""
    try:
        yield
    except _UNSOUND as error:
        if run.stored.record is not None:
            raise
        raise Absent(
            "Not shown: what lies here is not as muster run writes it."
        ) from error


def open_run(path: Path) -> RunFolder:
    """Return the run in a folder.

    Raises:
        StorageError: the path is no folder.
    """
    if not path.is_dir():
        raise StorageError(
            f"{path}: no such folder; name the folder that muster run wrote"
        )
    return RunFolder(path)


def per_month(
    frame: pd.DataFrame, value: str, calendar: Calendar, missing: float = 0.0
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a column as an array over draws and months; shape (D, T).

    `missing` stands where the frame has no row: 0 for flows, of which a table keeps
    only what happened.
    """
    out = np.full((len(calendar.draws), len(calendar.months)), missing)
    if len(frame):
        months = frame["month"].map(parse_month).to_numpy(int) - calendar.months[0]
        draws = np.searchsorted(calendar.draws, frame["draw"].to_numpy())
        out[draws, months] = frame[value].to_numpy(float)
    return out


def _grouped(rows: pa.Table, by: Sequence[str], values: Sequence[str]) -> pa.Table:
    # One thread: the order in which floats are added must not vary.
    sums = rows.group_by(list(by), use_threads=False).aggregate(
        [(value, "sum") for value in values]
    )
    names = [name.removesuffix("_sum") for name in sums.column_names]
    return sums.rename_columns(names)


def _plain_text(table: pa.Table) -> pa.Table:
    """Spell dictionary columns out: the parts of a table differ in theirs."""
    for at, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            plain = table.column(at).cast(column.type.value_type)
            table = table.set_column(at, column.name, plain)
    return table
