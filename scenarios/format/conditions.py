"""When a parameter is read at all: the rule, switch or channel that must be on.

The condition stands here and not with the parameter, because it speaks of several
blocks; a test holds it against the switches under which each parameter moves an output.
ODD III.i.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from model.fields.dated import DatedValue, Floats, Ruled
from model.fields.months import parse_month
from model.scenario import Scenario

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


def over_run(path: DatedValue, scenario: Scenario) -> Floats:
    """Return a path over the months of a scenario's run."""
    return path.over(scenario.time.first, scenario.time.months)


def _posts_beyond(channel: str) -> Reads:
    """Whether adverts pass the posts up to which a channel's response is fitted."""

    def reads(s: Scenario) -> bool:
        seen = s.channels[channel].advert_response.seen_posts_per_month
        posts = over_run(s.channels["foreign_volunteer"].adverts, s)
        return bool((posts > seen).any())

    return reads


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
            "stress_revenue_share",
            "cap_revenue_share",
        )
    ),
    Condition(
        "regions.game",
        _regional_rule("annual_game"),
        "regions.rule is {0.regions.rule} or has no month after the documents",
    ),
    *(
        Condition(
            f"federal.{name}",
            lambda s: (
                s.federal.rule == "fixed"
                and s.federal.plan == "annual"
                and _is_ruled(s, s.federal.quota)
            ),
            "federal.rule moves the plan, federal.plan is path, or documents end the"
            " run",
        )
        for name in ("growth_wanted_per_year", "force_wanted")
    ),
    *(
        Condition(
            f"channels.{channel}.advert_response.elasticity_beyond",
            _posts_beyond(channel),
            "no month of channels.foreign_volunteer.adverts is beyond"
            f" channels.{channel}.advert_response.seen_posts_per_month",
        )
        for channel in ("foreign_volunteer", "migrant")
    ),
    Condition(
        "regions.destination_premium",
        lambda s: bool(over_run(s.regions.destination_share, s).any()),
        "regions.destination_share is 0 in every month",
    ),
    Condition(
        "regions.destination_share",
        lambda s: bool(s.regions.destination_premium),
        "regions.destination_premium names no region",
    ),
    Condition("regions.chase_response", _regional_rule("chase_and_fill"), _CHASE),
    Condition("regions.hub_weight", _regional_rule("chase_and_fill"), _CHASE),
    Condition(
        "regions.referral_share",
        lambda s: bool(over_run(s.regions.referral_fee, s).any()),
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
        lambda s: bool(over_run(s.attention.ceasefire_expectation, s).any()),
        "attention.ceasefire_expectation is 0 in every month",
    ),
    Condition(
        "attention.ceasefire_expectation",
        lambda s: s.attention.ceasefire_effect != 0,
        "attention.ceasefire_effect is 0",
    ),
    Condition(
        "force.contract_term_months",
        lambda s: bool((over_run(s.force.contracts_open_ended, s) < 1).any()),
        _OPEN_ENDED,
    ),
    Condition(
        "force.renewal_share",
        lambda s: bool((over_run(s.force.contracts_open_ended, s) < 1).any()),
        _OPEN_ENDED,
    ),
    Condition(
        "channels.prisoner.open_ended_factor",
        lambda s: bool((over_run(s.channels["prisoner"].term_months, s) == 0).any()),
        "channels.prisoner.term_months is 0 in no month",
    ),
    Condition(
        "channels.migrant.required_hazard_per_month",
        lambda s: bool(over_run(s.channels["migrant"].residency_requirement, s).any()),
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
        lambda s: bool(over_run(s.channels["foreign_deceived"].open, s).any()),
        "channels.foreign_deceived is closed in every month",
    ),
)
