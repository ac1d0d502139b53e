"""Networks: they grow, are hit by arrests, and grow back."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from model.fields.months import parse_month
from model.institutions.network import RecruitmentNetwork, luck, next_capacity
from model.parameters.abroad import NetworkSettings, Protection
from model.parameters.propensity import country_number

FIRST = parse_month("2024-01")
NEPAL = np.array([country_number("NP")])


def network(**settings: object) -> RecruitmentNetwork:
    block = NetworkSettings.model_validate(
        {"capacity_persons_per_month": 10, "start": "2024-01", **settings}
    )
    return RecruitmentNetwork(mesa.Model(), "NP", block, Protection())


def capacities(
    made: RecruitmentNetwork, months: int, arrests: int = -1, seed: int = 1
) -> list[float]:
    found = []
    for index in range(months):
        (drawn,) = luck(seed, index, NEPAL).tolist()
        made.decide(FIRST + index, drawn, arrested=index == arrests)
        found.append(made.capacity_persons)
    return found


def test_growth_compounds_to_its_yearly_rate() -> None:
    assert capacities(network(growth_per_year=0.8), 13)[-1] == pytest.approx(18)


def test_arrests_take_their_share_and_growth_goes_on() -> None:
    path = capacities(network(growth_per_year=0.8), 14, arrests=6)
    assert path[6] == pytest.approx(0.4 * path[5] * 1.8 ** (1 / 12))
    assert path[13] > path[6]


def test_a_network_does_nothing_before_its_first_case() -> None:
    late = network(start="2024-04")
    assert capacities(late, 5) == [0, 0, 0, 10, 10]


def test_a_network_wiped_out_stays_so() -> None:
    block = NetworkSettings(capacity_persons_per_month=10, start="2024-01")
    wiped = RecruitmentNetwork(mesa.Model(), "NP", block, Protection(arrest_effect=1.0))
    assert capacities(wiped, 5, arrests=2) == [10, 10, 0, 0, 0]


def test_arrests_by_chance_follow_the_hazard_and_repeat_with_the_seed() -> None:
    hit = [
        capacities(network(arrest_hazard_per_month=0.1), 2, seed=seed)[-1] < 10
        for seed in range(400)
    ]
    assert sum(hit) / 400 == pytest.approx(0.1, abs=0.05)
    again = [
        capacities(network(arrest_hazard_per_month=0.3), 30, seed=7) for _ in range(2)
    ]
    assert again[0] == again[1]


def test_the_pure_rule_by_hand() -> None:
    assert next_capacity(
        10, growth_per_year=0.0, arrested=True, arrest_effect=0.6
    ) == pytest.approx(4)


def test_countries_have_their_own_luck_whichever_others_there_are() -> None:
    together = luck(3, 5, np.array([4, 340, 675]))
    alone = [luck(3, 5, np.array([country]))[0] for country in (4, 340, 675)]
    assert together.tolist() == alone
    assert len(set(alone)) == 3
