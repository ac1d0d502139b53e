"""Conscripts who sign a contract while they serve, willingly or under pressure.

Each month of a draft brings a cohort of `quota / months of the draft`; it serves twelve
months. A man signs at most once, with two competing monthly hazards:

    willing: open * h_w * (V / V0)^e        pressed: open * h_p * pressure_t

V the pay and federal bonus over twelve months, V0 the mean civilian wage over them. A
mark below the first is a free signature, one between the first and the sum is a pressed
one (flag `coerced`), and barracks can press only so many a month: those with the
smallest marks come first. Cohorts come from the regions as men do; h_w is higher where
more men would serve at all (`willing_factor`), so free signers come from there. The age
rule is 18-27 until 2023 and 18-30 from 2024.

Sources: draft-*, draft-age-max-*, e26-consc-share-2024a and -2024b (30 and 20 % of the
men drafted in 2024 signed; both hazards at parity give 0.25 of a cohort),
s3-conscript-pressure, consc-chebarkul (federal and regional sums booked for men who
refused). Not modelled: region of the unit, conscripts in border
fighting who never sign. ODD III.iv (conscripts).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Found, Pool, Weighted, within_capacity
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import Frozen, Multiplier, Persons, PersonsPerMonth, Share
from model.fields.parameter import Prior, parameter
from model.fields.timeline import Timeline
from model.people.reluctance import willing_factor

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SERVICE_MONTHS = 12
SPRING_MONTHS = (4, 5, 6, 7)
AUTUMN_MONTHS = (10, 11, 12)
_OF_SPRING = np.isin(np.arange(1, 13), SPRING_MONTHS)
_OF_AUTUMN = np.isin(np.arange(1, 13), AUTUMN_MONTHS)
_FIRST_SHELL_PER_MONTH = 0.01
_YOUNG_EXPONENT = 2.0


def _spring() -> Persons:
    return Persons.model_validate(
        {
            "2022-04": {"value": 134_500, "source": "draft-2022s"},
            "2023-04": {"value": 147_000, "source": "draft-2023s"},
            "2024-04": {"value": 150_000, "source": "draft-2024s"},
            "2025-04": {"value": 160_000, "source": "draft-2025s"},
        }
    )


def _autumn() -> Persons:
    return Persons.model_validate(
        {
            "2021-10": {"value": 127_500, "source": "draft-2021a"},
            "2022-10": {"value": 120_000, "source": "draft-2022a"},
            "2023-10": {"value": 130_000, "source": "draft-2023a"},
            "2024-10": {"value": 133_000, "source": "draft-2024a"},
        }
    )


class OldestAge(Frozen):
    """Oldest age of a conscript, before and from the year of the new rule."""

    before_2024_years: int = parameter(
        27,
        "Oldest age until the end of 2023.",
        low=18,
        high=59,
        source="draft-age-max-2023",
        grade="documented",
    )
    from_2024_years: int = parameter(
        30,
        "Oldest age from January 2024.",
        low=18,
        high=59,
        source="draft-age-max-2024",
        grade="documented",
    )


class Settings(ChannelSettings):
    """Draft cohorts and what makes conscripts sign."""

    spring_draft: Persons = parameter(_spring, "Men called up from April to July.")
    autumn_draft: Persons = parameter(_autumn, "Men called up from October on.")
    oldest: OldestAge = OldestAge()
    willing_hazard_per_month: float = parameter(
        0.012,
        "Monthly hazard of signing freely at a package equal to civilian wages.",
        low=0,
        high=1,
        source="consc-share",
        prior=Prior("lognormal", 0.012, 0.006, 0.02),
    )
    money_response: float = parameter(
        0.3, "e, elasticity of free signing to the package.", low=0, high=5
    )
    pressed_hazard_per_month: float = parameter(
        0.012,
        "Monthly hazard of signing under pressure at pressure 1.",
        low=0,
        high=1,
        source="consc-share",
        prior=Prior("lognormal", 0.012, 0.005, 0.022),
    )
    pressure: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on the hazard that a conscript is pressed into a contract.",
    )
    pressing_capacity: PersonsPerMonth = parameter(
        lambda: PersonsPerMonth.constant(5_000), "Men barracks can press in a month."
    )
    federal_bonus_share: Share = parameter(
        lambda: Share.constant(1.0), "Part of the federal bonus a conscript gets."
    )


class Channel(RecruitmentChannel[Settings]):
    """Recruits from the draft cohorts of the last twelve months."""

    name = "conscript"
    facts = Facts(label="Conscripts pressed to sign", place=3)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        self._behaviour = common.behaviour
        self._first = common.time.first - SERVICE_MONTHS
        # Those who serve when the run starts were called up in the year before.
        before = Timeline(settings, self._first, SERVICE_MONTHS)
        self._called_up_before = call_up(before, self._first)
        self._pool = Pool(common.seed, "conscript", _FIRST_SHELL_PER_MONTH)
        regions = common.world.regions
        men = regions.men_18_59_persons.astype(float)
        willing = men * willing_factor(common.behaviour.reluctance, regions)
        self._homes, self._willing_homes = Weighted(men), Weighted(willing)

    def recruit(self, now: Environment) -> Intake:
        """Return the conscripts who sign this month."""
        free, pressed = self._signers(now)
        signed = free.join(pressed)
        person, cohort = signed.person, signed.group + now.index + self._first
        self._pool.remove(person)
        home = self._home(free, pressed)
        age = self._ages(cohort, self._pool.trait("age", person))
        share = self._dated.federal_bonus_share[now.index]
        return plain_intake(
            home,
            home,
            age,
            coerced=np.arange(len(person)) >= len(free.person),
            bonus_federal_rub=round(now.offers.federal_rub * share),
        )

    def _home(self, free: Found, pressed: Found) -> Integers:
        by_choice = self._willing_homes.at(self._pool.trait("home", free.person))
        by_force = self._homes.at(self._pool.trait("home", pressed.person))
        return np.concatenate([by_choice, by_force])

    def _signers(self, now: Environment) -> tuple[Found, Found]:
        settings, open_share = self._settings, self._dated.open[now.index]
        serving = slice(now.index, now.index + SERVICE_MONTHS)
        during = call_up(self._dated, self._first + SERVICE_MONTHS)
        called_up = np.concatenate([self._called_up_before, during])
        free = open_share * settings.willing_hazard_per_month * self._money(now)
        pressed = open_share * settings.pressed_hazard_per_month
        pressed *= self._dated.pressure[now.index]
        found = self._pool.find(
            now.index,
            np.arange(serving.start, serving.stop) + self._first,
            called_up[serving],
            np.zeros(SERVICE_MONTHS) + (free + pressed),
        )
        willing = found.mark < free
        reluctant = found.take(~willing)
        return found.take(willing), within_capacity(
            reluctant, self._dated.pressing_capacity[now.index]
        )

    def _money(self, now: Environment) -> float:
        behaviour = self._behaviour
        pay = behaviour.trust_pay * now.offers.service_pay_rub_per_month
        bonus = behaviour.trust_bonus * now.offers.federal_rub
        bonus *= self._dated.federal_bonus_share[now.index]
        package = (pay + bonus / SERVICE_MONTHS) / now.national_wage_rub
        return float(package**self._settings.money_response)

    def _ages(self, called_up: Integers, uniform: Floats) -> Integers:
        """Return ages by the rule of the month of call-up; most are called up young."""
        oldest = self._settings.oldest
        new_rule = called_up >= 12 * 2024
        years = (
            np.where(new_rule, oldest.from_2024_years, oldest.before_2024_years) - 17
        )
        return 18 + (years * uniform**_YOUNG_EXPONENT).astype(np.int64)


def call_up(dated: Timeline, first: int) -> Integers:
    """Return the men called up in each month of a timeline that begins at `first`."""
    month_of_year = np.arange(first, first + len(dated.spring_draft)) % 12
    called = _OF_SPRING.take(month_of_year) * (dated.spring_draft / len(SPRING_MONTHS))
    called += _OF_AUTUMN.take(month_of_year) * (dated.autumn_draft / len(AUTUMN_MONTHS))
    whole: Integers = np.rint(called).astype(np.int64)
    return whole
