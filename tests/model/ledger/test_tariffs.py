"""What is owed to whom: each occasion against a sum worked out by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.channels.interface import plain_intake
from model.force.roll import Roll, State
from model.ledger import Ledger
from model.ledger.disability import Disability
from model.ledger.pensions import SurvivorPensions, annuity_factors
from model.scenario import Scenario
from tests.model.ledger.random_war import (
    CHANNELS,
    REGIONS,
    START,
    RandomWar,
    civilian_of,
    ledger_of,
    no_losses,
    war_scenario,
)
from tests.model.worlds import environment, offers

ROW = {name: row for row, name in enumerate(CHANNELS)}
TARIFFS = (
    "federal.combat_premium",
    "federal.advertising_spending",
    "regions.referral_fee",
    "compensation.death_presidential",
    "compensation.death_statutory",
    "compensation.death_insurance",
    "compensation.death_regional",
    "compensation.wound_severe",
    "compensation.wound_light",
    "compensation.wound_other",
    "compensation.wound_insurance",
    "compensation.disability",
    "compensation.survivor_pension_per_month",
    "costs.training_and_kit",
    "costs.rear_pay",
    "costs.sending_state_pay",
)


def book(
    scenario: Scenario,
    events: list[dict[str, Any]],
    channel: str = "volunteer_contract",
) -> Ledger:
    """Book months in which the events named befall rows of a hundred soldiers."""
    roll, ledger = (
        Roll(CHANNELS, REGIONS + 1),
        ledger_of(scenario),
    )
    civilian = civilian_of(scenario)
    foreign = channel in ("foreign_deceived", "state_deployment")
    men = np.zeros(100, dtype=np.int64)
    intake = plain_intake(men + (REGIONS if foreign else 0), men, men + 30)
    roll.enlist(intake, ROW[channel], 0)
    for index in range(scenario.time.months):
        rows = events[index] if index < len(events) else {}
        losses = replace(no_losses(), **{n: np.array(r) for n, r in rows.items()})
        now = environment(index, month=int(scenario.time.first) + index)
        intakes = {channel: intake} if index == 0 else {}
        economy = civilian.advance(index, np.zeros(REGIONS))
        ledger.book(now, intakes, roll, losses, economy)
    return ledger


def by_month(ledger: Ledger, *accounts: str, paid: bool = False) -> list[int]:
    return [int(total) for total in ledger.month_totals(*accounts, paid=paid)]


def test_wound_tiers_change_in_november_2024() -> None:
    """Ten wounds a month: 3m flat; then 0.3 x 3m + 0.5 x 1m + 0.2 x 0.1m each."""
    ten = {"wounded": range(10)}
    ledger = book(war_scenario(7), [ten] * 7)
    tiers = ("wound_severe", "wound_light", "wound_other")
    owed = by_month(ledger, *tiers)
    assert owed[:5] == [10 * 3_000_000] * 5, "June to October 2024"
    assert owed[5:] == [10 * 1_420_000] * 2, "from November"
    assert by_month(ledger, "wound_severe")[5] == 10 * 900_000
    assert by_month(ledger, "wound_light")[5] == 10 * 500_000
    assert by_month(ledger, "wound_other")[5] == 10 * 20_000


def test_half_of_the_wounds_are_paid_two_months_later_and_the_rest_lapses() -> None:
    ledger = book(war_scenario(4), [{"wounded": [0, 1]}])
    assert by_month(ledger, "wound_severe", paid=True) == [0, 0, 900_000, 0]
    rows = ledger.table()
    severe = rows["account"] == "wound_severe"
    assert rows["lapsed_rub"][severe].tolist() == [0, 900_000]


def test_a_death_is_owed_at_once_and_paid_after_its_lag() -> None:
    ledger = book(war_scenario(5), [{"killed": [0, 1]}])
    assert by_month(ledger, "death_presidential") == [10_000_000, 0, 0, 0, 0]
    assert by_month(ledger, "death_presidential", paid=True) == [0, 0, 0, 9_500_000, 0]
    assert by_month(ledger, "death_insurance")[0] == 2 * 3_131_729
    assert ledger.place_totals("death_regional")[0].tolist() == [4_000_000, 0, 0]


def test_families_of_the_missing_wait_for_a_court() -> None:
    ledger = book(
        war_scenario(4),
        [{"killed": [0, 1], "missing": [1]}, {}, {"declared_dead": [1]}],
    )
    assert by_month(ledger, "death_presidential") == [5_000_000, 0, 5_000_000, 0]


def test_a_man_declared_dead_in_the_month_he_goes_missing_is_paid_once() -> None:
    month = {"killed": [0], "missing": [0], "declared_dead": [0]}
    assert (
        by_month(book(war_scenario(2), [month]), "death_presidential")[0] == 5_000_000
    )


def test_families_abroad_claim_less_and_a_sending_state_is_paid_instead() -> None:
    death = [{"killed": [0]}]
    abroad = book(war_scenario(5), death, "foreign_deceived")
    assert sum(by_month(abroad, "death_presidential")) == 5_000_000
    assert sum(by_month(abroad, "death_presidential", paid=True)) == round(
        0.95 * 0.3 * 5_000_000
    )
    sent = book(war_scenario(5), death, "state_deployment")
    assert sum(by_month(sent, "death_presidential", "survivor_pension")) == 0
    assert by_month(sent, "sending_state") == [100 * 2_000 * 90] * 5, "USD at 90"
    assert by_month(sent, "service_pay") == [0] * 5


def test_pay_follows_the_role() -> None:
    """100 men: 20 in training, 30 in combat, 40 in support, 10 wounded."""
    scenario = war_scenario(1)
    roll, ledger = Roll(CHANNELS, REGIONS + 1), None
    men = np.zeros(100, dtype=np.int64)
    roll.enlist(plain_intake(men, men, men + 30), ROW["volunteer_contract"], 0)
    roll.move(np.arange(20, 50), State.COMBAT)
    roll.move(np.arange(50, 90), State.SUPPORT)
    roll.move(np.arange(90, 100), State.WOUNDED)
    ledger = ledger_of(scenario)
    economy = civilian_of(scenario).advance(0, np.zeros(REGIONS))
    now = environment(0, month=int(scenario.time.first))
    ledger.book(now, {}, roll, no_losses(), economy)
    zone = 30 * 210_000 + 40 * 0.95 * 210_000
    assert by_month(ledger, "service_pay") == [round(zone + 30 * 57_500)]
    assert by_month(ledger, "combat_premium") == [30 * 24_000]


@pytest.mark.parametrize("state", [State.CAPTURED, State.MISSING])
def test_families_of_captives_and_missing_men_draw_rear_pay(state: State) -> None:
    roll = Roll(CHANNELS, REGIONS + 1)
    men = np.zeros(10, dtype=np.int64)
    roll.enlist(plain_intake(men, men, men + 30), ROW["volunteer_contract"], 0)
    roll.move(np.arange(10), state)
    scenario = war_scenario(1)
    ledger = ledger_of(scenario)
    economy = civilian_of(scenario).advance(0, np.zeros(REGIONS))
    now = environment(0, month=int(scenario.time.first))
    ledger.book(now, {}, roll, no_losses(), economy)
    assert by_month(ledger, "service_pay") == [10 * 57_500]


def test_a_bonus_is_split_over_the_levels_that_promised_it() -> None:
    scenario = war_scenario(2, federal={"transfer_to_regions": 0.25})
    ledger = ledger_of(scenario)
    men = np.zeros(2, dtype=np.int64)
    intake = replace(
        plain_intake(men, men, men + 30),
        bonus_federal_rub=men + 400_000,
        bonus_regional_rub=men + 900_000,
    )
    promised = replace(offers(), municipal_rub=np.full(REGIONS, 100_000.0))
    roll, civilian = (
        Roll(CHANNELS, REGIONS + 1),
        civilian_of(scenario),
    )
    for index, intakes in enumerate(({"volunteer_contract": intake}, {})):
        month = int(scenario.time.first) + index
        now = environment(index, month=month, offers=promised)
        economy = civilian.advance(index, np.zeros(REGIONS))
        ledger.book(now, intakes, roll, no_losses(), economy)
    assert by_month(ledger, "federal_bonus") == [800_000, 0]
    assert by_month(ledger, "regional_bonus") == [1_600_000, 0]
    assert by_month(ledger, "municipal_bonus") == [200_000, 0]
    assert by_month(ledger, "federal_transfer", paid=True) == [0, 400_000]
    assert by_month(ledger, "federal_bonus", paid=True) == [0, 800_000], (
        "one month late"
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("tariff", TARIFFS)
def test_raising_a_tariff_never_lowers_the_bill(tariff: str, seed: int) -> None:
    block, name = tariff.split(".")
    scenario = war_scenario(12)
    path = getattr(getattr(scenario, block), name).model_dump()
    raised = war_scenario(12, **{block: {name: {**path, "scale": {"2024-09": 1.3}}}})
    base = RandomWar(seed, scenario).run().bill_rub().cumsum()
    more = RandomWar(seed, raised).run().bill_rub().cumsum()
    assert (more >= base).all()
    assert more[-1] > base[-1], "and every tariff is on the bill"


def test_disability_takes_the_place_of_the_wound_payment() -> None:
    ledger = book(
        war_scenario(3), [{"wounded": range(10)}, {"disabled": [0]}, {"wounded": [20]}]
    )
    assert by_month(ledger, "disability") == [0, 3_000_000, 0]
    assert by_month(ledger, "wound_severe") == [10 * 900_000, 0, 0]


def test_a_backdated_rise_is_owed_to_earlier_disabled_men() -> None:
    tariff = np.array([3e6, 3e6, 4e6])
    for backdated, expected in ((True, 2 * 1e6), (False, 0.0)):
        disability = Disability(1, tariff, backdated=backdated)
        one, none = np.array([1]), np.array([0])
        owed = [
            disability.owed_rub(index, n) for index, n in enumerate((one, one, none))
        ]
        assert owed[2] == expected


def test_the_present_value_of_a_pension_is_the_closed_form() -> None:
    discount, months, pension = 0.08, 180, 25_000
    v = (1 + discount) ** (-1 / 12)
    closed = pension * v * (1 - v**months) / (1 - v)
    assert pension * annuity_factors(months, discount)[-1] == pytest.approx(closed)
    scenario = war_scenario(1, compensation={"death_claim_share": 1.0})
    ledger = book(scenario, [{"killed": [0]}])
    assert by_month(ledger, "survivor_pension") == [round(closed)]


def test_a_pension_pays_its_term_and_ends_at_zero() -> None:
    pensions = SurvivorPensions(20, 1, years=1, discount_per_year=0.08)
    owed, cash = 0, []
    for index in range(20):
        month = pensions.advance(index, np.array([3.0 * (index == 0)]), 10_000)
        owed += int(month.awarded_rub[0] + month.unwinding_rub[0] - month.paid_rub[0])
        cash.append(int(month.paid_rub[0]))
    assert cash == [0] + [30_000] * 12 + [0] * 7
    assert owed == 0


def test_indexing_a_pension_raises_what_is_owed_to_earlier_families() -> None:
    pensions = SurvivorPensions(3, 1, years=10, discount_per_year=0.0)
    pensions.advance(0, np.array([1.0]), 10_000)
    month = pensions.advance(1, np.array([0.0]), 11_000)
    assert month.paid_rub[0] == 11_000
    assert month.unwinding_rub[0] == 120 * 1_000


def test_lost_output_counts_men_who_would_have_worked() -> None:
    documented = {"start": START, "history_until": "2024-07", "until": "2024-07"}
    volunteers = book(war_scenario(2, time=documented), [{"discharged": [0]}])
    assert by_month(volunteers, "lost_output") == [
        round(1.6 * 70_000 * 99),
        round(1.6 * 70_000 * 99),
    ]
    assert by_month(book(war_scenario(1), [], "prisoner"), "lost_output") == [0]


def test_emigrants_cost_output_until_they_return() -> None:
    """A hundred men flee at a wage of 70,000; half of those abroad return a month."""
    documented = {"start": START, "history_until": "2024-08", "until": "2024-08"}
    scenario = war_scenario(
        3, time=documented, costs={"emigrant_return_share_per_month": 0.5}
    )
    ledger, roll = (
        ledger_of(scenario),
        Roll(CHANNELS, REGIONS + 1),
    )
    nobody = np.zeros(0, dtype=np.int64)
    decree = replace(
        plain_intake(nobody, nobody, nobody), emigrants_by_region=np.array([60, 40, 0])
    )
    civilian = civilian_of(scenario)
    for index, intakes in enumerate(({"mobilised": decree}, {}, {})):
        now = environment(index, month=int(scenario.time.first) + index)
        economy = civilian.advance(index, np.zeros(REGIONS))
        ledger.book(now, intakes, roll, no_losses(), economy)
    at_once = round(1.6 * 70_000 * 100)
    assert by_month(ledger, "emigration") == [at_once, at_once // 2, at_once // 4]
