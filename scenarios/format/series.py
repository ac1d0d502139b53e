"""From the cells of a table to a series by month and place, with every choice told.

A table is long (a column of dates, one of values, perhaps one of places) or wide (a
column for each date, or for each place). What is not declared is taken where the table
leaves no doubt, and told; where two readings are possible the table is refused and both
are named. A unit is never guessed. ODD III.i.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from model.fields.months import Month, format_month
from scenarios.format.columns import (
    RUSSIA,
    UNITS,
    InMonth,
    Reading,
    cells_of,
    dates_of,
    is_aggregate,
    meant_place,
)
from scenarios.format.grammar import readings
from scenarios.format.places import Kind as PlaceKind
from scenarios.format.places import find_place, is_whole_country, suggestion
from scenarios.format.report import shown
from scenarios.format.suggestions import one_of
from scenarios.format.table_numbers import numbers_of
from scenarios.format.tables import Table, cell_problem, raise_all, refuse, text_of


@dataclass(frozen=True, slots=True)
class Point:
    """One value in the model's unit, with where it stands."""

    month: Month
    place: str
    """Code of a region or country; RU for the whole country or where none is named."""
    value: float
    line: int
    name: str = ""
    """What the table calls the place."""
    is_year: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A table as points, and what was done to get them."""

    points: tuple[Point, ...]
    told: tuple[str, ...]
    left_out: tuple[str, ...]


def series(table: Table, reading: Reading, kinds: tuple[PlaceKind, ...] = ()) -> Series:
    """Read a table as a series.

    Args:
        table: the table.
        reading: what is declared of it.
        kinds: kinds of places whose values are wanted; none: the whole country's.

    Raises:
        ScenarioError: with every cell that cannot be read, or what has to be declared.
    """
    told, left = list(table.told), list[str]()
    chosen = table.where(dict(reading.where))
    told += [f"rows with {name}={value}" for name, value in reading.where.items()]
    cells = list(cells_of(chosen, reading, told))
    numbers = numbers_of(table, cells, reading, told)
    if reading.unit is None:
        values = sorted(numbers.values())
        span = f"{values[0]:.15g} to {values[-1]:.15g}" if values else "nothing"
        refuse(
            table, table.header_line,
            f"no unit is named; its values are {span}; {one_of(UNITS)}",
        )  # fmt: skip
    factor = UNITS[reading.unit][1]
    points = [
        Point(
            cell.month, cell.place,
            float(f"{numbers[at] * factor / cell.nominal:.15g}"),
            cell.line, cell.place, cell.is_year,
        )
        for at, cell in enumerate(cells)
        if at in numbers
    ]  # fmt: skip
    empty = sum(at not in numbers for at in range(len(cells)))
    left += [f"{empty} empty cells"] if empty else []
    located = _placed(table, points, kinds, reading, told, left)
    monthly = _monthly(table, located, reading, told, left)
    if not monthly:
        refuse(table, table.header_line, f"nothing is left; {'; '.join(left)}")
    first, last = (format_month(f(p.month for p in monthly)) for f in (min, max))
    told.append(f"{len(monthly)} values from {first} to {last}, in {reading.unit}")
    return Series(tuple(monthly), tuple(told), tuple(left))


def _placed(
    table: Table,
    points: list[Point],
    kinds: tuple[PlaceKind, ...],
    reading: Reading,
    told: list[str],
    left: list[str],
) -> list[Point]:
    """Return the points of the places that are wanted, by their codes."""
    wanted = {
        name: _code(name, kinds) for name in dict.fromkeys(p.place for p in points)
    }
    unknown, aggregates, others = [], [], []
    for name, code in wanted.items():
        if code is not None:
            continue
        if not name:
            refuse(
                table, table.header_line,
                "no column holds places, and this value is one of single places",
            )  # fmt: skip
        if is_whole_country(name) or is_aggregate(name):
            aggregates.append(name)
        elif meant_place(name):
            others.append(name)
        else:
            unknown.append(name)
    if aggregates:
        left.append(f"aggregates {', '.join(map(shown, aggregates))}")
    if others:
        what = f"no {' or '.join(kinds)}" if kinds else "not the whole country"
        left.append(f"{', '.join(map(shown, others[:8]))}{_more(others, 8)}: {what}")
    if unknown:
        if not reading.skips_unknown:
            line = {p.place: p.line for p in reversed(points)}
            raise_all(
                [
                    cell_problem(table, line[name], 0, _no_place(name, kinds))
                    for name in unknown
                ]
            )
        left += [_no_place(name, kinds) for name in unknown]
    named = {code: name for name, code in wanted.items() if code is not None and name}
    if kinds and named:
        pairs = ", ".join(f"{shown(n)} = {c}" for c, n in list(named.items())[:6])
        told.append(f"{len(named)} places: {pairs}{_more(list(named), 6)}")
    kept = [
        replace(point, place=code)
        for point in points
        if (code := wanted[point.place]) is not None
    ]
    return _one_name_each(kept, told, left)


def _code(name: str, kinds: tuple[PlaceKind, ...]) -> str | None:
    if not kinds:
        return RUSSIA if not name or is_whole_country(name) else None
    if is_whole_country(name):
        return RUSSIA if "country" in kinds and "region" in kinds else None
    place = find_place(name, *kinds)
    return place.code if place else None


def _no_place(name: str, kinds: tuple[PlaceKind, ...]) -> str:
    return f"{shown(name)!r} is no {' or '.join(kinds)}{suggestion(name, *kinds)}"


def _more(names: list[Any], shown_of_them: int) -> str:
    rest = len(names) - shown_of_them
    return f" and {rest} more" if rest > 0 else ""


_PART = re.compile(r"(?i)без |кроме|excl|without")


def _one_name_each(
    points: list[Point], told: list[str], left: list[str]
) -> list[Point]:
    """Return the points without a place's total where its own part is listed, too."""
    names: dict[str, list[str]] = {}
    for point in points:
        if point.name not in names.setdefault(point.place, []):
            names[point.place].append(point.name)
    dropped = set[str]()
    for code, listed in names.items():
        parts = [name for name in listed if _PART.search(name)]
        if len(listed) > 1 and parts:
            whole = [name for name in listed if name not in parts]
            dropped |= set(whole)
            left.append(f"{', '.join(whole)}: {parts[0]} is {code} by itself")
    for code in ("RU-TYU", "RU-ARK"):
        if names.get(code) and not any(_PART.search(name) for name in names[code]):
            told.append(
                f"{names[code][0]} taken for {code}, which leaves autonomous okrugs out"
            )
    return [point for point in points if point.name not in dropped]


