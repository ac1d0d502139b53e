"""Foreign citizens living in Russia: quick citizenship, raids, residency for service.

Three competing monthly hazards act on a migrant of country c, in this order:

    pressed   open * raids_t * h_p, within the month's capacity of the raids
    required  open * requirement_t * h_r, once a decree ties residency to service
    reached   open * r * adverts_t * entry_c, and he signs iff his reservation bonus
              is covered, as with men at home: he gives up a migrant's wage in Russia
              for pay, bonus and citizenship

Belarusians are exempt from the requirement. Pressed and required men carry the flag
`coerced`. All count as foreigners. Home measures act through entry_c.

Sources: uz-2023, uz-2024, uz-2025h1, tj-*, kg-*, kz-list-2025-07, by-*; dec-2022-09-30,
dec-2024-01-04, dec-2025-11; ru-expulsions-2024; bon-khm-2023-04-mig; mow-share-foreign.
Not modelled: flows of migrants in and out (stocks are constant), men who leave Russia
for fear, dual citizens. ODD III.iv (migrants).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Found, Pool, within_capacity
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import Multiplier, PersonsPerMonth, Rub, Share
from model.fields.parameter import Prior, parameter
from model.parameters.propensity import AdvertResponse
from model.people.foreigners import Foreigners, Package, signing_places
from model.people.reservation import reservation_bonus

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EXEMPT = "BY"
_FIRST_SHELL_PER_MONTH = 0.001


def _citizenship() -> Rub:
    return Rub.model_validate(
        {
            "2022-01": {"value": 0},
            "2022-09": {"value": 200_000, "note": "dec-2022-09-30; worth assumed"},
            "2024-01": {"value": 400_000, "note": "dec-2024-01-04; worth assumed"},
        }
    )


def _raids() -> Multiplier:
    return Multiplier.model_validate(
        {
            "2022-01": {"value": 0.5, "note": "assumption"},
            "2023-10": {"value": 1, "note": "raids since October 2023 (s3-raids)"},
            "2024-07": {"value": 2, "source": "ru-expulsions-2024"},
            "2025-01": {"value": 4, "note": "tj-2025h1: raids, hand-overs by police"},
        }
    )


def _requirement() -> Share:
    return Share.model_validate(
        {"2022-01": {"value": 0}, "2025-11": {"value": 1, "source": "dec-2025-11"}}
    )


def _regional_bonus() -> Share:
    return Share.model_validate(
        {
            "2022-01": {"value": 0.3, "note": "assumption"},
            "2023-04": {"value": 0.5, "source": "bon-khm-2023-04-mig"},
        }
    )


def _places() -> dict[str, float]:
    return {"RU-MOW": 0.35, "RU-SPE": 0.1, "RU-MOS": 0.1, "RU-KHM": 0.05}


class Settings(ChannelSettings):
    """Recruitment among foreign citizens in Russia."""

    reached_per_month: float = parameter(
        0.00027,
        "Monthly hazard that a migrant considers a contract.",
        low=0,
        high=1,
        source="uz-2024",
        prior=Prior("lognormal", 0.00027, 0.0001, 0.0007),
    )
    reach: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on how many migrants recruiters reach with the offer.",
    )
    advert_response: AdvertResponse = AdvertResponse()
    reluctance: float = parameter(
        3.0,
        "Reluctance psi of migrants (log-odds).",
        low=-5,
        high=20,
        prior=Prior("normal", 3.0, 2.0, 4.0),
    )
    wage_ratio: float = parameter(
        0.8, "Mean wage of migrants over the national mean.", low=0.05, high=3
    )
    regional_bonus_share: Share = parameter(
        _regional_bonus, "Part of the place's regional bonus a migrant gets."
    )
    citizenship_value: Rub = parameter(
        _citizenship, "Worth of quick citizenship to a recruit."
    )
    raids: Multiplier = parameter(_raids, "Intensity of raids; 1 is that of late 2023.")
    pressed_hazard_per_month: float = parameter(
        3.0e-5,
        "Monthly hazard of signing under pressure of raids at intensity 1.",
        low=0,
        high=1,
        source="tj-2025h1",
        prior=Prior("lognormal", 3.0e-5, 1e-5, 9e-5),
    )
    raid_capacity: PersonsPerMonth = parameter(
        lambda: PersonsPerMonth.constant(1_000), "Men raids can press in a month."
    )
    residency_requirement: Share = parameter(
        _requirement, "Whether residency is tied to service, and how strictly."
    )
    required_hazard_per_month: float = parameter(
        1.0e-4,
        "Monthly hazard of signing because residency demands it.",
        low=0,
        high=1,
        source="dec-2025-11",
        prior=Prior("lognormal", 1.0e-4, 2e-5, 5e-4),
    )
    language_casualty_factor: float = parameter(
        1.2, "Risk of men without Russian over that of men with it.", low=0, high=10
    )
    places: dict[str, float] = parameter(
        _places, "Share of contracts signed in a region; the rest spreads by men."
    )


class Channel(RecruitmentChannel[Settings]):
    """Recruits foreign citizens who live in Russia."""

    name = "migrant"
    facts = Facts(label="Migrants in Russia", place=5, abroad=True)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world = common.world
        self._behaviour = common.behaviour
        table = world.countries
        self._living = table.living_in_russia_persons
        self._liable = np.array([iso != EXEMPT for iso in table.iso])
        self._pool = Pool(common.seed, "migrant", _FIRST_SHELL_PER_MONTH)
        self._people = Foreigners(
            world, common.behaviour, self._pool, settings.reluctance
        )
        self._places = signing_places(
            world.regions.iso, world.regions.men_18_59_persons, settings.places
        )

    def recruit(self, now: Environment) -> Intake:
        """Return the migrants who sign this month, freely or not."""
        settings, dated, at = self._settings, self._dated, now.index
        level = dated.open[at]
        pressed = level * dated.raids[at] * settings.pressed_hazard_per_month
        required = level * dated.residency_requirement[at]
        required *= settings.required_hazard_per_month
        coerced = pressed + required * self._liable
        adverts = settings.advert_response.factor(now.foreign_advertising_per_month)
        reached = level * dated.reach[at] * settings.reached_per_month
        reached = reached * adverts * now.entry_factor
        found = self._pool.find(
            at, self._people.numbers, self._living, coerced + reached
        )
        raided = found.mark < pressed
        free = found.mark >= coerced[found.group]
        by_raid = within_capacity(found.take(raided), dated.raid_capacity[at])
        unfree = by_raid.join(found.take(~raided & ~free))
        considering = found.take(free)
        above = considering.mark - coerced[considering.group]
        uniform = above / reached[considering.group]
        willing, bonus = self._willing(now, considering, uniform)
        signed = unfree.join(considering.take(willing))
        self._pool.remove(signed.person)
        return self._intake(
            now,
            signed,
            len(unfree.person),
            bonus[willing],
            self._people.considering(considering),
        )

    def _willing(
        self, now: Environment, considering: Found, uniform: Floats
    ) -> tuple[NDArray[np.bool_], Floats]:
        """Return who signs freely, and everybody's reservation bonus."""
        wage = np.zeros(len(self._living))
        wage += self._settings.wage_ratio * now.national_wage_rub
        package = Package(
            pay_rub_per_month=now.offers.service_pay_rub_per_month,
            extra_rub=float(self._dated.citizenship_value[now.index]),
            risky=True,
        )
        bonus = reservation_bonus(
            self._behaviour,
            self._people.terms(now, wage, package),
            self._people.candidates(considering, wage),
            uniform,
        )
        federal, regional = self._offers_rub(now, considering)
        return bonus <= federal + regional, bonus

    def _offers_rub(self, now: Environment, men: Found) -> tuple[int, Integers]:
        """Return the federal and the regional sum at each man's place of signing."""
        place = self._places.at(self._pool.trait("place", men.person))
        local = now.offers.regional_rub + now.offers.municipal_rub
        regional = np.rint(self._dated.regional_bonus_share[now.index] * local[place])
        return round(now.offers.federal_rub), regional.astype(np.int64)

    def _intake(
        self,
        now: Environment,
        signed: Found,
        coerced: int,
        reservation: Floats,
        considering: dict[int, int],
    ) -> Intake:
        people, person, country = self._people, signed.person, signed.group
        place = self._places.at(self._pool.trait("place", person))
        federal, regional = self._offers_rub(now, signed)
        pressed = np.zeros(coerced) + np.nan
        return plain_intake(
            people.home(country),
            place,
            people.age_years(person),
            coerced=np.arange(len(person)) < coerced,
            bonus_federal_rub=federal,
            bonus_regional_rub=regional,
            reservation_bonus_rub=np.concatenate([pressed, reservation]),
            income_decile=people.income_decile(person),
            casualty_factor=people.casualty_factor(
                person, country, self._settings.language_casualty_factor
            ),
            considering_persons=considering,
        )
