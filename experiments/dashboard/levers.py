"""What can be moved on the page, and the changes to a scenario that it means.

Every lever of policy acts from one month on and on top of what the scenario says, so a
scenario that already halves a bonus in some month still does; assumptions hold for the
whole run. A variant is a plain delta: the same tree becomes `--set` texts for the
simulation and the body of a scenario file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import itemgetter
from typing import Any, Final

import numpy as np

from experiments.dashboard.assumptions import ASSUMPTIONS, RULES
from experiments.figures.words import quantity
from model.errors import ScenarioError
from model.fields.dated import DatedValue, Factors, Floats
from model.fields.months import format_month, parse_month
from model.scenario import Scenario
from scenarios import Resolved, load_scenario, packaged_names
from scenarios.format.places import places as all_places
from scenarios.format.writing import flow

DEFAULT_SINCE: Final = "2026-04"
"""The first month after the documents of the packaged scenarios."""
FACTOR_HIGH: Final = 3.0
_SLACK: Final = 0.01
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
PEACE: Final = ("attention", "ceasefire_expectation")
OPEN: Final = 0.5
"""A channel counts as open from this share on."""

Tree = dict[str, Any]


@cache
def base(name: str, settings: tuple[str, ...] = ()) -> Resolved:
    """Return a packaged scenario, `--set` texts on top; no other file is ever read.

    Raises:
        ScenarioError: there is no such scenario, or a setting is not acceptable.
    """
    if name not in packaged_names():
        raise ScenarioError(f"{name!r} is no packaged scenario")
    return load_scenario(name, settings)


@dataclass(frozen=True, slots=True)
class Factor:
    """A lever that multiplies a dated value of the scenario."""

    name: str
    label: str
    path: tuple[str, ...]
    unit: str
    explains: str


FACTORS: Final = (
    Factor(
        "federal_bonus",
        "Federal signing bonus",
        ("federal", "signing_bonus"),
        "RUB",
        "Multiplies the bonus Moscow pays on signing.",
    ),
    Factor(
        "regional_bonus",
        "Regional signing bonuses",
        ("regions", "signing_bonus"),
        "RUB on average",
        "Multiplies the bonus of every region, or of those chosen, under whatever rule "
        "regions follow.",
    ),
    Factor(
        "quota",
        "Recruitment quota",
        ("federal", "quota"),
        "persons a month",
        "Multiplies the plan by which regions judge whether they pay enough.",
    ),
    Factor(
        "service_pay",
        "Service pay",
        ("federal", "service_pay"),
        "RUB a month",
        "Multiplies monthly pay in the zone.",
    ),
    Factor(
        "casualties",
        "Casualties",
        ("force", "tempo"),
        "× the mean hazard",
        "Multiplies the hazards of death, wounds and capture (force.tempo).",
    ),
)


@dataclass(frozen=True, slots=True)
class Levers:
    """Where the levers stand; as they stand here, nothing changes."""

    since: str = DEFAULT_SINCE
    """First month in which they act."""
    where: str = ""
    """Federal district or region whose bonuses the regional lever moves; else all."""
    federal_bonus: float = 1.0
    regional_bonus: float = 1.0
    quota: float = 1.0
    service_pay: float = 1.0
    casualties: float = 1.0
    peace: float = 0.0
    """Added to the expectation of a ceasefire, a share; the sum is at most 1."""
    closed: frozenset[str] = frozenset()
    """Channels shut."""
    opened: frozenset[str] = frozenset()
    """Channels opened that the scenario keeps shut."""
    cap: float | None = None
    """Share of federal spending; this and what follows holds for the whole run."""
    returning: float | None = None
    """Share of the wounded."""
    chase: float | None = None
    """Share of the way to the going rate."""
    regions_rule: str = ""
    federal_rule: str = ""

    @property
    def moved(self) -> bool:
        """Whether the variant differs from its base."""
        return self != Levers(since=self.since, where=self.where)


def months_to_choose(scenario: Scenario) -> list[str]:
    """Return the months from which levers may act: those after documented history."""
    time = scenario.time
    first = int(time.first)
    return [
        format_month(month)
        for month in range(first + time.history_months, first + time.months)
    ]


def dated(scenario: Scenario, path: tuple[str, ...]) -> DatedValue:
    """Return the dated value at a path; of regional bonuses the national mean."""
    found: Any = scenario
    for step in path:
        found = found[step] if isinstance(found, Mapping) else getattr(found, step)
    value: DatedValue = getattr(found, "mean", found)
    return value


def level(scenario: Scenario, path: tuple[str, ...], month: str) -> float:
    """Return what a dated value is in a month before any lever is moved."""
    return float(dated(scenario, path).over(parse_month(month), 1)[0])


def is_open(scenario: Scenario, channel: str, month: str) -> bool:
    """Return whether the scenario lets a channel recruit in a month."""
    return level(scenario, ("channels", channel, "open"), month) >= OPEN


def delta(levers: Levers, base: Resolved) -> Tree:
    """Return the changes to the scenario that the levers mean, as a tree."""
    scenario, since = base.scenario, levers.since
    parts = [
        _nested((*path, "scale"), _scaled(base.tree, path, since, factor))
        for each in FACTORS
        if (factor := getattr(levers, each.name)) != 1
        for path in _paths(each, levers.where)
    ]
    parts += [_switched(base, each, since, 0) for each in sorted(levers.closed)]
    parts += [_switched(base, each, since, 1) for each in sorted(levers.opened)]
    if levers.peace:
        there = dated(scenario, PEACE).over(parse_month(since), _left(base, since))
        parts.append(_set(base, PEACE, since, np.minimum(there + levers.peace, 1)))
    parts += [
        _nested(path, round(value, 6))
        for each in ASSUMPTIONS
        if (value := getattr(levers, each.name)) is not None
        for path in each.paths
    ]
    parts += [
        _nested(each.path, chosen)
        for each in RULES
        if (chosen := getattr(levers, each.name))
    ]
    return reduce(_merged, parts, {})


def places() -> dict[str, str]:
    """Return where the regional lever may act: name by code, districts first."""
    found = all_places()
    districts = {p.code: p.name_en for p in found if p.kind == "district"}
    regions = {p.code: p.name_en for p in found if p.kind == "region"}
    ordered = sorted(regions.items(), key=itemgetter(1))
    return {"": "all regions", **districts, **dict(ordered)}


def _paths(factor: Factor, where: str) -> list[tuple[str, ...]]:
    """Return the dated values that a lever multiplies, if it acts in one place only."""
    if factor.name != "regional_bonus" or not where:
        return [factor.path]
    within = [
        place.code
        for place in all_places()
        if place.kind == "region" and where in (place.code, place.district)
    ]
    return [(*factor.path, "by_region", iso) for iso in within]


def beyond_documents(
    scenario: Scenario, path: tuple[str, ...], unit: str, since: str, now: float
) -> str:
    """Say where a lever leaves what the model was fitted to; empty where it does not.

    Fitted are the levels of the documented months: below the lowest or above the
    highest of them (regional bonuses: of their national mean) the model extrapolates.

    Args:
        scenario: before any lever is moved.
        path: of the dated value.
        unit: its unit.
        since: first month in which levers act.
        now: what the lever makes of it in that month.
    """
    known = dated(scenario, path).over(
        int(scenario.time.first), scenario.time.history_months
    )
    low, high = float(np.min(known)), float(np.max(known))
    still = now == level(scenario, path, since)
    if still or low * (1 - _SLACK) <= now <= high * (1 + _SLACK):
        return ""
    way, end = ("above", high) if now > high else ("below", low)
    said = quantity(end, unit)
    return f"{way} every documented month ({said}): not fitted, extrapolated"


def overrides(tree: Tree) -> list[str]:
    """Return a delta as `--set` texts."""
    return [f"{name}={flow(value)}" for name, value in _leaves(tree)]


def changes_in_words(levers: Levers) -> list[str]:
    """Return the changes as a scenario file lists them."""
    said = [
        f"{each.label.lower()}{_in(each, levers.where)} times {factor:g}"
        for each in FACTORS
        if (factor := getattr(levers, each.name)) != 1
    ]
    said += [f"channel {each} shut" for each in sorted(levers.closed)]
    said += [f"channel {each} opened" for each in sorted(levers.opened)]
    if levers.peace:
        said.append(f"expectation of a ceasefire {100 * levers.peace:g} points higher")
    assumed = [
        f"{each.label.lower()}: {quantity(value, each.unit)}"
        for each in ASSUMPTIONS
        if (value := getattr(levers, each.name)) is not None
    ]
    assumed += [
        f"{each.label.lower()} {each.options[chosen]}"
        for each in RULES
        if (chosen := getattr(levers, each.name))
    ]
    return [
        *(f"{each} from {levers.since}" for each in said),
        *(f"{each}, for the whole run" for each in assumed),
    ]


def _in(factor: Factor, where: str) -> str:
    there = factor.name == "regional_bonus" and where
    return f" in {places()[where]}" if there else ""


def _scaled(
    tree: Mapping[str, Any], path: tuple[str, ...], since: str, factor: float
) -> Factors:
    """Return the steps of a scale with a factor on top of it from a month on."""
    block: Any = tree
    for step in path:
        # A region without documents of its own has no block yet.
        block = block.get(step, {})
    old: Mapping[str, float] = block.get("scale", {})
    before = [value for month, value in sorted(old.items()) if month <= since]
    later = {month: value for month, value in old.items() if month > since}
    steps = {since: before[-1] if before else 1.0, **later}
    return {month: round(value * factor, 6) for month, value in sorted(steps.items())}


def _switched(base: Resolved, channel: str, since: str, share: float) -> Tree:
    path = ("channels", channel, "open")
    return _set(base, path, since, np.full(_left(base, since), share))


def _set(base: Resolved, path: tuple[str, ...], since: str, values: Floats) -> Tree:
    """Return the change that gives a share these values from a month on, (months,).

    Steps and scaling that the scenario has in later months are overwritten one by one.
    """
    old = dated(base.scenario, path)
    linear, first = old.shape == "linear", int(parse_month(since))
    steps = {
        month: round(float(value), 6)
        for at, value in enumerate(values)
        if (month := format_month(first + at)) in old.steps
        or linear
        or at == 0
        or value != values[at - 1]
    }
    if linear:
        eve = format_month(first - 1)
        steps[eve] = float(old.over(first - 1, 1)[0])
    scale = {since: 1} | {month: 1 for month in old.scale if month > since}
    return _nested(path, {"share": steps} | ({"scale": scale} if old.scale else {}))


def _left(base: Resolved, since: str) -> int:
    return parse_month(base.scenario.time.until) - parse_month(since) + 1


def _nested(path: tuple[str, ...], value: Any) -> Tree:
    return reduce(lambda below, step: {step: below}, reversed(path), value)


def _merged(one: Tree, other: Tree) -> Tree:
    both = {key: _merged(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def is_block(value: Any) -> bool:
    """Whether a part of a delta holds further names, and not months or a value."""
    return isinstance(value, Mapping) and not any(map(_MONTH.fullmatch, value))


def _leaves(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        below = (*path, key)
        if is_block(value):
            yield from _leaves(value, below)
        else:
            yield ".".join(below), value
