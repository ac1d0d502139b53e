"""Blocks on the buyers: federal and regional governments. ODD II.ii, III.iv."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from model.scenario.dated import (
    CitedAmount,
    CitedShare,
    Factors,
    Frozen,
    Persons,
    PersonsPerMonth,
    Rub,
    RubPerMonth,
    Share,
)
from model.scenario.parameter import Prior, parameter


class Mobilisation(Frozen):
    """A second mobilisation as the federal government's last resort."""

    fallback: bool = parameter(
        False, "Whether Moscow mobilises when the force stays below need."
    )
    trigger_months: int = parameter(
        6, "Consecutive months below need before it does.", low=1, high=60
    )
    persons: float = parameter(
        150_000.0, "Men drawn by one fallback decree.", low=0, high=5e6
    )


class Federal(Frozen):
    """What Moscow offers, wants and may spend; its rule acts after `history_until`."""

    signing_bonus: Rub = Rub(
        rub={
            "2022-09": CitedAmount(value=195_000, source="fed-bonus-2022-09"),
            "2024-08": CitedAmount(value=400_000, source="fed-bonus-2024-08"),
        }
    )
    service_pay: RubPerMonth = RubPerMonth(
        rub_per_month={
            "2022-09": CitedAmount(value=195_000, source="pay-2022-11-svo"),
            "2024-07": CitedAmount(value=210_000, source="pay-2024-07-min"),
        }
    )
    combat_premium: RubPerMonth = RubPerMonth(
        rub_per_month={
            "2022-09": CitedAmount(
                value=24_000,
                source="prem-offensive-2025",
                note="Three offensive days a month (assumption) at the daily premium.",
            )
        }
    )
    quota: PersonsPerMonth = PersonsPerMonth(
        persons_per_month={
            "2022-09": CitedAmount(value=33_300, source="plan-2024"),
            "2025-01": CitedAmount(value=28_600, source="hur-plan-2025"),
        }
    )
    force_needed: Persons = Persons(
        persons={"2022-09": CitedAmount(value=600_000, source="force-2025-01")}
    )
    advertising_spending: RubPerMonth = RubPerMonth.constant(1e9)
    debt_relief_cap: Rub = Rub(
        rub={
            "2022-01": CitedAmount(value=0),
            "2024-12": CitedAmount(value=10_000_000, source="debt-2024-12"),
        }
    )
    transfer_to_regions: Share = Share(
        share={
            "2022-01": CitedShare(
                value=0.0, note="Share of regional bonuses Moscow refunds; none known."
            )
        }
    )
    rule: Literal["fixed", "match_losses", "budget_capped"] = parameter(
        "fixed", "How the federal bonus moves after the documented history."
    )
    match_response: float = parameter(
        0.5,
        "Log rise of the federal bonus per unit of missing replacement.",
        low=0,
        high=5,
    )
    bonus_step_rub: float = parameter(
        50_000.0, "Least move of the federal bonus.", low=1, high=1e7
    )
    bonus_high_rub: float = parameter(
        5_000_000.0, "Highest federal bonus the rule may set.", low=0, high=1e8
    )
    rebuild_months: int = parameter(
        12,
        "Months over which a federal rule closes a gap between force and need.",
        low=1,
        high=60,
    )
    manpower_budget_share: float = parameter(
        0.12,
        "Cap of the manpower bill as a share of federal spending (rule: budget_capped; "
        "also the bill criterion of the break month).",
        low=0.001,
        high=1,
    )
    break_months: int = parameter(
        3, "Consecutive months of failure that count as a break.", low=1, high=36
    )
    mobilisation: Mobilisation = Mobilisation()


class RegionalBonus(Frozen):
    """Regional bonuses: the unweighted mean over regions, and what single regions paid.

    Regions without steps of their own share what the mean leaves after the documented
    ones, so the documented mean is kept; a region counts as documented from its first
    step on. `scale` multiplies every regional bonus, under every rule.
    """

    mean: Rub = Rub(
        rub={
            "2022-09": CitedAmount(value=100_000, note="Assumption, below March 2023."),
            "2023-03": CitedAmount(value=150_000, source="avg-2023-03"),
            "2023-12": CitedAmount(value=168_000, source="avg-2023-12"),
            "2024-03": CitedAmount(value=225_000, source="avg-2024-03"),
            "2024-06": CitedAmount(value=290_000, source="avg-2024-06-tot"),
            "2024-08": CitedAmount(value=596_000, source="avg-2024-08"),
            "2024-12": CitedAmount(value=897_000, source="avg-2024-12"),
            "2025-03": CitedAmount(value=1_100_000, source="avg-2025-05-klu"),
        }
    )
    by_region: dict[str, Rub] = parameter(dict, "Documented steps by region (ISO).")
    least_rub: float = parameter(
        0.0, "Floor of the bonus in regions without documents.", low=0, high=1e7
    )
    scale: Factors = Field(
        default_factory=dict, description="Factor on every regional bonus, by date."
    )


class Regions(Frozen):
    """What regions offer and how they move; the rule acts after `history_until`."""

    signing_bonus: RegionalBonus = RegionalBonus()
    monthly_topup: dict[str, RubPerMonth] = parameter(
        dict, "Regional monthly supplement to service pay, by region."
    )
    municipal_bonus: Rub = Rub.constant(0)
    referral_fee: Rub = Rub(
        rub={
            "2022-01": CitedAmount(value=0),
            "2024-07": CitedAmount(value=100_000, source="ref-ta-2024-07b"),
        }
    )
    referral_share: float = parameter(
        0.1,
        "Share of contracts for which a referral fee is paid.",
        low=0,
        high=1,
        source="ref-n-2024-07",
    )
    rule: Literal["chase_and_fill", "fixed", "budget_first"] = parameter(
        "chase_and_fill", "How regional bonuses move after the documented history."
    )
    fill_response: float = parameter(
        0.6,
        "a, log rise per unit of unfilled quota.",
        low=0,
        high=5,
        prior=Prior("lognormal", 0.6, 0.2, 1.5),
    )
    chase_response: float = parameter(
        0.5,
        "k, share of the log gap to the neighbours closed.",
        low=0,
        high=1,
        source="us-fiscal-reaction-case",
        prior=Prior("logit_normal", 0.5, 0.2, 0.8),
    )
    stress_response: float = parameter(
        0.6, "f, log cut per unit of fiscal stress.", low=0, high=5
    )
    hub_weight: float = parameter(
        0.25,
        "Weight of the country's best offers among the neighbours a region watches.",
        low=0,
        high=1,
    )
    overfill_response: float = parameter(
        0.3, "e, log cut per unit of overfilled quota.", low=0, high=5
    )
    largest_cut_share: float = parameter(
        0.5,
        "Largest share of a regional bonus that one decision cuts.",
        low=0,
        high=1,
        source="bon-niz-2025-06-tot",
    )
    step_rub: float = parameter(
        100_000.0, "Least move of a regional bonus, the s of (s,S).", low=1, high=1e7
    )
    lag_months: int = parameter(
        2, "Months between a decision and the new bonus.", low=0, high=12
    )
    stress_revenue_share: float = parameter(
        0.03,
        "Share of own revenue at which bonuses begin to hurt.",
        low=0,
        high=1,
        source="ru-regional-budget-share-2025",
    )
    cap_revenue_share: float = parameter(
        0.05, "Share of own revenue a region will not exceed.", low=0.001, high=1
    )
