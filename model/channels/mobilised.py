"""Men drawn by decree: the mobilisation of autumn 2022, and a fallback of the future.

A decree of N men is spread over regions by their reserve, men of 18-59 times the
region's tradition of service, and cannot draw the same man twice nor more than the
liable share of a region's men. It has two side effects, which other parts of the model
read off the intake:

    emigrants_by_region   N * emigrants per man drawn, spread as men are, in persons
    belief_shock          fear per 100,000 men drawn, added to the perceived risk

The men are paid like contract soldiers but get no signing bonus while they stay
mobilised (fed-bonus-mobilised-2024). They did not sign, so none is flagged `coerced`:
compulsion by law is the channel itself. Sources: mob-302 (302,503, mean age 35),
mob-2022, exit-2022 (650,000; 600,000 to 1,000,000, gross crossings). Not modelled:
quotas of single regions (no table counts the drawn by region), rank and speciality,
exemptions, returns of emigrants. ODD III.iv (mobilisation).
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
from model.fields.parameter import Prior, parameter

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OLDEST_AGE_YEARS = 50


def _decrees() -> PersonsPerMonth:
    return PersonsPerMonth.model_validate(
        {
            "2022-01": {"value": 0},
            "2022-09": {
                "value": 100_000,
                "note": "split of the total by month assumed",
            },
            "2022-10": {
                "value": 202_503,
                "source": "mob-302",
                "note": "rest of 302,503",
            },
            "2022-11": {"value": 0},
        }
    )


class Settings(ChannelSettings):
    """Decrees and what they set off."""

    decrees: PersonsPerMonth = parameter(_decrees, "Men drawn by dated decrees.")
    liable_share: float = parameter(
        0.6, "Share of men 18-59 a decree can reach at all.", low=0, high=1
    )
    emigrants_per_man_drawn: float = parameter(
        2.1,
        "Men who leave the country for each man drawn.",
        low=0,
        high=20,
        source="exit-2022",
        grade="press_report",
        prior=Prior("lognormal", 2.1, 1.2, 3.2),
    )
    belief_shock_per_100k: float = parameter(
        0.001,
        "Rise of the perceived monthly death share per 100,000 men drawn.",
        low=0,
        high=0.1,
        prior=Prior("lognormal", 0.001, 0.0002, 0.004),
    )


class Channel(RecruitmentChannel[Settings]):
    """Draws men by decree."""

    name = "mobilised"
    facts = Facts(label="Mobilised", place=4, signs_contract=False)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world = common.world
        men = world.regions.men_18_59_persons
        self._liable = np.floor(settings.liable_share * men).astype(np.int64)
        reserve = men * world.regions.service_tradition
        self._men_share = men / men.sum()
        self._reserve_share = reserve / reserve.sum()
        self._drawn = np.zeros(len(men), dtype=np.int64)
        self._traits = Pool(common.seed, "mobilised", 1.0)
        self._ages = Ages(world.age_profile, high=OLDEST_AGE_YEARS)

    def recruit(self, now: Environment) -> Intake:
        """Return the men drawn this month, with who flees and what people fear."""
        wanted = self._dated.decrees[now.index] + now.mobilise_persons
        drawn = _spread(self._reserve_share, self._dated.open[now.index] * wanted)
        by_region = np.minimum(drawn, self._liable - self._drawn)
        home = np.arange(len(by_region)).repeat(by_region)
        member = self._members(by_region)
        self._drawn += by_region
        age = self._ages.at(self._traits.trait("age", (home << 32) + member))
        fleeing = self._settings.emigrants_per_man_drawn * by_region.sum()
        fear = self._settings.belief_shock_per_100k * by_region.sum() / 100_000
        return plain_intake(
            home,
            home,
            age,
            emigrants_by_region=_spread(self._men_share, fleeing),
            belief_shock_per_month=float(fear),
        )

    def _members(self, by_region: Integers) -> Integers:
        """Number the drawn after those drawn before, region by region."""
        first = by_region.cumsum() - by_region
        offset = (self._drawn - first).repeat(by_region)
        members: Integers = np.arange(len(offset)) + offset
        return members


def _spread(share: Floats, persons: float) -> Integers:
    """Split persons over regions by their shares, in whole men."""
    upto = np.rint(share.cumsum() * persons).astype(np.int64)
    return np.diff(upto, prepend=0)
