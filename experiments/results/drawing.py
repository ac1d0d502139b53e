"""A figure that shows itself in a notebook, and can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from experiments.figures.fan import Fan, Line, fan_chart
from experiments.figures.run_folder import RunFolder, per_month
from experiments.figures.style import CYCLE, DASHES
from experiments.figures.words import name as in_words
from experiments.results.arrays import is_sum
from experiments.results.tables import StoredTable
from experiments.storage.durable import write_durably
from experiments.storage.folder import Where
from model.errors import MusterError

MOST_LINES: Final = 4


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG: `save` it, or leave it as the last line of a notebook's cell."""

    title: str
    svg: str

    def save(self, path: str | Path) -> Path:
        """Write it to a file, which is replaced if it is there.

        Raises:
            StorageError: the system refuses.
        """
        write_durably(Path(path), self.svg.encode())
        return Path(path)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<figure {self.title!r}: {len(self.svg) >> 10} KiB of SVG>"


def drawn(
    folder: Path, table: StoredTable, column: str, by: str | None, where: Where | None
) -> Drawing:
    """Draw a column of a run by month: medians and bands over draws.

    Args:
        folder: of the run.
        table: a table with months and draws.
        column: what is drawn; added up over all keys but `by`.
        by: a key whose largest values get a line each.
        where: the values a row may have in some columns.

    Raises:
        MusterError: there is no such column, or it cannot be added up.
    """
    keys = ["month", "draw", *([by] if by else [])]
    frame = table.to_pandas([*keys, column], where=where, dates=False)
    if frame.duplicated(keys).any() and not is_sum(column):
        raise MusterError(
            f"{table.name}.{column} cannot be added up; say with where= of which "
            f"{', '.join(key for key in table.keys if key not in keys)}"
        )
    summed = frame.groupby(keys, observed=True)[column].sum().reset_index()
    run = RunFolder(folder)
    parts = _parts(summed, column, by)
    lines = [
        Line(label, per_month(part, column, run.calendar), CYCLE[at], DASHES[at])
        for at, (label, part) in enumerate(parts)
    ]
    title = f"{in_words(column)} of {table.name}" + (f", by {by}" if by else "")
    unit = table.units.get(column, "")
    fan = Fan(f"{table.name}-{column}", title, unit, lines)
    chart = fan_chart(fan, run.calendar, run.history_until)
    return Drawing(title, chart.svg)


def _parts(
    frame: pd.DataFrame, column: str, by: str | None
) -> Sequence[tuple[str, pd.DataFrame]]:
    """Return what gets a line each, largest first."""
    if by is None:
        return [(in_words(column), frame)]
    largest = frame.groupby(by, observed=True)[column].sum().nlargest(MOST_LINES)
    return [(in_words(str(each)), frame[frame[by] == each]) for each in largest.index]
