"""Edits of a validated scenario: a dated value held, set or scaled from a month on.

Unlike `--set` texts they act on one draw's scenario, so that a question can be asked of
every draw of the posterior in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.fields.dated import DatedValue
from model.fields.months import format_month, parse_month
from model.scenario import Scenario

Tree = dict[str, Any]


def set_from(scenario: Scenario, name: str, month: str, value: float) -> Scenario:
    """Return the scenario with a dated value that is constant from a month on.

    Args:
        scenario: the scenario.
        name: dotted name of the dated value.
        month: first month, `YYYY-MM`.
        value: value from then on, in the unit of the path.
    """
    tree = _tree(scenario)
    path, found = _dated(scenario, tree, name)
    before = format_month(parse_month(month) - 1)
    _cut(path, found, month, last=_unscaled(found, before), after=value)
    return Scenario.model_validate(tree)


def held_before(scenario: Scenario, name: str, month: str) -> Scenario:
    """Return the scenario with a dated value held at what it was before a month."""
    tree = _tree(scenario)
    path, found = _dated(scenario, tree, name)
    last = _unscaled(found, format_month(parse_month(month) - 1))
    _cut(path, found, month, last=last, after=last)
    return Scenario.model_validate(tree)


def scaled_from(
    scenario: Scenario, names: str | Sequence[str], month: str, factor: float
) -> Scenario:
    """Return the scenario with what it names multiplied from a month on.

    Args:
        scenario: the scenario.
        names: dotted names of dated values, or of blocks with a `scale` of their own.
        month: first month, `YYYY-MM`.
        factor: on what the scenario multiplies them by already.
    """
    tree = _tree(scenario)
    for name in (names,) if isinstance(names, str) else names:
        held = _member(scenario, name).scale
        earlier = {date: by for date, by in held.items() if date[:7] < month}
        later = {date: factor * by for date, by in held.items() if date[:7] > month}
        now = [held[date] for date in sorted(held) if date[:7] <= month]
        first = {month: factor * (now[-1] if now else 1.0)}
        _within(tree, name)["scale"] = {**earlier, **first, **later}
    return Scenario.model_validate(tree)


def without_rows(scenario: Scenario, name: str, rows: list[str]) -> Scenario:
    """Return the scenario with some rows of a table taken away."""
    tree = _tree(scenario)
    table = _within(tree, name)
    for row in rows:
        del table[row]
    return Scenario.model_validate(tree)


def _tree(scenario: Scenario) -> Tree:
    return scenario.model_dump(exclude_none=True)


def _within(tree: Tree, name: str) -> Tree:
    for key in name.split("."):
        tree = tree[key]
    return tree


def _member(scenario: Scenario, name: str) -> Any:
    found: Any = scenario
    for key in name.split("."):
        found = found[key] if isinstance(found, dict) else getattr(found, key)
    return found


def _dated(scenario: Scenario, tree: Tree, name: str) -> tuple[Tree, DatedValue]:
    found = _member(scenario, name)
    if not isinstance(found, DatedValue):
        raise TypeError(f"{name} is no dated value")
    return _within(tree, name), found


def _unscaled(found: DatedValue, month: str) -> float:
    """Return what the steps alone say of a month."""
    plain = found.model_copy(update={"scale": {}, "growth_per_year": {}})
    return float(plain.over(parse_month(month), 1)[0])


def _cut(
    path: Tree, found: DatedValue, month: str, *, last: float, after: float
) -> None:
    """Keep the steps before a month, end them at `last`, and go on at `after`."""
    before = format_month(parse_month(month) - 1)
    kept = {date: step for date, step in path[found.unit].items() if date[:7] < month}
    steps = {**kept, before: {"value": last}, month: {"value": after}}
    path[found.unit] = dict(sorted(steps.items()))
