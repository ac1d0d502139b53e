"""The double-entry journal: liabilities, cash, claims that lapse, and balances.

A liability is booked when it arises. Its cash is due `lag` months later, for the share
that is claimed; the rest lapses in the same month, visibly, as a movement of its own.
So for every account, at every month's end, to the rouble,

    accrued - paid - lapsed = outstanding,

where outstanding is read from the schedule of payments still due, not from the other
three. Each entity's worth, cash and claims move separately and each sums to zero over
all entities. Whole roubles throughout (int64). ODD III.iv (ledger).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.ledger.accounts import ACCOUNTS, ENTITIES, NUMBER
from model.ledger.roubles import refuse_beyond, whole_roubles

Integers = NDArray[np.int64]

_PAYER = np.array([ENTITIES.index(account.payer) for account in ACCOUNTS])
_PAYEE = np.array([ENTITIES.index(account.payee) for account in ACCOUNTS])
# One more month, of at most 2^53 an account, cannot wrap a position around.
_MOST_POSITION_RUB = 2**62
_MEMO = np.array([account.group == "memo" for account in ACCOUNTS])


@dataclass(frozen=True, slots=True)
class Balances:
    """Positions of all entities in roubles, (E,), and what is still owed, (A,).

    `worth = cash + claims + memo` for every entity, and each of the four sums to zero
    over the entities.
    """

    worth_rub: Integers
    cash_rub: Integers
    claims_rub: Integers
    """Receivables less payables."""
    memo_rub: Integers
    """Real resources forgone or lost, which nobody settles in cash."""
    outstanding_rub: Integers
    """Liabilities not yet paid or lapsed, by account."""


@dataclass(frozen=True, slots=True)
class Movements:
    """Rows of one or more months, each array of shape (n,)."""

    month: Integers
    account: Integers
    channel: Integers
    place: Integers
    accrued_rub: Integers
    paid_rub: Integers
    lapsed_rub: Integers


class Journal:
    """Books movements by account, channel and place, and keeps the positions.

    Args:
        channels: number of channels, C.
        places: number of places, P (the regions, then the country).
        longest_lag_months: longest lag any posting will name.
    """

    def __init__(self, channels: int, places: int, longest_lag_months: int) -> None:
        shape = (len(ACCOUNTS), channels, places)
        self._accrued = np.zeros(shape, dtype=np.int64)
        self._due = np.zeros((longest_lag_months + 1, 2, *shape), dtype=np.int64)
        self._head = 0
        self._open = np.zeros(len(ACCOUNTS), dtype=np.int64)
        self._positions = np.zeros((4, len(ENTITIES)), dtype=np.int64)
        self._months: list[Movements] = []

    def accrue(
        self,
        account: str,
        amount_rub: Integers,
        lag_months: int = 0,
        claim_share: NDArray[np.float64] | float | None = None,
    ) -> None:
        """Book a liability that turns into cash after a lag, for the share claimed.

        Args:
            account: name of the account.
            amount_rub: by channel and place, (C, P).
            lag_months: months until it is paid or lapses.
            claim_share: share that will be paid; a number or (C, P); none: all.
        """
        row = NUMBER[account]
        # The lapse is the rest, not rounded on its own, so no rouble is made or lost.
        # It waits for the same month as the cash, for until then it is owed.
        slot = self._due[(self._head + lag_months) % len(self._due)]
        paid = amount_rub
        if claim_share is not None:
            paid = whole_roubles(amount_rub * claim_share)
            slot[1, row] += amount_rub - paid
        slot[0, row] += paid
        self._accrued[row] += amount_rub

    def accrue_open(self, account: str, amount_rub: Integers) -> None:
        """Book a change of a liability whose cash is not scheduled (a pension)."""
        self._accrued[NUMBER[account]] += amount_rub
        self._open[NUMBER[account]] += amount_rub.sum()

    def pay_open(
        self, account: str, amount_rub: Integers, *, lapsed: bool = False
    ) -> None:
        """Pay this month from a liability booked by `accrue_open`, or let it lapse."""
        self._due[self._head, int(lapsed), NUMBER[account]] += amount_rub
        self._open[NUMBER[account]] -= amount_rub.sum()

    def note(self, account: str, amount_rub: Integers) -> None:
        """Note a memo item: a cost that never turns into cash."""
        self._accrued[NUMBER[account]] += amount_rub

    def close(self, month: int) -> Movements:
        """Settle what is due this month, move the positions, and return the rows.

        Raises:
            ScenarioError: an account moved more roubles than can be counted whole.
        """
        paid, lapsed = self._due[self._head]
        for moved in (self._accrued, paid, lapsed):
            by_account = np.abs(moved).sum(axis=(1, 2), dtype=np.float64)
            largest = int(by_account.argmax())
            refuse_beyond(by_account[largest], month, ACCOUNTS[largest].name)
        self._settle(*(np.einsum("acp->a", m) for m in (self._accrued, paid, lapsed)))
        largest = int(np.abs(self._positions).max(axis=0).argmax())
        position, name = self._positions[:, largest], ENTITIES[largest]
        refuse_beyond(np.abs(position).max(), month, name, _MOST_POSITION_RUB)
        rows = _rows(month, self._accrued, paid, lapsed)
        self._months.append(rows)
        self._accrued[:] = 0
        # The schedule is a ring: the month that is over becomes the farthest one ahead.
        self._due[self._head] = 0
        self._head = (self._head + 1) % len(self._due)
        return rows

    def _settle(self, accrued: Integers, paid: Integers, lapsed: Integers) -> None:
        """Move worth, cash, claims and memo of the two sides of every account."""
        real = np.where(_MEMO, accrued, 0)
        owed = accrued - real - paid - lapsed
        for position, moved in enumerate((accrued - lapsed, paid, owed, real)):
            np.subtract.at(self._positions[position], _PAYER, moved)
            np.add.at(self._positions[position], _PAYEE, moved)

    def balances(self) -> Balances:
        """Return the positions after the months closed so far."""
        outstanding = np.einsum("mkacp->a", self._due) + self._open
        worth, cash, claims, memo = self._positions.copy()
        return Balances(worth, cash, claims, memo, outstanding)

    def movements(self) -> Movements:
        """Return the rows of all months closed so far."""
        return _join(self._months)


def _rows(month: int, accrued: Integers, paid: Integers, lapsed: Integers) -> Movements:
    account, channel, place = ((accrued != 0) | (paid != 0) | (lapsed != 0)).nonzero()
    at = (account, channel, place)
    when = np.zeros_like(account) + month
    return Movements(when, *at, accrued[at], paid[at], lapsed[at])


def _join(parts: Sequence[Movements]) -> Movements:
    names = Movements.__dataclass_fields__
    if not parts:
        return Movements(*(np.zeros(0, dtype=np.int64) for _ in names))
    return Movements(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
