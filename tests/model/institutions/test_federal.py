"""The federal government: paths, rules, budget and last resort."""

from dataclasses import replace
from typing import Any

import mesa
import pytest

from model.fields.timeline import Timeline
from model.institutions.federal import (
    FederalGovernment,
    FederalView,
    affordable_bonus,
    matching_bonus,
    matching_quota,
    stepped,
)
from model.scenario import Scenario
from model.timeline import known_path

CALM = FederalView(
    inflow_persons=30_000,
    bonus_takers_persons=25_000,
    losses_persons=30_000,
    force_persons=650_000,
    bill_rub=300e9,
    bonus_bill_rub=10e9,
    spending_rub=3_500e9,
)


def moscow(**federal: Any) -> FederalGovernment:
    time = {"start": "2024-06", "history_until": "2024-08", "until": "2026-12"}
    given = {"title": "moscow", "time": time, "federal": federal}
    scenario = Scenario.model_validate(given)
    dated = Timeline(scenario, scenario.time.first, scenario.time.months)
    block = scenario.federal
    dated.federal.bonus_known = known_path(block.signing_bonus, scenario)
    dated.federal.quota_known = known_path(block.quota, scenario)
    return FederalGovernment(mesa.Model(seed=1), scenario, dated)


def bonuses(agent: FederalGovernment, seen: FederalView, months: int) -> list[float]:
    paid = []
    for index in range(months):
        agent.observe(seen)
        paid.append(agent.decide(index).signing_bonus_rub)
    return paid


def test_history_is_followed_and_fixed_goes_on_with_it() -> None:
    short = replace(CALM, inflow_persons=10_000)
    assert bonuses(moscow(), short, 6) == [195e3, 195e3] + [400e3] * 4


def test_match_losses_raises_the_bonus_in_steps_while_losses_outrun_inflow() -> None:
    short = replace(CALM, inflow_persons=24_000)
    paid = bonuses(moscow(rule="match_losses"), short, 12)
    assert paid[2:4] == [400e3, 400e3], "a tenth a month is below one step"
    assert paid[4] == 450e3
    assert paid == sorted(paid)
    assert all(bonus % 50e3 == 0 for bonus in paid[2:])


def test_match_losses_does_not_pay_less_than_promised() -> None:
    plenty = replace(CALM, inflow_persons=60_000)
    assert bonuses(moscow(rule="match_losses"), plenty, 20)[-1] == 400e3


def test_match_losses_stops_at_its_ceiling() -> None:
    short = replace(CALM, inflow_persons=1_000)
    paid = bonuses(moscow(rule="match_losses", bonus_high_rub=900e3), short, 24)
    assert max(paid) == 900e3


def test_budget_capped_pays_what_the_rest_of_the_bill_leaves() -> None:
    dear = replace(CALM, bill_rub=430e9)
    paid = bonuses(moscow(rule="budget_capped"), dear, 5)
    room = (0.12 * 3_500e9 - 420e9) / 25_000
    assert room == pytest.approx(0.0)
    assert paid[3] == 0.0
    assert bonuses(moscow(rule="budget_capped"), CALM, 5)[3] == 400e3


def test_a_quota_that_matches_losses_also_rebuilds_the_force() -> None:
    weak = replace(CALM, force_persons=540_000)
    assert matching_quota(weak, 600_000, 12) == 35_000


def test_a_force_above_need_is_kept_and_not_run_down() -> None:
    assert matching_quota(CALM, 50_000, 12) == CALM.losses_persons


def asked(agent: FederalGovernment, seen: FederalView) -> list[float]:
    """What is asked for a month, from June 2024 on; documents end in September 2024."""
    quotas = []
    for index in range(20):
        agent.observe(seen)
        quotas.append(agent.decide(index).quota_persons)
    return quotas


def test_the_plan_of_january_replaces_losses_and_adds_the_growth_wanted() -> None:
    agent = moscow(quota=25_000, growth_wanted_per_year=120_000, force_wanted=1_000_000)
    assert asked(agent, CALM)[7] == pytest.approx(30_000 + 10_000)


def test_no_growth_is_asked_for_beyond_the_force_that_is_planned() -> None:
    near = moscow(quota=25_000, growth_wanted_per_year=120_000, force_wanted=662_000)
    assert asked(near, CALM)[7] == pytest.approx(30_000 + 1_000)
    beyond = moscow(quota=25_000, growth_wanted_per_year=120_000, force_wanted=600_000)
    assert asked(beyond, CALM)[7] == pytest.approx(30_000)


def ordered(agent: FederalGovernment, seen: FederalView) -> list[float]:
    """Men ordered forward a month, from June 2024 on; August ends the history."""
    forward = []
    for index in range(5):
        agent.observe(seen)
        forward.append(agent.decide(index).release_persons)
    return forward


def test_after_the_history_the_rear_fills_a_share_of_what_the_force_lacks() -> None:
    agent = moscow(force_needed=700_000, release_share_of_shortfall=0.1)
    assert ordered(agent, CALM) == [0, 0, 0, 5_000, 5_000]


def test_a_force_above_need_calls_nobody_from_the_rear() -> None:
    agent = moscow(force_needed=600_000, release_share_of_shortfall=0.1)
    assert ordered(agent, CALM) == [0] * 5


def test_the_fallback_waits_for_its_months_and_then_mobilises_once() -> None:
    weak = replace(CALM, force_persons=500_000)
    agent = moscow(
        force_needed=600_000,
        mobilisation={"fallback": True, "trigger_months": 4, "persons": 100_000},
    )
    drawn = []
    for index in range(12):
        agent.observe(weak)
        drawn.append(agent.decide(index).mobilise_persons)
    assert [index for index, men in enumerate(drawn) if men] == [6, 10]
    assert drawn[6] == 100_000


def test_no_mobilisation_without_the_law_or_the_need() -> None:
    weak = replace(CALM, force_persons=1)
    agent = moscow(force_needed=600_000)
    assert sum(drawn(agent, weak)) == 0
    willing = moscow(force_needed=600_000, mobilisation={"fallback": True})
    assert sum(drawn(willing, CALM)) == 0


def drawn(agent: FederalGovernment, seen: FederalView) -> list[float]:
    men = []
    for index in range(20):
        agent.observe(seen)
        men.append(agent.decide(index).mobilise_persons)
    return men


def test_pure_decisions() -> None:
    assert matching_bonus(4e5, CALM, 0.5) == 4e5
    assert matching_bonus(4e5, replace(CALM, losses_persons=0), 0.5) == 4e5
    assert affordable_bonus(replace(CALM, bill_rub=1e15), 0.1) == 0.0
    assert stepped(100.0, 149.0, 50.0) == 100.0
    assert stepped(100.0, 1.0, 50.0) == 50.0
