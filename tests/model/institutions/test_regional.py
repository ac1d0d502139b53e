"""Regional governments: documented paths, (s,S) moves, chase, stress, and the game."""

from dataclasses import dataclass, field
from typing import Any

import mesa
import numpy as np
import pytest

from model.economy.public_finance import fiscal_stress, spending_share
from model.institutions.regional import (
    RegionalGovernment,
    RegionalView,
    aim,
    documented_bonuses,
    neighbour_bonuses,
    regional_quotas,
    regional_views,
    scale_paths,
)
from model.parameters.state import Regions
from model.scenario import Scenario
from tests.model.worlds import regions

DISTRICTS = ("North", "North", "North")
CHASES = Regions(rule="chase_and_fill")


def scenario(months: int = 48, history: str = "2024-01", **block: Any) -> Scenario:
    last = 12 * 2024 + months - 1
    until = f"{last // 12}-{last % 12 + 1:02d}"
    time = {"start": "2024-01", "history_until": history, "until": until}
    block = {"rule": "chase_and_fill", **block}
    return Scenario.model_validate({"title": "game", "time": time, "regions": block})


def view(**seen: float) -> RegionalView:
    calm = {
        "fill_rate": 1.0,
        "signed_persons": 100.0,
        "neighbours_bonus_rub": 500_000.0,
        "stress": 0.0,
        "revenue_rub": 10e9,
        "transfer_share": 0.0,
    }
    return RegionalView(**{**calm, **seen})


def region(path: float = 500_000.0, **block: Any) -> RegionalGovernment:
    given = scenario(**block)
    path_rub = np.full(given.time.months, path)
    (scale,) = scale_paths(given, regions((1,)))
    return RegionalGovernment(mesa.Model(seed=1), given, path_rub, scale)


def offers(agent: RegionalGovernment, seen: RegionalView, months: int) -> list[float]:
    paid = []
    for index in range(months):
        agent.observe(seen)
        paid.append(agent.decide(index))
    return paid


def test_history_is_followed_whatever_happens() -> None:
    agent = region(history="2024-12")
    assert offers(agent, view(fill_rate=0.1), 12) == [500_000.0] * 12


def test_a_short_region_announces_a_step_and_pays_it_after_the_lag() -> None:
    agent = region(lag_months=2, step_rub=100_000)
    paid = offers(agent, view(fill_rate=0.5), 5)
    assert paid == [500_000, 500_000, 500_000, 600_000, 600_000]


def test_small_pressure_adds_up_until_it_is_worth_a_step() -> None:
    agent = region(lag_months=0, step_rub=100_000, chase_response=0)
    paid = offers(agent, view(fill_rate=0.95), 9)
    assert paid[:7] == [500_000] * 7, "ln(1.2) / 0.03 is just above six months"
    assert paid[7] == 600_000


def test_a_move_under_way_is_waited_for() -> None:
    agent = region(lag_months=6, step_rub=100_000)
    offers(agent, view(fill_rate=0.5), 3)
    aimed = agent.aim_rub
    agent.observe(view(fill_rate=0.1))
    agent.decide(3)
    assert agent.aim_rub == aimed


@pytest.mark.parametrize(
    ("seen", "sign"),
    [
        ({"fill_rate": 0.8}, 1),
        ({"fill_rate": 1.5}, -1),
        ({"stress": 0.5}, -1),
        ({"neighbours_bonus_rub": 700_000.0}, 1),
        ({"neighbours_bonus_rub": 300_000.0}, -1),
        ({}, 0),
    ],
)
def test_what_moves_the_aim(seen: dict[str, float], sign: int) -> None:
    moved = aim(500_000, view(**seen), CHASES, 0.0) - 500_000
    assert np.sign(round(moved)) == sign


def test_the_customary_distance_to_neighbours_is_no_reason_to_move() -> None:
    poor = view(neighbours_bonus_rub=1_000_000.0)
    assert aim(500_000, poor, CHASES, np.log(2)) == pytest.approx(500_000)


