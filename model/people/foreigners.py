"""Men of the source countries at 1:1, and how they weigh an offer. ODD II.ii, II.viii.

They choose by the same rule as men at home (`model.people.reservation`), with their own
stakes: the wage they give up is their country's in roubles at the month's rate, so a
weaker rouble makes every offer smaller; what they believe of the risk is their home's.

    wage_i = mean wage_c (USD) * rate * exp(sigma z_i - sigma^2 / 2)

Not modelled: prices at home (what is earned is sent home and valued at the exchange
rate), education, dependants, the death payment in their own reckoning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Ages, Found, Pool, Weighted
from model.chance.steps import normal_quantile
from model.environment import Environment
from model.parameters.behaviour import Behaviour
from model.parameters.propensity import country_number
from model.people.reservation import Candidates, Terms, terms
from model.world import CountryTable, World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OLDEST_AGE_YEARS = 45
"""The documented numbers of men abroad end at this age."""
DECILES = 10


@dataclass(frozen=True, slots=True)
class Package:
    """What men abroad are promised this month, but for the lump sum."""

    pay_rub_per_month: float
    extra_rub: Floats | float
    """Worth of citizenship and the like, less fees; by country or for all."""
    risky: bool
    """Whether it is known to be military service."""


class Foreigners:
    """Traits and choices of the men of all source countries.

    Args:
        world: the documented world.
        behaviour: how men weigh an offer.
        pool: the channel's pool; its groups are `numbers`.
        reluctance: psi of every man, log-odds.
    """

    def __init__(
        self, world: World, behaviour: Behaviour, pool: Pool, reluctance: float
    ) -> None:
        self._regions = world.region_count
        self._table: CountryTable = world.countries
        self._behaviour = behaviour
        self._pool = pool
        self._reluctance = reluctance
        self._ages = Ages(world.age_profile, high=OLDEST_AGE_YEARS)
        self.numbers = np.array(
            [country_number(iso) for iso in world.countries.iso], dtype=np.int64
        )

    def terms(self, now: Environment, wage_rub: Floats, package: Package) -> Terms:
        """Value a package in every country, (C,).

        Args:
            now: the month.
            wage_rub: mean civilian wage by country, RUB a month.
            package: what is promised.
        """
        risk = now.perceived_death_share[self._regions :]
        valued = terms(
            self._behaviour,
            perceived_death_per_month=risk if package.risky else np.zeros_like(risk),
            service_pay_rub_per_month=package.pay_rub_per_month,
            topup_rub_per_month=np.zeros(len(wage_rub)),
            death_payment_rub=0.0,
            mean_wage_rub=wage_rub,
            national_wage_rub=now.national_wage_rub,
            debt_relief_cap_rub=0.0,
        )
        return replace(valued, pay_value_rub=valued.pay_value_rub + package.extra_rub)

    def home_wage_rub(self, now: Environment) -> Floats:
        """Return mean wages at home in roubles of the month, (C,)."""
        return self._table.monthly_wage_usd * now.rub_per_usd

    def candidates(self, found: Found, wage_rub: Floats) -> Candidates:
        """Return what differs between the men; `region` holds their country."""
        behaviour = self._behaviour
        sigma, mean = behaviour.wage_log_sd, wage_rub[found.group]
        depth = normal_quantile(self._pool.trait("wage", found.person))
        wage = mean * np.exp(sigma * depth - sigma**2 / 2)
        none = np.zeros(len(found.person))
        return Candidates(
            region=found.group,
            wage_rub=np.maximum(wage, behaviour.minimum_income_share * mean),
            psi=none + self._reluctance,
            debt_rub=none,
            peers=none,
        )

    def home(self, country: Integers) -> Integers:
        """Return the home number of a country's position (see `World.homes`)."""
        return self._regions + country

    def age_years(self, person: Integers) -> Integers:
        """Return each man's age at signing."""
        return self._ages.at(self._pool.trait("age", person))

    def income_decile(self, person: Integers) -> Integers:
        """Return each man's decile of wages at home, 1 to 10."""
        rank = self._pool.trait("wage", person)
        return 1 + np.minimum((DECILES * rank).astype(np.int64), DECILES - 1)

    def casualty_factor(
        self, person: Integers, country: Integers, without_language: float
    ) -> Floats:
        """Return 1 for men who know Russian, `without_language` for the others."""
        speaks = self._table.russian_speaking_share[country]
        knows = self._pool.trait("language", person) < speaks
        return np.where(knows, 1.0, without_language)

    def considering(self, found: Found) -> dict[int, int]:
        """Count the men who considered, by home."""
        counts = np.bincount(found.group, minlength=len(self.numbers))
        return {
            self._regions + country: int(count)
            for country, count in enumerate(counts)
            if count
        }


def signing_places(
    regions: tuple[str, ...], men_persons: Integers, shares: dict[str, float]
) -> Weighted:
    """Return where men sign: named regions by share, the rest spread by men.

    Regions the world does not list leave their share to the rest.
    """
    named = np.array([shares.get(iso, 0.0) for iso in regions])
    others = np.where(named > 0, 0.0, men_persons.astype(float))
    if not others.sum():
        return Weighted(named if named.sum() else np.ones(len(named)))
    left = max(1 - named.sum(), 0.0)
    return Weighted(named + left * others / others.sum())
