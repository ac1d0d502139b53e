"""Moscow and the regions in a month: what each saw last, and what they offer now.

The agents decide one by one; this room only shows each of them last month's outcome
and puts their decisions together into the month's offers. Flows are shown as means over
the last `MEMORY_MONTHS` months. ODD I.iii, II.iv (sensing).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import mesa
import numpy as np
from numpy.typing import NDArray

from model.economy.public_finance import fiscal_stress, spending_share
from model.environment import Offers
from model.fields.timeline import Timeline
from model.institutions.federal import (
    FederalGovernment,
    FederalOffer,
    FederalView,
)
from model.institutions.regional import (
    RegionalGovernment,
    neighbour_bonuses,
    regional_quotas,
    regional_views,
)
from model.institutions.regional_year import RegionalYear
from model.ledger import Ledger
from model.ledger.roubles import refuse_beyond
from model.month import Outcome
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]

MEMORY_MONTHS = 3
PLAN_MONTHS = 12
"""Recruiters measure themselves by a year's plan, not by a month of it."""
REGIONAL_BONUS_ACCOUNTS = ("regional_bonus", "municipal_bonus", "referral_fee")


class Government:
    """All governments of the country.

    Args:
        model: the model they act in.
        scenario: rules and limits.
        timeline: the scenario's dated values (`model.timeline`).
        world: regions and their revenue.
        seed: replication, for the annual game.
        region: what each of the regional governments is.
    """

    def __init__(
        self,
        model: mesa.Model,
        scenario: Scenario,
        timeline: Timeline,
        world: World,
        seed: int,
        region: type[RegionalGovernment] = RegionalGovernment,
    ) -> None:
        self._rules, self._timeline, self._world = scenario.regions, timeline, world
        self._first = int(scenario.time.first)
        self.federal = FederalGovernment(model, scenario, timeline)
        dated = timeline.regions
        self.regions = [
            region(model, scenario, path, scale, known)
            for path, scale, known in zip(
                dated.documented_bonus, dated.bonus_scale, dated.known, strict=True
            )
        ]
        self._year = RegionalYear(
            scenario.regions.game, dated, world.regions, int(scenario.time.first), seed
        )
        rules = scenario.regions
        self._plays = rules.rule == "annual_game" and rules.own_rule is None
        self._recent: deque[Outcome] = deque(maxlen=MEMORY_MONTHS)
        self._year_by_place: deque[NDArray[np.int64]] = deque(maxlen=PLAN_MONTHS)
        self.offer: FederalOffer | None = None

    def observe(
        self,
        index: int,
        outcome: Outcome,
        ledger: Ledger,
        spending_rub: float,
        revenue_rub: Floats,
    ) -> None:
        """Show every government the month that has just ended.

        Args:
            index: that month.
            outcome: what it brought.
            ledger: closed up to that month.
            spending_rub: federal spending of the month.
            revenue_rub: regional revenue by region and month of the run, (R, T).
        """
        self._recent.append(outcome)
        self._year_by_place.append(outcome.volunteers_by_place)
        self._year.observe(
            index,
            signed=outcome.volunteers_by_place,
            contracts=outcome.contracts_persons,
            paid_rub=ledger.place_totals(*REGIONAL_BONUS_ACCOUNTS)[-1],
            plan_persons=self.offer.quota_persons if self.offer else 0.0,
        )
        self._show_moscow(ledger, spending_rub)
        if not self._plays:  # the annual game looks at the year (`_year`) alone
            self._show_regions(index, ledger, revenue_rub)

    def decide(self, index: int) -> Offers:
        """Return the offers of month `index`."""
        dated = self._timeline
        self.offer = offer = self.federal.decide(index)
        regional = self._regional_offers(index, offer.quota_persons)
        known = (dated.regions.known[:, index] > 0) | (not self._plays)
        full = self._year.used_up & ~known
        month = self._first + index
        refuse_beyond(offer.signing_bonus_rub, month, "federal_bonus of one contract")
        refuse_beyond(regional, month, "regional_bonus of one contract")
        return Offers(
            federal_rub=offer.signing_bonus_rub,
            regional_rub=regional,
            municipal_rub=dated.regions.municipal_bonus[index]
            + dated.regions.destination_premium[:, index],
            service_pay_rub_per_month=offer.service_pay_rub_per_month,
            topup_rub_per_month=dated.regions.topup[:, index],
            debt_relief_cap_rub=offer.debt_relief_cap_rub,
            open_ended=bool(dated.force.contracts_open_ended[index] >= 0.5),
            admitted_share=np.where(full, self._rules.game.rationed_share, 1.0),
        )

    def _regional_offers(self, index: int, plan_persons: float) -> Floats:
        """Return what regions promise, (R,): documents, the scenario, or their rule."""
        dated = self._timeline.regions
        last = np.array([region.bonus_rub for region in self.regions])
        played: Iterable[float | None] = [None] * len(last)
        if self._plays:
            # The game is played for every region, so that its luck and the going rate
            # are the same whichever regions the scenario holds.
            played = self._year.decide(
                index,
                last,
                plan_persons=plan_persons,
                revenue_rub=self._timeline.revenue,
            ).tolist()
        offers = np.array(
            [
                region.decide(index, given)
                for region, given in zip(self.regions, played, strict=True)
            ]
        )
        if np.isfinite(dated.own_mean[index]):
            offers = self._at_own_mean(index, offers)
        self._year.note(index, last, np.array([r.bonus_rub for r in self.regions]))
        return offers

    def _at_own_mean(self, index: int, offers: Floats) -> Floats:
        """Bring the mean of the offers to the scenario's own by one factor, (R,).

        Regions to which the scenario gives a value of their own keep it.
        """
        dated = self._timeline.regions
        held = dated.own_known[:, index] > 0
        wanted = len(offers) * float(dated.own_mean[index]) - offers[held].sum()
        free = offers[~held].sum()
        factor = max(0.0, wanted / free) if free > 0 else 1.0
        for region, is_held in zip(self.regions, held, strict=True):
            if not is_held:
                region.take(region.bonus_rub * factor, index)
        return np.array([region.offered_rub for region in self.regions])

    @property
    def mobilise_persons(self) -> float:
        """Men a decree of this month draws."""
        return 0.0 if self.offer is None else self.offer.mobilise_persons

    @property
    def release_persons(self) -> float:
        """Men Moscow orders this month from the rear to the theatre."""
        return 0.0 if self.offer is None else self.offer.release_persons

    def filled_share(self) -> Floats:
        """Signed over quota by place, (R,), over a year; 1 before the first month."""
        if not self._year_by_place or self.offer is None:
            return np.ones(len(self.regions))
        quotas = regional_quotas(self.offer.quota_persons, self._world.regions)
        share: Floats = np.mean(self._year_by_place, axis=0) / np.maximum(quotas, 1.0)
        return share

    def _show_moscow(self, ledger: Ledger, spending_rub: float) -> None:
        recent = slice(-len(self._recent), None)
        self.federal.observe(
            FederalView(
                inflow_persons=_mean(o.signed_persons for o in self._recent),
                bonus_takers_persons=_mean(
                    o.volunteers_by_place.sum() for o in self._recent
                ),
                losses_persons=_mean(o.lost_persons for o in self._recent),
                force_persons=float(self._recent[-1].in_theatre_persons),
                bill_rub=float(ledger.bill_rub(paid=True)[recent].mean()),
                bonus_bill_rub=float(
                    ledger.month_totals("federal_bonus", paid=True)[recent].mean()
                ),
                spending_rub=spending_rub,
            )
        )

    def _show_regions(self, index: int, ledger: Ledger, revenue_rub: Floats) -> None:
        if self.offer is None:
            return
        rules, offered = self._rules, np.array([r.bonus_rub for r in self.regions])
        spent = ledger.place_totals(*REGIONAL_BONUS_ACCOUNTS)
        stress = fiscal_stress(
            spending_share(spent, revenue_rub),
            rules.stress_revenue_share,
            rules.cap_revenue_share,
        )
        signed = np.mean([o.volunteers_by_place for o in self._recent], axis=0)
        views = regional_views(
            signed_persons=signed,
            quotas_persons=regional_quotas(
                self.offer.quota_persons, self._world.regions
            ),
            neighbours_rub=neighbour_bonuses(
                offered, self._world.regions.district, rules.hub_weight
            ),
            stress=stress,
            revenue_rub=revenue_rub[:, index],
            transfer_share=float(self._timeline.federal.transfer_to_regions[index]),
        )
        for region, view in zip(self.regions, views, strict=True):
            region.observe(view)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return float(sum(found) / len(found))
