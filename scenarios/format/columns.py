"""Which column of a table holds dates, places and values; its cells, one by one.

What is not declared is taken where the table leaves no doubt, and told. ODD III.i.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from model.errors import Problem, ScenarioError
from model.fields.months import Month, format_month, parse_month
from scenarios.format.grammar import folded, is_number, months_meant, readings
from scenarios.format.places import find_place, is_whole_country
from scenarios.format.report import shown
from scenarios.format.suggestions import one_of
from scenarios.format.tables import Table, cell_problem, raise_all, refuse, text_of

InMonth = Literal["first", "last", "mean", "sum"]
RUSSIA: Final = "RU"

UNITS: Final[Mapping[str, tuple[str, float]]] = {
    "RUB": ("rub", 1),
    "RUB_thousand": ("rub", 1e3),
    "RUB_million": ("rub", 1e6),
    "RUB_bn": ("rub", 1e9),
    "USD": ("usd", 1),
    "RUB_per_USD": ("rub_per_usd", 1),
    "persons": ("persons", 1),
    "persons_thousand": ("persons", 1e3),
    "share": ("share", 1),
    "percent": ("share", 0.01),
    "ratio": ("multiplier", 1),
    "months": ("months", 1),
    "impressions": ("impressions", 1),
    "posts": ("posts", 1),
}
"""Units a table may be in: what they measure, and how many of the model's they hold."""


def units_of(unit: str) -> list[str]:
    """Return the units a table may be in for a dated value in `unit`.

    A flow counts what flows in a month.
    """
    measure = unit.removesuffix("_per_month")
    return [
        name
        for name, (what, _) in UNITS.items()
        if what == measure or (measure == "multiplier" and name == "percent")
    ]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is to be read; None leaves it to be seen."""

    unit: str | None = None
    month: str | None = None
    region: str | None = None
    value: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    """The sign before decimals, `.` or `,`."""
    dates: str | None = None
    """`dmy` or `mdy`, for dates that may be either."""
    in_month: InMonth | None = None
    """Which of several values of one month counts."""
    cumulative: bool = False
    """Whether values are totals so far, of which the monthly rise is wanted."""
    nominal: str | None = None
    """Column of what the value is for so many units of."""
    skips_unknown: bool = True
    """Whether places nobody knows are left out and told, rather than refused."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that should hold a value."""

    line: int
    column: int
    raw: Any
    month: Month
    is_year: bool
    place: str
    nominal: float = 1.0


def cells_of(table: Table, reading: Reading, told: list[str]) -> Iterator[Cell]:
    """Yield the cells that should hold values, with month and place."""
    if not table.rows:
        refuse(table, table.header_line, "holds a header and no rows")
    region = _region_columns(table, reading)
    dated = _date_column(table, reading)
    if dated is None:
        yield from _wide_by_date(table, region, told)
        return
    name = table.header[dated] or f"column {dated + 1}"
    told.append(f"months from column {shown(name)}")
    months = _column_months(table, dated, reading)
    nominal = _nominal_column(table, reading, told)
    # Columns headed by places, but for those that hold them.
    headed = [
        at
        for at, title in enumerate(table.header)
        if at not in (dated, *region, nominal) and _is_place(title)
    ]
    if headed and not region and reading.value is None:
        told.append(f"a column for each of {len(headed)} places")
        columns = [(at, table.header[at]) for at in headed]
    else:
        value = _value_column(table, reading, {dated, nominal, *region})
        told.append(f"values from column {shown(table.header[value])}")
        columns = [(value, "")]
    if region:
        told.append(f"places from column {shown(table.header[region[0]])}")
    for row, (month, is_year) in zip(table.rows, months, strict=True):
        for at, title in columns:
            place = title or _row_place(table, row, region)
            factor = _nominal(table, row, nominal) if nominal is not None else 1.0
            yield Cell(
                row.line, at, row.cells[at], month, is_year, place, factor
            )  # fmt: skip


def has_places(table: Table, reading: Reading) -> bool:
    """Whether a column holds places, or columns are headed by them."""
    return bool(_region_columns(table, reading) or any(map(_is_place, table.header)))


def _wide_by_date(table: Table, region: list[int], told: list[str]) -> Iterator[Cell]:
    heads = {
        at: found
        for at, title in enumerate(table.header)
        if at not in region and (found := _headed_month(title)) is not None
    }
    if not heads:
        refuse(
            table, table.header_line,
            f"no column holds dates and none is headed by one; {one_of(table.header)}",
        )  # fmt: skip
    told.append(f"a column for each of {len(heads)} dates")
    if region:
        told.append(f"places from column {shown(table.header[region[0]])}")
    for row in table.rows:
        place = _row_place(table, row, region)
        for at, (month, is_year) in heads.items():
            yield Cell(row.line, at, row.cells[at], month, is_year, place)


def _headed_month(title: str) -> tuple[Month, bool] | None:
    """Return the month or year a column's head names, and whether it is a year."""
    text = folded(title).lower()
    year = re.fullmatch(
        r"(?:year|yr|год|y)?[ _]?((?:19|20)\d{2})(?: ?г(?:од)?\.?)?", text
    )
    if year:
        return parse_month(f"{year[1]}-01"), True
    meant = months_meant(text)
    return (parse_month(meant[0]), False) if len(meant) == 1 else None


_DATE_HEAD = re.compile(
    r"(?i)^(date|data|day|month|year|time|period|дата|день|месяц|год|период|время)"
)


