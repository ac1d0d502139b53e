"""Documented monthly series cut to a run and continued by growth. ODD III.iii."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.fields.dated import Multiplier
from model.fields.months import parse_month
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]

MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class MacroPaths:
    """National series over the months of a run, each (T,), scenario factors applied."""

    national_wage_rub: Floats
    price_index: Floats
    rub_per_usd: Floats
    gdp_rub: Floats
    """Nominal GDP of the month."""
    federal_spending_rub: Floats
    unemployment_ratio: Floats
    """Unemployment over its level in the first month."""


def macro_paths(world: World, scenario: Scenario) -> MacroPaths:
    """Return the series of a run: documented as far as each goes, then by growth.

    No series is read beyond `time.history_until`, the month of which a forecaster knew.
    """
    macro, economy = world.macro, scenario.economy
    known = max(1, parse_month(scenario.time.history_until) - macro.first + 1)
    months = np.arange(scenario.time.first, scenario.time.first + scenario.time.months)

    def on(series: Floats, growth_per_year: float) -> Floats:
        return continued(series[:known], months - macro.first, growth_per_year)

    def factor(path: Multiplier) -> Floats:
        return path.over(scenario.time.first, scenario.time.months)

    unemployment = on(macro.unemployment_share, 0.0)
    spending = on(macro.federal_spending_rub, economy.budget_growth_per_year)
    return MacroPaths(
        national_wage_rub=on(macro.mean_wage_rub, economy.wage_growth_per_year)
        * factor(economy.wage_factor),
        price_index=on(macro.price_index, economy.price_growth_per_year),
        rub_per_usd=economy.rub_per_usd.laid_over(
            on(macro.rub_per_usd, 0.0), scenario.time.first
        ),
        gdp_rub=on(macro.gdp_rub, economy.gdp_growth_per_year),
        federal_spending_rub=spending * factor(economy.federal_spending_factor),
        unemployment_ratio=unemployment
        / unemployment[0]
        * factor(economy.unemployment_factor),
    )


def continued(series: Floats, at: NDArray[np.int64], growth_per_year: float) -> Floats:
    """Return a monthly series at places `at`, counted from its first month.

    Before its start it holds its first value, after its end it grows from its last.

    >>> continued(np.array([1.0, 2.0]), np.array([-1, 1, 13]), 0.5)
    array([1., 2., 3.])
    """
    inside = np.clip(at, 0, len(series) - 1)
    years = np.clip(at - (len(series) - 1), 0, None) / MONTHS_PER_YEAR
    grown: Floats = series[inside] * (1 + growth_per_year) ** years
    return grown
