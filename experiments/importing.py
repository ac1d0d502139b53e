"""Tables from outside brought in: as a scenario block or as evidence rows.

The Python twin of `muster import`:

    from experiments.importing import Reading, imported
    made = imported("bonuses.xlsx", "regions.signing_bonus.by_region",
                    Reading(unit="RUB"))
    print(made.text)

What was mapped, what was left out and why stands in `told` and `left_out`. A unit is
never guessed, and where a table can be read in two ways it is refused.
"""

from __future__ import annotations

import calendar
import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Never

from calibration.evidence import load_evidence
from calibration.evidence.tables import EVIDENCE_COLUMNS
from calibration.evidence.vocabulary import UNITS as EVIDENCE_UNITS
from model.errors import EvidenceError, Problem, ScenarioError
from model.fields.months import format_month
from scenarios.format.canonical import COUNTRY_TABLES
from scenarios.format.checking import EARLIEST_STEP
from scenarios.format.columns import RUSSIA, UNITS, Reading, has_places, units_of
from scenarios.format.layout import (
    ByMonth,
    Dated,
    Kind,
    Step,
    Table,
    Value,
    kind_at,
    parameters,
    scenario_layout,
)
from scenarios.format.places import Kind as PlaceKind
from scenarios.format.places import find_place
from scenarios.format.report import shown
from scenarios.format.series import Point, series
from scenarios.format.suggestions import did_you_mean, one_of
from scenarios.format.table_numbers import plain_number
from scenarios.format.tables import Table as Cells
from scenarios.format.tables import cell_problem, raise_all, read_table, refuse
from scenarios.format.writing import flow

__all__ = ["EVIDENCE", "Imported", "Reading", "imported"]

