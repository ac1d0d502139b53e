"""Civilian wages by region: documented paths, and what a shortage of men adds.

    ln w_r = ln(national path) + ln(relative wage of r) + x S_r
    S_r(t) = S_r(t-1) 2^(-1/h) + (men of r removed in month t) / (men of r, 18-59)

x is the elasticity of wages to men removed, h the half-life in which capital and
workers from elsewhere make up for them. The documented wages already hold the shortage
of their own months, so S counts removals after the last documented month; men 18-59
stand for the men's labour force. What defence orders add to demand is part of the
national path and of its growth. ODD III.iv (economy). Source: us-wage-supply-borjas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.fields.months import parse_month
from model.parameters.economy import Economy
from model.world import RegionTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIRST_YEAR = 2021
_MID_YEAR = 6


class Wages:
    """Regional wages, one month after the other.

    Args:
        regions: the documented regions.
        economy: the scenario's `economy` block.
        national_rub: national mean wage by month of the run, (T,).
        first: first month of the run.
        documented_until: last month whose wages are documented.
    """

    def __init__(
        self,
        regions: RegionTable,
        economy: Economy,
        national_rub: Floats,
        first: int,
        documented_until: int,
    ) -> None:
        months = np.arange(first, first + len(national_rub))
        self._national_rub = national_rub
        self._relative = relative_wages(regions.relative_wage, months)
        self._men = regions.men_18_59_persons
        self._elasticity = economy.shortage_elasticity
        self._keep = 0.5 ** (1 / economy.shortage_half_life_months)
        self._documented_months = documented_until - first + 1
        self._removed = np.zeros(len(self._men))
        self._shortage = np.zeros(len(self._men))

    def advance(self, index: int, removed_persons: Floats | Integers) -> Floats:
        """Return the month's mean wages in roubles, (R,); call once a month in order.

        Args:
            index: months since the start of the run.
            removed_persons: men of each region serving, dead or disabled by the end of
                last month, (R,); men who came back lower the shortage.
        """
        newly = removed_persons - self._removed
        self._removed = np.array(removed_persons, dtype=float)
        self._shortage *= self._keep
        if index >= self._documented_months:
            self._shortage += newly / self._men
        path = self._national_rub[index] * self._relative[:, index]
        wages: Floats = path * np.exp(self._elasticity * self._shortage)
        return wages


def relative_wages(by_year: Floats, months: NDArray[np.int64]) -> Floats:
    """Interpolate relative wages (R, years) between the middles of years: (R, T)."""
    mid = parse_month(f"{FIRST_YEAR}-01") + _MID_YEAR + 12 * np.arange(by_year.shape[1])
    return np.array([np.interp(months, mid, row) for row in by_year])
