"""The month's supply of volunteers: who considers, and for what bonus each would sign.

One pass of thinning finds every man whose mark lies below the bound of his stratum at
the best offers around, times a headroom. Each has a reservation bonus B*; he signs iff
the best bonus within his reach, net of his mobility cost, is at least B*:

    reach_i = max(B_home, B_near - cost_near, B_far - cost_far)
    cost_p  = m_i (d_hp / 500 km)^delta E_ip^s - (tau_W A / tau_B) (S_p - S_home)

near and far are the two places he knows of (`model.people.knowledge`), m_i a lognormal
mobility cost, d the distance and E_ip an exponential number of his own for each place.
As -ln E is a Gumbel number, his cheaper place is a logit with scale s in log cost
(multiplicative errors); m_i, common to both, makes them a nest apart from home. No cost
is below zero but for the supplement S, what a region adds to pay each month: it goes to
those who sign there. So raising an offer never loses a signer, a place draws the fewer
the more the others pay, and supply is kept by home, inflow by place. ODD II.vi
(interaction), III.iv (supply).
Sources: mow-share-nonlocal (70-80 % of Moscow's signers are not locals).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from model.chance.thinning import Points, batches, lowest_marks
from model.environment import Environment, Offers
from model.parameters.behaviour import Behaviour
from model.people.knowledge import Knowledge
from model.people.population import DEBT_LOG_SD, LognormalTable, Population
from model.people.reservation import (
    Candidates,
    Terms,
    reservation_bonus,
    signing_probability,
    terms,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DEBT_RANK_CUT = 0.977
BATCH_POINTS = 1 << 15
"""Points weighed together: their columns are short enough to stay close at hand."""
_MARKS = 1 << 12
MEDIAN_COST_KM = 500.0
"""Distance at which the median mobility cost holds."""
NEAREST_KM = 50.0
"""Nearer capitals are no cheaper to go to: the trip is the least part of it."""


@dataclass(frozen=True, slots=True)
class Considering:
    """Men found at the month's bound, each with what he would sign for; shape (n,)."""

    stratum: Integers
    member: Integers
    home: Integers
    place: Integers
    """Where his best bonus net of mobility cost is."""
    wage_rub: Floats
    debt_rub: Floats
    reach_rub: Floats
    """His best bonus, net of mobility cost."""
    near_cost_rub: Floats
    """What signing at the near place costs him, less its better monthly supplement."""
    far_cost_rub: Floats
    """The same of the far place."""
    reservation_bonus_rub: Floats
    wage_rank: Floats
    """Rank of his wage within the region, 0 to 1."""
    settlement: Integers
    near_place: Integers
    far_place: Integers

    @property
    def signs(self) -> NDArray[np.bool_]:
        """Whether the reach covers the reservation bonus."""
        return self.reach_rub >= self.reservation_bonus_rub

    def those(self, chosen: NDArray[np.bool_]) -> Considering:
        """Return only the men of a mask, (n,)."""
        rows = chosen.nonzero()[0]
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        return Considering(**{name: each.take(rows) for name, each in columns.items()})

    def reservation_where_signed_rub(self, offers: Offers) -> Floats:
        """Return the least bonus for which he would sign at his place, (n,)."""
        cost = offers.bonus_rub[self.place] - self.reach_rub
        return self.reservation_bonus_rub + cost

    def at(self, bonus_rub: Floats) -> Considering:
        """Return the same men facing other bonuses, by place of signing, (R,)."""
        place, reach = _best_reach(
            bonus_rub,
            self.home,
            (self.near_place, self.near_cost_rub),
            (self.far_place, self.far_cost_rub),
        )
        return replace(self, place=place, reach_rub=reach)

    def at_home(self, bonus_rub: Floats) -> Considering:
        """Return the same men, if each could sign in his own region only."""
        return replace(self, place=self.home, reach_rub=bonus_rub[self.home])

    def clearing_factor(self, bonus_rub: Floats) -> Floats:
        """Least common factor on all bonuses at which each man signs; shape (n,)."""
        needed = self.reservation_bonus_rub
        at_home = needed / bonus_rub[self.home]
        near = (needed + self.near_cost_rub) / bonus_rub[self.near_place]
        far = (needed + self.far_cost_rub) / bonus_rub[self.far_place]
        return np.minimum(at_home, np.minimum(near, far))


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Points of men and what each would sign for, before anybody asks where; (n,)."""

    stratum: Integers
    member: Integers
    mark: Floats
    person: Integers
    home: Integers
    settlement: Integers
    wage_rub: Floats
    debt_rub: Floats
    wage_rank: Floats
    reservation_bonus_rub: Floats

    def take(self, chosen: Integers) -> _Weighed:
        """Return the chosen men."""
        return _Weighed(
            stratum=self.stratum.take(chosen),
            member=self.member.take(chosen),
            mark=self.mark.take(chosen),
            person=self.person.take(chosen),
            home=self.home.take(chosen),
            settlement=self.settlement.take(chosen),
            wage_rub=self.wage_rub.take(chosen),
            debt_rub=self.debt_rub.take(chosen),
            wage_rank=self.wage_rank.take(chosen),
            reservation_bonus_rub=self.reservation_bonus_rub.take(chosen),
        )

    @classmethod
    def join(cls, parts: list[_Weighed]) -> _Weighed:
        """Return the men of all parts, in their order."""
        return cls(
            *(
                np.concatenate([getattr(p, name) for p in parts])
                for name in cls.__slots__
            )
        )


class Supply:
    """Finds the considering men of a month and their reservation bonuses.

    Args:
        population: the men.
        knowledge: which places men know of.
        behaviour: the scenario's `behaviour` block.
        seed: replication.
    """

    def __init__(
        self,
        population: Population,
        knowledge: Knowledge,
        behaviour: Behaviour,
        seed: int,
    ) -> None:
        self.population = population
        self._behaviour = behaviour
        self._seed = seed
        self._knowledge = knowledge
        distance = np.maximum(knowledge.distance_km, NEAREST_KM) / MEDIAN_COST_KM
        self._distance_factor = distance**behaviour.mobility_distance_elasticity
        strata, reluctance = population.strata, population.reluctance
        self._least_psi = reluctance.least[strata.region, strata.kind]
        self._first_width = reluctance.shell_per_month[strata.kind]
        sigma = behaviour.wage_log_sd
        self._relative_wage = LognormalTable(np.exp(-(sigma**2) / 2), sigma)
        self._debt = LognormalTable(behaviour.debt_median_rub, DEBT_LOG_SD)
        middle = (np.arange(_MARKS) + 0.5) / _MARKS
        exponential = -np.log(middle) / np.log(2)
        self._mark_factor = exponential**behaviour.mobility_mark_scale
        self._mobility_cost = LognormalTable(
            behaviour.mobility_cost_median_rub, behaviour.mobility_cost_log_sd
        )

    def month_terms(self, now: Environment, death_payment_rub: float) -> Terms:
        """Value this month's package, but for the bonus, by region."""
        regions = len(now.civilian_wage_rub)
        return terms(
            self._behaviour,
            perceived_death_per_month=now.perceived_death_share[:regions],
            service_pay_rub_per_month=now.offers.service_pay_rub_per_month,
            topup_rub_per_month=now.offers.topup_rub_per_month,
            death_payment_rub=death_payment_rub,
            mean_wage_rub=now.civilian_wage_rub,
            national_wage_rub=now.national_wage_rub,
            debt_relief_cap_rub=now.offers.debt_relief_cap_rub,
        )

    def considering(
        self,
        now: Environment,
        month: Terms,
        peers: Floats,
        headroom: float,
        *,
        only_within: bool = False,
    ) -> Considering:
        """Return the men who would sign at `headroom` times the best offers, or less.

        Args:
            now: the month.
            month: the package but for the bonus.
            peers: log-odds from peers by settlement, (S,).
            headroom: factor on the best offers up to which men are looked for, >= 1.
            only_within: leave out the others who are found on the way, because a man of
                their stratum might have signed; two in three are such.
        """
        best = self._best_rub(now, month, headroom)
        drawn = batches(
            self._seed,
            "volunteer_contract",
            now.index,
            self.population.strata.size_persons,
            self._bounds(now, month, peers, best),
            self._first_width,
            least_points=BATCH_POINTS,
        )
        parts = []
        for found in drawn:
            free = ~self.population.has_signed(found.group, found.member)
            men = self._weigh(now, month, peers, found.take(free.nonzero()[0]))
            if only_within:
                # A rouble for rounding: too many cost time, one too few a signer.
                within = men.reservation_bonus_rub <= best.take(men.home) + 1
                men = men.take(within.nonzero()[0])
            parts.append(men)
        everybody = _Weighed.join(parts)
        # A man's lowest mark is his lowest price, so the others of his may go last.
        first = lowest_marks(everybody.person, everybody.mark)
        return self._reach(now, month, everybody.take(first))

    def _weigh(
        self, now: Environment, month: Terms, peers: Floats, found: Points
    ) -> _Weighed:
        """Find out for what bonus each man would sign."""
        people = self.population
        stratum, home = found.group, people.strata.region.take(found.group)
        person = people.person(stratum, found.member)
        men = people.attributes(stratum, person)
        settlement = people.settlement(home, person)
        candidates = Candidates(
            region=home,
            wage_rub=self._wage(month, home, men.rank),
            psi=people.reluctance.psi(
                home, people.strata.kind.take(stratum), men.reluctance_rank
            ),
            debt_rub=self._debt_rub(stratum, men.debt_rank),
            peers=peers.take(settlement),
        )
        uniform = found.mark / now.consideration_per_month.take(home)
        price = reservation_bonus(self._behaviour, month, candidates, uniform)
        return _Weighed(
            stratum=stratum,
            member=found.member,
            mark=found.mark,
            person=person,
            home=home,
            settlement=settlement,
            wage_rub=candidates.wage_rub,
            debt_rub=candidates.debt_rub,
            wage_rank=men.rank,
            reservation_bonus_rub=price,
        )

    def _reach(self, now: Environment, month: Terms, men: _Weighed) -> Considering:
        """Find out where each man would sign, and what comes of it after his cost."""
        home, stays = men.home, self.population.mobility(men.person)
        near, far = self._knowledge.known(
            now.index, home, stays.near_slot, stays.far_slot
        )
        cost = self._mobility_cost.at(stays.rank)
        better = _better_supplement(now, month)
        near_cost = cost * self._place_factor(home, near, stays.near_mark)
        near_cost -= better[home, near]
        far_cost = cost * self._place_factor(home, far, stays.far_mark)
        far_cost -= better[home, far]
        place, reach = _best_reach(
            now.offers.bonus_rub, home, (near, near_cost), (far, far_cost)
        )
        return Considering(
            stratum=men.stratum,
            member=men.member,
            home=home,
            place=place,
            wage_rub=men.wage_rub,
            debt_rub=men.debt_rub,
            reach_rub=reach,
            near_cost_rub=near_cost,
            far_cost_rub=far_cost,
            reservation_bonus_rub=men.reservation_bonus_rub,
            wage_rank=men.wage_rank,
            settlement=men.settlement,
            near_place=near,
            far_place=far,
        )

    def _place_factor(self, home: Integers, place: Integers, mark: Floats) -> Floats:
        """Cost of a place over the man's own for an average one 500 km away, (n,)."""
        liking = self._mark_factor.take((mark * len(self._mark_factor)).astype(int))
        return np.asarray(self._distance_factor[home, place] * liking, np.float64)

    def _wage(self, month: Terms, region: Integers, rank: Floats) -> Floats:
        """Civilian income: lognormal wage of the rank, with a floor of odd jobs."""
        relative = self._relative_wage.at(rank)
        least = self._behaviour.minimum_income_share
        return month.mean_wage_rub[region] * np.maximum(relative, least)

    def _debt_rub(self, stratum: Integers, rank: Floats) -> Floats:
        """Overdue debt: lognormal, cut at two standard deviations; 0 if none."""
        debt = np.zeros(len(rank))
        owing = self.population.strata.distressed.take(stratum).nonzero()[0]
        debt[owing] = self._debt.at(DEBT_RANK_CUT * rank[owing])
        return debt

    def _edge(
        self, month: Terms, rank: Floats, debt_rank: float, peers: Floats, psi: Floats
    ) -> Candidates:
        """Return one man of each stratum, of the given ranks and reluctance."""
        region = self.population.strata.region
        everybody = np.arange(len(region))
        return Candidates(
            region=region,
            wage_rub=self._wage(month, region, rank),
            psi=psi,
            debt_rub=self._debt_rub(everybody, np.full(len(rank), debt_rank)),
            peers=peers,
        )

    def _best_rub(self, now: Environment, month: Terms, headroom: float) -> Floats:
        """Return the best bonus anybody is offered, times a headroom, by home, (R,)."""
        topup = now.offers.topup_rub_per_month
        better = month.bonus_per_monthly_pay * (topup.max() - topup)
        best: Floats = now.offers.bonus_rub.max() * headroom + better
        return best

    def _bounds(
        self, now: Environment, month: Terms, peers: Floats, best: Floats
    ) -> Floats:
        strata = self.population.strata
        # A bound must hold for the keenest man of a stratum: lowest wage of the band,
        # largest debt, best peers, best offer within reach. Too high a bound costs
        # time; too low a one would lose signers and never show it.
        best_peers = np.maximum.reduceat(peers, self.population.first_settlement)
        easiest = self._edge(
            month, strata.rank_low, 1.0, best_peers[strata.region], self._least_psi
        )
        chance = signing_probability(
            self._behaviour, month, easiest, best[strata.region]
        )
        return now.consideration_per_month[strata.region] * chance


def _better_supplement(now: Environment, month: Terms) -> Floats:
    """Return the bonus that another region's better supplement is worth, (R, R).

    Row: a man's home; column: the other region.
    """
    topup = now.offers.topup_rub_per_month
    return month.bonus_per_monthly_pay[:, None] * (topup - topup[:, None])


def _best_reach(
    bonus: Floats, home: Integers, *known: tuple[Integers, Floats]
) -> tuple[Integers, Floats]:
    """Return where each man's best bonus net of cost is, and how much it is."""
    place, reach = home, bonus[home]
    for away, cost in known:
        there = bonus[away] - cost
        place = np.where(there > reach, away, place)
        reach = np.maximum(reach, there)
    return place, reach
