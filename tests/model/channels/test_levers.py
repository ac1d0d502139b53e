"""Every lever moves its channel one way, person by person, under the same seed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from model.channels import channel_names
from model.channels.interface import Intake
from tests.model.channels.plausible import (
    by_default,
    persons,
    recruited,
    scenario,
    with_channel,
)

OTHERS = [name for name in channel_names() if name != "volunteer_contract"]


def short(name: str, settings: dict[str, Any] | None = None) -> list[Intake]:
    """Return a short run of one channel with all its mechanisms on."""
    block = scenario(
        time={"start": "2023-10", "until": "2024-12", "history_until": "2024-12"},
        channels={name: settings or {}},
    )
    return recruited(name, block)


@pytest.mark.parametrize("name", OTHERS)
def test_a_closed_channel_takes_nobody(name: str) -> None:
    closed = recruited(name, with_channel(name, open=0.0))
    assert persons(closed) == 0


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_seed_repeats_every_person(name: str) -> None:
    for one, other in zip(short(name), short(name), strict=True):
        for column in ("home", "place", "age_years", "coerced", "casualty_factor"):
            assert np.array_equal(getattr(one, column), getattr(other, column))


@pytest.mark.parametrize(
    "name", [n for n in OTHERS if n not in ("state_deployment", "mobilised")]
)
def test_another_seed_is_another_history(name: str) -> None:
    one, other = (recruited(name, scenario(), seed) for seed in (1, 2))
    assert [i.persons for i in one] != [i.persons for i in other]


@pytest.mark.parametrize(
    ("name", "lever", "values"),
    [
        ("prisoner", "hazard_per_month", (0.01, 0.02, 0.04)),
        ("prisoner", "effort", (0.5, 1.0, 1.5)),
        ("prisoner", "suspects", (0.0, 0.5, 1.0)),
        ("prisoner", "federal_bonus_share", (0.0, 0.5, 1.0)),
        ("conscript", "willing_hazard_per_month", (0.001, 0.004, 0.008)),
        ("conscript", "pressed_hazard_per_month", (0.001, 0.004, 0.008)),
        ("conscript", "pressing_capacity", (100, 400, 5_000)),
        ("conscript", "federal_bonus_share", (0.0, 0.5, 1.0)),
        ("naturalised", "raids", (0.5, 1.0, 2.0)),
        ("naturalised", "raid_capacity", (500, 1_000, 9_000)),
        ("naturalised", "sent_share", (0.1, 0.2, 0.6)),
        ("migrant", "reached_per_month", (0.0002, 0.0005, 0.001)),
        ("migrant", "raids", (0.0, 1.0, 3.0)),
        ("migrant", "regional_bonus_share", (0.0, 0.5, 1.0)),
        ("migrant", "citizenship_value", (0, 300_000, 900_000)),
        ("migrant", "residency_requirement", (0.0, 0.5, 1.0)),
        ("foreign_volunteer", "lump_sum_share", (0.1, 0.5, 1.0)),
        ("foreign_volunteer", "citizenship_value", (0, 300_000, 900_000)),
        ("foreign_volunteer", "drive_effect", (0.0, 4.0, 20.0)),
        ("foreign_deceived", "promised_wage", (800, 1_600, 3_000)),
        ("state_deployment", "arrivals", (0, 500, 900)),
        ("mobilised", "decrees", (0, 5_000, 9_000)),
    ],
)
def test_a_lever_only_ever_adds_signers(
    name: str, lever: str, values: tuple[float, ...]
) -> None:
    totals = [
        np.cumsum([intake.persons for intake in short(name, {lever: value})])
        for value in values
    ]
    for lower, higher in pairwise(totals):
        assert (lower <= higher).all()
        assert lower[-1] < higher[-1]


@pytest.mark.parametrize("name", ["foreign_volunteer", "migrant"])
def test_a_weaker_rouble_or_a_ban_only_ever_removes_signers(name: str) -> None:
    setting = scenario()
    usual = recruited(name, setting)
    half = recruited(name, setting, entry_factor=np.full(27, 0.3))
    assert 0 < persons(half) < persons(usual)
    if name == "foreign_volunteer":
        weak = recruited(name, setting, rub_per_usd=180.0)
        assert persons(weak) < persons(usual)


@pytest.mark.parametrize("name", ["foreign_volunteer", "migrant", "foreign_deceived"])
def test_nobody_passes_where_countermeasures_let_nobody_through(name: str) -> None:
    raids_off = {"channels": {"migrant": {"raids": 0.0}}}
    shut = recruited(name, scenario(**raids_off), entry_factor=np.zeros(27))
    assert persons(shut) == 0


@pytest.mark.parametrize(
    ("name", "lever"),
    [("foreign_volunteer", "propensity"), ("foreign_deceived", "propensity")],
)
def test_reach_adds_signers(name: str, lever: str) -> None:
    few = short(name, {lever: {"contacts_per_month": 5.0}})
    many = short(name, {lever: {"contacts_per_month": 40.0}})
    assert persons(few) < persons(many)


def test_risk_information_keeps_men_at_home() -> None:
    told = scenario(protection={"risk_information": 0.8})
    for name in ("foreign_volunteer", "foreign_deceived"):
        usual = persons(by_default(name))
        assert persons(recruited(name, told)) < usual