def test_budget_first_does_not_chase_and_keeps_to_the_lower_share() -> None:
    rules = Regions.model_validate({"rule": "budget_first"})
    chased = view(neighbours_bonus_rub=2_000_000.0)
    assert aim(500_000, chased, rules, 0.0) == pytest.approx(500_000)
    many = view(signed_persons=1_000.0)
    assert 500_000 * (1 - rules.largest_cut_share) < 0.03 * 10e9 / 1_000
    assert aim(500_000, many, rules, 0.0) == pytest.approx(0.03 * 10e9 / 1_000)
    assert aim(500_000, many, CHASES, 0.0) == pytest.approx(500_000), "5 % holds more"


def test_a_refund_from_moscow_lets_a_region_pay_more() -> None:
    poor = {"signed_persons": 2_000.0, "fill_rate": 0.5}
    alone = aim(500_000, view(**poor), CHASES, 0.0)
    helped = aim(500_000, view(**poor, transfer_share=0.5), CHASES, 0.0)
    assert alone == pytest.approx(250_000)
    assert helped == pytest.approx(500_000)


def test_one_decision_cuts_no_more_than_a_largest_share() -> None:
    crowded = view(fill_rate=9.0, stress=5.0, signed_persons=1e6)
    assert aim(500_000, crowded, CHASES, 0.0) == 250_000
    bold = Regions.model_validate({"largest_cut_share": 0.8})
    assert aim(500_000, crowded, bold, 0.0) == pytest.approx(100_000)


def test_fixed_stays_on_the_path() -> None:
    paid = offers(region(rule="fixed"), view(fill_rate=0.1, stress=3.0), 20)
    assert set(paid) == {500_000.0}


def test_the_scale_multiplies_the_offer_under_every_rule() -> None:
    for rule in ("fixed", "chase_and_fill"):
        agent = region(rule=rule, signing_bonus={"scale": {"2024-03": 0.5}})
        assert offers(agent, view(), 4) == [5e5, 5e5, 2.5e5, 2.5e5]


def test_neighbours_are_the_district_and_the_hub() -> None:
    bonus = np.array([1e5, 4e5, 9e5, 4e6])
    districts = ("A", "A", "B", "A")
    near = neighbour_bonuses(bonus, districts, hub_weight=0.0)
    assert near[0] == pytest.approx(np.sqrt(4e5 * 4e6))
    assert near[2] == pytest.approx(np.exp(np.log(bonus).mean())), "alone: the country"
    hub = neighbour_bonuses(bonus, districts, hub_weight=1.0)
    assert hub == pytest.approx(np.full(4, np.exp(np.log(bonus).mean())))


def test_quotas_share_the_nation_by_men() -> None:
    assert regional_quotas(900, regions((200, 100, 600))).tolist() == [200, 100, 600]


def test_regions_without_documents_share_what_the_mean_leaves() -> None:
    documented = {"mean": 300_000, "by_region": {"RU-00": {"2024-03": 700_000}}}
    paid = documented_bonuses(scenario(4, signing_bonus=documented), regions((1, 1, 1)))
    assert paid[:, 1].tolist() == [300_000] * 3, "nothing documented yet"
    assert paid[:, 2].tolist() == [700_000, 100_000, 100_000]
    assert paid.mean(axis=0) == pytest.approx(300_000)


def test_the_floor_holds_where_documents_exceed_the_mean() -> None:
    documented = {
        "mean": 100_000,
        "least_rub": 50_000,
        "by_region": {"RU-00": {"2024-01": 900_000}},
    }
    paid = documented_bonuses(scenario(2, signing_bonus=documented), regions((1, 1, 1)))
    assert paid[1:].tolist() == [[50_000] * 2] * 2


def test_a_region_s_own_factor_multiplies_what_it_offers_under_every_rule() -> None:
    given = scenario(
        4,
        signing_bonus={
            "mean": 300_000,
            "scale": {"2024-02": 0.5},
            "by_region": {"RU-00": {"scale": {"2024-03": 3}}},
        },
    )
    table = regions((1, 1, 1))
    paid = documented_bonuses(given, table)
    assert paid.tolist() == [[300_000] * 4] * 3, "a factor alone is no document"
    factors = scale_paths(given, table)
    assert factors[0].tolist() == [1, 0.5, 1.5, 1.5]
    assert factors[1].tolist() == [1, 0.5, 0.5, 0.5]
    agent = RegionalGovernment(mesa.Model(seed=1), given, paid[0], factors[0])
    assert offers(agent, view(), 4) == [300_000, 150_000, 450_000, 450_000]


