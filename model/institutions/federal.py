"""The federal government: what Moscow offers, asks for and may spend.

Up to `history_until` it follows the documented path. Afterwards its rule moves the
bonus, once a month, on what it saw last month (ODD II.ii, II.iv, III.iv):

    fixed           B = path
    match_losses    d ln A = response x (1 - replacement), A never below the path
    budget_capped   the same, and B <= (cap x spending - rest of the bill) / inflow

The year's plan follows its documents. Afterwards Moscow asks, each January, for what it
lost over the last year and the growth it wants up to the force it plans to have, and in
July, if it loses more than planned for, for more (`plan: annual`); a plan that is not
met is not lowered.

A force below need is filled up from the rear, by a share of what is missing a month.
replacement is inflow over permanent losses, A the bonus Moscow aims at: the bonus B
follows in whole steps once A is a step away from it. A force below need for some months
may bring a mobilisation. The decisions are pure functions of observations; the agent
only keeps state between months.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import mesa
import numpy as np

from model.fields.timeline import Timeline
from model.institutions.institution import Institution
from model.scenario import Scenario

PLAN_MONTHS = 12
JANUARY, JULY = 1, 7


@dataclass(frozen=True, slots=True)
class FederalView:
    """What Moscow sees before it decides; flows are means over recent months."""

    inflow_persons: float
    """Signed a month, all channels."""
    bonus_takers_persons: float
    """Of those, signed a month for the federal bonus."""
    losses_persons: float
    """Permanent losses a month: killed, disabled, captured, absent, discharged."""
    force_persons: float
    """Force in theatre."""
    bill_rub: float
    """Manpower bill a month, paid."""
    bonus_bill_rub: float
    """Of it, federal bonuses."""
    spending_rub: float
    """Federal spending a month."""


@dataclass(frozen=True, slots=True)
class FederalOffer:
    """What Moscow sets for a month."""

    signing_bonus_rub: float
    service_pay_rub_per_month: float
    debt_relief_cap_rub: float
    quota_persons: float
    mobilise_persons: float
    """Men drawn by a fallback decree this month."""
    release_persons: float
    """Men ordered from the rear to the theatre this month."""


class FederalGovernment(Institution):
    """Sets the federal offer month by month.

    Args:
        model: the model it acts in.
        scenario: rule and limits.
        timeline: the scenario's dated values.
    """

    def __init__(
        self, model: mesa.Model, scenario: Scenario, timeline: Timeline
    ) -> None:
        super().__init__(model)
        self._federal, self._dated = scenario.federal, timeline.federal
        self._history_months = scenario.time.history_months
        self.bonus_rub = float(self._dated.signing_bonus[0])
        self.aim_rub = self.bonus_rub
        self.months_below_need = 0
        self.plan_persons = float(self._dated.quota[0])
        """Contracts asked for a month."""
        self._first = int(scenario.time.first)
        self._lost: deque[float] = deque(maxlen=PLAN_MONTHS)
        self._seen: FederalView | None = None

    def observe(self, seen: FederalView) -> None:
        """Take in last month's outcome."""
        self._seen = seen
        self._lost.append(seen.losses_persons)

    def decide(self, index: int) -> FederalOffer:
        """Return the offer of month `index`; call once a month in order."""
        path = float(self._dated.signing_bonus[index])
        seen = self._seen
        after = index >= self._history_months and seen is not None
        ruling = self._dated.bonus_known[index] < 1 and seen is not None
        if ruling:
            self.bonus_rub = self._ruled_bonus(index)
        else:
            self.bonus_rub = self.aim_rub = path
        return FederalOffer(
            signing_bonus_rub=self.bonus_rub,
            service_pay_rub_per_month=float(self._dated.service_pay[index]),
            debt_relief_cap_rub=float(self._dated.debt_relief_cap[index]),
            quota_persons=self._quota(index),
            mobilise_persons=self._fallback(index) if after else 0.0,
            release_persons=self._released(index) if after else 0.0,
        )

    def _ruled_bonus(self, index: int) -> float:
        federal, seen = self._federal, self._seen
        path = float(self._dated.signing_bonus[index])
        if federal.rule == "fixed" or seen is None:
            return path
        wanted = matching_bonus(self.aim_rub, seen, federal.match_response)
        self.aim_rub = min(max(wanted, path), max(path, federal.bonus_high_rub))
        moved = stepped(self.bonus_rub, self.aim_rub, federal.bonus_step_rub)
        if federal.rule == "budget_capped":
            room = affordable_bonus(seen, federal.manpower_budget_share)
            return min(moved, stepped(0.0, room, federal.bonus_step_rub))
        return moved

    def _quota(self, index: int) -> float:
        """Return what regions are asked to sign this month."""
        federal, seen = self._federal, self._seen
        path = float(self._dated.quota[index])
        if self._dated.quota_known[index] > 0 or seen is None:
            self.plan_persons = path
        elif federal.rule != "fixed":
            needed = float(self._dated.force_needed[index])
            self.plan_persons = matching_quota(seen, needed, federal.rebuild_months)
        elif federal.plan == "path":
            self.plan_persons = path
        else:
            # Men whom nobody plans for are not asked for: growth ends at the plan.
            room = max(0.0, float(self._dated.force_wanted[index]) - seen.force_persons)
            growth = min(federal.growth_wanted_per_year, room) / 12
            wanted = float(np.mean(self._lost)) + growth
            calendar = (self._first + index) % 12 + 1
            if calendar == JANUARY:
                self.plan_persons = wanted
            elif calendar == JULY:
                self.plan_persons = max(self.plan_persons, wanted)
        return self.plan_persons

    def _released(self, index: int) -> float:
        """Return the part of the shortfall that men of the rear are to fill."""
        if self._seen is None:
            return 0.0
        short = float(self._dated.force_needed[index]) - self._seen.force_persons
        return self._federal.release_share_of_shortfall * max(short, 0.0)

    def _fallback(self, index: int) -> float:
        """Count months below need; mobilise when they last too long."""
        seen, last_resort = self._seen, self._federal.mobilisation
        needed = self._dated.force_needed[index]
        below = seen is not None and seen.force_persons < needed
        self.months_below_need = self.months_below_need + 1 if below else 0
        if not last_resort.fallback:
            return 0.0
        if self.months_below_need < last_resort.trigger_months:
            return 0.0
        self.months_below_need = 0
        return last_resort.persons


