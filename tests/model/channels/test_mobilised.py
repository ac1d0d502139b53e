"""Mobilisation: a decree, its fallback, who flees, what is feared."""

from __future__ import annotations

import numpy as np
import pytest

from tests.model.channels.plausible import (
    by_default,
    recruited,
    scenario,
    with_channel,
    world,
)

MEN = world().regions.men_18_59_persons


def test_the_decree_draws_its_number_in_proportion_to_the_reserve() -> None:
    intakes = by_default("mobilised")
    assert [i.persons for i in intakes[:3]] == [100_000, 202_503, 0]  # mob-302
    drawn = np.bincount(intakes[1].home, minlength=len(MEN))
    reserve = MEN * world().regions.service_tradition
    assert np.abs(drawn - 202_503 * reserve / reserve.sum()).max() <= 1


def test_those_who_flee_come_from_all_regions_as_men_do() -> None:
    fled = by_default("mobilised")[1].emigrants_by_region
    assert fled is not None
    assert np.abs(fled - fled.sum() * MEN / MEN.sum()).max() <= 1


def test_their_mean_age_is_the_documented_one() -> None:
    intake = by_default("mobilised")[1]
    assert intake.age_years.mean() == pytest.approx(35, abs=2)  # mob-302, note


def test_some_650_thousand_leave_the_country() -> None:
    intakes = by_default("mobilised")
    gone = sum(
        int(i.emigrants_by_region.sum())
        for i in intakes
        if i.emigrants_by_region is not None
    )
    assert 600_000 <= gone <= 1_000_000  # exit-2022


def test_fear_rises_with_the_number_drawn_and_only_then() -> None:
    intakes = by_default("mobilised")
    assert intakes[1].belief_shock_per_month > intakes[0].belief_shock_per_month > 0
    assert intakes[5].belief_shock_per_month == 0


def test_a_fallback_decree_draws_new_men() -> None:
    intakes = recruited("mobilised", scenario(), mobilise_persons=1000.0)
    assert intakes[20].persons == 1000
    assert intakes[20].age_years.tolist() != intakes[21].age_years.tolist()


def test_no_region_gives_more_than_its_reserve() -> None:
    endless = with_channel("mobilised", decrees=3_000_000, liable_share=0.2)
    intakes = recruited("mobilised", endless)
    drawn = sum(np.bincount(i.home, minlength=len(MEN)) for i in intakes)
    assert (drawn <= np.floor(0.2 * MEN)).all()
    exhausted = drawn >= np.floor(0.2 * MEN)
    assert exhausted.mean() > 0.9


def test_the_drawn_get_no_bonus_and_did_not_sign_under_pressure() -> None:
    intake = by_default("mobilised")[0]
    assert intake.bonus_federal_rub.sum() == 0
    assert not intake.coerced.any()
