from dataclasses import replace

import numpy as np
import pytest

from model.channels.volunteer_contract import Channel, Settings
from model.clearing import Target, scaled, wanted_volunteers
from model.environment import Environment
from model.scenario import Scenario
from tests.model.worlds import environment, made, offers, world

MEN = (40_000, 60_000)


def market(seed: int = 1, open_share: float = 1.0) -> Channel:
    scenario = Scenario(title="test")
    return made(Channel, scenario, world(MEN), seed, open=open_share)


def month() -> Environment:
    return environment(homes=2, offers=offers((6e5, 9e5)))


def cleared(
    target: Target, others: int = 0, lost: int = 0, open_share: float = 1.0
) -> tuple[float, int, float]:
    """Return (mean total bonus, signed, bonuses promised) at the clearing price."""
    engine = market(open_share=open_share)
    now, intake = engine.recruit_to(target, month(), others=others, lost=lost)
    paid = float((intake.bonus_federal_rub + intake.bonus_regional_rub).sum())
    return float(now.offers.bonus_rub.mean()), intake.persons, paid


def test_a_quota_is_met_to_the_man() -> None:
    at_offer = market().recruit(month()).persons
    for quota in (round(1.05 * at_offer), round(1.3 * at_offer)):
        assert cleared(Target("inflow", quota))[1] == quota


@pytest.mark.parametrize(("open_share", "quota"), [(0.5, 360), (0.3, 220)])
def test_a_channel_open_in_part_still_meets_its_quota_to_the_man(
    open_share: float, quota: int
) -> None:
    part, everybody = (
        cleared(Target("inflow", quota), open_share=share) for share in (open_share, 1)
    )
    assert part[1] == quota
    assert part[0] > everybody[0]  # the same quota from fewer men costs more


def test_a_budget_pays_only_men_the_channel_is_open_to() -> None:
    _, signed, paid = cleared(Target("budget", 2e8), open_share=0.5)
    assert 0 < paid <= 2e8
    assert cleared(Target("inflow", signed + 1), open_share=0.5)[2] > 2e8


def test_other_channels_count_towards_the_quota() -> None:
    at_offer = market().recruit(month()).persons
    assert cleared(Target("inflow", at_offer + 100), others=80)[1] == at_offer + 20


def test_a_larger_quota_never_costs_less() -> None:
    prices = [cleared(Target("inflow", quota))[0] for quota in range(50, 900, 75)]
    assert np.all(np.diff(prices) >= 0)


def test_a_quota_below_those_who_come_anyway_needs_no_bonus() -> None:
    assert cleared(Target("inflow", 1))[0] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("budget", [2e7, 2e8, 6e8])
def test_a_budget_is_never_exceeded_but_one_more_man_would(budget: float) -> None:
    _, signed, paid = cleared(Target("budget", budget))
    assert 0 < paid <= budget
    assert cleared(Target("inflow", signed + 1))[2] > budget


def test_budget_and_quota_mirror_each_other() -> None:
    _, bought, _ = cleared(Target("budget", 5e8))
    assert cleared(Target("inflow", bought))[2] <= 5e8 * (1 + 1e-6)


def test_every_region_meets_its_own_share() -> None:
    now, intake = market().recruit_to(
        Target("inflow_by_region", 400), month(), others=0, lost=0
    )
    assert np.bincount(intake.home).tolist() == [160, 240]
    assert np.array_equal(intake.home, intake.place)
    assert now.offers.bonus_rub[0] != now.offers.bonus_rub[1]


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (Target("inflow", 500), 400),
        (Target("replacement", 2.0), 500),
        (Target("force", 10_000), 1200),
        (Target("inflow", 50), 0),
    ],
)
def test_what_a_target_asks_for(target: Target, wanted: float) -> None:
    asked = wanted_volunteers(target, others=100, lost=300, in_theatre=9_000)
    assert asked == pytest.approx(wanted)


def test_scaling_keeps_the_levels_in_proportion() -> None:
    given = replace(offers((6e5, 9e5)), municipal_rub=np.array([1e5, 0]))
    twice = scaled(given, 2.0)
    assert twice.bonus_rub == pytest.approx(2 * given.bonus_rub)
    by_region = scaled(given, np.array([2.0, 0.5]))
    assert by_region.bonus_rub == pytest.approx(given.bonus_rub * [2.0, 0.5])
    assert by_region.federal_rub == given.federal_rub


def test_a_quota_out_of_reach_stops_at_the_headroom_and_shows_the_shortfall() -> None:
    price, signed, _ = cleared(Target("inflow", 5_000))
    at_offer = float(month().offers.bonus_rub.mean())
    assert price == pytest.approx(Settings().wide_headroom * at_offer, rel=1e-6)
    assert signed < 5_000
