"""What differs between two scenarios: as a table, and as steps from one to the other.

A dated value is compared by what holds in a month (steps, scaling and growth taken
together), so two ways of writing the same path differ in nothing. A step is what an
analyst would call one change: parameters grouped as they were written, by block and
member, in the order of the file.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ValidationError

from experiments.comparisons.offers_diff import KEY, offer_rows
from model.fields.dated import DatedValue, Floats
from model.fields.months import format_month, parse_month
from model.scenario import Scenario
from scenarios import Resolved, load_scenario
from scenarios.format.layout import HEADER
from scenarios.format.nodes import Mark
from scenarios.format.walking import tops
from scenarios.format.writing import flow

MOST_STEPS: Final = 8
_TABLES: Final = ("source_states", "networks", "time")
_ABSENT: Final = object()
_BONUS_PATHS = (f"{KEY}.mean", f"{KEY}.by_region.", f"{KEY}.scale.")


@dataclass(frozen=True, slots=True)
class Change:
    """One changed input; texts, empty where a side has none."""

    key: str
    month: str
    """First month of the difference shown, or empty for a value without dates."""
    before: str
    after: str
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change: its name and the dotted parameters it consists of."""

    name: str
    parameters: tuple[str, ...]


def diff(a: str | Path, b: str | Path) -> list[Change]:
    """Return the inputs in which two scenarios differ, in the order of the schema.

    Of regional bonuses it says what regions then offer, which mean, single regions and
    factors only make together.

    Args:
        a: scenario file, or name of a packaged scenario.
        b: another.

    Raises:
        ScenarioError: If one of them is not acceptable.
    """
    before, after = load_scenario(a).scenario, load_scenario(b).scenario
    rows = changes(before, after)
    if before.regions.signing_bonus == after.regions.signing_bonus:
        return rows
    offers = [Change(*row) for row in offer_rows(before, after)]
    kept = [row for row in rows if not row.key.startswith(_BONUS_PATHS)]
    order = [name for name in Scenario.model_fields if name not in HEADER]
    first = order[: order.index("regions")]
    at = sum(row.key.partition(".")[0] in first for row in kept)
    return [*kept[:at], *offers, *kept[at:]]


def changes(before: Scenario, after: Scenario) -> list[Change]:
    """Return the inputs in which two scenarios differ."""
    span = range(
        min(before.time.first, after.time.first),
        max(parse_month(before.time.until), parse_month(after.time.until)) + 1,
    )
    fields = [name for name in Scenario.model_fields if name not in HEADER]
    return [
        change
        for name in fields
        for change in _compared(name, getattr(before, name), getattr(after, name), span)
    ]


def steps_between(base: Resolved, other: Resolved) -> tuple[Step, ...]:
    """Return the changes that lead from one scenario to another, in file order.

    Steps that are valid only together (shares that add up to one, say) are joined.
    """
    differing = _differing(base, other)
    grouped = _grouped(differing, depth=2)
    if len(grouped) > MOST_STEPS:
        grouped = _grouped(differing, depth=1)
    joined = tuple(_joined_where_invalid(base.tree, other.tree, grouped))
    if all(_is_valid(stepped_tree(base.tree, other.tree, [step])) for step in joined):
        return joined
    return (_together(joined),)


def stepped_tree(
    base: dict[str, Any], other: dict[str, Any], steps: Sequence[Step]
) -> dict[str, Any]:
    """Return the tree of `base` with some steps towards `other` taken."""
    tree = copy.deepcopy(base)
    for step in steps:
        for name in step.parameters:
            _put(tree, tuple(name.split(".")), other)
    return tree


