"""Blocks on the buyers: federal and regional governments. ODD II.ii, III.iv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from model.extensions import RULES, extensions
from model.fields.dated import (
    CitedAmount,
    CitedPersons,
    CitedShare,
    Factors,
    Frozen,
    Multiplier,
    Persons,
    RegionalRub,
    Rub,
    RubPerMonth,
    RuledPersonsPerMonth,
    RuledRub,
    Share,
)
from model.fields.parameter import Prior, parameter
from model.parameters.game import Game


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

    signing_bonus: RuledRub = parameter(
        RuledRub(
            rub={
                "2022-09": CitedAmount(value=195_000, source="fed-bonus-2022-09"),
                "2024-08": CitedAmount(value=400_000, source="fed-bonus-2024-08"),
            }
        ),
        "Federal lump sum a volunteer is promised on signing, roubles; part of "
        "every offer, moved by `federal.rule` after the documented history.",
    )
    service_pay: RubPerMonth = parameter(
        RubPerMonth(
            rub_per_month={
                "2022-09": CitedAmount(value=195_000, source="pay-2022-11-svo"),
                "2024-07": CitedAmount(value=210_000, source="pay-2024-07-min"),
            }
        ),
        "Monthly pay in the zone, roubles; weighed by every candidate and booked "
        "for each man in combat or, in part, in support.",
    )
    combat_premium: RubPerMonth = parameter(
        RubPerMonth(
            rub_per_month={
                "2022-09": CitedAmount(
                    value=24_000,
                    source="prem-offensive-2025",
                    note="Three offensive days a month (assumption) at the daily "
                    "premium.",
                )
            }
        ),
        "Monthly premium of a man in a combat role, roubles; booked on top of his "
        "pay, not part of the offer candidates weigh.",
    )
    quota: RuledPersonsPerMonth = parameter(
        RuledPersonsPerMonth(
            persons_per_month={
                "2022-09": CitedPersons(value=33_300, source="plan-2024"),
                "2025-01": CitedPersons(value=28_600, source="hur-plan-2025"),
            }
        ),
        "Volunteers all regions together are asked to sign a month; sets recruiting "
        "effort, regional bonuses and, where a federal rule acts, gives way to it.",
    )
    plan: Literal["annual", "path"] = parameter(
        "annual",
        "How the plan moves after its documents: each January to losses and growth, "
        "and up in July; or along the path. Rules that match losses move it monthly.",
    )
    growth_wanted_per_year: float = parameter(
        100_000.0,
        "Men by which Moscow wants the force to grow in a year.",
        low=0,
        high=1e6,
        source="e26-force-growth-2025-06",
    )
    force_wanted: Persons = parameter(
        Persons(
            persons={
                "2022-09": CitedPersons(value=800_000, source="e26-force-plan-2026")
            }
        ),
        "Men in theatre that Moscow's plans end at; no growth is asked for beyond it.",
    )
    force_needed: Persons = parameter(
        Persons(
            persons={"2022-09": CitedPersons(value=600_000, source="force-2025-01")}
        ),
        "Men in theatre command is taken to need; a smaller force counts as a gap "
        "for federal rules, mobilisation and the break month.",
    )
    release_share_of_shortfall: float = parameter(
        0.1,
        "Part of what the force lacks that Moscow orders from the rear each month; "
        "acts after the documented history.",
        low=0,
        high=1,
    )
    advertising_spending: RubPerMonth = parameter(
        RubPerMonth.constant(1e9),
        "Federal spending on recruitment advertising a month, roubles; only the "
        "bill reads it, reach is set by `attention.advertising`.",
    )
    debt_relief_cap: Rub = parameter(
        Rub(
            rub={
                "2022-01": CitedAmount(value=0),
                "2024-12": CitedAmount(value=10_000_000, source="debt-2024-12"),
            }
        ),
        "Most overdue debt written off for one who signs, roubles; read in the "
        "choice of men in debt, 0: no relief.",
    )
    transfer_to_regions: Share = parameter(
        Share(
            share={
                "2022-01": CitedShare(
                    value=0.0,
                    note="Share of regional bonuses Moscow refunds; none known.",
                )
            }
        ),
        "Share of regional bonuses that Moscow refunds; moves their cost from "
        "regional budgets to the federal one.",
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

    mean: RuledRub = parameter(
        RuledRub(
            rub={
                "2022-09": CitedAmount(
                    value=100_000, note="Assumption, below March 2023."
                ),
                "2023-03": CitedAmount(value=150_000, source="avg-2023-03"),
                "2023-12": CitedAmount(value=168_000, source="avg-2023-12"),
                "2024-03": CitedAmount(value=225_000, source="avg-2024-03"),
                "2024-06": CitedAmount(value=290_000, source="avg-2024-06-tot"),
                "2024-08": CitedAmount(value=596_000, source="avg-2024-08"),
                "2024-12": CitedAmount(value=897_000, source="avg-2024-12"),
                "2025-03": CitedAmount(value=1_100_000, source="avg-2025-05-klu"),
            }
        ),
        "Unweighted mean over regions of the regional signing bonus, roubles; what "
        "documented regions leave of it is shared by the others.",
    )
    by_region: dict[str, RegionalRub] = parameter(
        dict,
        "Documented steps by region (ISO); `scale` multiplies what the region offers "
        "under every rule, with or without steps.",
    )
    least_rub: float = parameter(
        0.0, "Floor of the bonus in regions without documents.", low=0, high=1e7
    )
    scale: Factors = Field(
        default_factory=dict, description="Factor on every regional bonus, by date."
    )


def _registered(name: str | None) -> str | None:
    known = extensions(RULES)
    if name is not None and name not in known:
        names = ", ".join(sorted(known)) or "none is registered"
        raise ValueError(f"{name!r} is no registered rule; known: {names}")
    return name


OwnRule = Annotated[str | None, AfterValidator(_registered)]


class Regions(Frozen):
    """What regions offer and how they move; the rule acts after `history_until`."""

    signing_bonus: RegionalBonus = RegionalBonus()
    game: Game = Game()
    monthly_topup: dict[str, RubPerMonth] = parameter(
        dict, "Regional monthly supplement to service pay, by region."
    )
    municipal_bonus: Rub = parameter(
        Rub.constant(0),
        "Sum a municipality adds to the regional bonus, the same everywhere, "
        "roubles; part of every offer and of municipal spending.",
    )
    destination_premium: dict[str, Rub] = parameter(
        dict,
        "What a region pays on top to those who go to reserve units or unmanned "
        "forces, by region; counts by `destination_share`.",
    )
    destination_share: Share = parameter(
        Share.constant(0.0),
        "Share of signers who go where that is paid; 0 leaves prices without "
        "destinations.",
    )
    referral_fee: Rub = parameter(
        Rub(
            rub={
                "2022-01": CitedAmount(value=0),
                "2024-07": CitedAmount(value=100_000, source="ref-ta-2024-07b"),
            }
        ),
        "Reward for whoever brings a recruit, roubles a contract; booked for "
        "`regions.referral_share` of volunteer contracts.",
    )
    referral_fee_by_region: dict[str, Rub] = parameter(
        dict,
        "Referral fee of regions known to pay another one than `referral_fee`, roubles "
        "a contract.",
    )
    referral_visibility: float = parameter(
        1.0,
        "w, rise of visibility per 100,000 roubles of referral fee, over what the "
        "adverts of an ordinary region give.",
        low=0,
        high=100,
        source="ref-n-2024-07",
    )
    capital_adverts: float = parameter(
        3.0,
        "Adverts of Moscow seen in other regions over those of an ordinary region.",
        low=0.01,
        high=1000,
        source="mow-share-nonlocal",
        prior=Prior("lognormal", 3.0, 1.0, 9.0),
    )
    adverts: dict[str, Multiplier] = parameter(
        dict,
        "Factor on how much a region's adverts are seen by men of other regions; more "
        "of them know its offer.",
    )
    referral_share: float = parameter(
        0.1,
        "Share of contracts for which a referral fee is paid.",
        low=0,
        high=1,
        source="ref-n-2024-07",
    )
    rule: Literal["annual_game", "chase_and_fill", "fixed", "budget_first"] = parameter(
        "annual_game", "How regional bonuses move after their documents."
    )
    own_rule: OwnRule = parameter(
        None,
        "A rule from outside the package that takes the place of `rule`, by the name "
        "under which it was registered (`muster.regional_rules`).",
    )
    fill_response: float = parameter(
        0.6,
        "a, log rise per unit of unfilled quota.",
        low=0,
        high=5,
    )
    chase_response: float = parameter(
        0.5,
        "k, share of the log gap to the neighbours closed.",
        low=0,
        high=1,
        source="us-fiscal-reaction-case",
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

    def referral_fees_rub(
        self, iso: Sequence[str], first: int, months: int
    ) -> NDArray[np.float64]:
        """Return the referral fee by region and month, (R, T), roubles a contract."""
        everywhere = self.referral_fee.over(first, months)
        paid = self.referral_fee_by_region
        return np.array(
            [paid[r].over(first, months) if r in paid else everywhere for r in iso]
        )
