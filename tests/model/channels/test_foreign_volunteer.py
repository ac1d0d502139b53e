"""Volunteers from abroad: pairs, days of travel, lump sums, places, brokers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.channels.foreign_volunteer import Channel
from model.world import World
from tests.model.channels.plausible import (
    between,
    by_default,
    months,
    of_country,
    persons,
    recruited,
    scenario,
    with_channel,
    world,
)
from tests.model.worlds import made

NAME = "foreign_volunteer"


def even_world() -> World:
    """Return the world with an even number of men in every country."""
    table = world().countries
    return replace(
        world(),
        countries=replace(table, men_18_45_persons=table.men_18_45_persons & ~1),
    )


def test_friends_who_all_come_in_pairs_come_in_even_numbers() -> None:
    setting = with_channel(NAME, pair_share=1.0)
    channel = made(Channel, setting, even_world())
    for now in months(setting):
        intake = channel.recruit(now)
        for home in np.unique(intake.home):
            theirs = intake.home == home
            assert theirs.sum() % 2 == 0


def test_pairs_bring_more_men_than_loners() -> None:
    alone = with_channel(NAME, pair_share=0.0)
    together = with_channel(NAME, pair_share=1.0)
    assert persons(recruited(NAME, alone)) < persons(recruited(NAME, together))


def test_days_of_travel_move_signatures_to_the_next_month_and_lose_nobody() -> None:
    at_once = recruited(NAME, with_channel(NAME, visa_to_contract_days=0.0))
    later = recruited(NAME, with_channel(NAME, visa_to_contract_days=15.0))
    arrived = np.cumsum([i.persons for i in later])
    decided = np.cumsum([i.persons for i in at_once])
    assert (arrived <= decided).all()
    assert (arrived[1:] >= decided[:-1]).all()
    half = later[0].persons / at_once[0].persons
    assert half == pytest.approx(0.5, abs=0.15)


def test_the_lump_sum_starts_at_the_federal_bonus_and_closes_on_moscow() -> None:
    setting = scenario()
    channel = made(Channel, setting, world())
    sums = {now.month: channel.lump_sum_rub(now) for now in months(setting)}
    assert sums[12 * 2023 + 5] == 195_000  # cu-bonus
    assert sums[12 * 2024 + 1] == 195_000  # lk-bonus
    assert 1_000_000 <= sums[12 * 2025 + 4] <= 2_000_000  # cm-contract-rub, cn-bonus-2m


def test_the_sum_booked_is_the_sum_promised() -> None:
    intake = between(by_default(NAME), "2025-03", "2025-03")[0]
    total = intake.bonus_federal_rub + intake.bonus_regional_rub
    assert np.unique(total).tolist() == [round(0.8 * 2_300_000)]
    assert np.unique(intake.bonus_federal_rub).tolist() == [400_000]


def test_every_signer_is_covered_by_the_lump_sum() -> None:
    # Friends and travellers carry the reservation bonus of who decided, and when.
    intake = between(by_default(NAME), "2025-03", "2025-03")[0]
    promised = intake.bonus_federal_rub + intake.bonus_regional_rub
    assert (intake.reservation_bonus_rub <= promised).all()


def test_most_sign_in_the_two_capitals_and_others_elsewhere() -> None:
    intakes = by_default(NAME)
    place = np.concatenate([i.place for i in intakes])
    regions = world().regions.iso
    moscow = (place == regions.index("RU-MOW")).mean()
    petersburg = (place == regions.index("RU-SPE")).mean()
    assert moscow == pytest.approx(0.4, abs=0.03)
    assert petersburg == pytest.approx(0.1, abs=0.02)
    assert len(np.unique(place)) > 50


def test_only_who_came_through_a_broker_paid_a_fee_and_cost_a_commission() -> None:
    intake = by_default(NAME)[20]
    paid = intake.fee_paid_by_recruit_rub > 0
    assert 0.1 < paid.mean() < 0.5
    assert (intake.commission_rub[paid] == 50_000).all()
    assert (intake.commission_rub[~paid] == 0).all()


def test_men_who_know_russian_run_no_extra_risk() -> None:
    intakes = by_default(NAME)
    homes = np.concatenate([i.home for i in intakes])
    factor = np.concatenate([i.casualty_factor for i in intakes])
    assert factor[homes == world().homes.index("BY")].mean() < 1.05
    assert factor[homes == world().homes.index("CN")].mean() > 1.35


def test_a_documented_drive_is_felt_where_and_when_it_was() -> None:
    intakes = by_default(NAME)
    before = of_country(between(intakes, "2022-09", "2023-04"), "NP") / 8
    during = of_country(between(intakes, "2023-05", "2024-05"), "NP") / 13
    assert during > 5 * before


def test_nobody_leaves_a_closed_country_by_himself() -> None:
    assert of_country(by_default(NAME), "KP") == 0


def test_more_adverts_reach_more_men() -> None:
    few = recruited(NAME, scenario(), foreign_advertising_per_month=0.0)
    many = recruited(NAME, scenario(), foreign_advertising_per_month=2_000.0)
    assert persons(many) > 2 * persons(few)


def test_those_who_considered_are_more_than_those_who_signed() -> None:
    intakes = by_default(NAME)
    considered = sum(sum(i.considering_persons.values()) for i in intakes)
    assert considered > 2 * persons(intakes)
    assert all(h >= world().region_count for h in intakes[0].considering_persons)