def diff_text(table: list[Change]) -> str:
    """Return the table as plain aligned lines."""
    if not table:
        return "no input differs\n"
    head = Change("input", "month", "before", "after", "unit")
    rows = [(c.key, c.month, c.before, c.after, c.unit) for c in (head, *table)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _compared(key: str, before: Any, after: Any, span: range) -> Iterator[Change]:
    if before == after:
        return
    sample = before if before is not None else after
    if isinstance(sample, DatedValue):
        yield from _dated(key, before, after, span)
    elif isinstance(sample, BaseModel):
        for name in type(before if before is not None else after).model_fields:
            one, other = getattr(before, name, None), getattr(after, name, None)
            yield from _compared(f"{key}.{name}", one, other, span)
    elif isinstance(sample, Mapping):
        yield from _tables(key, before, after, span)
    elif isinstance(sample, tuple):
        yield from _lists(key, before or (), after or ())
    else:
        yield Change(key, "", _shown(before), _shown(after), "")


def _tables(key: str, before: Any, after: Any, span: range) -> Iterator[Change]:
    one, other = before or {}, after or {}
    for name in sorted({*one, *other}):
        yield from _compared(f"{key}.{name}", one.get(name), other.get(name), span)


def _lists(
    key: str, before: tuple[Any, ...], after: tuple[Any, ...]
) -> Iterator[Change]:
    gone = [item for item in before if item not in after]
    come = [item for item in after if item not in before]
    for item in gone:
        yield Change(key, getattr(item, "date", ""), _shown(item), "", "")
    for item in come:
        yield Change(key, getattr(item, "date", ""), "", _shown(item), "")


def _dated(
    key: str, before: DatedValue | None, after: DatedValue | None, span: range
) -> Iterator[Change]:
    """Yield a row for each month in which a side moves while the sides differ."""
    sides = [_path(side, span) for side in (before, after)]
    differ = ~np.isclose(sides[0], sides[1], rtol=1e-9, atol=0, equal_nan=True)
    unit = before.unit if before else after.unit if after else ""
    turns = _turns(before, span) | _turns(after, span)
    for index, month in enumerate(span):
        starts = differ[index] and (index == 0 or not differ[index - 1])
        ends = not differ[index] and index > 0 and differ[index - 1]
        if starts or ends or (differ[index] and month in turns):
            one, other = (_number(side[index]) for side in sides)
            yield Change(key, format_month(month), one, other, unit)


def _path(value: DatedValue | None, span: range) -> Floats:
    return value.over(span.start, len(span)) if value else np.full(len(span), np.nan)


def _turns(value: DatedValue | None, span: range) -> set[int]:
    """Return the months to show: written dates, and Januaries of a path that glides."""
    if value is None:
        return set()
    dates = {
        parse_month(m) for m in {*value.steps, *value.scale, *value.growth_per_year}
    }
    glides = value.growth_per_year or value.shape == "linear"
    return set(dates) | (
        {month for month in span if month % 12 == 0} if glides else set()
    )


def _number(value: float) -> str:
    return (
        ""
        if np.isnan(value)
        else f"{value:,.6g}".replace(",", " ")
        if (abs(value) < 1e6)
        else f"{value:,.0f}".replace(",", " ")
    )


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        return flow(value.model_dump(exclude_none=True))
    return flow(value)


def _differing(base: Resolved, other: Resolved) -> list[str]:
    """Return the parameters with another value, in the order of the other's files."""
    marks = _marks(base) | _marks(other)
    changed = {change.key for change in changes(base.scenario, other.scenario)}
    found = [
        name
        for name in marks
        if any(key == name or key.startswith(f"{name}.") for key in changed)
    ]
    files = [layer.name for layer in other.layers]

    def place(name: str) -> tuple[int, int, str]:
        mark = marks[name]
        known = files.index(mark.file) if mark.file in files else len(files)
        return known, mark.line, name

    return sorted(found, key=place)


def _marks(resolved: Resolved) -> dict[str, Mark]:
    """Return every parameter that a scenario sets, with its place in the files."""
    return {".".join(at.path): at.mark for at in tops(resolved.located)}


def _grouped(names: Sequence[str], depth: int) -> list[Step]:
    groups: dict[str, list[str]] = {}
    for name in names:
        parts = name.split(".")
        group = ".".join(parts[: 1 if parts[0] in _TABLES else depth])
        groups.setdefault(group, []).append(name)
    return [Step(group, tuple(members)) for group, members in groups.items()]


def _joined_where_invalid(
    base: dict[str, Any], other: dict[str, Any], steps: Sequence[Step]
) -> Iterator[Step]:
    taken: list[Step] = []
    open_: list[Step] = []
    for step in steps:
        open_.append(step)
        together = _together(open_)
        alone_valid = _is_valid(stepped_tree(base, other, [together]))
        if alone_valid and _is_valid(stepped_tree(base, other, [*taken, together])):
            taken.append(together)
            open_ = []
            yield together
    if open_:
        yield _together(open_)


def _together(steps: Sequence[Step]) -> Step:
    parameters = tuple(name for step in steps for name in step.parameters)
    return Step(" and ".join(step.name for step in steps), parameters)


def _is_valid(tree: dict[str, Any]) -> bool:
    try:
        Scenario.model_validate(tree)
    except ValidationError:
        return False
    return True


def _at(tree: Any, path: Sequence[str]) -> Any:
    for key in path:
        if not isinstance(tree, dict) or key not in tree:
            return _ABSENT
        tree = tree[key]
    return tree


def _put(tree: dict[str, Any], path: tuple[str, ...], other: dict[str, Any]) -> None:
    """Give one parameter the value it has in another tree, or take it away."""
    value = _at(other, path)
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    if value is _ABSENT:
        tree.pop(path[-1], None)
    else:
        tree[path[-1]] = copy.deepcopy(value)
