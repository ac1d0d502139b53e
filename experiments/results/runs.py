"""A run folder, opened."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from experiments.measures import MEASURES
from experiments.results.tables import StoredTable, short
from experiments.storage.folder import StoredFolder, Where
from model.errors import MusterError, StorageError

if TYPE_CHECKING:
    import xarray

    from experiments.results.drawing import Drawing

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "flows": ("draw", "month", "channel", "home", "place"),
    "prices": ("draw", "month", "place"),
    "force": ("draw", "month", "channel", "state"),
    "losses": ("draw", "month", "home", "channel"),
    "service": ("draw", "month", "channel"),
    "ledger": ("draw", "month", "payer", "payee", "account", "place", "channel"),
    "economy": ("draw", "month"),
    "beliefs": ("draw", "month", "home"),
    "pool": ("draw", "month", "home"),
    "supply": ("draw", "month", "bonus_factor"),
    "own": ("draw", "month"),
}
"""What tells the rows of each table apart (`model.results`)."""
_ENDING: Final = ".parquet"
_SHOWN: Final = 12


@dataclass(frozen=True)
class Run:
    """A run that was written whole: its tables, measures and where they come from."""

    path: Path

    @cached_property
    def _folder(self) -> StoredFolder:
        return StoredFolder(self.path)

    @property
    def about(self) -> Mapping[str, Any]:
        """What `run.json` says: title, draws, seed, versions, digests."""
        record = self._folder.record
        if record is None:
            raise StorageError(self._folder.doubt)
        return record

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the result tables."""
        files = sorted(self.about["files"])
        return tuple(
            name.removesuffix(_ENDING)
            for name in files
            if name.endswith(_ENDING) and "/" not in name
        )

    def table(self, name: str) -> StoredTable:
        """Return a result table; its file is read when it is asked for.

        Raises:
            MusterError: the run has no such table.
        """
        if name not in self.tables:
            raise MusterError(
                f"{self.path}: no table {name!r}; tables: {', '.join(self.tables)}"
            )
        file = f"{name}{_ENDING}"
        return StoredTable(
            name,
            tuple(self._folder.columns(file)),
            lambda columns, where: self._folder.read_table(file, columns, where),
            KEYS.get(name, ()),
        )

    @property
    def measures(self) -> pd.DataFrame:
        """Headline measures over draws: value, low, high (5 and 95 %), unit, title."""
        found = self._folder.read_json("summary.json")
        return pd.DataFrame.from_dict(found, orient="index").rename_axis("measure")

    @property
    def scenario(self) -> str:
        """The scenario in full, as it can be run again."""
        return self._folder.read_bytes("scenario.yaml").decode()

    def to_xarray(self, table: str, *by: str) -> xarray.Dataset:
        """Return a table as a dataset over some of its keys, by default all."""
        stored = self.table(table)
        return stored.to_xarray(by or stored.keys)

    def plot(
        self,
        table: str,
        column: str,
        by: str | None = None,
        where: Where | None = None,
    ) -> Drawing:
        """Draw a column by month, with bands over draws; see `drawing.drawn`."""
        from experiments.results.drawing import drawn

        return drawn(self.path, self.table(table), column, by, where)

    def __repr__(self) -> str:
        about = self.about
        return (
            f"<run {about['title']!r}: {about['draws']} draws, seed {about['seed']}, "
            f"{len(self.tables)} tables, {self.path}>"
        )

    def _repr_html_(self) -> str:
        found = self.measures[["title", "value", "low", "high", "unit"]]
        headline = [each.name for each in MEASURES if each.name in found.index]
        shown = found.loc[headline[:_SHOWN]]
        return f"<p>{html.escape(repr(self))}</p>{shown.to_html(float_format=short)}"


def open_run(path: str | Path) -> Run:
    """Open a run folder; nothing but its record is read before it is asked for.

    Args:
        path: the folder.

    Raises:
        StorageError: it holds no run that was written whole.
    """
    run = Run(Path(path))
    kind = run.about.get("kind")
    if kind != "run":
        raise StorageError(f"{path}: holds a {kind}, no run")
    return run
