"""Blocks on people: how men decide, what they notice and believe.

ODD II.ii, II.iii, II.iv, II.v, III.iv.
"""

from __future__ import annotations

from typing import Literal

from model.fields.dated import Frozen, ImpressionsPerMonth, Multiplier, Share
from model.fields.parameter import Prior, parameter


class Reluctance(Frozen):
    """How far men are from serving, psi (utility units, log-odds)."""

    form: Literal["continuous", "mixture"] = parameter(
        "continuous",
        "How reluctance is spread: a normal spread of log-odds, or the three types "
        "ready, conditional and never.",
    )
    willing_share: float = parameter(
        0.02,
        "Share of men more likely than not to sign at the usual package once they "
        "consider it, risk aside (form: continuous); what surveys call ready.",
        low=0.0001,
        high=0.5,
        source="ru-willing-unconditional-case",
        prior=Prior("logit_normal", 0.02, 0.004, 0.07),
    )
    log_odds_sd: float = parameter(
        1.4,
        "sigma, spread of reluctance between men (form: continuous).",
        low=0.05,
        high=10,
        prior=Prior("lognormal", 1.4, 0.8, 2.5),
    )
    tradition_elasticity: float = parameter(
        1.0,
        "kappa, elasticity of a region's odds to serve, or of its share of willing men "
        "(form: mixture), to its early dead.",
        low=0,
        high=3,
        prior=Prior("normal", 1.0, 0.3, 1.7),
    )
    ready_share: float = parameter(
        0.05,
        "Share of men ready to serve without extra pay (form: mixture).",
        low=0,
        high=0.5,
        source="ru-willing-unconditional-case",
        grade="independent_estimate",
    )
    conditional_share: float = parameter(
        0.15,
        "Share of men ready to serve only for more money (form: mixture).",
        low=0,
        high=0.6,
        source="ru-willing-conditional-case",
        grade="independent_estimate",
    )
    ready_psi: float = parameter(
        0.0,
        "Reluctance of the ready, the reference point (form: mixture).",
        low=-5,
        high=5,
    )
    conditional_psi: float = parameter(
        1.5,
        "Reluctance of the conditionally ready (form: mixture).",
        low=-5,
        high=10,
    )
    never_psi: float = parameter(
        7.0,
        "Reluctance of everybody else, far in the tail (form: mixture).",
        low=0,
        high=20,
    )


_STEP = Prior("normal", 0.0, -0.132, 0.132)
"""A random walk of standard deviation .08 a half-year."""


class Willingness(Frozen):
    """Drift of willingness by half-year, log change of how many consider."""

    step_sd: float = parameter(
        0.08,
        "Standard deviation of the half-yearly step after the documented history.",
        low=0,
        high=2,
    )
    from_2023_07: float = parameter(
        0.0, "Step of the second half of 2023.", low=-2, high=2, prior=_STEP
    )
    from_2024_01: float = parameter(
        0.0, "Step of the first half of 2024.", low=-2, high=2, prior=_STEP
    )
    from_2024_07: float = parameter(
        0.0, "Step of the second half of 2024.", low=-2, high=2, prior=_STEP
    )
    from_2025_01: float = parameter(
        0.0, "Step of the first half of 2025.", low=-2, high=2, prior=_STEP
    )
    from_2025_07: float = parameter(
        0.0, "Step of the second half of 2025.", low=-2, high=2, prior=_STEP
    )

    @property
    def steps(self) -> dict[str, float]:
        """Steps of documented half-years by name of the field."""
        return {name: step for name, step in self if name.startswith("from_")}


