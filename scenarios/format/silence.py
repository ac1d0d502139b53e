"""What a scenario says that cannot act in it, with the reason.

A dated value acts if the path it belongs to, month by month over the run, is another
one without it. A parameter that only a rule, a switch or an open channel reads acts if
that rule, switch or channel is on. Both are decided here, before anything is simulated,
so that nothing an analyst writes is ignored in silence. ODD III.i.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from model.errors import Problem
from model.fields.dated import DatedValue, Floats, Multiplier, Ruled
from model.fields.months import format_month, parse_month
from model.scenario import Scenario
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

Reads = Callable[[Scenario], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a parameter is read at all; `name` may be the beginning of a dotted name."""

    name: str
    reads: Reads
    because: str
    """What is wrong where it is not read."""


def _federal_rule(*rules: str) -> Reads:
    return lambda s: s.federal.rule in rules and _is_ruled(s, s.federal.signing_bonus)


def _regional_rule(*rules: str) -> Reads:
    def reads(s: Scenario) -> bool:
        bonus = s.regions.signing_bonus
        paths = (bonus.mean, *bonus.by_region.values())
        return s.regions.rule in rules and any(_is_ruled(s, path) for path in paths)

    return reads


def _is_ruled(scenario: Scenario, path: Ruled) -> bool:
    """Whether a rule has any month of the run to act in."""
    time = scenario.time
    documented = path.documented_until or time.history_until
    end = min(parse_month(documented), parse_month(time.history_until))
    return parse_month(time.until) > end


def _over(path: DatedValue, scenario: Scenario) -> Floats:
    return path.over(scenario.time.first, scenario.time.months)


_FEDERAL = "federal.rule is {0.federal.rule} or has no month after the documents"
_REGIONAL = "regions.rule is {0.regions.rule} or has no month after the documents"
_CHASE = "regions.rule is {0.regions.rule}, and only chase_and_fill reads it"
_OPEN_ENDED = "force.contracts_open_ended is 1 in every month"
_NO_FALLBACK = "federal.mobilisation.fallback is false"
_QUOTA_DRIVEN = "behaviour.recruiting_effort is {0.behaviour.recruiting_effort}"

