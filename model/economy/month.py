"""The civilian economy, month by month, as everybody else reads it. ODD III.iv."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.economy.paths import MacroPaths
from model.economy.wages import Wages
from model.fields.months import parse_month
from model.fields.timeline import Timeline
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EconomyMonth:
    """One month of the civilian economy."""

    index: int
    month: int
    civilian_wage_rub: Floats
    """Mean monthly wage by region, (R,)."""
    national_wage_rub: float
    price_index: float
    rub_per_usd: float
    gdp_rub: float
    federal_spending_rub: float
    unemployment_ratio: float
    regional_revenue_rub: Floats
    """Revenue of the month by region, (R,)."""


class CivilianEconomy:
    """Wages and public finance of a run.

    Args:
        world: the documented world.
        scenario: the scenario.
        timeline: its dated values (`model.timeline`).
    """

    def __init__(self, world: World, scenario: Scenario, timeline: Timeline) -> None:
        self._first = int(scenario.time.first)
        self.paths: MacroPaths = timeline.macro
        self.regional_revenue_rub: Floats = timeline.revenue
        """Revenue by region and month, (R, T)."""
        self._wages = Wages(
            world.regions,
            scenario.economy,
            self.paths.national_wage_rub,
            self._first,
            min(
                world.macro.first + len(world.macro.mean_wage_rub) - 1,
                parse_month(scenario.time.history_until),
            ),
        )

    def advance(self, index: int, removed_persons: Floats | Integers) -> EconomyMonth:
        """Return the month; call once a month in order.

        Args:
            index: months since the start of the run.
            removed_persons: men of each region serving, dead or disabled, (R,).
        """
        paths = self.paths
        return EconomyMonth(
            index=index,
            month=self._first + index,
            civilian_wage_rub=self._wages.advance(index, removed_persons),
            national_wage_rub=float(paths.national_wage_rub[index]),
            price_index=float(paths.price_index[index]),
            rub_per_usd=float(paths.rub_per_usd[index]),
            gdp_rub=float(paths.gdp_rub[index]),
            federal_spending_rub=float(paths.federal_spending_rub[index]),
            unemployment_ratio=float(paths.unemployment_ratio[index]),
            regional_revenue_rub=self.regional_revenue_rub[:, index],
        )
