"""The month's supply of volunteers: who considers, and for what bonus each would sign.

One pass of thinning finds every man whose mark lies below the bound of his stratum at
the best offers around, times a headroom. Each has a reservation bonus B*; he signs iff
the best bonus within his reach, net of his mobility cost, is at least B*:

    reach_i = max(B_home, B_near - cost_i, B_far - cost_i)

where near and far are two places a man happens to know, drawn from his district and
from the whole country by their number of men (his own district counts more). So supply
is kept by home and inflow by place. ODD II.vi (interaction), III.iv (supply).
Sources: mow-share-nonlocal (70-80 % of Moscow's signers are not locals).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.environment import Environment
from model.people.population import Population, normal_quantile
from model.people.reservation import (
    Candidates,
    Terms,
    reservation_bonus,
    signing_probability,
    terms,
)
from model.scenario.behaviour import Behaviour
from model.thinning import Points, first_per_member, points
from model.world import RegionTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIRST_SHELL_PER_MONTH = 1e-4
DEBT_LOG_SD = 1.0
DEBT_RANK_CUT = 0.977
_SLOTS = 256


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
    mobility_cost_rub: Floats
    """What signing away from home would cost him."""
    reservation_bonus_rub: Floats
    near_place: Integers
    far_place: Integers

    @property
    def signs(self) -> NDArray[np.bool_]:
        """Whether the reach covers the reservation bonus."""
        return self.reach_rub >= self.reservation_bonus_rub

    def at(self, bonus_rub: Floats) -> Considering:
        """Return the same men facing other bonuses, by place of signing, (R,)."""
        place, reach = _best_reach(
            bonus_rub,
            self.home,
            self.near_place,
            self.far_place,
            self.mobility_cost_rub,
        )
        return replace(self, place=place, reach_rub=reach)

    def at_home(self, bonus_rub: Floats) -> Considering:
        """Return the same men, if each could sign in his own region only."""
        return replace(self, place=self.home, reach_rub=bonus_rub[self.home])

    def clearing_factor(self, bonus_rub: Floats) -> Floats:
        """Least common factor on all bonuses at which each man signs; shape (n,)."""
        away = np.maximum(bonus_rub[self.near_place], bonus_rub[self.far_place])
        needed_away = self.reservation_bonus_rub + self.mobility_cost_rub
        return np.minimum(
            self.reservation_bonus_rub / bonus_rub[self.home], needed_away / away
        )


class Supply:
    """Finds the considering men of a month and their reservation bonuses.

    Args:
        population: the men.
        regions: the documented regions.
        behaviour: the scenario's `behaviour` block.
        seed: replication.
    """

    def __init__(
        self,
        population: Population,
        regions: RegionTable,
        behaviour: Behaviour,
        seed: int,
    ) -> None:
        self.population = population
        self._behaviour = behaviour
        self._seed = seed
        self._near, self._far = _known_places(regions, behaviour)
        types = behaviour.reluctance
        self._psi = np.array([types.ready_psi, types.conditional_psi, types.never_psi])

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
        self, now: Environment, month: Terms, peers: Floats, headroom: float
    ) -> Considering:
        """Return the men who would sign at `headroom` times the best offers, or less.

        Args:
            now: the month.
            month: the package but for the bonus.
            peers: log-odds from peers by settlement, (S,).
            headroom: factor on the best offers up to which men are looked for, >= 1.
        """
        bounds = self._bounds(now, month, peers, headroom)
        found = first_per_member(
            points(
                self._seed,
                "volunteer_contract",
                now.index,
                self.population.strata.size_persons,
                bounds,
                FIRST_SHELL_PER_MONTH,
            )
        )
        free = ~self.population.has_signed(found.group, found.member)
        return self._weigh(now, month, peers, found.take(free))

    def _weigh(
        self, now: Environment, month: Terms, peers: Floats, found: Points
    ) -> Considering:
        behaviour, strata = self._behaviour, self.population.strata
        stratum, member = found.group, found.member
        men = self.population.attributes(stratum, member)
        home = strata.region[stratum]
        near, far = self._near[home, men.near_place], self._far[home, men.far_place]
        cost = behaviour.mobility_cost_median_rub * np.exp(
            behaviour.mobility_cost_log_sd * normal_quantile(men.mobility_rank)
        )
        place, reach = _best_reach(now.offers.bonus_rub, home, near, far, cost)
        candidates = Candidates(
            region=home,
            wage_rub=_wage(behaviour, month, home, men.rank),
            psi=self._psi[strata.kind[stratum]],
            debt_rub=_debt(behaviour, men.debt_rank) * strata.distressed[stratum],
            peers=peers[self.population.settlement(stratum, member)],
        )
        uniform = found.mark / now.consideration_per_month[home]
        return Considering(
            stratum=stratum,
            member=member,
            home=home,
            place=place,
            wage_rub=candidates.wage_rub,
            debt_rub=candidates.debt_rub,
            reach_rub=reach,
            mobility_cost_rub=cost,
            reservation_bonus_rub=reservation_bonus(
                behaviour, month, candidates, uniform
            ),
            near_place=near,
            far_place=far,
        )

    def _edge(
        self, month: Terms, peers: Floats, rank: Floats, debt_rank: float
    ) -> Candidates:
        strata = self.population.strata
        first = self.population.first_settlement
        best_peers = np.maximum.reduceat(peers, first)[strata.region]
        return Candidates(
            region=strata.region,
            wage_rub=_wage(self._behaviour, month, strata.region, rank),
            psi=self._psi[strata.kind],
            debt_rub=_debt(self._behaviour, np.full(len(rank), debt_rank))
            * strata.distressed,
            peers=best_peers,
        )

    def _bounds(
        self, now: Environment, month: Terms, peers: Floats, headroom: float
    ) -> Floats:
        strata = self.population.strata
        best = now.offers.bonus_rub.max() * headroom
        easiest = self._edge(month, peers, strata.rank_low, 1.0)
        chance = signing_probability(
            self._behaviour, month, easiest, np.full(len(strata.region), best)
        )
        return now.consideration_per_month[strata.region] * chance

    def willing_persons(
        self, now: Environment, month: Terms, peers: Floats
    ) -> tuple[Floats, Candidates, Floats]:
        """Expected remaining men of a stratum who would sign if they considered.

        Returns:
            willing men (G,), the typical man of each stratum, and his bonus (G,).
        """
        strata = self.population.strata
        middle = (strata.rank_low + strata.rank_high) / 2
        typical = self._edge(month, np.zeros_like(peers), middle, 0.5)
        bonus = now.offers.bonus_rub[strata.region]
        chance = signing_probability(self._behaviour, month, typical, bonus)
        return self.population.remaining_persons * chance, typical, bonus


def _wage(behaviour: Behaviour, month: Terms, region: Integers, rank: Floats) -> Floats:
    """Civilian income: lognormal wage of the rank, with a floor of odd jobs."""
    sigma = behaviour.wage_log_sd
    mean = month.mean_wage_rub[region]
    wage = mean * np.exp(sigma * normal_quantile(rank) - sigma**2 / 2)
    return np.maximum(wage, behaviour.minimum_income_share * mean)


def _debt(behaviour: Behaviour, rank: Floats) -> Floats:
    """Overdue debt of a distressed man: lognormal, cut at two standard deviations."""
    depth = normal_quantile(DEBT_RANK_CUT * rank)
    return behaviour.debt_median_rub * np.exp(DEBT_LOG_SD * depth)


def _best_reach(
    bonus: Floats, home: Integers, near: Integers, far: Integers, cost: Floats
) -> tuple[Integers, Floats]:
    offers = np.stack([bonus[home], bonus[near] - cost, bonus[far] - cost])
    best = offers.argmax(axis=0)
    place = np.choose(best, [home, near, far])
    return place, offers.max(axis=0)


def _known_places(
    regions: RegionTable, behaviour: Behaviour
) -> tuple[Integers, Integers]:
    """Places men of each region know, as tables of 256 slots by weight; (R, 256)."""
    men = regions.men_18_59_persons.astype(float)
    district = np.array(regions.district)
    same = district[:, None] == district[None, :]
    near = np.where(same, men, 0.0)
    far = np.where(same, behaviour.same_district_weight, 1.0) * men
    return _slots(near), _slots(far)


def _slots(weight: Floats) -> Integers:
    upto = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    at = (np.arange(_SLOTS) + 0.5) / _SLOTS
    return np.stack([np.searchsorted(row, at) for row in upto])