CONDITIONS: Final = (
    Condition(
        "federal.match_response",
        _federal_rule("match_losses", "budget_capped"),
        _FEDERAL,
    ),
    Condition(
        "federal.bonus_step_rub",
        _federal_rule("match_losses", "budget_capped"),
        _FEDERAL,
    ),
    Condition(
        "federal.bonus_high_rub",
        _federal_rule("match_losses", "budget_capped"),
        _FEDERAL,
    ),
    Condition(
        "federal.rebuild_months",
        _federal_rule("match_losses", "budget_capped"),
        _FEDERAL,
    ),
    Condition(
        "federal.mobilisation.trigger_months",
        lambda s: s.federal.mobilisation.fallback,
        _NO_FALLBACK,
    ),
    Condition(
        "federal.mobilisation.persons",
        lambda s: s.federal.mobilisation.fallback,
        _NO_FALLBACK,
    ),
    *(
        Condition(
            f"regions.{name}",
            _regional_rule("chase_and_fill", "budget_first"),
            _REGIONAL,
        )
        for name in (
            "fill_response",
            "overfill_response",
            "stress_response",
            "largest_cut_share",
            "step_rub",
            "lag_months",
        )
    ),
    Condition("regions.game", _regional_rule("annual_game"), _REGIONAL),
    Condition(
        "regions.destination_premium",
        lambda s: bool(_over(s.regions.destination_share, s).any()),
        "regions.destination_share is 0 in every month",
    ),
    Condition(
        "federal.growth_wanted_per_year",
        lambda s: s.federal.rule == "fixed" and s.federal.plan == "annual",
        "federal.rule moves the plan, or federal.plan is path",
    ),
    Condition("regions.chase_response", _regional_rule("chase_and_fill"), _CHASE),
    Condition("regions.hub_weight", _regional_rule("chase_and_fill"), _CHASE),
    Condition(
        "regions.referral_share",
        lambda s: bool(_over(s.regions.referral_fee, s).any()),
        "regions.referral_fee is 0 in every month",
    ),
    Condition(
        "regions.referral_fee",
        lambda s: s.regions.referral_share > 0,
        "regions.referral_share is 0",
    ),
    Condition(
        "behaviour.poverty_coefficient",
        lambda s: s.behaviour.poverty_gradient == "coefficient",
        "behaviour.poverty_gradient is {0.behaviour.poverty_gradient}",
    ),
    *(
        Condition(
            f"attention.{name}",
            lambda s: s.behaviour.recruiting_effort == "quota_driven",
            _QUOTA_DRIVEN,
        )
        for name in ("effort_response", "effort_low", "effort_high")
    ),
    Condition(
        "attention.ceasefire_effect",
        lambda s: bool(_over(s.attention.ceasefire_expectation, s).any()),
        "attention.ceasefire_expectation is 0 in every month",
    ),
    Condition(
        "attention.ceasefire_expectation",
        lambda s: s.attention.ceasefire_effect != 0,
        "attention.ceasefire_effect is 0",
    ),
    Condition(
        "force.contract_term_months",
        lambda s: bool((_over(s.force.contracts_open_ended, s) < 1).any()),
        _OPEN_ENDED,
    ),
    Condition(
        "force.renewal_share",
        lambda s: bool((_over(s.force.contracts_open_ended, s) < 1).any()),
        _OPEN_ENDED,
    ),
    Condition(
        "channels.prisoner.open_ended_factor",
        lambda s: bool((_over(s.channels["prisoner"].term_months, s) == 0).any()),
        "channels.prisoner.term_months is 0 in no month",
    ),
    Condition(
        "channels.migrant.required_hazard_per_month",
        lambda s: bool(_over(s.channels["migrant"].residency_requirement, s).any()),
        "channels.migrant.residency_requirement is 0 in every month",
    ),
    Condition(
        "protection.arrests_trigger_persons",
        lambda s: s.protection.arrest_effect > 0,
        "protection.arrest_effect is 0",
    ),
    Condition(
        "protection.risk_information_effect",
        lambda s: s.protection.risk_information > 0,
        "protection.risk_information is 0",
    ),
    Condition(
        "networks",
        lambda s: bool(_over(s.channels["foreign_deceived"].open, s).any()),
        "channels.foreign_deceived is closed in every month",
    ),
)


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
    return tuple(report.notes)


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
    elif isinstance(place.kind, Value) and not _is_drawn(place.path):
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
        is_open = _over(scenario.channels[path[1]].open, scenario).any()
        if not is_open:
            return f"channels.{path[1]} is closed in every month"
    return None


def _is_drawn(path: Path) -> bool:
    """Whether a posterior draw moves the parameter unless a file holds it fast."""
    return ".".join(path) in _drawn_names()


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
            if _rule_goes_on(place, part, month, whole, scenario):
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
    """Return what holds in each month of the run; NaN where another path does."""
    time = scenario.time
    is_own_row = "by_region" in place.path or "by_district" in place.path
    if is_own_row or not path.steps:
        return path.laid_over(np.full(time.months, np.nan), time.first)
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


def _rule_goes_on(
    place: Place, part: str, month: str, whole: object, scenario: Scenario
) -> bool:
    """Whether a rule moves the path, so that even its old value is news in a month."""
    if not isinstance(whole, Ruled) or part in ("scale", "growth_per_year"):
        return False
    rule = scenario.regions.rule if place.path[0] == "regions" else (
        scenario.federal.rule
    )  # fmt: skip
    last = parse_month(scenario.time.until)
    return rule != "fixed" and _is_ruled(scenario, whole) and (
        parse_month(month) <= last
    )  # fmt: skip


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
            whole, without = (_over(path, scenario) for path in paths)
            if np.array_equal(whole, without):
                yield entry.mark, (month,), "it changes no month's factor"
