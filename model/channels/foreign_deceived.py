"""Men abroad who choose a civil job and are made to sign a contract.

Networks of agencies and headhunters offer a false job. The choice is made on what is
promised: a civilian wage W' in Russia against the wage at home, less the fee, with no
risk of war in it:

    dU_i = b [ln(W' A - fee + k) - ln(w_i A + k)] - psi,     goes iff u_i < P(dU_i)

As many go as the country's networks can place in the month, those with the smallest
marks first. On the way a share discovers the truth and turns back, the fee lost; the
others sign papers they cannot read (flags `deceived`; the fee is booked to the victim).
Discharge deals free them later, in the force. Risk information and countermeasures act
on who sets out.

Sources: in-cbi-35, in-2025-01-cases, np-fee-9000, bd-trafficked, bd-pay-promised,
ye-200, in-fee, s3-traffic; promised wages of 1,500 to 2,000 USD (notes).
The share of deceived among foreigners is unknown (s4-unknowns): wide priors. Not
modelled: men who learn the truth and stay, sums skimmed by handlers. ODD III.iv.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Found, Pool, within_group_capacity
from model.chance.randomness import key, uniforms
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import Share, Usd
from model.fields.parameter import Prior, parameter
from model.parameters.documented_abroad import network_settings
from model.parameters.propensity import Propensity
from model.people.foreigners import Foreigners, Package, signing_places
from model.people.reservation import signing_probability

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FIRST_SHELL_CONTACTS = 64.0
_CAPACITY_ROUNDING = 7_777_777


def _places() -> dict[str, float]:
    return {"RU-MOW": 0.4, "RU-SPE": 0.1, "RU-NIZ": 0.1, "RU-ROS": 0.1}


class Settings(ChannelSettings):
    """False jobs offered abroad."""

    propensity: Propensity = Propensity()
    reluctance: float = parameter(
        2.0,
        "Reluctance psi to work abroad (log-odds).",
        low=-5,
        high=20,
        prior=Prior("normal", 2.0, 1.0, 3.0),
    )
    promised_wage: Usd = parameter(
        lambda: Usd.model_validate(
            {"2022-01": {"value": 1_850, "source": "bd-pay-promised"}}
        ),
        "Monthly wage of the job that is promised.",
    )
    federal_bonus_share: Share = parameter(
        lambda: Share.constant(1.0), "Part of the federal bonus booked for the man."
    )
    language_casualty_factor: float = parameter(
        1.5,
        "Risk of men without Russian over that of men with it.",
        low=0,
        high=10,
        source="s3-dispensable",
        prior=Prior("lognormal", 1.5, 1.0, 3.0),
    )
    places: dict[str, float] = parameter(
        _places, "Share of contracts signed in a region; the rest spreads by men."
    )


class Channel(RecruitmentChannel[Settings]):
    """Recruits the victims of false-job networks."""

    name = "foreign_deceived"
    facts = Facts(label="Deceived abroad", place=8, abroad=True)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world, seed = common.world, common.seed
        self._seed = seed
        self._behaviour = common.behaviour
        self._discovery = common.protection.discovery_share
        self._told = common.protection.information_factor
        table = world.countries
        self._men = table.men_18_45_persons
        self._pool = Pool(seed, "foreign_deceived", _FIRST_SHELL_CONTACTS)
        self._people = Foreigners(
            world, common.behaviour, self._pool, settings.reluctance
        )
        reached = [
            settings.propensity.reached_per_month(iso, float(count))
            for iso, count in zip(table.iso, self._men, strict=True)
        ]
        self._reach = np.array(reached)
        networks = [network_settings(common.networks, iso) for iso in table.iso]
        self._fee_usd = np.array([network.fee_usd for network in networks])
        commission = [network.commission_rub for network in networks]
        self._commission_rub = np.rint(commission).astype(np.int64)
        self._places = signing_places(
            world.regions.iso, world.regions.men_18_59_persons, settings.places
        )

    def recruit(self, now: Environment) -> Intake:
        """Return the victims who did not find out in time."""
        active = now.network_capacity_persons > 0
        level = self._dated.open[now.index] * self._told
        contacts = self._reach * level * now.entry_factor * active
        found = self._pool.meet(now.index, self._people.numbers, self._men, contacts)
        going = self._going(now, found, contacts)
        self._pool.remove(going.person)
        unaware = self._pool.trait("discovery", going.person) >= self._discovery
        considering = self._people.considering(found)
        return self._intake(now, going.take(unaware), considering)

    def _going(self, now: Environment, found: Found, contacts: Floats) -> Found:
        """Return who takes the job that is promised, within the networks' capacity."""
        wage = self._people.home_wage_rub(now)
        promised_usd = self._dated.promised_wage[now.index]
        package = Package(
            pay_rub_per_month=float(promised_usd) * now.rub_per_usd,
            extra_rub=-self._fee_usd * now.rub_per_usd,
            risky=False,
        )
        chance = signing_probability(
            self._behaviour,
            self._people.terms(now, wage, package),
            self._people.candidates(found, wage),
            np.zeros(len(found.mark)),
        )
        willing = found.mark < chance * contacts[found.group]
        return within_group_capacity(found.take(willing), self._allowed(now))

    def _allowed(self, now: Environment) -> Integers:
        """Round capacities to persons at random, keeping their mean."""
        stream = key(self._seed, "foreign_deceived", now.index, _CAPACITY_ROUNDING)
        share = uniforms(stream, self._people.numbers)
        return np.floor(now.network_capacity_persons + share).astype(np.int64)

    def _intake(
        self, now: Environment, victims: Found, considering: dict[int, int]
    ) -> Intake:
        people, person, country = self._people, victims.person, victims.group
        place = self._places.at(self._pool.trait("place", person))
        share = self._dated.federal_bonus_share[now.index]
        federal = round(now.offers.federal_rub * share)
        fee = np.rint(self._fee_usd * now.rub_per_usd).astype(np.int64)
        return plain_intake(
            people.home(country),
            place,
            people.age_years(person),
            deceived=True,
            bonus_federal_rub=federal,
            income_decile=people.income_decile(person),
            fee_paid_by_recruit_rub=fee[country],
            commission_rub=self._commission_rub[country],
            casualty_factor=people.casualty_factor(
                person, country, self._settings.language_casualty_factor
            ),
            considering_persons=considering,
        )