class Behaviour(Frozen):
    """How a man weighs an offer; the rival explanations are named switches."""

    risk_belief: Literal["small_numbers", "bayesian", "none"] = parameter(
        "small_numbers", "How local deaths enter the perceived risk."
    )
    recruiting_effort: Literal["quota_driven", "constant"] = parameter(
        "quota_driven", "Whether recruiters work harder below quota."
    )
    poverty_gradient: Literal["from_value_of_life", "coefficient"] = parameter(
        "from_value_of_life", "What makes the poor sign more often."
    )
    poverty_coefficient: float = parameter(
        0.5,
        "Log-odds lost per log unit of income (poverty_gradient: coefficient only).",
        low=0,
        high=5,
    )
    slope: float = parameter(
        1.3,
        "b, log-odds per log unit of package over civilian income.",
        low=0.05,
        high=12,
        source="np-migration-earnings-shrestha",
        prior=Prior("lognormal", 1.3, 0.4, 5.5),
    )
    discount_per_year: float = parameter(
        0.25,
        "Personal discount rate d.",
        low=0,
        high=3,
        source="us-discount-warner-pleeter",
        grade="independent_estimate",
        prior=Prior("lognormal", 0.25, 0.08, 0.60),
    )
    horizon_months: float = parameter(
        16.0,
        "Term H a man expects to serve when he signs: the weight of pay beside the sum "
        "up front.",
        low=1,
        high=60,
        prior=Prior("lognormal", 16.0, 12.0, 30.0),
    )
    trust_bonus: float = parameter(
        0.95, "tau_B, share of the bonus he counts on.", low=0.05, high=1
    )
    trust_pay: float = parameter(
        0.8, "tau_W, share of the service pay he counts on.", low=0, high=1
    )
    compensation_weight: float = parameter(
        0.1,
        "theta, weight of the death payment in his own reckoning.",
        low=0,
        high=1,
    )
    income_floor_rub: float = parameter(
        200_000.0,
        "k, consumption floor over the horizon that keeps the log finite.",
        low=1_000,
        high=5_000_000,
    )
    minimum_income_share: float = parameter(
        0.25,
        "Least civilian income (odd jobs, transfers) as a share of the mean wage.",
        low=0.01,
        high=1,
    )
    value_of_life_multiple: float = parameter(
        20.0,
        "Value of a statistical life in annual incomes.",
        low=0,
        high=100,
        source="ru-vsl-ratio-derived",
        prior=Prior("lognormal", 20.0, 8.0, 45.0),
    )
    small_numbers_weight: float = parameter(
        3.0,
        "L, overweight of local deaths.",
        low=0,
        high=50,
        prior=Prior("lognormal", 3.0, 1.0, 10.0),
    )
    own_risk_optimism: float = parameter(
        0.7,
        "Perceived own risk over perceived average risk.",
        low=0,
        high=2,
        prior=Prior("lognormal", 0.7, 0.4, 1.0),
    )
    belief_half_life_months: float = parameter(
        6.0, "Half-life of what is remembered of local deaths.", low=0.5, high=120
    )
    prior_death_share_per_month: float = parameter(
        0.004, "Risk believed before any local death is known.", low=0, high=0.2
    )
    prior_strength_person_months: float = parameter(
        30_000.0, "Weight of that prior belief.", low=1, high=1e8
    )
    publicity_share: float = parameter(
        0.6, "Share of deaths that become known at home.", low=0, high=1
    )
    publicity_delay_months: int = parameter(
        2, "Months until a death is known at home.", low=0, high=24
    )
    reluctance: Reluctance = Reluctance()
    willingness: Willingness = Willingness()
    debt_distress_share: float = parameter(
        0.2,
        "Share of men under debt enforcement at mean income.",
        low=0,
        high=0.9,
        source="us-creditaid-barr-2016",
        prior=Prior("logit_normal", 0.2, 0.1, 0.3),
    )
    debt_income_slope: float = parameter(
        0.5, "How much faster distress falls with the wage rank.", low=0, high=2
    )
    debt_median_rub: float = parameter(
        400_000.0, "Median overdue debt of a distressed man.", low=0, high=1e8
    )
    debt_weight: float = parameter(
        0.3,
        "eta, log-odds per log unit of debt written off over income.",
        low=0,
        high=3,
        prior=Prior("normal", 0.3, 0.0, 0.8),
    )
    peer_enlisted_weight: float = parameter(
        2.0,
        "g, log-odds per unit share of the settlement's men serving alive.",
        low=0,
        high=50,
        source="dk-peer-brothers",
    )
    peer_dead_weight: float = parameter(
        4.0,
        "h, log-odds lost per unit share of the settlement's men dead.",
        low=0,
        high=50,
    )
    settlement_men: int = parameter(
        150, "Men of age 18-59 in a man's circle of settlement.", low=10, high=100_000
    )
    mobility_cost_median_rub: float = parameter(
        700_000.0,
        "Median extra bonus that makes a man sign outside his region.",
        low=1_000,
        high=1e8,
        source="mow-share-nonlocal",
        prior=Prior("lognormal", 400_000.0, 100_000.0, 1_500_000.0),
    )
    mobility_cost_log_sd: float = parameter(
        1.0, "Spread of the mobility cost.", low=0.05, high=4
    )
    mobility_distance_elasticity: float = parameter(
        0.5,
        "Elasticity of the mobility cost to distance; the median holds at 500 km.",
        low=0,
        high=2,
    )
    mobility_mark_scale: float = parameter(
        0.5,
        "Scale of the Gumbel mark in a man's log cost of each place he knows: 0 makes "
        "his places alike, 1 makes their costs as different as waiting times.",
        low=0,
        high=3,
    )
    home_share: float = parameter(
        0.5,
        "Part of what a man hears of offers that is of his own region.",
        low=0,
        high=1,
    )
    near_knowledge_km: float = parameter(
        500.0,
        "Distance over which knowledge of near places falls by a factor e, km.",
        low=10,
        high=20_000,
    )
    wage_log_sd: float = parameter(
        0.82,
        "Spread of log wages within a region.",
        low=0.1,
        high=2,
        source="wage-logsd-survey-2021",
        grade="documented",
    )