EVIDENCE: Final = "evidence"
"""In place of a path: write rows of evidence."""
_EVIDENCE_WORDS: Final = {
    "rub": "RUB",
    "usd": "USD",
    "rub_per_usd": "RUB_per_USD",
    "multiplier": "ratio",
}
_REQUIRED: Final = ("id", "quantity", "publisher", "title", "kind")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table was made into."""

    text: str
    """A scenario block in YAML, or evidence rows in CSV."""
    told: tuple[str, ...]
    left_out: tuple[str, ...]


def imported(
    file: str | Path,
    target: str,
    reading: Reading,
    *,
    source: str | None = None,
    title: str | None = None,
    row: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Imported:
    """Read a table and write it as a scenario block or as evidence rows.

    Args:
        file: CSV, TSV, spreadsheet, JSON or Parquet.
        target: dotted name of a dated value or a table of them, or `evidence`.
        reading: what is declared of the table's columns, numbers and dates.
        source: evidence id that every step cites.
        title: of a whole scenario upon the baseline; none: a block for one.
        row: what every evidence row says (`id` is the beginning of theirs).
        encoding: of a text file.
        delimiter: of a text file.
        sheet: of a spreadsheet.

    Raises:
        ScenarioError: the table cannot be read so, or the target takes no series.
        EvidenceError: a row would be refused by the evidence loader.
    """
    cells = read_table(
        Path(file), encoding=encoding, delimiter=delimiter, sheet=sheet
    )  # fmt: skip
    if target == EVIDENCE:
        if title is not None:
            raise ScenarioError("--title is for scenarios; evidence rows take --row")
        return _evidence(cells, reading, row or {})
    made = _block(cells, target, reading, source)
    if title is None:
        return made
    return replace(made, text=f"title: {flow(title)}\nextends: baseline\n{made.text}")


def _block(cells: Cells, target: str, reading: Reading, source: str | None) -> Imported:
    path, kind, kinds, only = _target(target)
    if only is not None and not has_places(cells, reading):
        kinds = ()
    _check_unit(cells, kind, reading, kinds, target)
    made = series(cells, reading, kinds)
    points, left = list(made.points), list(made.left_out)
    if only is not None and kinds:
        left.append(f"all places but {only}")
        points = [point for point in points if point.place == only]
    early = [point for point in points if point.month < EARLIEST_STEP]
    if early:
        first = format_month(EARLIEST_STEP)
        left.append(f"{len(early)} values before {first}, which no scenario states")
        points = [point for point in points if point.month >= EARLIEST_STEP]
    _check_range(cells, kind, points)
    if not points:
        refuse(cells, cells.header_line, f"nothing is left; {'; '.join(left)}")
    rows = bool(kinds) and only is None
    text = "\n".join(_lines(path, kind, points, source, by_place=rows)) + "\n"
    return Imported(text, made.told, tuple(left))


def _target(
    target: str,
) -> tuple[tuple[str, ...], Dated | ByMonth, tuple[PlaceKind, ...], str | None]:
    """Return path and kind of a target, the places it is by, and its own if of one."""
    path = tuple(target.split("."))
    kind: Kind | None = kind_at(scenario_layout(), path)
    above = kind_at(scenario_layout(), path[:-1]) if path else None
    if isinstance(kind, Table) and isinstance(kind.item, Dated):
        return path, kind.item, _kinds(path), None
    if isinstance(kind, Dated | ByMonth):
        if isinstance(above, Table) and not above.names:
            place = find_place(path[-1], *_kinds(path[:-1]))
            if place is None:
                _refuse_target(target, f"{path[-1]!r} is no place")
            return (*path[:-1], place.code), kind, _kinds(path[:-1]), place.code
        return path, kind, (), None
    if isinstance(kind, Value):
        _refuse_target(target, "takes one value and no series")
    names = [
        ".".join(p).removesuffix(".*")
        for p, member in parameters(scenario_layout())
        if isinstance(member.kind, Dated)
    ]
    near = did_you_mean(target, [*names, EVIDENCE])
    _refuse_target(target, f"is no dated value; as in economy.rub_per_usd{near}")


def _refuse_target(target: str, message: str) -> Never:
    problem = Problem("--as", 1, 1, shown(target), message)
    raise ScenarioError(problems=(problem,))


def _kinds(path: Sequence[str]) -> tuple[PlaceKind, ...]:
    if path[-1] == "by_district":
        return ("district",)
    return ("country",) if COUNTRY_TABLES.intersection(path) else ("region",)


def _check_unit(
    cells: Cells,
    kind: Dated | ByMonth,
    reading: Reading,
    kinds: tuple[PlaceKind, ...],
    target: str,
) -> None:
    fits = units_of(kind.unit if isinstance(kind, Dated) else "multiplier")
    if reading.unit is not None and reading.unit not in fits:
        told = f"{shown(reading.unit)!r} does not fit {target}; {one_of(fits)}"
        _refuse_unit(told)
    if reading.unit is None:
        seen = replace(reading, unit="ratio")
        values = [p.value for p in series(cells, seen, kinds).points]
        span = f"{min(values):.15g} to {max(values):.15g}"
        _refuse_unit(f"is missing; its values run from {span}; {one_of(fits)}")


def _refuse_unit(message: str) -> Never:
    raise ScenarioError(problems=(Problem("--unit", 1, 1, "", message),))


def _check_range(cells: Cells, kind: Dated | ByMonth, points: Sequence[Point]) -> None:
    steps = kind.members[kind.unit].kind if isinstance(kind, Dated) else kind
    item = steps.item if isinstance(steps, ByMonth) else None
    value = item.members["value"].kind if isinstance(item, Step) else item
    if not isinstance(value, Value):
        return
    low, high = value.low, value.high
    problems = [
        cell_problem(
            cells, point.line, len(cells.header),
            f"{point.value:.15g} lies outside; {value.allowed}",
        )
        for point in points
        if (low is not None and point.value < low)
        or (high is not None and point.value > high)
    ]  # fmt: skip
    raise_all(problems)


def _lines(
    path: Sequence[str],
    kind: Dated | ByMonth,
    points: Sequence[Point],
    source: str | None,
    *,
    by_place: bool,
) -> Iterator[str]:
    for depth, key in enumerate(path):
        yield f"{'  ' * depth}{key}:"
    depth = len(path)
    unit = [kind.unit] if isinstance(kind, Dated) else []
    place = ""
    if not by_place:
        yield from (f"{'  ' * depth}{key}:" for key in unit)
    for point in points:
        if by_place and point.place != place:
            place = point.place
            yield f"{'  ' * depth}{flow(place)}:" + _remark(place)
            yield from (f"{'  ' * (depth + 1)}{key}:" for key in unit)
        value = flow(point.value)
        if source is not None:
            value = f"{{value: {value}, source: {flow(source)}}}"
        inside = depth + len(unit) + by_place
        yield f"{'  ' * inside}{format_month(point.month)}: {value}"


def _remark(code: str) -> str:
    place = find_place(code)
    return f"  # {place.name_en}" if place else ""


def _evidence(cells: Cells, reading: Reading, row: Mapping[str, str]) -> Imported:
    columns = list(EVIDENCE_COLUMNS)
    if list(cells.header) == columns:
        return _rows_again(cells, reading)
    missing = [f"--{name}" for name in _REQUIRED if not row.get(name)]
    if missing:
        raise EvidenceError(f"rows of evidence need {', '.join(missing)}")
    scaled, word = _evidence_unit(reading)
    kinds: tuple[PlaceKind, ...] = ("region", "country")
    made = series(cells, scaled, kinds if has_places(cells, scaled) else ())
    lines = [
        {
            "channel": "none", "confidence": "3", "low": "", "high": "", "note": "",
            "published": "", "url": "", **row,
            "id": _row_id(row["id"], point),
            "geography": point.place,
            "period_start": _day(point, last=False),
            "period_end": _day(point, last=True),
            "value": f"{point.value:.15g}",
            "unit": word,
        }
        for point in made.points
    ]  # fmt: skip
    return Imported(_checked(lines), made.told, made.left_out)


def _evidence_unit(reading: Reading) -> tuple[Reading, str]:
    """Return the reading in a unit of tables, and the word evidence has for its own."""
    unit = reading.unit
    if unit is not None and unit in UNITS:
        measure = UNITS[unit][0]
        return reading, _EVIDENCE_WORDS.get(measure, measure)
    if unit is not None and unit in EVIDENCE_UNITS:
        return replace(reading, unit="ratio"), unit
    allowed = one_of([*UNITS, *EVIDENCE_UNITS])
    told = "is missing" if unit is None else f"{shown(unit)!r} is unknown"
    _refuse_unit(f"{told}; {allowed}{did_you_mean(unit or '', EVIDENCE_UNITS)}")


def _row_id(prefix: str, point: Point) -> str:
    month = format_month(point.month)
    place = f"-{point.place.partition('-')[2].lower()}" if "-" in point.place else (
        f"-{point.place.lower()}" if point.place != RUSSIA else ""
    )  # fmt: skip
    return f"{prefix}{place}-{month[:4] if point.is_year else month}"


def _day(point: Point, *, last: bool) -> str:
    month = format_month(point.month)
    if point.is_year:
        return f"{month[:4]}-12-31" if last else f"{month[:4]}-01-01"
    days = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    return f"{month}-{days:02d}" if last else f"{month}-01"


def _rows_again(cells: Cells, reading: Reading) -> Imported:
    """Return a table that is evidence already in the form the loader reads."""
    lines = []
    for given in cells.rows:
        line = {
            name: "" if cell is None else str(cell).strip()
            for name, cell in zip(cells.header, given.cells, strict=True)
        }
        for name in ("value", "low", "high"):
            if line[name]:
                line[name] = plain_number(line[name], reading.decimal) or line[name]
        lines.append(line)
    told = (*cells.told, f"{len(lines)} rows of evidence")
    return Imported(_checked(lines), told, ())


def _checked(lines: Sequence[Mapping[str, str]]) -> str:
    """Return rows as the text of a table, after the evidence loader has read it.

    Raises:
        EvidenceError: it refuses a row.
    """
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(EVIDENCE_COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text(stream.getvalue(), encoding="utf-8")
        load_evidence(path.parent)
    return stream.getvalue()
