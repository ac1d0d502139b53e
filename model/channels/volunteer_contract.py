"""Volunteers: men who sign a contract for money, at home or where more is paid.

Mechanism: attention brings a man to consider, his reservation bonus decides (see
`model.people.supply`). He is paid the federal bonus and the bonus of the region where he
signs. Friends and neighbours who serve raise, and who died lower, his readiness:

    peers_i = g alive share - h dead share of the settlement's men

Expected signers are 1 - exp(-c P) of the remaining men; marginal price is the next
reservation bonus above reach. Not modelled: refusal by the army on medical grounds (part
of the level of attention). ODD II.ii, II.vi, III.iv. Sources: recruitment.csv.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import (
    ChannelSettings,
    Intake,
    RecruitmentChannel,
)
from model.environment import Environment
from model.people.population import Population
from model.people.reservation import Terms, elasticities
from model.people.supply import Considering, Supply
from model.scenario.parameter import parameter
from model.scenario.schema import Scenario
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Settings(ChannelSettings):
    """Scenario block of the volunteer contract."""

    price_headroom: float = parameter(
        1.1,
        "Factor on the best offer up to which reservation bonuses are computed.",
        low=1,
        high=20,
    )
    clearing_headroom: float = parameter(
        4.0,
        "The same where a price that clears a quota is sought.",
        low=1,
        high=100,
    )


class Channel(RecruitmentChannel):
    """The volunteer contract."""

    name = "volunteer_contract"

    def __init__(
        self, settings: ChannelSettings, scenario: Scenario, world: World, seed: int
    ) -> None:
        assert isinstance(settings, Settings)
        self._settings = settings
        self._open = settings.open.over(scenario.time.first, scenario.time.months)
        self._behaviour = scenario.behaviour
        self._ages = world.age_profile
        self._death_payment = _death_payment(scenario)
        self.population = Population(world.regions, scenario.behaviour, seed)
        self.supply = Supply(self.population, world.regions, scenario.behaviour, seed)
        settlements = int(self.population.settlements.sum())
        self._alive = np.zeros(settlements)
        self._dead = np.zeros(settlements)

    def recruit(self, now: Environment) -> Intake:
        """Return the men whose best bonus covers their reservation bonus."""
        month = self.month_terms(now)
        found = self.considering(now, month, self._settings.price_headroom)
        return self.sign(now, found, found.signs & self._is_open(now, found))

    def month_terms(self, now: Environment) -> Terms:
        """Value this month's package, but for the bonus."""
        return self.supply.month_terms(now, self._death_payment[now.index])

    def considering(
        self, now: Environment, month: Terms, headroom: float
    ) -> Considering:
        """Men who would sign at `headroom` times the best offer or less."""
        return self.supply.considering(now, month, self._peers(), headroom)

    def sign(
        self, now: Environment, found: Considering, signs: NDArray[np.bool_]
    ) -> Intake:
        """Let the chosen men sign: they leave the pool and are promised their bonus."""
        stratum, member = found.stratum[signs], found.member[signs]
        self.population.remove(stratum, member)
        settlement = self.population.settlement(stratum, member)
        np.add.at(self._alive, settlement, 1.0)
        return self._intake(now, found, signs, settlement)

    def lose(self, settlement: Integers, *, killed: bool) -> None:
        """Tell settlements that men of theirs left service, dead or alive."""
        np.subtract.at(self._alive, settlement, 1.0)
        if killed:
            np.add.at(self._dead, settlement, 1.0)

    def willing_persons(self, now: Environment) -> Floats:
        """Remaining men who would sign today if they considered, by region, (R,)."""
        willing, typical, _ = self.supply.willing_persons(
            now, self.month_terms(now), self._peers()
        )
        regions = len(now.civilian_wage_rub)
        return np.bincount(typical.region, willing, minlength=regions).astype(float)

    def elasticities(self, now: Environment) -> tuple[float, float]:
        """(package, bonus) elasticity of the month's inflow."""
        month = self.month_terms(now)
        weight, typical, bonus = self.supply.willing_persons(now, month, self._peers())
        return elasticities(self._behaviour, month, typical, bonus, weight)

    def _peers(self) -> Floats:
        behaviour = self._behaviour
        gain = behaviour.peer_enlisted_weight * self._alive
        loss = behaviour.peer_dead_weight * self._dead
        return (gain - loss) / behaviour.settlement_men

    def _is_open(self, now: Environment, found: Considering) -> NDArray[np.bool_]:
        """Close the channel in part by the men's own order (member number)."""
        share = float(self._open[now.index])
        return np.asarray((found.member % 1000) < 1000 * share, dtype=bool)

    def _intake(
        self,
        now: Environment,
        found: Considering,
        signs: NDArray[np.bool_],
        settlement: Integers,
    ) -> Intake:
        offers = now.offers
        home, place = found.home[signs], found.place[signs]
        person = self.population.person(found.stratum[signs], found.member[signs])
        n = len(home)
        written_off = np.minimum(found.debt_rub[signs], offers.debt_relief_cap_rub)
        regional = offers.regional_rub + offers.municipal_rub
        return Intake(
            home=home,
            place=place,
            age_years=self.population.age_years(person, self._ages),
            bonus_federal_rub=np.full(n, round(offers.federal_rub)),
            bonus_regional_rub=np.rint(regional[place]).astype(np.int64),
            reservation_bonus_rub=found.reservation_bonus_rub[signs],
            income_decile=self.population.income_decile(
                found.stratum[signs], found.member[signs]
            ),
            deceived=np.zeros(n, dtype=bool),
            coerced=np.zeros(n, dtype=bool),
            debt_written_off_rub=written_off.astype(np.int64),
            fee_paid_by_recruit_rub=np.zeros(n, dtype=np.int64),
            commission_rub=np.zeros(n, dtype=np.int64),
            casualty_factor=np.ones(n),
            considering_persons=_considering(now, self.population),
            marginal_price_rub=_marginal_price(found, len(regional)),
            settlement=settlement,
        )


def _death_payment(scenario: Scenario) -> Floats:
    tariffs, time = scenario.compensation, scenario.time
    parts = (
        tariffs.death_presidential,
        tariffs.death_statutory,
        tariffs.death_insurance,
        tariffs.death_regional,
    )
    total: Floats = sum(
        (part.over(time.first, time.months) for part in parts),
        start=np.zeros(time.months),
    )
    return total


def _considering(now: Environment, population: Population) -> dict[int, int]:
    """Expected number who considered, by home region, rounded to persons."""
    left = np.bincount(population.strata.region, population.remaining_persons)
    expected = left * -np.expm1(-now.consideration_per_month)
    return {home: round(count) for home, count in enumerate(expected)}


def _marginal_price(found: Considering, regions: int) -> Floats:
    """Lowest reservation bonus above reach, by home region, (R,); nan: none found."""
    price = np.full(regions, np.inf)
    left = ~found.signs
    np.minimum.at(price, found.home[left], found.reservation_bonus_rub[left])
    return np.where(np.isfinite(price), price, np.nan)