class Attention(Frozen):
    """How many men consider enlisting in a month, and what moves them to it."""

    base_per_month: float = parameter(
        0.007,
        "Consideration intensity c0 without advertising.",
        low=0,
        high=1,
        prior=Prior("lognormal", 0.007, 0.0025, 0.018),
    )
    advertising_per_month: float = parameter(
        0.003,
        "Consideration intensity c1 at saturated advertising.",
        low=0,
        high=1,
        prior=Prior("lognormal", 0.003, 0.0007, 0.015),
    )
    advertising: ImpressionsPerMonth = parameter(
        ImpressionsPerMonth.constant(5e6),
        "Recruitment adverts shown a month, impressions; they add to the adstock "
        "that raises consideration.",
    )
    advertising_half_saturation: float = parameter(
        60e6,
        "Adstock at which half the effect is reached (impressions).",
        low=1e3,
        high=1e12,
    )
    advertising_steepness: float = parameter(1.0, "Hill exponent n.", low=0.2, high=5)
    carry_over: float = parameter(
        0.6,
        "Adstock kept from month to month.",
        low=0,
        high=0.99,
        prior=Prior("logit_normal", 0.6, 0.3, 0.85),
    )
    news_elasticity: float = parameter(
        0.8,
        "nu, extra consideration per log rise of an offer over its high of six months, "
        "among those who hear of it.",
        low=0,
        high=5,
        source="ru-attention-elasticity-bonus-derived",
        prior=Prior("lognormal", 0.8, 0.4, 1.3),
    )
    news_carry_over: float = parameter(
        0.5,
        "Share of the log lift of news that remains after a month.",
        low=0,
        high=0.95,
        prior=Prior("logit_normal", 0.5, 0.2, 0.8),
    )
    effort: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Planned factor on how many men recruiters make consider enlisting; "
        "multiplies the effort that answers to quotas.",
    )
    effort_response: float = parameter(
        0.3,
        "Rise of recruiting effort per unit of unfilled quota.",
        low=0,
        high=5,
        prior=Prior("lognormal", 0.3, 0.05, 1.0),
    )
    effort_low: float = parameter(0.4, "Least recruiting effort.", low=0, high=1)
    effort_high: float = parameter(2.5, "Most recruiting effort.", low=1, high=10)
    ceasefire_expectation: Share = parameter(
        Share.constant(0.0),
        "How firmly men expect peace soon, share; raises consideration by "
        "`attention.ceasefire_effect` at 1.",
    )
    ceasefire_effect: float = parameter(
        0.3,
        "Log rise of consideration when peace is fully expected soon (sign while it "
        "lasts, serve a short term).",
        low=-2,
        high=3,
        prior=Prior("normal", 0.3, -0.2, 0.8),
    )
    unemployment_elasticity: float = parameter(
        0.3,
        "Elasticity of consideration to unemployment.",
        low=0,
        high=3,
        source="us-unemp-elasticity-recalled",
    )
