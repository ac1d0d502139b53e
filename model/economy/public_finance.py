"""Public finance: regional revenue, what bonuses take of it, and the federal budget.

    stress_r = max(0, s_r - s0) / (s1 - s0)

s_r is the share of a region's revenue that recruiting took over the last year, s0 where
it begins to hurt, s1 the share a region will not exceed: stress is 1 at the cap.
Revenue is that of the consolidated regional budget, federal grants included, because
the documented shares refer to it. ODD III.iv (economy). Sources: regions.csv (2023),
ru-regional-budget-share-2025.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.fields.months import parse_month
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MONTHS_PER_YEAR = 12
LEVEL_OF_2023 = parse_month("2023-07")


def revenue_paths(world: World, scenario: Scenario) -> Floats:
    """Return monthly revenue by region in roubles, (R, T).

    The level of 2023 grows evenly in both directions; within a year it is level, since
    regions plan bonuses by the year.
    """
    time, economy = scenario.time, scenario.economy
    months = np.arange(time.first, time.first + time.months)
    years = (months - LEVEL_OF_2023) / MONTHS_PER_YEAR
    growth = (1 + economy.budget_growth_per_year) ** years
    factor = economy.regional_revenue_factor.over(time.first, time.months)
    return np.outer(world.regions.revenue_2023_rub / MONTHS_PER_YEAR, growth * factor)


def spending_share(spent_rub: Floats | Integers, revenue_rub: Floats) -> Floats:
    """Return the share of revenue spent over the last year, (R,).

    Args:
        spent_rub: spending by month so far, (t, R).
        revenue_rub: revenue by region and month of the run, (R, T).
    """
    months = min(len(spent_rub), MONTHS_PER_YEAR)
    if months == 0:
        return np.zeros(revenue_rub.shape[0])
    window = slice(len(spent_rub) - months, len(spent_rub))
    share: Floats = spent_rub[window].sum(axis=0) / revenue_rub[:, window].sum(axis=1)
    return share


def fiscal_stress(share: Floats, begins_at: float, cap: float) -> Floats:
    """Return stress by region: 0 below `begins_at`, 1 at the cap, above 1 beyond."""
    width = max(cap - begins_at, 1e-9)
    stress: Floats = np.maximum(0.0, share - begins_at) / width
    return stress