def _monthly(
    table: Table,
    points: list[Point],
    reading: Reading,
    told: list[str],
    left: list[str],
) -> list[Point]:
    """Return one point a month and place, in order; differences of totals so far."""
    groups: dict[tuple[str, Month], list[Point]] = {}
    for point in points:
        groups.setdefault((point.place, point.month), []).append(point)
    how = "last" if reading.cumulative and not reading.in_month else reading.in_month
    several = next((group for group in groups.values() if len(group) > 1), None)
    if several and how is None:
        _refuse_several(table, several)
    if several:
        told.append(f"of several values in a month the {how}")
    monthly = [_one(group, how or "last") for _, group in sorted(groups.items())]
    if any(point.is_year for point in monthly):
        told.append("values of years hold from January")
    return _differences(table, monthly, told, left) if reading.cumulative else monthly


def _refuse_several(table: Table, several: list[Point]) -> None:
    lines = [point.line for point in several[:2]]
    first_two = [row for row in table.rows if row.line in lines]
    columns = []
    for name, at in zip(table.header, range(len(table.header)), strict=True):
        held = {text_of(row.cells[at]) for row in first_two}
        if len(held) > 1 and not any(readings(text) or dates_of(text) for text in held):
            columns.append(f"{shown(name)} holds {', '.join(map(shown, sorted(held)))}")
    month = format_month(several[0].month)
    advice = f"choose rows ({'; '.join(columns)}), or " if columns else "say "
    refuse(
        table, lines[1],
        f"a second value for {month}, after line {lines[0]}; {advice}"
        "which counts in a month: first, last, mean or sum",
    )  # fmt: skip


def _one(group: list[Point], how: InMonth) -> Point:
    values = [point.value for point in group]
    value = {
        "first": values[0],
        "last": values[-1],
        "mean": sum(values) / len(values),
        "sum": sum(values),
    }[how]
    return replace(group[-1], value=value)


def _differences(
    table: Table, points: list[Point], told: list[str], left: list[str]
) -> list[Point]:
    told.append("totals so far turned into what each month added")
    before: dict[str, Point] = {}
    rises: list[Point] = []
    for point in points:
        last = before.get(point.place)
        if last is None:
            where = f" of {point.place}" if point.place != RUSSIA else ""
            left.append(f"{format_month(point.month)}{where}: no month before it")
        elif point.month != last.month + 1:
            refuse(
                table, point.line,
                f"after {format_month(last.month)} comes {format_month(point.month)}; "
                "a total so far needs every month",
            )  # fmt: skip
        elif point.value < last.value:
            told_ = f"the total falls from {last.value:.15g} to {point.value:.15g}"
            refuse(table, point.line, told_)
        else:
            rise = float(f"{point.value - last.value:.15g}")
            rises.append(replace(point, value=rise))
        before[point.place] = point
    return rises