@dataclass
class Game:
    """Three regions that buy from one mobile labour force, 48 months.

    The country's inflow is `willing x (mean bonus / 500,000)^0.4`; men sign where more
    is paid: shares go with the square of the bonus.
    """

    quota: float
    willing: float
    revenue_rub: float
    revenue_factor: dict[int, float] = field(default_factory=dict)
    start_rub: tuple[float, float, float] = (500_000.0, 500_000.0, 500_000.0)

    def play(self, months: int = 48) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the offers, (months, 3)."""
        given = scenario(months)
        model = mesa.Model(seed=1)
        agents = [
            RegionalGovernment(model, given, np.full(months, bonus), np.ones(months))
            for bonus in self.start_rub
        ]
        revenue = np.full((3, months), self.revenue_rub)
        for month, factor in self.revenue_factor.items():
            revenue[:, month:] = self.revenue_rub * factor
        paid, spent = np.zeros((months, 3)), np.zeros((months, 3))
        for index in range(months):
            paid[index] = [agent.decide(index) for agent in agents]
            signed = self._signed(paid[index])
            spent[index] = signed * paid[index]
            self._show(agents, signed, spent[: index + 1], revenue)
        return paid

    def _signed(self, bonus: Any) -> Any:
        inflow = self.willing * (bonus.mean() / 5e5) ** 0.4
        return inflow * bonus**2 / (bonus**2).sum()

    def _show(self, agents: Any, signed: Any, spent: Any, revenue: Any) -> None:
        index = len(spent) - 1
        rules = agents[0]._rules
        bonus = np.array([agent.bonus_rub for agent in agents])
        share = spending_share(spent, revenue)
        views = regional_views(
            signed_persons=signed,
            quotas_persons=np.full(3, self.quota / 3),
            neighbours_rub=neighbour_bonuses(bonus, DISTRICTS, rules.hub_weight),
            stress=fiscal_stress(
                share, rules.stress_revenue_share, rules.cap_revenue_share
            ),
            revenue_rub=revenue[:, index],
            transfer_share=0.0,
        )
        for agent, seen in zip(agents, views, strict=True):
            agent.observe(seen)


def test_scarce_men_and_full_coffers_make_a_race() -> None:
    """Nobody fills his quota, everybody can pay: offers multiply, leader by leader."""
    paid = Game(quota=3_000, willing=1_500, revenue_rub=400e9).play()
    assert (paid[-1] > 3 * paid[0]).all()
    assert (np.diff(paid, axis=0) >= 0).all(), "nobody cuts in a race"


def test_one_rich_region_pulls_the_others_up() -> None:
    calm = Game(quota=1_500, willing=1_500, revenue_rub=400e9)
    led = Game(quota=2_200, willing=1_500, revenue_rub=400e9, start_rub=(9e5, 5e5, 5e5))
    assert led.play()[-1, 1:].mean() > 1.2 * calm.play()[-1, 1:].mean()


def test_filled_quotas_make_a_plateau() -> None:
    paid = Game(quota=1_500, willing=1_500, revenue_rub=400e9).play()
    assert np.array_equal(paid[-1], paid[0])


def test_a_race_ends_in_a_plateau_where_quotas_are_met() -> None:
    paid = Game(quota=1_900, willing=1_500, revenue_rub=400e9).play()
    assert (paid[-1] > 1.3 * paid[0]).all()
    assert np.array_equal(paid[-12], paid[-1])


def test_lost_revenue_makes_a_collapse() -> None:
    """Revenue falls by nine tenths: cuts follow, deeper than a half, everywhere."""
    paid = Game(
        quota=1_600, willing=1_500, revenue_rub=12e9, revenue_factor={24: 0.1}
    ).play()
    assert (paid[20] >= paid[0]).all()
    assert (paid[-1] < 0.5 * paid[20]).all()


def test_neighbours_follow_a_region_that_cuts() -> None:
    lone = region(lag_months=0)
    for index in range(12):
        neighbours = 500_000.0 if index < 3 else 200_000.0
        lone.observe(view(neighbours_bonus_rub=neighbours))
        lone.decide(index)
        if index == 3:
            assert lone.bonus_rub < 500_000
    assert lone.bonus_rub == pytest.approx(200_000, abs=100_000)
