"""The ledger of a run: books every month's payments and answers what was owed and paid.

Order within a month: contracts, service, losses, pensions, memo items, then the journal
is closed, which settles what is due. Rules and tables read closed months only.
ODD III.iv (ledger), II.x (observation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import Intake
from model.economy.month import EconomyMonth
from model.environment import Environment
from model.fields.months import month_range
from model.fields.timeline import Timeline
from model.force.losses import Losses
from model.force.roll import Roll
from model.ledger.accounts import ACCOUNTS, BILL_GROUPS, NATIONAL, NUMBER
from model.ledger.disability import Disability
from model.ledger.headcount import Casualties, Headcount
from model.ledger.journal import Balances, Journal, Movements
from model.ledger.pensions import SurvivorPensions
from model.ledger.postings import (
    Layout,
    PayRates,
    on_death,
    on_re_signing,
    on_service,
    on_signing,
    on_wound,
)
from model.ledger.roubles import whole_roubles
from model.ledger.tariffs import FLED_FROM, VOLUNTEERS, tariffs
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BILL = tuple(a.name for a in ACCOUNTS if a.group in BILL_GROUPS)
"""Accounts that make up the manpower bill of the state."""
_LAGGED_BY_BONUS = frozenset(
    {"federal_bonus", "regional_bonus", "municipal_bonus", "federal_transfer"}
)


class Ledger:
    """Double entry of every payment of a run, in whole roubles.

    Args:
        scenario: lags and claim shares.
        timeline: the scenario's dated values.
        world: regions and countries.
        channels: names in the order of the roll's channel index.
    """

    def __init__(
        self,
        scenario: Scenario,
        timeline: Timeline,
        world: World,
        channels: tuple[str, ...],
    ) -> None:
        paid, costs, months = (
            scenario.compensation,
            scenario.costs,
            scenario.time.months,
        )
        self._costs, self._compensation = costs, paid
        self._first = int(scenario.time.first)
        self._places = (*world.regions.iso, NATIONAL)
        self._layout = Layout(channels, world.region_count)
        self._tariffs = tariffs(scenario, timeline, channels)
        self._headcount = Headcount(len(channels), world.region_count)
        self._disability = Disability(
            len(channels),
            self._tariffs.disability_rub,
            backdated=paid.disability_backdated,
        )
        self._pensions = SurvivorPensions(
            months,
            len(channels),
            paid.survivor_pension_years,
            paid.pension_discount_per_year,
        )
        lags = (
            costs.bonus_payment_lag_months,
            paid.death_payment_lag_months,
            paid.wound_payment_lag_months,
        )
        self._journal = Journal(len(channels), len(self._places), max(lags))
        self._totals = np.zeros((2, months, len(ACCOUNTS), len(self._places)), np.int64)
        self._closed = 0
        self._last = self._journal.movements()

    def book(
        self,
        now: Environment,
        intakes: Mapping[str, Intake],
        roll: Roll,
        losses: Losses,
        economy: EconomyMonth,
    ) -> None:
        """Book the month `now`; call once a month in order, after losses are known."""
        self._book_contracts(now, intakes)
        self._book_re_signing(now, roll, losses)
        casualties = self._headcount.lose(roll, losses)
        self._book_service(now, roll, economy)
        self._book_deaths(now.index, casualties)
        self._book_wounds(now.index, casualties)
        self._book_memo_items(economy)
        self._keep(self._journal.close(self._first + now.index))

    def balances(self) -> Balances:
        """Return positions and outstanding liabilities at the end of the last month."""
        return self._journal.balances()

    def month_totals(self, *accounts: str, paid: bool = False) -> Integers:
        """Return roubles accrued (or paid) by closed month over accounts, (t,)."""
        totals: Integers = self._of(accounts, paid=paid).sum(axis=1)
        return totals

    def place_totals(self, *accounts: str, paid: bool = False) -> Integers:
        """Return roubles accrued (or paid) by closed month and region, (t, R)."""
        return self._of(accounts, paid=paid)[:, :-1]

    def bill_rub(self, *, paid: bool = False) -> Integers:
        """Return the manpower bill of the state by closed month, (t,)."""
        return self.month_totals(*BILL, paid=paid)

    def month_rows(self) -> dict[str, NDArray[Any]]:
        """Return the last closed month's movements as columns of table `ledger`."""
        return self._columns(self._last)

    def table(self) -> dict[str, NDArray[Any]]:
        """Return all movements so far as the result table `ledger`."""
        rows = self._journal.movements()
        months = month_range(self._first, self._first + max(self._closed, 1) - 1)
        return {
            "month": _texts(months, rows.month - self._first),
            **self._columns(rows),
        }

    def _columns(self, rows: Movements) -> dict[str, NDArray[Any]]:
        return {
            "payer": _texts([account.payer for account in ACCOUNTS], rows.account),
            "payee": _texts([account.payee for account in ACCOUNTS], rows.account),
            "account": _texts([account.name for account in ACCOUNTS], rows.account),
            "place": _texts(self._places, rows.place),
            "channel": _texts(self._layout.channels, rows.channel),
            "accrued_rub": rows.accrued_rub,
            "paid_rub": rows.paid_rub,
            "lapsed_rub": rows.lapsed_rub,
        }

    def _of(self, accounts: tuple[str, ...], *, paid: bool) -> Integers:
        """Return the totals of some accounts by closed month and place, (t, P)."""
        rows = [NUMBER[name] for name in accounts]
        found: Integers = self._totals[int(paid)][: self._closed, rows].sum(axis=1)
        return found

    def _book_contracts(self, now: Environment, intakes: Mapping[str, Intake]) -> None:
        owed = on_signing(self._layout, intakes, now.offers, self._tariffs, now.index)
        for account, amount in owed.items():
            lagged = account in _LAGGED_BY_BONUS
            lag = self._costs.bonus_payment_lag_months if lagged else 0
            self._journal.accrue(account, amount, lag)
        adverts = self._layout.zeros()
        adverts[self._layout.row(VOLUNTEERS), -1] = whole_roubles(
            self._tariffs.advertising_rub_per_month[now.index]
        )
        self._journal.accrue("advertising", adverts)
        for channel, intake in intakes.items():
            self._headcount.enlist(self._layout.row(channel), intake)

    def _book_re_signing(self, now: Environment, roll: Roll, losses: Losses) -> None:
        owed = on_re_signing(self._layout, roll, losses.re_signed, now.offers)
        lag = self._costs.bonus_payment_lag_months
        self._journal.accrue("federal_bonus", owed, lag)

    def _book_service(
        self, now: Environment, roll: Roll, economy: EconomyMonth
    ) -> None:
        fixed = self._tariffs
        rates = PayRates(
            zone=now.offers.service_pay_rub_per_month,
            support_share=self._costs.support_pay_share,
            combat_premium=fixed.combat_premium_rub_per_month[now.index],
            rear=fixed.rear_pay_rub_per_month[now.index],
            sent_by_a_state=fixed.sent_by_a_state
            * (fixed.sending_state_usd_per_month[now.index] * economy.rub_per_usd),
        )
        pay = on_service(self._layout, roll.counts, rates, fixed.pay_ratio)
        for account, amount in pay.items():
            self._journal.accrue(account, amount)
        serving = self._headcount.serving_by_place * fixed.topped_up[:, None]
        topups = self._layout.regional(serving * now.offers.topup_rub_per_month)
        self._journal.accrue("monthly_topup", topups)

    def _book_deaths(self, index: int, casualties: Casualties) -> None:
        paid, fixed = self._compensation, self._tariffs
        claims = paid.death_claim_share * fixed.claim_ratio
        lag = paid.death_payment_lag_months
        owed = on_death(self._layout, casualties.dead, fixed, index)
        for account, amount in owed.items():
            self._journal.accrue(account, amount, lag, claims[:, None])
        families = casualties.dead.sum(axis=1) * fixed.entitled * claims
        self._book_pensions(index, families)

    def _book_pensions(self, index: int, families: Floats) -> None:
        """Book pensions; interest is paid first, the rest pays off the value."""
        monthly = self._tariffs.pension_rub_per_month[index]
        month = self._pensions.advance(index, families, monthly)
        interest = month.unwinding_rub.clip(0, month.paid_rub)
        for account, accrued, paid in (
            ("survivor_pension", month.awarded_rub, month.paid_rub - interest),
            ("survivor_pension_unwinding", month.unwinding_rub, interest),
        ):
            self._journal.accrue_open(account, self._layout.national(accrued))
            self._journal.pay_open(account, self._layout.national(paid))

    def _book_wounds(self, index: int, casualties: Casualties) -> None:
        paid, fixed = self._compensation, self._tariffs
        lag = paid.wound_payment_lag_months
        disabled = self._disability.owed_rub(index, casualties.disabled)
        amount = self._layout.national(disabled * fixed.entitled)
        claims = paid.disability_claim_share * fixed.claim_ratio[:, None]
        self._journal.accrue("disability", amount, lag, claims)
        due = self._disability.paid_wounds(casualties.wounded)
        owed = on_wound(self._layout, due, casualties.wounded, fixed, index)
        claims = paid.wound_claim_share * fixed.claim_ratio[:, None]
        for account, amount in owed.items():
            self._journal.accrue(account, amount, lag, claims)

    def _book_memo_items(self, economy: EconomyMonth) -> None:
        wage = economy.civilian_wage_rub
        forgone = (self._headcount.removed_by_home * wage).sum(axis=1)
        share = self._costs.lost_output_share_of_wage
        lost = forgone * self._tariffs.works * share
        self._journal.note("lost_output", self._layout.national(lost))
        abroad = np.zeros(len(self._layout.channels))
        gone = float((self._headcount.emigrated_by_home * wage).sum())
        if gone:
            share = self._costs.emigrant_output_share_of_wage
            abroad[self._layout.row(FLED_FROM)] = gone * share
        self._journal.note("emigration", self._layout.national(abroad))
        self._headcount.return_emigrants(self._costs.emigrant_return_share_per_month)

    def _keep(self, rows: Movements) -> None:
        """Add the closed month to the totals that rules read."""
        cell = rows.account * len(self._places) + rows.place
        accrued, paid = (of[self._closed].reshape(-1) for of in self._totals)
        np.add.at(accrued, cell, rows.accrued_rub)
        np.add.at(paid, cell, rows.paid_rub)
        self._closed += 1
        self._last = rows


def _texts(names: Any, codes: Integers) -> NDArray[Any]:
    return np.array(names, dtype=object)[codes]
