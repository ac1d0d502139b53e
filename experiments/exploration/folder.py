"""What analyses leave in a sweep's folder: tables and figures under `analysis/`.

A table and the figure drawn from it share a name. Nothing there is sealed: the same
command makes it again from the sweep.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from experiments.exploration.bars import box_rows, index_bars, tornado
from experiments.exploration.discovery import Discovery
from experiments.exploration.drivers import Drivers
from experiments.exploration.fans import fan, monthly_columns
from experiments.exploration.grids import grid_of
from experiments.exploration.labels import Labels
from experiments.exploration.maps import contour, heat_map
from experiments.exploration.matrix import matrix
from experiments.exploration.screening import ElementaryEffects, Screening
from experiments.exploration.sensitivity import SobolAnalysis
from experiments.figures.words import slug
from experiments.storage.record import add_files
from experiments.sweeps.store import ANALYSIS_FOLDER, sweep_header

Row = tuple[object, ...]

_INDEX_COLUMNS = (
    "factor", "first", "first_low", "first_high", "total", "total_low", "total_high",
)  # fmt: skip
_BOX_COLUMNS = (
    "box", "density", "coverage", "points", "factor", "low", "high", "values", "chance",
)  # fmt: skip
_FEWEST_FOR_A_CONTOUR = 2


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the analyses of a sweep go, and at which settings they look.

    `out` None is the sweep's own folder for them.
    """

    sweep: Path
    out: Path | None = None
    where: Mapping[str, object] | None = None

    @property
    def labels(self) -> Labels:
        """Names that the sweep's design gives its factors."""
        return Labels(sweep_header(self.sweep)["design"])

    def write(self, content: str, ending: str, *words: str) -> Path:
        """Write a file named after what it shows and at which settings.

        Raises:
            OutputError: if the folder is not for analyses, or the file not Muster's.
            StorageError: if it cannot be written.
        """
        at = [f"{name} {value}" for name, value in sorted((self.where or {}).items())]
        name = "_".join(slug(word) for word in (*words, *at))
        folder, file = self.out or self.sweep / ANALYSIS_FOLDER, f"{name}.{ending}"
        add_files(folder, {file: content.encode()}, ("analysis",), "Analysis")
        return folder / file


def keep_sensitivity(shelf: Shelf, found: SobolAnalysis | Screening) -> list[Path]:
    """Write the table of indices or effects and, unless all is constant, its figure."""
    name = ("sensitivity", found.output)
    sobol = isinstance(found, SobolAnalysis)
    columns = (
        _INDEX_COLUMNS if sobol else [field.name for field in fields(ElementaryEffects)]
    )
    rows = [_flat(astuple(factor)) for factor in found.factors]
    written = [shelf.write(_csv(columns, rows), "csv", *name)]
    if not found.constant:
        labels = shelf.labels
        svg = (
            index_bars(found, labels)
            if isinstance(found, SobolAnalysis)
            else tornado(found, labels)
        )
        written.append(shelf.write(svg, "svg", *name))
    return written


def keep_discovery(shelf: Shelf, found: Discovery) -> list[Path]:
    """Write the tables of boxes and factors and, if there are boxes, their figure."""
    name = ("discovery", found.question.replace("<", "below").replace(">", "above"))
    written = [shelf.write(_csv(_BOX_COLUMNS, _box_table(found)), "csv", *name)]
    columns = ("factor", "distance", "chance")
    apart = _csv(columns, [astuple(factor) for factor in found.factors])
    written.append(shelf.write(apart, "csv", "regional", *name[1:]))
    if found.boxes:
        written.append(shelf.write(box_rows(found, shelf.labels), "svg", *name))
    return written


def keep_drivers(shelf: Shelf, found: Drivers) -> list[Path]:
    """Write what carries each measure: table and figure."""
    columns = ("measure", "used", "planned", *found.factors)
    rows = [
        (m.output, m.used, m.planned, *(m.shares.get(f, "") for f in found.factors))
        for m in found.measures
    ]
    written = [shelf.write(_csv(columns, rows), "csv", "drivers")]
    return [*written, shelf.write(matrix(found, shelf.labels), "svg", "drivers")]


def keep_map(
    shelf: Shelf, output: str, axes: tuple[str, str], level: float | None
) -> list[Path]:
    """Write an output over two factors: table, heat map and contour.

    Raises:
        DesignError: if the factors do not form a grid.
    """
    grid = grid_of(shelf.sweep, output, *axes, shelf.where)
    columns = (*axes, output)
    written = [shelf.write(_csv(columns, grid.rows), "csv", output, "grid")]
    written.append(shelf.write(heat_map(grid, level), "svg", output, "heat map"))
    if min(grid.values.shape) >= _FEWEST_FOR_A_CONTOUR:
        written.append(shelf.write(contour(grid, level), "svg", output, "contour"))
    return written


def keep_months(shelf: Shelf, columns: Sequence[str] = ()) -> list[Path]:
    """Write a fan for each monthly column named, or for all of them.

    Raises:
        DesignError: if there is no such column.
    """
    return [
        shelf.write(fan(shelf.sweep, column, shelf.where), "svg", column, "by month")
        for column in columns or monthly_columns(shelf.sweep)
    ]


def _box_table(found: Discovery) -> Iterator[Row]:
    for number, box in enumerate(found.boxes, start=1):
        for limit in box.limits:
            ends: Row = (*limit.bound, "")
            if isinstance(limit.bound, frozenset):
                ends = ("", "", " ".join(sorted(limit.bound)))
            about = (number, box.density, box.coverage, box.points, limit.factor)
            yield (*about, *ends, limit.chance)


def _flat(row: Row) -> Row:
    parts = (part if isinstance(part, tuple) else (part,) for part in row)
    return tuple(value for part in parts for value in part)


def _csv(columns: Iterable[str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    for row in (tuple(columns), *rows):
        table.writerow(map(_cell, row))
    return text.getvalue()


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a text for a formula."""
    formula = isinstance(value, str) and value[:1] in {*"=+-@\t\r"}
    return f"'{value}" if formula else value