def matching_bonus(bonus_rub: float, seen: FederalView, response: float) -> float:
    """Return the bonus that answers missing (or excess) replacement of losses."""
    if seen.losses_persons <= 0:
        return bonus_rub
    replacement = seen.inflow_persons / seen.losses_persons
    return bonus_rub * math.exp(response * (1 - replacement))


def matching_quota(seen: FederalView, needed: float, rebuild_months: int) -> float:
    """Return the monthly inflow that replaces losses and makes up what is missing.

    A force above need is kept, not run down.
    """
    missing = max(0.0, needed - seen.force_persons)
    return seen.losses_persons + missing / rebuild_months


def affordable_bonus(seen: FederalView, cap_share: float) -> float:
    """Return the highest bonus that keeps the bill within its share of spending."""
    rest = seen.bill_rub - seen.bonus_bill_rub
    room = max(0.0, cap_share * seen.spending_rub - rest)
    return room / max(seen.bonus_takers_persons, 1.0)


def stepped(current_rub: float, wanted_rub: float, step_rub: float) -> float:
    """Move towards what is wanted in whole steps, or not at all.

    >>> stepped(400_000, 530_000, 50_000)
    500000.0
    """
    steps = math.trunc((wanted_rub - current_rub) / step_rub)
    return float(current_rub + steps * step_rub)
