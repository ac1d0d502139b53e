"""Volunteers: men who sign a contract for money, at home or where more is paid.

Mechanism: attention brings a man to consider, his reservation bonus decides (see
`model.people.supply`). He is paid the federal bonus and that of the region where he
signs. Friends and neighbours who serve raise, and who died lower, his readiness:

    peers_i = g alive share - h dead share of the settlement's men

Expected signers are 1 - exp(-c P) of the remaining men; marginal price is the next
reservation bonus above reach. Not modelled: refusal by the army on medical grounds
(part of the level of attention). ODD II.ii, II.vi, III.iv. Sources: recruitment.csv.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
)
from model.clearing import (
    Target,
    affordable_factor,
    clearing_factor,
    regional_factors,
    scaled,
    wanted_volunteers,
)
from model.environment import Environment
from model.fields.parameter import parameter
from model.fields.timeline import Timeline
from model.people.expected import TypicalMen
from model.people.knowledge import Knowledge
from model.people.population import Population
from model.people.reservation import Terms
from model.people.supply import Considering, Supply

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
    wide_headroom: float = parameter(
        3.0,
        "The same in months whose supply curve is recorded or whose price is sought.",
        low=1,
        high=100,
    )


WAITING = 389
"""Turns the member number into an order of its own, for those a full place takes."""


@dataclass(frozen=True, slots=True)
class Market:
    """The volunteers' market of a month, as observers see it; arrays (R,)."""

    remaining_willing_persons: Floats
    """Men left who would sign at today's price if they considered, by home."""
    package_ratio: Floats
    """Value of the package over civilian income forgone, for the mean wage."""
    package_elasticity: float
    bonus_elasticity: float
    zero_bonus_share: float
    """Share of the willing who would sign for no bonus."""
    clearing_factor: Floats
    """Least common factor on all bonuses at which each man found signs, (n,)."""
    wide: bool
    """Whether men were looked for far above the offers."""


