"""Hand-made months close to the documented history, for specifications of channels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from model.channels import channel_class
from model.channels.interface import Intake
from model.environment import Environment, Offers
from model.fields.months import parse_month
from model.institutions.abroad import Abroad
from model.scenario import Scenario
from model.timeline import timeline_of
from model.world import World
from tests.model.worlds import made

FIRST = parse_month("2022-09")
MONTHS = 34
"""September 2022 to June 2025."""


def scenario(**parts: Any) -> Scenario:
    """Return the default scenario with parts replaced, until June 2025."""
    time = {"until": "2025-06", **parts.pop("time", {})}
    return Scenario.model_validate({"title": "test", "time": time, **parts})


def with_channel(name: str, **settings: Any) -> Scenario:
    """Return the default scenario with one channel's block changed."""
    return scenario(channels={name: settings})


@cache
def world() -> World:
    """Return the documented world."""
    return documented_world()


def held(path: dict[str, float], month: int) -> float:
    """Return the last value dated up to a month."""
    return next(v for d, v in reversed(path.items()) if parse_month(d) <= month)


FEDERAL = {"2022-09": 195_000.0, "2024-08": 400_000.0}
MOSCOW = {"2022-09": 0.0, "2023-06": 500_000.0, "2024-07": 1_900_000.0}
REGIONAL = {"2022-09": 100_000.0, "2024-01": 200_000.0, "2024-08": 600_000.0,
            "2025-01": 1_100_000.0}  # fmt: skip
PAY = {"2022-09": 195_000.0, "2024-01": 210_000.0}
RISK = {"2022-09": 0.004, "2023-03": 0.006}


def at_most(series: NDArray[np.float64], at: int) -> float:
    """Return an entry of a documented series, its last one beyond the end."""
    return float(series[min(at, len(series) - 1)])


def offers(month: int, places: World) -> Offers:
    """Return the documented offers of a month, roughly."""
    regional = np.full(places.region_count, held(REGIONAL, month))
    regional[places.regions.iso.index("RU-MOW")] = held(MOSCOW, month)
    return Offers(
        federal_rub=held(FEDERAL, month),
        regional_rub=regional,
        municipal_rub=np.zeros(places.region_count),
        service_pay_rub_per_month=held(PAY, month),
        topup_rub_per_month=np.zeros(places.region_count),
        debt_relief_cap_rub=0.0,
        open_ended=True,
    )


def months(setting: Scenario, seed: int = 1, **parts: Any) -> Iterator[Environment]:
    """Yield the months of a scenario; `parts` replace fields in all of them."""
    places = world()
    macro, regions = places.macro, places.region_count
    timeline = timeline_of(setting, places)
    abroad = Abroad(mesa.Model(), setting, timeline, places, seed)
    for index in range(setting.time.months):
        month = setting.time.first + index
        at = month - macro.first
        acts = abroad.decide(index)
        fields: dict[str, Any] = {
            "index": index,
            "month": month,
            "offers": offers(month, places),
            "civilian_wage_rub": np.full(regions, at_most(macro.mean_wage_rub, at)),
            "national_wage_rub": at_most(macro.mean_wage_rub, at),
            "rub_per_usd": at_most(macro.rub_per_usd, at),
            "unemployment_ratio": 1.0,
            "perceived_death_share": np.full(len(places.homes), held(RISK, month)),
            "consideration_per_month": np.full(regions, 0.02),
            "foreign_advertising_per_month": acts.adverts_per_month,
            "entry_factor": acts.entry_factor,
            "network_capacity_persons": acts.network_capacity_persons,
            "discharge_deal": acts.discharge_deal,
            "mobilise_persons": 0.0,
            "force_persons": 600_000,
        }
        yield Environment(**{**fields, **parts})


def recruited(
    name: str, setting: Scenario, seed: int = 1, **parts: Any
) -> list[Intake]:
    """Return one channel's intake of every month of a scenario."""
    channel = made(channel_class(name), setting, world(), seed)
    return [channel.recruit(now) for now in months(setting, seed, **parts)]


@cache
def by_default(name: str) -> list[Intake]:
    """Return one channel's intake of every month by default settings, seed 1."""
    return recruited(name, scenario())


def between(intakes: list[Intake], first: str, last: str) -> list[Intake]:
    """Return the intakes of the months from `first` to `last`, both included."""
    return intakes[parse_month(first) - FIRST : parse_month(last) - FIRST + 1]


def persons(intakes: list[Intake]) -> int:
    """Count the persons of several intakes."""
    return sum(intake.persons for intake in intakes)


def of_country(intakes: list[Intake], iso: str) -> int:
    """Count the persons of one country."""
    home = world().homes.index(iso)
    return sum(int((intake.home == home).sum()) for intake in intakes)
