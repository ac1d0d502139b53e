"""Monthly totals of one draw, read once from its result tables. ODD II.x (observation).

Every headline measure is a short formula over these arrays, so what a measure counts
stands in `experiments.measures.definitions` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.measures.arithmetic import Floats, ratio
from model.fields.months import parse_month
from model.force.roll import IN_SERVICE, IN_THEATRE
from model.ledger.accounts import ACCOUNTS, BILL_GROUPS
from model.results import Table, Tables
from model.scenario import Scenario

Integers = NDArray[np.int64]

VOLUNTEERS = "volunteer_contract"
THEATRE = tuple(state.label for state in IN_THEATRE)
UNDER_ARMS = tuple(state.label for state in IN_SERVICE)
"""Theatre, rear, training and hospital."""
GARRISONED = "conscript"
"""The channel whose men in the rear stand where conscripts stood before the war."""
BILL = tuple(account.name for account in ACCOUNTS if account.group in BILL_GROUPS)
PERMANENT = ("killed", "disabled", "captured", "absent", "discharged")
"""Events after which a man no longer counts as a soldier at hand."""


@dataclass(frozen=True)
class Facts:
    """The tables of one draw and what its scenario asked for.

    Args:
        tables: result tables as `model.results` names them.
        scenario: the scenario they come from.
    """

    tables: Tables
    scenario: Scenario

    @property
    def months(self) -> int:
        """Number of months, T."""
        return self.scenario.time.months

    def has(self, column: str) -> bool:
        """Whether a column, named `table.column`, was recorded."""
        table, name = column.split(".")
        return name in self.tables.get(table, {})

    def monthly(
        self, table: str, column: str, where: NDArray[np.bool_] | None = None
    ) -> Floats:
        """Return the sum of a column by month, (T,); only rows `where` if given."""
        if table not in self.tables:
            return np.zeros(self.months)
        values, index = self.tables[table][column], self._month_index(table)
        if where is not None:
            values, index = values[where], index[where]
        return sums(index, values, self.months)

    def monthly_mean(self, table: str, column: str) -> Floats:
        """Return the mean of a column over a month's rows, (T,); nan without rows."""
        index = self._month_index(table)
        counts = sums(index, np.ones(len(index)), self.months)
        return ratio(self.monthly(table, column), counts)

    def rows(self, table: str, column: str, words: Iterable[str]) -> NDArray[np.bool_]:
        """Return the rows of a table whose text is one of some words."""
        if table not in self.tables:
            return np.zeros(0, dtype=bool)
        codes, number = self._coded(table, column)
        return np.isin(codes, [number[word] for word in words if word in number])

    def accrued(self, *accounts: str) -> Floats:
        """Return roubles owed by month over accounts, (T,)."""
        return sum((self._ledger("accrued_rub", a) for a in accounts), self._none)

    def paid(self, *accounts: str) -> Floats:
        """Return roubles paid by month over accounts, (T,)."""
        return sum((self._ledger("paid_rub", a) for a in accounts), self._none)

    def lapsed(self, *accounts: str) -> Floats:
        """Return roubles owed that lapsed unclaimed by month, (T,)."""
        return sum((self._ledger("lapsed_rub", a) for a in accounts), self._none)

    def signed(self, channel: str | None = None) -> Floats:
        """Return persons who signed by month, of one channel or all, (T,)."""
        return self._of("flows", "signed_persons", channel)

    def re_signed(self) -> Floats:
        """Return contracts of men already serving by month, (T,)."""
        return self._of("service", "re_signed_persons", None)

    def deceived(self, channel: str | None = None) -> Floats:
        """Return signers who chose a job that was not the job, (T,)."""
        return self._of("flows", "deceived_persons", channel)

    def coerced(self, channel: str | None = None) -> Floats:
        """Return signers who signed under pressure, (T,)."""
        return self._of("flows", "coerced_persons", channel)

    def lost(self, *kinds: str, channel: str | None = None) -> Floats:
        """Return men lost by month over kinds of loss, (T,)."""
        return sum(
            (self._of("losses", f"{kind}_persons", channel) for kind in kinds),
            self._none,
        )

    def volunteers(self, column: str) -> Floats:
        """Return a column of `flows` by month for volunteers, (T,)."""
        return self._of("flows", column, VOLUNTEERS)

    @cached_property
    def theatre(self) -> Floats:
        """Men in combat and support by month, (T,)."""
        return self.monthly("force", "persons", self.rows("force", "state", THEATRE))

    @cached_property
    def under_arms(self) -> Floats:
        """Men in theatre, rear, training and hospital by month, (T,).

        Conscripts who signed and stay in the rear hold posts of peacetime, not the
        war's.
        """
        garrison = self.rows("force", "state", ["rear"])
        garrison &= self.rows("force", "channel", [GARRISONED])
        raised = self.rows("force", "state", UNDER_ARMS) & ~garrison
        return self.monthly("force", "persons", raised)

    @cached_property
    def needed(self) -> Floats:
        """Force needed by month, (T,)."""
        time = self.scenario.time
        return self.scenario.federal.force_needed.over(time.first, time.months)

    @cached_property
    def quota(self) -> Floats:
        """National quota by month, (T,)."""
        time = self.scenario.time
        return self.scenario.federal.quota.over(time.first, time.months)

    @cached_property
    def willing(self) -> Floats:
        """Remaining willing men by month, (T,)."""
        return self.monthly("pool", "remaining_willing_persons")

    def volunteers_mean(self, column: str) -> Floats:
        """Return a column of `flows` by month, weighted by volunteers signed, (T,).

        Rows without a number do not count; a month without any is nan.
        """
        flows = self.tables["flows"]
        values, weight = flows[column], flows["signed_persons"]
        known = self.rows("flows", "channel", [VOLUNTEERS]) & np.isfinite(values)
        index, weight = self._month_index("flows")[known], weight[known]
        total = sums(index, values[known] * weight, self.months)
        return ratio(total, sums(index, weight, self.months))

    def region_shares(self, part: slice, accounts: Iterable[str]) -> Floats:
        """Return spending on accounts over revenue by region within a period, (R,)."""
        place, number = self._coded("prices", "place")
        within = self._within("prices", part)
        revenue = self.tables["prices"]["revenue_rub"][within]
        of = self.rows("ledger", "account", accounts) & self._within("ledger", part)
        spent_at = [number[name] for name in self.tables["ledger"]["place"][of]]
        spent = self.tables["ledger"]["accrued_rub"][of]
        return ratio(
            sums(np.array(spent_at, dtype=np.int64), spent, len(number)),
            sums(place[within], revenue, len(number)),
        )

    @cached_property
    def _none(self) -> Floats:
        return np.zeros(self.months)

    @cached_property
    def _ledger_by_account(self) -> dict[str, dict[str, Floats]]:
        """Sum the ledger by basis, account and month in one pass."""
        ledger: Table = self.tables.get("ledger", {})
        names = [account.name for account in ACCOUNTS]
        if not ledger:
            return {b: dict.fromkeys(names, self._none) for b in _BASES}
        found, number = self._coded("ledger", "account")
        rank = {code: names.index(name) for name, code in number.items()}
        account = np.array([rank[code] for code in range(len(rank))])[found]
        cell = account * self.months + self._month_index("ledger")
        totals = {b: sums(cell, ledger[b], len(names) * self.months) for b in _BASES}
        return {
            basis: dict(zip(names, total.reshape(len(names), -1), strict=True))
            for basis, total in totals.items()
        }

    def _ledger(self, basis: str, account: str) -> Floats:
        return self._ledger_by_account[basis][account]

    def _of(self, table: str, column: str, channel: str | None) -> Floats:
        """Return a column by month, of one channel or all, (T,)."""
        at = (table, column)
        if at not in self._sums:
            self._sums[at] = self._summed(table, column)
        found = self._sums[at]
        if channel is None:
            return sum(found.values(), self._none)
        return found.get(channel, self._none)

    def _summed(self, table: str, column: str) -> dict[str, Floats]:
        if table not in self.tables:
            return {}
        codes, number = self._coded(table, "channel")
        cell = codes * self.months + self._month_index(table)
        total = sums(cell, self.tables[table][column], len(number) * self.months)
        return dict(zip(number, total.reshape(len(number), -1), strict=True))

    @cached_property
    def _sums(self) -> dict[tuple[str, str], dict[str, Floats]]:
        return {}

    @cached_property
    def _indices(self) -> dict[str, Integers]:
        return {}

    @cached_property
    def _cache(self) -> dict[tuple[str, str], tuple[Integers, dict[str, int]]]:
        return {}

    def _coded(self, table: str, column: str) -> tuple[Integers, dict[str, int]]:
        """Return a text column as codes, and the code of each word; cached."""
        at = (table, column)
        if at not in self._cache:
            words = self.tables[table][column].tolist()
            number: dict[str, int] = defaultdict(count().__next__)
            codes = np.fromiter(map(number.__getitem__, words), np.int64, len(words))
            self._cache[at] = codes, dict(number)
        return self._cache[at]

    def _month_index(self, table: str) -> Integers:
        """Return each row's month, counted from the start; cached."""
        if table not in self._indices:
            codes, number = self._coded(table, "month")
            first = int(self.scenario.time.first)
            at = np.array([parse_month(month) - first for month in number])
            self._indices[table] = at[codes]
        return self._indices[table]

    def _within(self, table: str, part: slice) -> NDArray[np.bool_]:
        index = self._month_index(table)
        inside: NDArray[np.bool_] = (index >= part.start) & (index < part.stop)
        return inside


_BASES = ("accrued_rub", "paid_rub", "lapsed_rub")


def sums(group: Integers, values: NDArray[Any], groups: int) -> Floats:
    """Sum values by group, (groups,)."""
    found: Floats = np.bincount(group, values, groups).astype(np.float64)
    return found
