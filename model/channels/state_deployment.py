"""Troops another state sends by treaty, in dated waves. ODD III.iv (state deployment).

The soldiers have no choice and sign nothing; Russia pays their state by head and month.

    arrivals_t = round(open_t * dated wave of the month)

Sources: kp-wave1 (11,000 from October to December 2024), kp-wave2 (1,000 to 3,000 in
January and February 2025), kp-total-2025-04 (15,000 by April 2025), kp-pay (2,000 USD a
head and month, most of it thought to go to the state). Not modelled: rotations home,
the builders of the planned third wave. A country the world does not list sends nobody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Ages, Pool
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import PersonsPerMonth
from model.fields.parameter import parameter

Integers = NDArray[np.int64]

OLDEST_AGE_YEARS = 30


def _arrivals() -> PersonsPerMonth:
    return PersonsPerMonth.model_validate(
        {
            "2022-01": {"value": 0},
            "2024-10": {"value": 3_000, "source": "kp-2024-10-23"},
            "2024-11": {
                "value": 4_000,
                "source": "kp-wave1",
                "note": "11,000 by December",
            },
            "2025-01": {"value": 1_000, "source": "kp-wave2"},
            "2025-03": {"value": 2_000, "source": "kp-total-2025-04"},
            "2025-04": {"value": 0},
            "2025-09": {"value": 1_000, "source": "kp-engineers-2025-09"},
            "2025-10": {"value": 0, "note": "of kp-wave3-planned none is counted yet"},
        }
    )


class Settings(ChannelSettings):
    """Waves and what Russia pays for them."""

    country: str = parameter("KP", "Sending state (ISO code).", source="kp-wave1a")
    place: str = parameter("RU-KRS", "Region they are sent to (ISO code).")
    arrivals: PersonsPerMonth = parameter(_arrivals, "Men who arrive by month.")
    language_casualty_factor: float = parameter(
        1.5, "Risk of men who do not understand orders.", low=0, high=10
    )

    @property
    def service_pay_ratio(self) -> float:
        """The sending state pays its soldiers."""
        return 0.0


class Channel(RecruitmentChannel[Settings]):
    """Receives the waves."""

    name = "state_deployment"
    facts = Facts(
        label="Sent by allied states",
        place=9,
        recruited_by_regions=False,
        sent_by_a_state=True,
        signs_contract=False,
    )

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world = common.world
        countries = world.countries.iso
        self._is_listed = settings.country in countries
        sender = countries.index(settings.country) if self._is_listed else 0
        self._home = world.region_count + sender
        regions = world.regions.iso
        known = settings.place in regions
        self._place = regions.index(settings.place) if known else 0
        self._arrived = 0
        self._traits = Pool(common.seed, "state_deployment", 1.0)
        self._ages = Ages(world.age_profile, high=OLDEST_AGE_YEARS)

    def recruit(self, now: Environment) -> Intake:
        """Return the men who arrive this month."""
        arrivals = self._dated.open[now.index] * self._dated.arrivals[now.index]
        count = int(np.rint(arrivals)) if self._is_listed else 0
        member = np.arange(self._arrived, self._arrived + count)
        self._arrived += count
        return plain_intake(
            member * 0 + self._home,
            member * 0 + self._place,
            self._ages.at(self._traits.trait("age", member)),
            casualty_factor=self._settings.language_casualty_factor,
        )