def _date_column(table: Table, reading: Reading) -> int | None:
    """Return the column of dates; none where dates head the columns."""
    if reading.month is not None:
        return table.column(reading.month)
    fitting = [
        at
        for at, title in enumerate(table.header)
        if all(
            _is_date(row.cells[at], bool(_DATE_HEAD.match(title))) for row in table.rows
        )
    ]
    if len(fitting) > 1:
        # As a start and an end, of which neither is meant before the other.
        named = [at for at in fitting if _DATE_HEAD.match(table.header[at])]
        fitting = named if len(named) == 1 else fitting
    if len(fitting) > 1:
        listed = ", ".join(shown(table.header[at]) for at in fitting)
        refuse(
            table, table.header_line, f"several columns hold dates: {listed}; name one"
        )
    return fitting[0] if fitting else None


def _is_date(cell: Any, may_be_year: bool) -> bool:
    if isinstance(cell, datetime | date):
        return True
    text = text_of(cell)
    if re.fullmatch(r"(19|20)\d{2}", text):
        return may_be_year
    return bool(re.search(r"\D", text)) and bool(dates_of(text))


def dates_of(text: str) -> list[str]:
    """Return the months, YYYY-MM, that a date may name; a time of day is dropped."""
    plain = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", folded(text))
    try:
        return [format_month(parse_month(plain))]
    except ScenarioError:
        return months_meant(plain.lower())


def _column_months(
    table: Table, column: int, reading: Reading
) -> list[tuple[Month, bool]]:
    """Return month, and whether it stands for its year, of every row."""
    problems: list[Problem] = []
    months: list[tuple[Month, bool]] = []
    order = reading.dates or _date_order(table, column)
    for row in table.rows:
        cell, text = row.cells[column], text_of(row.cells[column])
        meant = (
            [f"{cell.year:04d}-{cell.month:02d}"]
            if isinstance(cell, datetime | date)
            else dates_of(text)
        )
        if len(meant) == 2 and order:
            meant = meant[:1] if order == "dmy" else meant[1:]
        if len(meant) == 2:
            told = f"{text!r} may be {meant[0]} or {meant[1]}; say --dates dmy or mdy"
            problems.append(cell_problem(table, row.line, column, told))
        elif not meant:
            told = f"{shown(text)!r} is no date" if text else "has no date"
            problems.append(cell_problem(table, row.line, column, told))
        months.append(
            (
                parse_month(meant[0] if meant else "2022-01"),
                bool(re.fullmatch(r"\d{4}", text)),
            )
        )
    raise_all(problems)
    return months


def _date_order(table: Table, column: int) -> str | None:
    """Return the order of day and month if some date of a column leaves no doubt."""
    for row in table.rows:
        parts = re.match(r"(\d{1,2})/(\d{1,2})/\d{4}", text_of(row.cells[column]))
        if parts and int(parts[1]) > 12:
            return "dmy"
        if parts and int(parts[2]) > 12:
            return "mdy"
    return None


def _region_columns(table: Table, reading: Reading) -> list[int]:
    """Return the columns that hold places, names before codes."""
    if reading.region is not None:
        return [table.column(reading.region)]
    fitting = []
    for at in range(len(table.header)):
        texts = [text_of(row.cells[at]) for row in table.rows]
        known = sum(_is_place(text) for text in texts if text)
        filled = sum(1 for text in texts if text)
        if filled and known > filled / 2:
            fitting.append(at)
    return fitting


def _is_place(text: str) -> bool:
    is_text = bool(re.search(r"[^\W\d]", text))
    return is_text and (
        is_whole_country(text) or find_place(text) is not None or is_aggregate(text)
    )


def is_aggregate(text: str) -> bool:
    """Whether a name stands for a federal district."""
    return find_place(text, "district") is not None or bool(
        re.search(r"(?i)федеральный округ|federal district", text)
    )


def _row_place(table: Table, row: Any, columns: list[int]) -> str:
    """Return what a line calls its place, where all its columns mean the same one."""
    texts = [text for at in columns if (text := text_of(row.cells[at]))]
    if not texts:
        return ""
    meant = {meant_place(text) for text in texts} - {None}
    if len(meant) > 1:
        told = f"{' and '.join(map(shown, texts))} are different places"
        refuse(table, row.line, told)
    return next((text for text in texts if meant_place(text)), texts[0])


def meant_place(text: str) -> str | None:
    """Return the code of the place a text names, RU for the whole country, or None."""
    if is_whole_country(text):
        return RUSSIA
    place = find_place(text, "region") or find_place(text)
    return place.code if place else None


def _nominal_column(table: Table, reading: Reading, told: list[str]) -> int | None:
    named = [
        at
        for at, title in enumerate(table.header)
        if title.lower() in ("nominal", "номинал", "единиц")
    ]
    at = table.column(reading.nominal) if reading.nominal else next(iter(named), None)
    if at is not None:
        told.append(f"values divided by column {shown(table.header[at])}")
    return at


def _nominal(table: Table, row: Any, column: int) -> float:
    found_ = readings(text_of(row.cells[column]))
    if not found_ or found_[0] <= 0:
        told = f"nominal {shown(text_of(row.cells[column]))!r} is no number above 0"
        raise ScenarioError(problems=(cell_problem(table, row.line, column, told),))
    return found_[0]


def _value_column(table: Table, reading: Reading, others: set[int | None]) -> int:
    if reading.value is not None:
        return table.column(reading.value)
    fitting = [
        at
        for at in range(len(table.header))
        if at not in others
        and any(text_of(row.cells[at]) for row in table.rows)
        and all(
            is_number(row.cells[at]) or readings(text)
            for row in table.rows
            if (text := text_of(row.cells[at]))
        )
    ]
    if len(fitting) != 1:
        listed = ", ".join(shown(table.header[at]) for at in fitting) or "none"
        told = f"the column of values is not clear: {listed}; name it"
        refuse(table, table.header_line, told)
    return fitting[0]