class Channel(RecruitmentChannel[Settings]):
    """The volunteer contract."""

    name = "volunteer_contract"
    facts = Facts(label="Volunteer contracts", place=1)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        behaviour, world, seed = common.behaviour, common.world, common.seed
        self._time = common.time
        self._behaviour = behaviour
        self._ages = world.age_profile
        self._men = world.regions.men_18_59_persons
        self._compensation: Timeline = common.timeline.compensation
        self.population = Population(world.regions, behaviour, seed)
        knowledge = Knowledge(behaviour, common.timeline.regions, world.regions)
        self.supply = Supply(self.population, knowledge, behaviour, seed)
        self._typical = TypicalMen(
            self.population.strata, self.population.reluctance, behaviour
        )
        settlements = int(self.population.settlements.sum())
        self._peers = np.zeros(settlements)
        self._clearing_factor = np.zeros(0)
        self._wide = False

    def recruit(self, now: Environment) -> Intake:
        """Return the men whose best bonus covers their reservation bonus."""
        found = self.look(now, wide=self._is_recorded(now.index))
        taken = np.broadcast_to(now.offers.admitted_share, self._men.shape)
        if (taken < 1).any():  # those whom a place does not take wait, by member number
            turn = found.member * WAITING % 1000
            found = found.those(turn < 1000 * taken[found.place])
        return self.sign(now, found)

    def recruit_to(
        self, target: Target, now: Environment, *, others: int, lost: int
    ) -> tuple[Environment, Intake]:
        """Return the month at the price that meets the target, and who signs at it.

        Args:
            target: what is to be met.
            now: the month at its scheduled offers.
            others: persons whom the other channels signed.
            lost: men who left the force for good last month.
        """
        found = self.look(now, wide=True)
        factor = self._price(target, now, found, others=others, lost=lost)
        priced = replace(now, offers=scaled(now.offers, factor))
        bonus = priced.offers.bonus_rub
        at_home = target.kind == "inflow_by_region"
        facing = found.at_home(bonus) if at_home else found.at(bonus)
        return priced, self.sign(priced, facing)

    def _price(
        self,
        target: Target,
        now: Environment,
        found: Considering,
        *,
        others: int,
        lost: int,
    ) -> float | Floats:
        """Factor on the month's bonuses that meets the target."""
        if target.kind == "budget":
            return affordable_factor(found, now.offers, target.value)
        headroom = self._settings.wide_headroom
        wanted = wanted_volunteers(
            target, others=others, lost=lost, in_theatre=now.force_persons
        )
        if target.kind == "inflow_by_region":
            quota = wanted * self._men / self._men.sum()
            return regional_factors(found, now.offers, quota, headroom)
        return clearing_factor(found, now.offers, wanted, headroom)

    def sign(self, now: Environment, found: Considering) -> Intake:
        """Let who signs at his reach leave the pool, promised his bonus."""
        signers = found.signs.nonzero()[0]
        stratum, member = found.stratum[signers], found.member[signers]
        self.population.remove(stratum, member)
        np.add.at(self._peers, found.settlement[signers], self._peer_gain())
        return self._intake(now, found, signers)

    def _peer_gain(self) -> float:
        """Log-odds that one man of the settlement in service adds."""
        return self._behaviour.peer_enlisted_weight / self._behaviour.settlement_men

    def update_peer_effects(self, settlement: Integers, *, killed: Integers) -> None:
        """Let settlements know that men of theirs left service, and how many died.

        Args:
            settlement: settlement of each man who left for good, dead or alive.
            killed: settlement of each who died.
        """
        loss = self._behaviour.peer_dead_weight / self._behaviour.settlement_men
        np.subtract.at(self._peers, settlement, self._peer_gain())
        np.subtract.at(self._peers, killed, loss)

    def market(self, now: Environment) -> Market:
        """Describe the month's market after signing."""
        month = self._terms(now)
        people = self.population
        expected = self._typical.supply(
            month, now.offers.bonus_rub, people.remaining_persons
        )
        value = self._behaviour.trust_bonus * now.offers.bonus_rub + month.pay_value_rub
        return Market(
            remaining_willing_persons=expected.willing_persons,
            package_ratio=value / (month.annuity_months * month.mean_wage_rub),
            package_elasticity=expected.package_elasticity,
            bonus_elasticity=expected.bonus_elasticity,
            zero_bonus_share=expected.zero_bonus_share,
            clearing_factor=self._clearing_factor,
            wide=self._wide,
        )

    def look(self, now: Environment, *, wide: bool) -> Considering:
        """Find the men who could sign at or somewhat above the offers.

        Of men to whom the channel is closed none is found, so no price counts on them.
        """
        given = self._settings
        headroom = given.wide_headroom if wide else given.price_headroom
        found = self.supply.considering(
            now, self._terms(now), self._peers, headroom, only_within=not wide
        )
        open_share = float(self._dated.open[now.index])
        if open_share < 1:  # closed in part by the men's own order, the member number
            found = found.those(found.member % 1000 < 1000 * open_share)
        self._wide = wide
        if wide:
            self._clearing_factor = found.clearing_factor(now.offers.bonus_rub)
        return found

    def _is_recorded(self, index: int) -> bool:
        """Whether the whole supply curve of the month is recorded: once a year."""
        last = self._time.months - 1
        return index in (self._time.history_months - 1, last) or index % 12 == 11

    def _terms(self, now: Environment) -> Terms:
        paid, at = self._compensation, now.index
        death_payment = (
            paid.death_presidential[at]
            + paid.death_statutory[at]
            + paid.death_insurance[at]
            + paid.death_regional[at]
        )
        return self.supply.month_terms(now, death_payment)

    def _intake(self, now: Environment, found: Considering, signs: Integers) -> Intake:
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
            reservation_bonus_rub=found.reservation_where_signed_rub(offers)[signs],
            income_decile=1 + (10 * found.wage_rank[signs]).astype(np.int64),
            deceived=np.zeros(n, dtype=bool),
            coerced=np.zeros(n, dtype=bool),
            debt_written_off_rub=written_off.astype(np.int64),
            fee_paid_by_recruit_rub=np.zeros(n, dtype=np.int64),
            commission_rub=np.zeros(n, dtype=np.int64),
            casualty_factor=np.ones(n),
            considering_persons=_considering(now, self.population),
            marginal_price_rub=_marginal_price(
                found,
                len(regional),
                self._settings.price_headroom * float(offers.bonus_rub.max()),
            ),
            settlement=found.settlement[signs],
        )


def _considering(now: Environment, population: Population) -> dict[int, int]:
    """Expected number who considered, by home region, rounded to persons."""
    left = np.bincount(population.strata.region, population.remaining_persons)
    expected = left * -np.expm1(-now.consideration_per_month)
    return dict(enumerate(np.rint(expected).astype(np.int64).tolist()))


def _marginal_price(found: Considering, regions: int, highest_rub: float) -> Floats:
    """Lowest reservation bonus above reach, by home region, (R,); nan: none found.

    Only prices up to `highest_rub` count: beyond it not everybody was looked for.
    """
    price = np.full(regions, np.inf)
    left = ~found.signs
    np.minimum.at(price, found.home[left], found.reservation_bonus_rub[left])
    return np.where(price <= highest_rub, price, np.nan)
