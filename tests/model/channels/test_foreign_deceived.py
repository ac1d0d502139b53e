"""Deceived men: the promised job decides, networks limit, some find out."""

from __future__ import annotations

import numpy as np

from model.parameters.documented_abroad import DOCUMENTED_NETWORKS
from tests.model.channels.plausible import (
    between,
    by_default,
    of_country,
    persons,
    recruited,
    scenario,
    with_channel,
    world,
)

NAME = "foreign_deceived"
COUNTRIES = len(world().countries.iso)


def test_all_are_deceived_none_coerced_and_all_come_from_abroad() -> None:
    for intake in by_default(NAME):
        assert intake.deceived.all()
        assert not intake.coerced.any()
        assert (intake.home >= world().region_count).all()


def test_networks_place_no_more_than_they_can() -> None:
    capacity = np.full(COUNTRIES, 4.0)
    eager = scenario(
        channels={NAME: {"propensity": {"contacts_per_month": 2_000.0}}},
        protection={"discovery_share": 0.0},
    )
    intakes = recruited(NAME, eager, network_capacity_persons=capacity)
    for iso in ("NP", "IN", "KE"):
        assert of_country(intakes, iso) == 4 * len(intakes)


def test_fractions_of_a_man_are_placed_in_the_long_run() -> None:
    capacity = np.full(COUNTRIES, 0.5)
    eager = scenario(
        channels={NAME: {"propensity": {"contacts_per_month": 2_000.0}}},
        protection={"discovery_share": 0.0},
    )
    placed = persons(recruited(NAME, eager, network_capacity_persons=capacity))
    # One country's borders are closed; 26 countries, 34 months, half a man.
    assert abs(placed - 26 * 34 / 2) < 60


def test_without_a_network_nobody_is_deceived() -> None:
    none = recruited(NAME, scenario(), network_capacity_persons=np.zeros(COUNTRIES))
    assert persons(none) == 0


def test_capacity_only_ever_adds_victims() -> None:
    few = recruited(NAME, scenario(), network_capacity_persons=np.full(COUNTRIES, 1.0))
    many = recruited(NAME, scenario(), network_capacity_persons=np.full(COUNTRIES, 3.0))
    low, high = (np.cumsum([i.persons for i in run]) for run in (few, many))
    assert (low <= high).all()
    assert low[-1] < high[-1]


def test_discovery_before_signing_saves_its_share() -> None:
    blind = persons(recruited(NAME, scenario(protection={"discovery_share": 0.0})))
    half = persons(recruited(NAME, scenario(protection={"discovery_share": 0.5})))
    assert abs(half / blind - 0.5) < 0.08


def test_the_fee_is_the_network_s_at_the_rate_of_the_month() -> None:
    intake = between(
        recruited(NAME, scenario(), rub_per_usd=90.0), "2023-11", "2023-11"
    )
    home = world().homes.index("NP")
    paid = intake[0].fee_paid_by_recruit_rub[intake[0].home == home]
    assert np.unique(paid).tolist() == [
        round(DOCUMENTED_NETWORKS["NP"].fee_usd * 90)  # np-fee-9000
    ]


def test_risk_at_the_front_does_not_frighten_who_does_not_know_of_it() -> None:
    homes = len(world().homes)
    calm = recruited(NAME, scenario(), perceived_death_share=np.full(homes, 0.001))
    grim = recruited(NAME, scenario(), perceived_death_share=np.full(homes, 0.08))
    assert [i.persons for i in calm] == [i.persons for i in grim]


def test_a_better_paid_lie_finds_more_takers() -> None:
    usual = persons(by_default(NAME))
    better = persons(recruited(NAME, with_channel(NAME, promised_wage=3_000)))
    assert better > usual
