"""Prisoners: a stock that shrinks, terms, suspects, fear and pay."""

from __future__ import annotations

import numpy as np
import pytest

from model.channels.prisoner import Channel, Settings
from tests.model.channels.plausible import (
    between,
    by_default,
    held,
    months,
    persons,
    recruited,
    scenario,
    with_channel,
    world,
)
from tests.model.worlds import made


def test_terms_end_after_six_months_until_the_switch_and_never_after_it() -> None:
    intakes = by_default("prisoner")
    for intake in between(intakes, "2022-09", "2023-08"):
        assert (np.asarray(intake.term_months) == 6).all()
    for intake in between(intakes, "2023-09", "2025-06"):
        assert (np.asarray(intake.term_months) == 0).all()


def test_convicts_get_the_federal_bonus_only_in_the_documented_window() -> None:
    intakes = by_default("prisoner")
    wagner, ministry, after = (
        between(intakes, month, month)[0] for month in ("2022-12", "2024-09", "2025-03")
    )
    assert (wagner.bonus_federal_rub == 0).all()
    assert (ministry.bonus_federal_rub == 400_000).all()
    assert (after.bonus_federal_rub == 0).all()


def test_a_prison_nobody_enters_runs_dry() -> None:
    setting = with_channel("prisoner", admissions=0, hazard_per_month=0.9)
    prisons = made(Channel, setting, world())
    flows = [prisons.recruit(now).persons for now in months(setting)]
    assert sum(flows) < world().prisoners_persons
    assert flows[0] > 100_000
    assert flows[-1] < 100
    assert prisons.stock_persons(len(flows) - 1) < 40_000


def test_recruits_and_those_inside_never_exceed_all_admitted() -> None:
    setting = scenario()
    prisons = made(Channel, setting, world())
    signed, admitted = 0, world().prisoners_persons
    for now in months(setting):
        signed += prisons.recruit(now).persons
        assert signed + prisons.stock_persons(now.index) <= admitted
        admitted += round(float(Settings().admissions.over(now.month, 1)[0]))


def test_suspects_sign_only_from_their_law_on() -> None:
    usual = by_default("prisoner")
    never = recruited("prisoner", with_channel("prisoner", suspects=0.0))
    before = ("2022-09", "2024-09")
    assert persons(between(usual, *before)) == persons(between(never, *before))
    after = ("2024-10", "2025-06")
    assert persons(between(usual, *after)) > 1.05 * persons(between(never, *after))


def test_known_losses_keep_convicts_inside() -> None:
    homes = len(world().homes)
    calm = recruited(
        "prisoner", scenario(), perceived_death_share=np.full(homes, 0.002)
    )
    grim = recruited("prisoner", scenario(), perceived_death_share=np.full(homes, 0.05))
    assert persons(grim) < 0.7 * persons(calm)


def test_men_with_little_left_to_serve_wait_it_out() -> None:
    patient = with_channel("prisoner", sentence_half_months=24.0)
    assert persons(recruited("prisoner", patient)) < persons(by_default("prisoner"))


def test_all_sign_in_custody_at_home_ages() -> None:
    intake = by_default("prisoner")[10]
    assert intake.coerced.all()
    assert not intake.deceived.any()
    assert np.isnan(intake.reservation_bonus_rub).all()
    assert intake.age_years.min() >= 18
    assert intake.home.max() < world().region_count


def test_convicts_come_from_where_men_used_to_serve() -> None:
    regions = world().regions
    home = np.concatenate([intake.home for intake in by_default("prisoner")])
    share = np.bincount(home, minlength=len(regions.iso)) / len(home)
    expected = regions.men_18_59_persons * regions.service_tradition
    assert share == pytest.approx(expected / expected.sum(), abs=0.003)


def test_the_fixture_holds_values_between_dates() -> None:
    assert held({"2022-09": 1.0, "2023-01": 2.0}, 12 * 2022 + 11) == 1.0
