"""Small worlds and hand-made months for tests of the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from model.channels.interface import Common, RecruitmentChannel
from model.environment import Environment, Offers
from model.scenario import Scenario
from model.timeline import timeline_of
from model.world import CountryTable, Macro, RegionTable, World

MONTHS = 120
AnyChannel = TypeVar("AnyChannel", bound=RecruitmentChannel[Any])


def made(
    kind: type[AnyChannel],
    scenario: Scenario,
    places: World,
    seed: int = 1,
    **settings: Any,
) -> AnyChannel:
    """Return a channel of a scenario, with some settings of its own block replaced."""
    block = scenario.channels[kind.name]
    block = type(block).model_validate({**dict(block), **settings})
    channels = {**scenario.channels, kind.name: block}
    scenario = scenario.model_copy(update={"channels": channels})
    common = Common(
        time=scenario.time,
        timeline=timeline_of(scenario, places),
        behaviour=scenario.behaviour,
        protection=scenario.protection,
        networks=scenario.networks,
        world=places,
        seed=seed,
    )
    return kind(block, common)


def regions(
    men: tuple[int, ...], wages: tuple[float, ...] | None = None
) -> RegionTable:
    """Return regions of one district with the given men and relative wages.

    Their capitals lie on a meridian, 500 km from one to the next.
    """
    n = len(men)
    relative = np.ones(n) if wages is None else np.array(wages)
    return RegionTable(
        iso=tuple(f"RU-{i:02d}" for i in range(n)),
        name=tuple(f"Region {i}" for i in range(n)),
        district=("One",) * n,
        men_18_59_persons=np.array(men, dtype=np.int64),
        relative_wage=np.repeat(relative[:, None], 4, axis=1),
        revenue_2023_rub=np.full(n, 100e9),
        unemployment_share=np.full(n, 0.03),
        poverty_share=np.full(n, 0.1),
        named_dead_per_10k_men=np.full(n, 5.0),
        capital_latitude=np.array([45 + 4.4966 * i for i in range(n)]),
        capital_longitude=np.full(n, 40.0),
    )


def no_countries() -> CountryTable:
    """Return an empty table of source countries."""
    none = np.zeros(0, dtype=np.int64)
    return CountryTable((), (), none, np.zeros(0), none, np.zeros(0))


def macro() -> Macro:
    """Return a flat economy from 2021-01 on."""
    flat = np.ones(MONTHS)
    return Macro(
        first=24252,
        mean_wage_rub=70_000 * flat,
        price_index=flat,
        rub_per_usd=90 * flat,
        gdp_rub=15e12 * flat,
        federal_spending_rub=3e12 * flat,
        unemployment_share=0.03 * flat,
    )


def world(men: tuple[int, ...] = (4000, 3000, 3000), **parts: Any) -> World:
    """Return a small closed world."""
    made = World(
        regions=regions(men),
        countries=no_countries(),
        macro=macro(),
        age_profile=np.full(42, 1 / 42),
        prisoners_persons=1000,
        conscripts_per_draft_persons=100,
    )
    return replace(made, **parts)


def offers(regional_rub: tuple[float, ...] = (5e5, 5e5, 5e5), **parts: Any) -> Offers:
    """Return a month's offers."""
    n = len(regional_rub)
    made = Offers(
        federal_rub=400_000.0,
        regional_rub=np.array(regional_rub),
        municipal_rub=np.zeros(n),
        service_pay_rub_per_month=210_000.0,
        topup_rub_per_month=np.zeros(n),
        debt_relief_cap_rub=0.0,
        open_ended=True,
    )
    return replace(made, **parts)


def environment(index: int = 0, homes: int = 3, **parts: Any) -> Environment:
    """Return a quiet month for `homes` regions and no countries."""
    made = Environment(
        index=index,
        month=24272 + index,
        offers=offers((5e5,) * homes),
        civilian_wage_rub=np.full(homes, 70_000.0),
        national_wage_rub=70_000.0,
        rub_per_usd=90.0,
        unemployment_ratio=1.0,
        perceived_death_share=np.full(homes, 0.01),
        consideration_per_month=np.full(homes, 0.05),
        foreign_advertising_per_month=0.0,
        entry_factor=np.ones(0),
        network_capacity_persons=np.zeros(0),
        discharge_deal=np.zeros(0, dtype=bool),
        mobilise_persons=0.0,
        force_persons=1000,
    )
    return replace(made, **parts)
