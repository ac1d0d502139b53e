"""Survivor pensions: present value when awarded, cash for years. ODD III.iv (ledger).

A family is awarded p roubles a month for n months, paid in arrears. With the monthly
factor v = (1 + d)^(-1/12) its present value is

    p (v + v^2 + ... + v^n) = p v (1 - v^n) / (1 - v).

The liability then grows by its unwinding (and by any change of p, which holds for all
families) and falls by the cash. What is booked each month follows from the liability
before and after it, so nothing is lost to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.ledger.roubles import whole_roubles

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class PensionMonth:
    """What one month books, by channel, each (C,) in roubles."""

    awarded_rub: Integers
    """Present value of the pensions awarded this month."""
    unwinding_rub: Integers
    """Growth of the earlier liability by interest and indexation."""
    paid_rub: Integers


class SurvivorPensions:
    """All families drawing a pension, by month of award.

    Args:
        months: months of the run, T.
        channels: number of channels, C.
        years: how long a pension runs.
        discount_per_year: the state's discount rate d.
    """

    def __init__(
        self, months: int, channels: int, years: float, discount_per_year: float
    ) -> None:
        self._families = np.zeros((months, channels))
        self._term = round(years * MONTHS_PER_YEAR)
        self._annuity = annuity_factors(self._term, discount_per_year)
        self._liability = np.zeros(channels, dtype=np.int64)

    def advance(
        self, index: int, new_families: Floats, rub_per_month: float
    ) -> PensionMonth:
        """Award, pay and revalue; call once a month in order.

        Args:
            index: months since the start of the run.
            new_families: families awarded a pension this month, (C,).
            rub_per_month: this month's pension of every family.
        """
        age = index - np.arange(index)
        drawing = self._families[:index] * (age <= self._term)[:, None]
        paid = whole_roubles(rub_per_month * drawing.sum(axis=0))
        self._families[index] = new_families
        left = (self._term - index + np.arange(index + 1)).clip(0)
        owed = (self._annuity[left, None] * self._families[: index + 1]).sum(axis=0)
        liability = whole_roubles(rub_per_month * owed)
        awarded = whole_roubles(rub_per_month * new_families * self._annuity[-1])
        unwinding = liability - self._liability - awarded + paid
        self._liability = liability
        return PensionMonth(awarded, unwinding, paid)


def annuity_factors(term_months: int, discount_per_year: float) -> Floats:
    """Return the present value of 1 a month in arrears for 0 to `term` months."""
    factor = (1 + discount_per_year) ** (-1 / MONTHS_PER_YEAR)
    values = np.cumsum(factor ** np.arange(1, term_months + 1))
    return np.concatenate([[0.0], values])
