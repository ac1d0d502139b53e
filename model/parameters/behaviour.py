"""Blocks on people: how men decide, what they notice and believe.

ODD II.ii, II.iii, II.iv, II.v, III.iv.
"""

from __future__ import annotations

from typing import Literal

from model.fields.dated import Frozen, ImpressionsPerMonth, Multiplier, Share
from model.fields.parameter import Prior, parameter


class Reluctance(Frozen):
    """The mixture of reluctance types psi (utility units, log-odds)."""

    ready_share: float = parameter(
        0.05,
        "Share of men ready to serve without extra pay.",
        low=0,
        high=0.5,
        source="ru-willing-unconditional-case",
        grade="independent_estimate",
        prior=Prior("logit_normal", 0.05, 0.02, 0.13),
    )
    conditional_share: float = parameter(
        0.15,
        "Share of men ready to serve only for more money.",
        low=0,
        high=0.6,
        source="ru-willing-conditional-case",
        grade="independent_estimate",
        prior=Prior("logit_normal", 0.15, 0.08, 0.20),
    )
    tradition_elasticity: float = parameter(
        0.7,
        "kappa, elasticity of a region's share of willing men to its early dead.",
        low=0,
        high=3,
        prior=Prior("normal", 0.7, 0.2, 1.2),
    )
    ready_psi: float = parameter(
        0.0, "Reluctance of the ready, the reference point.", low=-5, high=5
    )
    conditional_psi: float = parameter(
        1.5,
        "Reluctance of the conditionally ready.",
        low=-5,
        high=10,
        prior=Prior("normal", 1.5, 0.5, 2.5),
    )
    never_psi: float = parameter(
        7.0, "Reluctance of everybody else, far in the tail.", low=0, high=20
    )


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
        1.2,
        "b, log-odds per log unit of package over civilian income.",
        low=0.05,
        high=6,
        source="np-migration-earnings-shrestha",
        prior=Prior("lognormal", 1.2, 0.5, 2.8),
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
    horizon_months: int = parameter(
        12, "Term H a man expects to serve when he signs.", low=1, high=60
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
        0.0056,
        "Consideration intensity c0 without advertising.",
        low=0,
        high=1,
        prior=Prior("lognormal", 0.0056, 0.002, 0.015),
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
