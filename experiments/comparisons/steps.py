"""Which change did what: the changes between two scenarios, one after the other.

Changes are the parameters in which the scenarios differ, grouped as an analyst wrote
them (block and member), in the order of the file. Under common random numbers

    level_k       = result with the first k changes
    contribution  = level_k - level_(k-1)
    alone         = result with change k only, less the base
    interaction   = contribution - alone

so contributions add up to the whole difference, and so do the effects alone together
with the interactions. The order matters where changes interact; `interaction` says by
how much.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from pydantic import ValidationError

from experiments.comparisons.scenario_diff import changes
from model.scenario import Scenario
from scenarios import Resolved
from scenarios.format.nodes import mark_at
from scenarios.format.walking import parameter_names

MOST_STEPS: Final = 8
_TABLES: Final = ("source_states", "networks", "time")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Step:
    """One change: its name and the dotted parameters it consists of."""

    name: str
    parameters: tuple[str, ...]


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


def step_table(
    steps: Sequence[Step], levels: Sequence[pd.Series], alone: Sequence[pd.Series]
) -> pd.DataFrame:
    """Return level, contribution, effect alone and interaction of every step.

    Args:
        steps: K changes.
        levels: K + 1 results, the base first; each a series over (measure, draw).
        alone: K results with one change only.

    Returns:
        rows of step, measure, draw and the four numbers; the base is the first step.
    """
    tables = [_rows("base", levels[0], 0 * levels[0], 0 * levels[0])]
    for at, step in enumerate(steps):
        contribution = levels[at + 1] - levels[at]
        tables.append(
            _rows(step.name, levels[at + 1], contribution, alone[at] - levels[0])
        )
    return pd.concat(tables, ignore_index=True)


def _rows(
    step: str, level: pd.Series, contribution: pd.Series, alone: pd.Series
) -> pd.DataFrame:
    columns = {
        "level": level,
        "contribution": contribution,
        "alone": alone,
        "interaction": contribution - alone,
    }
    frame = pd.DataFrame(columns).reset_index()
    frame.insert(0, "step", step)
    return frame


def _differing(base: Resolved, other: Resolved) -> list[str]:
    """Return the parameters with another value, in the order of the other's files."""
    names = parameter_names(base.located) | parameter_names(other.located)
    changed = {change.key for change in changes(base.scenario, other.scenario)}
    found = [
        name
        for name in names
        if any(key == name or key.startswith(f"{name}.") for key in changed)
    ]
    files = [layer.name for layer in other.layers]

    def place(name: str) -> tuple[int, int, str]:
        mark = mark_at(other.located, tuple(name.split(".")))
        known = files.index(mark.file) if mark.file in files else len(files)
        return known, mark.line, name

    return sorted(found, key=place)


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
