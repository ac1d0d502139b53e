"""What a scenario says that cannot act in it, with the reason.

A dated value acts if the path it belongs to, month by month over the run, is another
one without it. A parameter that only a rule, a switch or an open channel reads acts if
that rule, switch or channel is on. Both are decided here, before anything is simulated,
so that nothing an analyst writes is ignored in silence. ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from model.errors import Problem
from model.fields.dated import DatedValue, Floats, Multiplier, Ruled
from model.fields.months import format_month, parse_month
from model.scenario import Scenario
from scenarios.format.conditions import CONDITIONS, over_run
from scenarios.format.layout import HEADER, ByMonth, Dated, Member, Value, parameters
from scenarios.format.layout import scenario_layout as layout
from scenarios.format.nodes import (
    Entry,
    MappingNode,
    Mark,
    Path,
    ScalarNode,
    node_at,
    plain,
)
from scenarios.format.report import Report
from scenarios.format.resolve import Resolved, default_tree, stacked
from scenarios.format.walking import Place, tops


def without_effect(resolved: Resolved) -> tuple[Problem, ...]:
    """Return what the files and settings of a scenario say that cannot act in it."""
    report = Report()
    before = default_tree()
    for layer, after in zip(
        resolved.layers, stacked(resolved.layers, Report()), strict=True
    ):
        if layer.is_delta and not layer.is_packaged:
            for place in tops(layer.tree):
                if place.path[0] not in (*HEADER, "time", "measure_window"):
                    for mark, path, reason in _silent(
                        place, before, after, resolved.scenario
                    ):
                        told = f"has no effect because {reason}"
                        report.note(mark, (*place.path, *path), told)
        before = after
    return tuple(_one_a_place(report.notes))


def _one_a_place(notes: list[Problem]) -> Iterator[Problem]:
    """Yield one note for what a file says in one place of all regions of a district."""
    places: dict[tuple[object, ...], list[Problem]] = {}
    for note in notes:
        place = (note.file, note.line, note.column, note.message)
        places.setdefault(place, []).append(note)
    for first, *more in places.values():
        told = f"; nor has it in {len(more)} other regions" if more else ""
        yield replace(first, message=f"{first.message}{told}")


_ANOTHER: Final = 0.5
"""Stands for what another path holds; no file states such a sum."""
_Reason = tuple[Mark, Path, str]


def _silent(
    place: Place, before: MappingNode, after: MappingNode, scenario: Scenario
) -> Iterator[_Reason]:
    unread = _unread(place.path, scenario)
    if unread:
        yield place.mark, (), unread
    elif isinstance(place.kind, Dated) and isinstance(place.node, MappingNode):
        yield from _silent_steps(place, before, after, scenario)
    elif isinstance(place.kind, ByMonth) and isinstance(place.node, MappingNode):
        yield from _silent_entries(place, scenario)
    elif isinstance(place.kind, Value) and ".".join(place.path) not in _drawn_names():
        under = node_at(before, place.path)
        if isinstance(under, ScalarNode) and under.value == plain(place.node):
            yield place.mark, (), "it equals what it replaces"


def _unread(path: Path, scenario: Scenario) -> str | None:
    """Return why nothing reads the parameter at `path` in this scenario, or None."""
    name = ".".join(path)
    for condition in CONDITIONS:
        at = condition.name
        if (name == at or name.startswith(f"{at}.")) and not condition.reads(scenario):
            return condition.because.format(scenario)
    if path[0] == "channels" and len(path) > 2 and path[2] != "open":
        is_open = over_run(scenario.channels[path[1]].open, scenario).any()
        if not is_open:
            return f"channels.{path[1]} is closed in every month"
    return None


def _drawn_names() -> frozenset[str]:
    def has_prior(member: Member) -> bool:
        extra = member.info.json_schema_extra
        return isinstance(extra, dict) and "prior" in extra

    found = parameters(layout())
    return frozenset(".".join(path) for path, member in found if has_prior(member))


def _silent_steps(
    place: Place, before: MappingNode, after: MappingNode, scenario: Scenario
) -> Iterator[_Reason]:
    """Yield every step, factor and growth of a dated value that changes no month."""
    under, over = node_at(before, place.path), node_at(after, place.path)
    if not isinstance(over, MappingNode) or not isinstance(place.kind, Dated):
        return
    whole = _path(place, over, scenario)
    for part in (place.kind.unit, "scale", "growth_per_year"):
        given = node_at(place.node, (part,))
        if not isinstance(given, MappingNode):
            continue
        for month, entry in given.entries.items():
            if _is_news(place, part, month, whole, under, scenario):
                continue
            is_short = given.replaces
            left = _without(over, under, part, None if is_short else month)
            path = _path(place, left, scenario) if left else None
            if path is not None and np.array_equal(
                _months(whole, scenario, place), _months(path, scenario, place), True
            ):
                reason = _why(part, month, whole, scenario)
                yield entry.mark, (part, month), reason


def _path(place: Place, node: MappingNode, scenario: Scenario) -> Any:
    kind = place.kind
    return kind.model.model_validate(plain(node)) if isinstance(kind, Dated) else None


def _months(path: DatedValue, scenario: Scenario, place: Place) -> Floats:
    """Return what holds in each month of the run."""
    time = scenario.time
    is_own_row = "by_region" in place.path or "by_district" in place.path
    if is_own_row or not path.steps:
        return path.laid_over(np.full(time.months, _ANOTHER), time.first)
    return path.over(time.first, time.months)


def _without(
    over: MappingNode, under: object, part: str, month: str | None
) -> MappingNode | None:
    """Return a dated value with one entry as it was before; None where none was."""
    steps = node_at(over, (part,))
    before = node_at(under, (part,)) if isinstance(under, MappingNode) else None
    old = before.entries if isinstance(before, MappingNode) else {}
    if month is None:
        entries = dict(old)
    else:
        given = steps.entries if isinstance(steps, MappingNode) else {}
        entries = {key: entry for key, entry in given.items() if key != month}
        if month in old:
            entries[month] = old[month]
    if not entries and part not in ("scale", "growth_per_year"):
        return None
    whole = MappingNode(entries, over.mark)
    return replace(over, entries={**over.entries, part: Entry(over.mark, whole)})


def _is_news(
    place: Place, part: str, month: str, whole: Any, under: object, scenario: Scenario
) -> bool:
    """Whether even the old value of a path that governments set is news in a month.

    The documents of such a path end where a file sets it (`documents.py`), and a rule
    moves it from the end of its documents on.
    """
    time, at = scenario.time, parse_month(month)
    if not isinstance(whole, Ruled) or part in ("scale", "growth_per_year"):
        return False
    if not time.first <= at <= parse_month(time.until):
        return False
    known = node_at(under, (part,)) if isinstance(under, MappingNode) else None
    later = known.entries if isinstance(known, MappingNode) else {}
    if any(at < parse_month(other) for other in later):
        return True
    if place.path[0] == "regions":
        return scenario.regions.rule != "fixed"
    is_planned = place.path[-1] == "quota" and scenario.federal.plan == "annual"
    return is_planned or scenario.federal.rule != "fixed"


def _why(part: str, month: str, whole: Any, scenario: Scenario) -> str:
    time = scenario.time
    at = parse_month(month)
    if at > parse_month(time.until):
        return f"{month} lies after the run, which ends in {time.until}"
    first = format_month(time.first)
    later = [other for other in getattr(whole, part) if at < parse_month(other)]
    if at < time.first and any(parse_month(other) <= time.first for other in later):
        return f"a later value holds when the run starts in {first}"
    if part != whole.unit and whole.steps and not whole.over(int(at), 1).any():
        return "what it multiplies is 0"
    return "it equals what it replaces"


def _silent_entries(place: Place, scenario: Scenario) -> Iterator[_Reason]:
    """Yield the months of a plain series of factors or acts that change nothing."""
    if not isinstance(place.node, MappingNode):
        return
    is_factor = place.path[-1] == "scale"
    given = plain(place.node)
    for month, entry in place.node.entries.items():
        if parse_month(month) > parse_month(scenario.time.until):
            until = scenario.time.until
            yield (
                entry.mark,
                (month,),
                (f"{month} lies after the run, which ends in {until}"),
            )
        elif is_factor and given[month] is not None:
            left = {key: value for key, value in given.items() if key != month}
            paths = [
                Multiplier.model_validate({"multiplier": 1, "scale": scale})
                for scale in (given, left)
            ]
            whole, without = (over_run(path, scenario) for path in paths)
            if np.array_equal(whole, without):
                yield entry.mark, (month,), "it changes no month's factor"
