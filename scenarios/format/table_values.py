"""A table beside a scenario file in place of dated values.

    signing_bonus:
      by_region: {csv: bonuses.csv, month: month, region: region, value: rub, unit: RUB}

becomes the steps that its lines state, each with its place in the table, and is checked
like steps that stand in the file. What a run keeps are the steps. ODD III.i.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any, Final

from model.errors import ScenarioError
from model.fields.months import format_month
from scenarios.format.columns import Reading, units_of
from scenarios.format.layout import Dated, Table
from scenarios.format.nodes import (
    Entry,
    MappingNode,
    Mark,
    Node,
    Path,
    ScalarNode,
    plain,
)
from scenarios.format.places import Kind as PlaceKind
from scenarios.format.regular import refuse, regular_bytes
from scenarios.format.report import Report, shown
from scenarios.format.series import Point, Series, series
from scenarios.format.suggestions import did_you_mean, one_of
from scenarios.format.tables import ENCODINGS, read_table
from scenarios.format.tables import Table as Cells

CSV: Final = "csv"
MOST_BYTES: Final = 512 * 1024
MOST_ROWS: Final = 10_000
_COLUMNS: Final = ("month", "region", "value", "nominal")
_TEXTS: Final = (*_COLUMNS, "unit", "decimal", "dates", "in_month", "encoding",
                 "delimiter", "source")  # fmt: skip
KEYS: Final = (CSV, *_TEXTS, "where", "cumulative")
_CHOICES: Final = {
    "decimal": (".", ","),
    "dates": ("dmy", "mdy"),
    "encoding": ENCODINGS,
    "in_month": ("first", "last", "mean", "sum"),
}
_NAME: Final = re.compile(r"[\w][\w .-]{0,99}")


def names_table(node: Node) -> bool:
    """Whether a value is stated as a table beside the file."""
    return isinstance(node, MappingNode) and CSV in node.entries


def from_table(
    node: MappingNode,
    kind: Dated | Table,
    places: tuple[PlaceKind, ...],
    path: Path,
    report: Report,
) -> MappingNode | None:
    """Return the steps a table states, as if they stood in the file.

    Args:
        node: the block that names the table.
        kind: what may stand in its place.
        places: kinds of places whose rows it needs; none: no places.
        path: dotted name of the value.
        report: takes everything that is wrong with the block or the table.
    """
    before = len(report.problems)
    given = _given(node, path, report)
    dated = kind.item if isinstance(kind, Table) else kind
    if not isinstance(dated, Dated):
        report.add(node.mark, path, "no table can stand here; write values")
        return None
    fits = units_of(dated.unit)
    unit = node.entries.get("unit")
    if given.get("unit") not in fits:
        mark = unit.node.mark if unit else node.mark
        told = f"{shown(given['unit'])!r} does not fit" if unit else "has no unit"
        report.add(mark, (*path, "unit"), f"{told}; {one_of(fits)}")
    if len(report.problems) > before:
        return None
    try:
        cells = _cells(node, given)
        _check_columns(cells, node, path, report)
        if len(report.problems) > before:
            return None
        made = series(cells, _reading(given), places)
    except ScenarioError as error:
        for problem in error.problems:
            mark = Mark(problem.file, problem.line, problem.column)
            report.add(
                mark, (*path, problem.key) if problem.key else path, problem.message
            )
        return None
    for left in made.left_out:
        report.note(node.entries[CSV].node.mark, path, f"left out: {left}")
    return _steps(made, cells.file, dated, given.get("source"), by_place=bool(places))


def _given(node: MappingNode, path: Path, report: Report) -> dict[str, Any]:
    """Return what the block says, without what cannot stand in it."""
    given: dict[str, Any] = {}
    for key, entry in node.entries.items():
        value, below, mark = plain(entry.node), (*path, key), entry.node.mark
        if key not in KEYS:
            told = (
                f"is no name that belongs here; {one_of(KEYS)}{did_you_mean(key, KEYS)}"
            )
            report.add(entry.mark, below, told)
        elif key == "where" and not isinstance(value, dict):
            report.add(mark, below, "write {COLUMN: TEXT}")
        elif key == "cumulative" and not isinstance(value, bool):
            report.add(mark, below, "allowed: true or false")
        elif key in (CSV, *_TEXTS) and not isinstance(value, str):
            report.add(mark, below, "text is wanted; write it in quotes")
        elif key in _CHOICES and value not in _CHOICES[key]:
            report.add(mark, below, f"{shown(value)!r}: {one_of(_CHOICES[key])}")
        elif key == CSV and not (_NAME.fullmatch(value) and ".." not in value):
            report.add(mark, below, "write the bare name of a file beside this one")
        elif key == CSV and not value.endswith((".csv", ".tsv", ".txt")):
            told = "is no .csv, .tsv or .txt; see muster import for others"
            report.add(mark, below, told)
        else:
            given[key] = value
    return given


def _cells(node: MappingNode, given: dict[str, Any]) -> Cells:
    file = FilePath(node.mark.file).with_name(given[CSV])
    if not FilePath(node.mark.file).is_file():
        refuse(FilePath(node.mark.file), "a table can only stand beside a file")
    try:
        data = regular_bytes(file, MOST_BYTES)
    except OSError as error:
        refuse(file, f"cannot be read: {error.strerror}")
    return read_table(
        file,
        data,
        encoding=given.get("encoding"),
        delimiter=given.get("delimiter"),
        most_rows=MOST_ROWS,
    )


def _check_columns(cells: Cells, node: MappingNode, path: Path, report: Report) -> None:
    for key in _COLUMNS:
        entry = node.entries.get(key)
        name = plain(entry.node) if entry else None
        if entry and name not in cells.header:
            near = did_you_mean(str(name), cells.header)
            told = (
                f"the table has no column {shown(name)!r}; {one_of(cells.header)}{near}"
            )
            report.add(entry.node.mark, (*path, key), told)


def _reading(given: dict[str, Any]) -> Reading:
    names = ("unit", *_COLUMNS, "decimal", "dates", "in_month", "cumulative")
    told = {name: given[name] for name in names if name in given}
    where = {str(k): str(v) for k, v in given.get("where", {}).items()}
    return Reading(**told, where=where, skips_unknown=False)


def _steps(
    made: Series, file: str, kind: Dated, source: str | None, *, by_place: bool
) -> MappingNode:
    rows: dict[str, dict[str, Entry]] = {}
    marks: dict[str, Mark] = {}
    for point in made.points:
        mark = Mark(file, point.line, 1)
        month = format_month(point.month)
        rows.setdefault(point.place, {})[month] = Entry(
            mark, _step(point, source, mark)
        )
        marks.setdefault(point.place, mark)

    def dated(place: str) -> MappingNode:
        mark = marks[place]
        steps = MappingNode(rows[place], mark)
        return MappingNode({kind.unit: Entry(mark, steps)}, mark)

    if not by_place:
        (place,) = rows
        return dated(place)
    first = next(iter(marks.values()))
    return MappingNode({at: Entry(marks[at], dated(at)) for at in rows}, first)


def _step(point: Point, source: str | None, mark: Mark) -> Node:
    value = ScalarNode(point.value, f"{point.value:.15g}", mark)
    if source is None:
        return value
    cited = ScalarNode(source, source, mark)
    return MappingNode(
        {"value": Entry(mark, value), "source": Entry(mark, cited)}, mark
    )
