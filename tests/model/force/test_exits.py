from __future__ import annotations

from typing import Any

import numpy as np

from model.force.roll import State
from tests.model.force.small_war import (
    DECEIVED,
    NO_HAZARDS,
    PRISONER,
    VOLUNTEER,
    War,
    deceived,
    force,
    men,
)

WOUNDING: dict[str, Any] = {
    "deaths_per_man": 0.01,
    "tempo": {"2022-09": 1.0, "2022-12": 0.0},
    "wounded_per_killed": 20.0,
    "captured_per_killed": 2.0,
    "absent_hazard_per_month": 0.0,
    "discharge_hazard_per_month": 0.0,
    "return_delay_mean_months": 24.0,
    "return_share": 1.0,
    "missing_share": 0.0,
    "captured_exchange_share_per_month": 0.0,
}


def test_a_term_of_ones_own_ends_to_the_month() -> None:
    war = War(force(**NO_HAZARDS))
    war.run(6, {0: {PRISONER: men(100, term_months=6), VOLUNTEER: men(100)}})
    assert war.total("discharged") == 0
    war.run(1)
    assert war.in_state(State.DISCHARGED) == 100
    assert set(war.losses[6].discharged_at_term) == set(range(100))
    war.run(12)
    assert war.roll.in_theatre == 100


def test_a_term_frees_from_hospital_but_not_from_captivity() -> None:
    war = War(force(**WOUNDING)).run(5, {0: {PRISONER: men(2000, term_months=6)}})
    wounded = np.flatnonzero(war.roll.state == State.WOUNDED)
    captured = np.flatnonzero(war.roll.state == State.CAPTURED)
    assert len(wounded) > 50
    assert len(captured) > 5
    war.run(10)
    assert np.all(war.roll.state[wounded] == State.DISCHARGED)
    assert np.all(war.roll.state[captured] == State.CAPTURED)


def test_open_ended_contracts_do_not_end() -> None:
    war = War(force(**NO_HAZARDS, contract_term_months=3)).deploy(men(400)).run(20)
    assert war.roll.in_theatre == 400


def test_fixed_terms_end_or_are_renewed() -> None:
    persons = 20_000
    closed = {"open_ended": False}
    war = War(force(**NO_HAZARDS, contract_term_months=6, renewal_share=0.6))
    war.run(6, {0: {VOLUNTEER: men(persons)}}, closed)
    assert war.total("discharged") == 0
    war.run(1, now=closed)
    sampling_error = np.sqrt(persons * 0.6 * 0.4)
    assert abs(war.roll.in_theatre - 0.6 * persons) < 4.5 * sampling_error
    after_first = war.roll.in_theatre
    war.run(5, now=closed)
    assert war.roll.in_theatre == after_first
    war.run(1, now=closed)
    assert abs(war.roll.in_theatre - 0.36 * persons) < 4.5 * sampling_error


def test_when_the_decree_falls_all_who_served_a_term_may_go() -> None:
    war = War(force(**NO_HAZARDS, contract_term_months=6, renewal_share=0.0))
    war.run(12, {0: {VOLUNTEER: men(100)}, 10: {VOLUNTEER: men(70)}})
    war.run(1, now={"open_ended": False})
    assert war.total("discharged_at_term") == 100
    war.run(3, now={"open_ended": False})
    assert war.in_state(State.DISCHARGED) == 100
    war.run(1, now={"open_ended": False})
    assert war.in_state(State.DISCHARGED) == 170


def test_a_deal_frees_the_deceived_of_its_country_alone() -> None:
    war = War(force(**NO_HAZARDS), deal_share_per_month=1.0)
    war.run(
        4,
        {0: {DECEIVED: deceived(60, country=0)}, 1: {DECEIVED: deceived(50, country=1)}}
        | {2: {DECEIVED: men(40), VOLUNTEER: men(30)}},
    )
    war.run(1, now={"deals": (1,)})
    assert war.total("discharged_by_deal") == war.total("discharged") == 50
    assert set(war.roll.home[war.losses[-1].discharged_by_deal]) == {4}


def test_a_deal_frees_a_share_each_month() -> None:
    persons = 20_000
    war = War(force(**NO_HAZARDS), deal_share_per_month=0.15)
    war.run(1, {0: {DECEIVED: deceived(persons)}})
    war.run(5, now={"deals": (0,)})
    staying = 0.85**5
    sampling_error = np.sqrt(persons * staying * (1 - staying))
    left = persons - war.total("discharged_by_deal")
    assert abs(left - persons * staying) < 4.5 * sampling_error


def test_men_of_a_term_of_their_own_go_home_when_exchanged() -> None:
    held: dict[str, Any] = WOUNDING | {
        "captured_exchange_share_per_month": 0.5,
        "exchanged_return_share": 1.0,
    }
    intakes = {PRISONER: men(3000, term_months=24), VOLUNTEER: men(3000)}
    war = War(force(**held)).run(12, {0: intakes})
    exchanged = np.concatenate([losses.exchanged for losses in war.losses])
    channel, state = war.roll.channel[exchanged], war.roll.state[exchanged]
    assert np.all(state[channel == PRISONER] == State.DISCHARGED)
    assert (channel == PRISONER).sum() > 10
    assert not np.any(state[channel == VOLUNTEER] == State.DISCHARGED)
    assert (channel == VOLUNTEER).sum() > 10
