"""Block on the civilian economy after its documented history. ODD III.iv (economy)."""

from __future__ import annotations

from model.fields.dated import Frozen, Multiplier, RubPerUsd
from model.fields.parameter import Prior, parameter


class Economy(Frozen):
    """Paths beyond the documented macro series, and the labour-shortage feedback.

    The factors act on the documented series and on its continuation alike.
    """

    wage_growth_per_year: float = parameter(
        0.10, "Nominal wage growth after the documented history.", low=-0.5, high=2
    )
    price_growth_per_year: float = parameter(
        0.06, "Inflation after the documented history.", low=-0.2, high=2
    )
    gdp_growth_per_year: float = parameter(
        0.07, "Nominal growth of GDP after the documented history.", low=-0.5, high=2
    )
    budget_growth_per_year: float = parameter(
        0.07,
        "Growth of federal spending and regional revenue after it.",
        low=-0.5,
        high=2,
    )
    wage_factor: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on civilian wages in every region; moves what men give up and what "
        "lost output costs.",
    )
    rub_per_usd: RubPerUsd = parameter(
        RubPerUsd(),
        "Roubles for one dollar from its first step on, documented before; moves what "
        "pay is worth to foreigners and the rouble cost of dollar fees.",
    )
    federal_spending_factor: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on federal spending, the base of the manpower bill's share and of "
        "the budget cap.",
    )
    regional_revenue_factor: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on every region's own revenue, against which fiscal stress and the "
        "cap on bonuses are measured.",
    )
    unemployment_factor: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on the unemployment rate; moves consideration through "
        "`attention.unemployment_elasticity`.",
    )
    shortage_elasticity: float = parameter(
        0.35,
        "Log rise of wages per share of the men's labour force removed.",
        low=0,
        high=3,
        source="us-wage-supply-borjas",
        prior=Prior("lognormal", 0.35, 0.1, 0.4),
    )
    shortage_half_life_months: float = parameter(
        12.0, "Half-life of that effect.", low=1, high=240
    )
