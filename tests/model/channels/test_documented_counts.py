"""Simulated counts of each channel beside the documented ones, default settings."""

from __future__ import annotations

from functools import cache

import pytest

from model.channels.interface import Intake
from model.channels.prisoner import Channel as Prisons
from tests.model.channels.plausible import (
    between,
    months,
    of_country,
    persons,
    recruited,
    scenario,
    world,
)
from tests.model.worlds import made

FOREIGN = ("foreign_deceived", "foreign_volunteer", "migrant")


@cache
def intakes(name: str, seed: int = 1) -> list[Intake]:
    return recruited(name, scenario(), seed)


def foreigners(iso: str, first: str, last: str) -> int:
    return sum(of_country(between(intakes(n), first, last), iso) for n in FOREIGN)


@pytest.mark.parametrize(
    ("name", "first", "last", "documented"),
    [
        ("prisoner", "2022-09", "2023-01", 153 * 219),  # wag-2022-23, a day
        ("prisoner", "2023-02", "2024-11", 22 * 5_100),  # pris-mod-rate
        ("conscript", "2024-01", "2024-12", 70_750),  # a quarter of draft-2024*
        ("mobilised", "2022-09", "2022-10", 302_503),  # mob-302
        ("naturalised", "2023-10", "2024-06", 10_000),  # ru-nat-sent-2024-06
        ("naturalised", "2023-10", "2025-05", 20_000),  # ru-nat-sent-2025-05
        ("state_deployment", "2024-10", "2024-12", 11_000),  # kp-wave1
        ("state_deployment", "2024-10", "2025-04", 15_000),  # kp-total-2025-04
    ],
)
def test_a_channel_is_within_a_factor_of_two(
    name: str, first: str, last: str, documented: int
) -> None:
    simulated = persons(between(intakes(name), first, last))
    assert documented / 2 <= simulated <= documented * 2


@pytest.mark.parametrize(
    ("first", "last", "documented"),
    [
        ("2023-01", "2023-12", 12 * 300),  # foreign-contracts-2023-monthly
        ("2024-01", "2024-12", 6_011),  # foreign-contracts-2024
        ("2025-01", "2025-06", 6_162),  # foreign-contracts-2025h1
    ],
)
def test_all_foreigners_together_are_within_a_factor_of_two(
    first: str, last: str, documented: int
) -> None:
    simulated = sum(persons(between(intakes(n), first, last)) for n in FOREIGN)
    assert documented / 2 <= simulated <= documented * 2


@pytest.mark.parametrize(
    ("iso", "first", "last", "documented"),
    [
        ("UZ", "2023-01", "2023-12", 498),  # uz-2023
        ("UZ", "2024-01", "2024-12", 941),  # uz-2024
        ("UZ", "2025-01", "2025-06", 1_300),  # uz-2025h1
        ("TJ", "2025-01", "2025-06", 628),  # tj-2025h1
        ("KG", "2024-01", "2024-12", 326),  # kg-2024
        ("BY", "2023-01", "2023-12", 235),  # by-2023
        ("BY", "2024-01", "2024-12", 518),  # by-2024
        ("CU", "2023-06", "2024-02", 1_038),  # cu-ihur-1038
        ("LK", "2023-06", "2025-01", 554),  # lk-2025-01-recruited
        ("NP", "2023-04", "2024-05", 603),  # moscow-leak-np: Moscow alone
        ("EG", "2023-01", "2025-06", 361),  # af-inpact-eg
        ("GH", "2023-01", "2025-06", 234),  # af-inpact-gh
        ("IN", "2023-01", "2025-01", 126),  # in-2025-01-cases
    ],
)
def test_one_formula_puts_the_counted_countries_within_a_factor_of_two(
    iso: str, first: str, last: str, documented: int
) -> None:
    assert documented / 2 <= foreigners(iso, first, last) <= documented * 2


def test_counts_as_small_as_the_chinese_in_moscow_come_out() -> None:
    # cn-moscow-2023h2: 31 in seven months; cn-moscow-2024: 20 in five.
    home, place = world().homes.index("CN"), world().homes.index("RU-MOW")
    means = []
    for first, last in (("2023-06", "2023-12"), ("2024-01", "2024-05")):
        counts = [
            int(((intake.home == home) & (intake.place == place)).sum())
            for seed in (1, 2, 3, 4)
            for intake in between(intakes("foreign_volunteer", seed), first, last)
        ]
        means.append(sum(counts) / 4)
    assert means[0] == pytest.approx(31, rel=0.5)
    assert means[1] == pytest.approx(20, rel=0.5)


def test_the_prison_stock_shrinks_as_documented() -> None:
    # Men only: 0.92 of 433,000, 375,000 and 313,000 (pris-stock-*, prison-2024).
    setting = scenario()
    prisons = made(Prisons, setting, world())
    stock = {}
    for now in months(setting):
        stock[now.index] = prisons.stock_persons(now.index)
        prisons.recruit(now)
    documented = {4: 398_000, 16: 345_000, 28: 288_000}
    for index, persons_inside in documented.items():
        assert stock[index] == pytest.approx(persons_inside, rel=0.15)
