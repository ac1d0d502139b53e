"""Block on the annual game of regional bonuses. ODD II.ii, III.iv.

Defaults are rounded medians of the fit on dated levels (`calibration.regional_game`);
draws of the posterior bring the joint draws of that fit, region effects included.
Responses are log-odds a month, levels natural logarithms.
"""

from __future__ import annotations

from typing import Final

from pydantic import model_validator

from model.fields.dated import CitedAmount, CitedShare, Frozen, Rub, Share
from model.fields.parameter import Grade, parameter

FITTED: Final[Grade] = "independent_estimate"
"""Estimated from the documented levels, and no assumption."""


class Game(Frozen):
    """How regions raise, cut and restore. The going rate is what the leading 24 pay."""

    mandate: Share = parameter(
        Share(share={"2022-01": CitedShare(value=0)}),
        "How strongly Moscow tells regions to pay more, 0 to 1; dated shocks.",
    )
    floor: Rub = parameter(
        Rub(
            rub={
                "2022-01": CitedAmount(value=0),
                "2024-08": CitedAmount(value=400_000, source="bon-ta-2025-10"),
            }
        ),
        "What a region pays at least: none pays less than the sum Moscow recommends "
        "since it raised its own.",
    )

    raise_base: float = parameter(
        -2.8, "Log-odds of a rise at the going rate.", low=-12, high=5, grade=FITTED
    )
    raise_gap: float = parameter(
        0.044,
        "The same, for each unit of log distance below the going rate.",
        low=-5,
        high=10,
        grade=FITTED,
    )
    raise_shortfall: float = parameter(
        1.3,
        "The same, for each unit by which the year's contracts fall short of the plan.",
        low=-10,
        high=20,
        grade=FITTED,
    )
    raise_january: float = parameter(
        0.19, "The same, in January.", low=-8, high=8, grade=FITTED
    )
    raise_autumn: float = parameter(
        0.86, "The same, from August to October.", low=-8, high=8, grade=FITTED
    )
    raise_mandate: float = parameter(
        1.2, "The same, under a full mandate.", low=-8, high=8, grade=FITTED
    )
    raise_revenue: float = parameter(
        -0.091,
        "The same, for each standard deviation of log revenue per man.",
        low=-5,
        high=5,
        grade=FITTED,
    )
    raise_metropolis: float = parameter(
        0.32, "The same, in and around the two capitals.", low=-5, high=5, grade=FITTED
    )
    raise_spread: float = parameter(
        0.43,
        "Standard deviation between regions of those log-odds.",
        low=0,
        high=5,
        grade=FITTED,
    )
    raise_year_spread: float = parameter(
        0.57,
        "Standard deviation between years of those log-odds, the same in all regions.",
        low=0,
        high=5,
        grade=FITTED,
    )
    raise_2025: float = parameter(
        -0.36, "The log-odds of the year 2025.", low=-5, high=5, grade=FITTED
    )
    raise_2026: float = parameter(
        -0.1, "The log-odds of the year 2026.", low=-5, high=5, grade=FITTED
    )
    raise_effect: dict[str, float] = parameter(
        dict, "A region's own log-odds, where its documents tell.", grade=FITTED
    )

    level_base: float = parameter(
        -0.18, "Log distance of the level aimed at from going rate and money.",
        low=-5, high=5, grade=FITTED,
    )  # fmt: skip
    level_following: float = parameter(
        0.65,
        "How far the level that regions aim at follows the going rate; the rest "
        "follows money, `appropriation_share` of revenue for each contract due.",
        low=0,
        high=1,
        grade=FITTED,
    )
    level_closing: float = parameter(
        0.85,
        "Share of the log distance to that level which one rise closes.",
        low=0,
        high=1.5,
        grade=FITTED,
    )
    level_noise: float = parameter(
        0.44, "Standard deviation of a new log level.", low=0, high=3, grade=FITTED
    )
    level_revenue: float = parameter(
        0.098,
        "Log distance for each standard deviation of log revenue per man.",
        low=-3,
        high=3,
        grade=FITTED,
    )
    level_metropolis: float = parameter(
        0.36, "Log distance in and around the two capitals.", low=-3, high=3,
        grade=FITTED,
    )  # fmt: skip
    level_spread: float = parameter(
        0.2,
        "Standard deviation between regions of that distance.",
        low=0,
        high=3,
        grade=FITTED,
    )
    level_year_spread: float = parameter(
        0.29,
        "Standard deviation between years of that distance, the same in all regions.",
        low=0,
        high=3,
        grade=FITTED,
    )
    level_2025: float = parameter(
        0.0026, "The distance of the year 2025.", low=-3, high=3, grade=FITTED
    )
    level_2026: float = parameter(
        -0.21, "The distance of the year 2026.", low=-3, high=3, grade=FITTED
    )
    level_effect: dict[str, float] = parameter(
        dict, "A region's own distance, where its documents tell.", grade=FITTED
    )

    cut_base: float = parameter(
        -3.9, "Log-odds of a cut with plan and money just used up, at the going rate.",
        low=-15, high=5, grade=FITTED,
    )  # fmt: skip
    cut_filled: float = parameter(
        0.27,
        "The same, for each unit of log contracts of the year over its plan.",
        low=-5,
        high=10,
        grade=FITTED,
    )
    cut_spent: float = parameter(
        0.99,
        "The same, for each unit of log bonuses paid over the appropriation.",
        low=-5,
        high=10,
        grade=FITTED,
    )
    cut_above: float = parameter(
        1.7,
        "The same, for each unit of log distance above the going rate.",
        low=-5,
        high=10,
        grade=FITTED,
    )
    cut_late: float = parameter(
        1.1, "The same, from October to December.", low=-8, high=8, grade=FITTED
    )
    cut_volga: float = parameter(
        1.4, "The same, in the Volga district.", low=-5, high=5, grade=FITTED
    )
    cut_floor_share: float = parameter(
        0.42,
        "Share of cuts that go down to the floor.",
        low=0,
        high=1,
        grade=FITTED,
        source="bon-ta-2025-10",
    )
    cut_log: float = parameter(
        -0.66, "Log change of the other cuts.", low=-5, high=0, grade=FITTED
    )
    cut_noise: float = parameter(
        0.44, "Standard deviation of that change.", low=0, high=3, grade=FITTED
    )
    restored_share: float = parameter(
        0.87,
        "Share of bonuses cut from August to December that are restored by February.",
        low=0,
        high=1,
        grade=FITTED,
        source="e26-reg-cut-vfd",
    )
    restored_log: float = parameter(
        -0.12, "Log distance of a restored bonus from the one before the cut.",
        low=-3, high=3, grade=FITTED,
    )  # fmt: skip
    restored_noise: float = parameter(
        0.32, "Standard deviation of that distance.", low=0, high=3, grade=FITTED
    )

    plan_share: dict[str, float] = parameter(
        dict, "Share of the nation's plan where a region's own is documented."
    )
    appropriation_share: float = parameter(
        0.03,
        "Share of a year's own revenue that the median region sets aside for bonuses.",
        low=0.001,
        high=1,
        source="ru-regional-budget-share-2025",
        grade=FITTED,
    )
    appropriation_spread: float = parameter(
        0.5,
        "Standard deviation between regions of its logarithm.",
        low=0,
        high=3,
    )
    rationed_share: float = parameter(
        0.5,
        "Share of those who would sign in a region that it still takes when its plan "
        "is met or its money spent, until the year ends.",
        low=0,
        high=1,
    )

    @model_validator(mode="after")
    def _plans_fit(self) -> Game:
        if (
            sum(self.plan_share.values()) > 1
            or min(self.plan_share.values(), default=0) < 0
        ):
            raise ValueError("shares of the plan lie between 0 and 1 and add up to 1")
        return self
