from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.force.roll import State
from tests.model.force.small_war import (
    ALL_COMBAT,
    FLAT_TENURE,
    NO_HAZARDS,
    REGULAR,
    VOLUNTEER,
    War,
    force,
    men,
    month,
)

N = 20_000


def posted(**share: float) -> dict[str, Any]:
    """Settings under which nothing happens but postings of these shares."""
    return {**NO_HAZARDS, "release_hazard_per_month": 0.0, "rear_share": share}


def near(found: int, share: float, persons: int = N) -> bool:
    """Whether a count is within 4.5 sampling errors of a share of persons."""
    sampling_error = float(np.sqrt(persons * share * (1 - share)))
    return abs(found - persons * share) < 4.5 * sampling_error


def test_a_channels_share_of_the_trained_is_posted_to_the_rear() -> None:
    war = War(force(**posted(volunteer_contract_to_2024=0.3))).deploy(men(500))
    war.run(2, {0: {VOLUNTEER: men(N)}})
    assert near(war.in_state(State.REAR), 0.3)
    assert war.total("posted") == war.in_state(State.REAR)
    assert war.roll.counts[REGULAR, State.REAR] == 0


def test_the_share_of_volunteers_changes_in_2025() -> None:
    shares = posted(volunteer_contract_to_2024=1.0, volunteer_contract_from_2025=0.0)
    war = War(force(**shares), months=40)
    war.run(40, {26: {VOLUNTEER: men(10)}, 27: {VOLUNTEER: men(20)}})
    assert war.in_state(State.REAR) == 10
    assert war.roll.in_theatre == 20


def test_combat_does_not_threaten_the_rear() -> None:
    cruel = force(
        deaths_per_man=0.3,
        rear_share={"volunteer_contract_to_2024": 1.0},
        release_hazard_per_month=0.0,
        discharge_hazard_per_month=0.0,
    )
    war = War(cruel).run(12, {0: {VOLUNTEER: men(1000)}})
    assert war.in_state(State.REAR) == 1000


def test_the_rear_is_released_at_its_hazard_and_a_scenario_moves_it() -> None:
    shares = {**posted(volunteer_contract_to_2024=1.0), "release_hazard_per_month": 0.1}
    given = force(**shares, release={"2022-09": 1.0, "2022-12": 0.0})
    war = War(given).run(3, {0: {VOLUNTEER: men(N)}})
    # Whoever arrives in the rear in a month is at its disposal from the next month on.
    assert near(war.total("released"), 1 - np.exp(-0.1))
    war.run(5)
    assert near(war.total("released"), 1 - np.exp(-0.1))
    assert war.roll.in_theatre == war.total("released")


def test_released_men_of_no_duty_are_assigned_and_others_go_back_to_theirs() -> None:
    """A man in two blocks of the roster would run twice the risk."""
    given = force(
        **ALL_COMBAT,
        deaths_per_man=0.02,
        return_share=0.0,
        limited_duty_share=1.0,
        release_hazard_per_month=2.0,
        invalid_delay_mean_months=1.0,
        rear_share={"volunteer_contract_to_2024": 0.5},
    )
    war = War(given).run(6, {0: {VOLUNTEER: men(4000)}})
    limited = np.concatenate([losses.limited for losses in war.losses])
    block = war.roll.duty_block[limited].copy()
    war.run(6)
    back = np.flatnonzero(war.roll.state[limited] == State.COMBAT)
    assert len(back) > 50
    assert np.array_equal(war.roll.duty_block[limited[back]], block[back])
    on_duty = war.roll.state == State.COMBAT
    assert np.all(war.roll.duty_block[on_duty] > 0)


def test_moscow_orders_a_number_of_the_rear_forward() -> None:
    war = War(force(**posted(volunteer_contract_to_2024=1.0)))
    war.run(2, {0: {VOLUNTEER: men(N)}})
    losses = war.step(replace(month(2), release_persons=5_000.0))
    assert near(len(losses.released), 0.25)
    losses = war.step(replace(month(3), release_persons=1e6))
    assert war.in_state(State.REAR) == 0
    assert war.roll.in_theatre == N


def test_rotation_withdraws_a_share_of_the_theatre() -> None:
    rotating = force(**NO_HAZARDS, release_hazard_per_month=0.0, rotation_per_month=0.2)
    war = War(rotating).deploy(men(N)).run(2)
    assert near(war.roll.in_theatre, 0.64)
    assert war.total("rotated") == war.in_state(State.REAR)


def test_men_in_the_rear_are_discharged_as_in_theatre() -> None:
    hazards = {**posted(volunteer_contract_to_2024=0.5)}
    hazards["discharge_hazard_per_month"] = 0.05
    war = War(force(**hazards), months=20).run(13, {0: {VOLUNTEER: men(2 * N)}})
    # Eleven months in the rear; in theatre that of arrival counts too.
    assert near(war.in_state(State.REAR), np.exp(-0.05 * 11))
    assert near(war.roll.in_theatre, np.exp(-0.05 * 12))


def test_the_wounded_return_serve_in_the_rear_or_go_home() -> None:
    given = force(
        **FLAT_TENURE,
        deaths_per_man=0.02,
        wounded_per_killed=20,
        return_share=0.5,
        limited_duty_share=0.4,
        disabled_share=0.25,
        return_delay_mean_months=0.2,
        invalid_delay_mean_months=0.2,
        release_hazard_per_month=0.0,
        discharge_hazard_per_month=0.0,
        absent_hazard_per_month=0.0,
        tempo={"2022-09": 1.0, "2022-10": 0.0},
    )
    war = War(given).deploy(men(100_000)).run(6)
    wounded = war.total("wounded")
    for kind, share in (
        ("returned", 0.5),
        ("limited", 0.5 * 0.4),
        ("disabled", 0.5 * 0.6 * 0.25),
        ("discharged_unfit", 0.5 * 0.6 * 0.75),
    ):
        assert near(war.total(kind), share, wounded), kind
    assert war.in_state(State.REAR) == war.total("limited")


def test_the_counted_men_on_duty_are_those_the_roll_shows() -> None:
    given = force(deaths_per_man=0.02, rotation_per_month=0.1, limited_duty_share=0.5,
                  rear_share={"volunteer_contract_to_2024": 0.3},
                  release_hazard_per_month=0.3)  # fmt: skip
    intakes = {
        at: {VOLUNTEER: men(500, casualty_factor=np.full(500, 1.5))} for at in range(8)
    }
    war = War(given).deploy(men(3000))
    for _ in range(12):
        war.run(1, intakes)
        there = np.isin(war.roll.state, (State.COMBAT, State.SUPPORT))
        counted = np.bincount(
            war.roll.duty_block[there],
            war.roll.casualty_factor[there],
            len(war.roll.on_duty),
        )
        assert war.roll.on_duty == pytest.approx(counted, abs=1e-6)
