"""Migrants in Russia: choice, raids, residency for service."""

from __future__ import annotations

import numpy as np

from model.fields.months import parse_month
from tests.model.channels.plausible import (
    FIRST,
    by_default,
    of_country,
    persons,
    recruited,
    scenario,
    with_channel,
    world,
)

NAME = "migrant"
LONG = {"until": "2026-12"}


def test_all_count_as_foreigners() -> None:
    for intake in by_default(NAME):
        assert (intake.home >= world().region_count).all()


def test_without_raids_nobody_is_coerced_before_the_residency_decree() -> None:
    free = recruited(NAME, with_channel(NAME, raids=0.0))
    assert sum(int(i.coerced.sum()) for i in free) == 0
    assert persons(free) > 0


def test_raids_press_no_more_than_their_capacity() -> None:
    tight = recruited(NAME, with_channel(NAME, raids=20.0, raid_capacity=60))
    assert {int(i.coerced.sum()) for i in tight} == {60}


def test_the_residency_decree_bites_from_its_month_and_spares_belarusians() -> None:
    raids_off = {"raids": 0.0}
    with_decree = recruited(NAME, scenario(time=LONG, channels={NAME: raids_off}))
    coerced = np.array([int(i.coerced.sum()) for i in with_decree])
    decree = parse_month("2025-11") - FIRST  # dec-2025-11
    assert coerced[:decree].sum() == 0
    assert (coerced[decree:] > 0).all()
    forced = [i.home[i.coerced] for i in with_decree[decree:]]
    assert world().homes.index("BY") not in np.concatenate(forced)


def test_signatures_under_pressure_carry_no_reservation_bonus() -> None:
    for intake in by_default(NAME)[-6:]:
        assert np.isnan(intake.reservation_bonus_rub[intake.coerced]).all()
        free = ~intake.coerced
        offered = intake.bonus_federal_rub + intake.bonus_regional_rub
        assert (intake.reservation_bonus_rub[free] <= offered[free]).all()


def test_a_small_stock_is_exhausted() -> None:
    all_in = with_channel(NAME, raids=1e2, raid_capacity=1e7, reached_per_month=0.0,
                          pressed_hazard_per_month=0.01)  # fmt: skip
    intakes = recruited(NAME, all_in)
    table = world().countries
    cubans = int(table.living_in_russia_persons[table.iso.index("CU")])
    assert of_country(intakes, "CU") == cubans


def test_more_adverts_reach_more_migrants() -> None:
    few = recruited(NAME, scenario(), foreign_advertising_per_month=0.0)
    many = recruited(NAME, scenario(), foreign_advertising_per_month=2_000.0)
    assert persons(many) > persons(few)
