"""New Russian citizens whom raids on military registration send to the front.

The pool is men naturalised since 2021 who dodge registration, refilled by each month's
naturalisations. A raid finds a man with the monthly hazard `open * raids_t`; the police
can handle only so many a month. Whoever is found leaves the pool, and a share of them,
fixed by a man's own number, is sent on under a contract: the rest is only registered.

    found_i if mark_i < open raids_t, capacity first;  sent_i if u_i < sent share_t

They are Russian citizens: homes are regions, and they count inside the official totals,
never among foreigners. Sources: ru-nat-caught-2024-06 (30,000 found, 10,000 sent since
October 2023), ru-nat-caught-2025-05 (80,000 and 20,000), natur-*. Not modelled: country
of origin, loss of citizenship (ru-cit-revoked-2024). ODD III.iv (naturalised).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Ages, Found, Pool, Weighted, within_capacity
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import Multiplier, PersonsPerMonth, Share
from model.fields.parameter import Prior, parameter

Integers = NDArray[np.int64]

OLDEST_AGE_YEARS = 50
_FIRST_SHELL_PER_MONTH = 0.008


def _naturalisations() -> PersonsPerMonth:
    return PersonsPerMonth.model_validate(
        {
            "2022-01": {"value": 57_600, "source": "natur-2022"},
            "2023-01": {"value": 31_600, "source": "natur-2023"},
            "2024-01": {"value": 17_400, "source": "natur-2024"},
            "2025-01": {"value": 12_300, "source": "natur-2025-9m"},
        }
    )


def _raids() -> Multiplier:
    return Multiplier.model_validate(
        {
            "2022-01": {"value": 0},
            "2023-10": {"value": 1, "source": "ru-nat-caught-2024-06"},
            "2024-07": {"value": 1.4, "source": "ru-nat-caught-2025-05"},
        }
    )


def _sent_share() -> Share:
    return Share.model_validate(
        {
            "2023-10": {"value": 0.33, "source": "ru-nat-sent-2024-06"},
            "2024-07": {"value": 0.2, "source": "ru-nat-sent-2025-05"},
        }
    )


class Settings(ChannelSettings):
    """Raids on new citizens."""

    naturalisations: PersonsPerMonth = parameter(
        _naturalisations, "New citizens a month, both sexes, all ages."
    )
    liable_share: float = parameter(
        0.35, "Share of new citizens who are men of service age.", low=0, high=1
    )
    pool_at_start_persons: int = parameter(
        450_000,
        "Liable men naturalised in the years before the start.",
        low=0,
        high=10_000_000,
        source="natur-2021",
    )
    raids: Multiplier = parameter(_raids, "Intensity of raids; 1 is that of late 2023.")
    found_hazard_per_month: float = parameter(
        0.0055,
        "Monthly hazard of being found at raid intensity 1.",
        low=0,
        high=1,
        source="ru-nat-caught-2024-06",
        grade="official_claim",
        prior=Prior("lognormal", 0.0055, 0.003, 0.01),
    )
    raid_capacity: PersonsPerMonth = parameter(
        lambda: PersonsPerMonth.constant(10_000), "Men raids can process in a month."
    )
    sent_share: Share = parameter(_sent_share, "Share of the found who are sent on.")
    federal_bonus_share: Share = parameter(
        lambda: Share.constant(1.0), "Part of the federal bonus they get."
    )


class Channel(RecruitmentChannel[Settings]):
    """Finds new citizens and sends a part of them to serve."""

    name = "naturalised"
    facts = Facts(label="Newly naturalised", place=6)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world = common.world
        self._pool = Pool(common.seed, "naturalised", _FIRST_SHELL_PER_MONTH)
        self._ages = Ages(world.age_profile, high=OLDEST_AGE_YEARS)
        self._homes = Weighted(world.regions.men_18_59_persons.astype(float))

    @property
    def registered_persons(self) -> int:
        """Men found by raids so far, sent on or not."""
        return self._pool.left_persons

    def recruit(self, now: Environment) -> Intake:
        """Return the new citizens sent to serve this month."""
        found = self._found(now.index)
        self._pool.remove(found.person)
        dated = self._dated
        sent = self._pool.trait("sent", found.person) < dated.sent_share[now.index]
        person = found.person[sent]
        home = self._homes.at(self._pool.trait("home", person))
        age = self._ages.at(self._pool.trait("age", person))
        bonus = round(now.offers.federal_rub * dated.federal_bonus_share[now.index])
        return plain_intake(home, home, age, coerced=True, bonus_federal_rub=bonus)

    def _found(self, index: int) -> Found:
        settings, dated = self._settings, self._dated
        monthly = settings.liable_share * dated.naturalisations[: index + 1]
        new = monthly.cumsum()[-1]
        # One group that only grows: a man's place in it never moves.
        size = np.array([settings.pool_at_start_persons + np.rint(new)], np.int64)
        group = np.zeros(1, dtype=np.int64)
        hazard = dated.open[index] * dated.raids[index]
        hazard *= settings.found_hazard_per_month
        found = self._pool.find(index, group, size, np.array([hazard]))
        return within_capacity(found, dated.raid_capacity[index])
