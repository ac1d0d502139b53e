"""Values that are allowed, and yet so far from what they replace that a slip is likely.

A missing or doubled thousand, a percentage where a share or factor is meant: the value
is within its range, so only what it replaces can tell. ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.errors import Problem
from model.fields.dated import ALWAYS, DatedValue, Floats, RuledRub
from model.fields.months import Month, parse_month
from model.world import Macro
from scenarios.format.checking import run_window
from scenarios.format.layout import HEADER, Dated, Value, kind_at, scenario_layout
from scenarios.format.nodes import (
    MappingNode,
    Path,
    ScalarNode,
    mark_at,
    node_at,
    plain,
)
from scenarios.format.report import Report
from scenarios.format.resolve import Resolved, default_tree, stacked
from scenarios.format.walking import Place, walk

FAR = 20.0
"""How many times a value may exceed or fall short of what it replaces."""
LARGEST_GROWTH = 1.0
LARGEST_FACTOR = 10.0


BLOCKS = frozenset(scenario_layout().members) - {*HEADER, "measure_window"}
"""Whoever states all of these, as a run's own record does, states a whole world."""
_ALONE = (
    "extends nothing, so that built-in defaults stand where it is silent, and not the "
    "baseline's values; write extends: baseline for these"
)


def doubts(resolved: Resolved, macro: Macro | None = None) -> tuple[Problem, ...]:
    """Return what the files and settings of a scenario say that may be a slip.

    Args:
        resolved: the scenario.
        macro: the documented series that some values are laid over; without them
            these values are not held against what they replace.
    """
    report = Report()
    before = default_tree()
    for layer, after in zip(
        resolved.layers, stacked(resolved.layers, Report()), strict=True
    ):
        if not layer.is_packaged:
            if not layer.is_delta and not set(layer.tree.entries) >= BLOCKS:
                report.note(layer.tree.mark, ("extends",), _ALONE)
            for place in walk(layer.tree):
                _doubt(place, before if layer.is_delta else None, after, macro, report)
        before = after
    return tuple(report.notes)


def _doubt(
    place: Place,
    before: MappingNode | None,
    after: MappingNode,
    macro: Macro | None,
    report: Report,
) -> None:
    if isinstance(place.kind, Dated) and before:
        told = _whole_path(place, before)
        if told:
            report.note(place.mark, place.path, told)
        window = run_window(after)
        if window and isinstance(place.node, MappingNode):
            report_far = _far_steps(place, before, window, macro)
            for path, message in report_far:
                report.note(mark_at(place.node, path), (*place.path, *path), message)
    elif isinstance(place.kind, Value) and isinstance(place.node, ScalarNode):
        told = _factor_or_growth(place) or _far_value(place, before)
        if told:
            report.note(place.node.mark, place.path, told)


def _whole_path(place: Place, before: MappingNode) -> str | None:
    """Return what a value without a month replaces, where that is more than one."""
    unit = place.kind.unit if isinstance(place.kind, Dated) else ""
    given, under = node_at(place.node, (unit,)), node_at(before, (*place.path, unit))
    is_whole = isinstance(given, MappingNode) and list(given.entries) == [ALWAYS]
    if is_whole and place.path == ("economy", "rub_per_usd"):
        return (
            "a value without a month replaces the documented rate of every month; "
            "write {YYYY-MM: VALUE} to change it from a month on"
        )
    if not is_whole or not isinstance(under, MappingNode) or len(under.entries) < 2:
        return None
    months = sorted(under.entries)
    return (
        f"a value without a month replaces all {len(months)} steps from {months[0]} to "
        f"{months[-1]}; write {{YYYY-MM: VALUE}} to change it from a month on"
    )


def _factor_or_growth(place: Place) -> str | None:
    given = place.node.value if isinstance(place.node, ScalarNode) else None
    if not isinstance(given, int | float) or isinstance(given, bool):
        return None
    names = place.path[-3:]
    if any(name.endswith("growth_per_year") for name in names):
        if given > LARGEST_GROWTH:
            return (
                f"{given:g} is growth to {1 + given:g} times in a year; "
                f"{given:g} per cent is {given / 100:.15g}"
            )
    elif ("scale" in names or "multiplier" in names) and given > LARGEST_FACTOR:
        return (
            f"{given:g} multiplies by {given:g}; {given:g} per cent is "
            f"{given / 100:.15g}"
        )
    return None


def _far_value(place: Place, before: MappingNode | None) -> str | None:
    """Return what is doubtful about a value without dates."""
    if any(
        isinstance(kind_at(scenario_layout(), place.path[:depth]), Dated)
        for depth in range(1, len(place.path))
    ):
        return None
    under = node_at(before, place.path) if before else None
    is_number = isinstance(place.kind, Value) and place.kind.form in ("number", "whole")
    if not is_number or not isinstance(under, ScalarNode):
        return None
    return _told(plain(place.node), under.value)


def _far_steps(
    place: Place,
    before: MappingNode,
    window: tuple[Month, Month],
    macro: Macro | None,
) -> Iterator[tuple[Path, str]]:
    """Yield path and message of each step that is far from what held in its month."""
    unit = place.kind.unit if isinstance(place.kind, Dated) else ""
    steps = node_at(place.node, (unit,))
    base = _base(place, before, window, macro)
    if (
        unit in ("share", "multiplier")
        or base is None
        or not isinstance(steps, MappingNode)
    ):
        return
    far: list[tuple[str, str]] = []
    for month, entry in steps.entries.items():
        at = min(max(parse_month(month) - window[0], 0), len(base) - 1)
        value = node_at(entry.node, ("value",))
        told = _told(plain(value), float(base[at])) if value else None
        far += [(month, told)] if told else []
    if far:
        month, told = far[0]
        more = f"; so are {len(far) - 1} other steps" if len(far) > 1 else ""
        yield (unit, month, "value"), f"{told}; the unit is {unit}{more}"


def _base(
    place: Place,
    before: MappingNode,
    window: tuple[Month, Month],
    macro: Macro | None,
) -> Floats | None:
    """Return what a dated value replaces, by month of the run."""
    months = window[1] - window[0] + 1
    if place.path == ("economy", "rub_per_usd"):
        if macro is None:
            return None
        at = range(window[0] - macro.first, window[1] - macro.first + 1)
        last = len(macro.rub_per_usd) - 1
        return macro.rub_per_usd[[min(max(index, 0), last) for index in at]]
    under, kind = node_at(before, place.path), place.kind
    mean = node_at(before, ("regions", "signing_bonus", "mean"))
    given: DatedValue | None = None
    if isinstance(under, MappingNode) and isinstance(kind, Dated):
        given = kind.model.model_validate(plain(under))
    if place.path[:3] == ("regions", "signing_bonus", "by_region") and mean:
        # A region without a step yet shares what the mean leaves.
        shared = RuledRub.model_validate(plain(mean)).over(window[0], months)
        return given.laid_over(shared, window[0]) if given else shared
    return given.over(window[0], months) if given and given.steps else None


def _told(given: object, replaced: object) -> str | None:
    if not isinstance(given, int | float) or not isinstance(replaced, int | float):
        return None
    if given <= 0 or replaced <= 0 or 1 / FAR <= given / replaced <= FAR:
        return None
    if given > replaced:
        return (
            f"{given:.15g} is {given / replaced:,.0f} times the {replaced:.15g} before"
        )
    return f"{given:.15g} is {given / replaced:.2g} of the {replaced:.15g} before"
