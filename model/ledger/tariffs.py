"""All tariffs of a run as monthly paths of the scenario's timeline. ODD III.iii.

Which recruits a tariff covers depends on the channel: families and wounded abroad claim
less often, a state that sends soldiers is paid instead of their families, and nobody is
paid a regional supplement for men the regions did not recruit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.channels import REGULAR, facts_of
from model.fields.timeline import Timeline
from model.scenario import Scenario

Floats = NDArray[np.float64]

VOLUNTEERS: Final = "volunteer_contract"
FLED_FROM: Final = "mobilised"
"""The channel men leave the country to escape."""

DEATH_PAYMENTS: Final = (
    "death_presidential",
    "death_statutory",
    "death_insurance",
    "death_regional",
)
WOUND_TIERS: Final = ("wound_severe", "wound_light", "wound_other")


@dataclass(frozen=True, slots=True)
class Tariffs:
    """Monthly paths, each (T,), and coverage by channel, each (C,)."""

    death_rub: dict[str, Floats]
    """By account of `DEATH_PAYMENTS`."""
    wound_rub: dict[str, Floats]
    """By account of `WOUND_TIERS`."""
    tier_share: dict[str, float]
    """Share of paid wounds in each of `WOUND_TIERS`."""
    wound_insurance_rub: Floats
    disability_rub: Floats
    pension_rub_per_month: Floats
    combat_premium_rub_per_month: Floats
    rear_pay_rub_per_month: Floats
    training_and_kit_rub: Floats
    sending_state_usd_per_month: Floats
    advertising_rub_per_month: Floats
    referral_rub: Floats
    """By region, (R, T)."""
    referral_share: float
    """Share of contracts for which the fee is paid."""
    transfer_share: Floats
    pay_ratio: Floats
    """Service pay over that of a volunteer."""
    sent_by_a_state: Floats
    """1 where a state is paid for its soldiers."""
    entitled: Floats
    """1 where the state pays for death and wounds, 0 where it does not."""
    claim_ratio: Floats
    """Claims over those of families in Russia."""
    topped_up: Floats
    """1 where regions supplement pay."""
    works: Floats
    """1 where a man's absence costs civilian output."""


def tariffs(scenario: Scenario, timeline: Timeline, channels: Sequence[str]) -> Tariffs:
    """Take the tariffs of the given channels from a scenario and its timeline."""
    paid, costs = timeline.compensation, timeline.costs
    federal, regions = timeline.federal, timeline.regions
    foreign = scenario.compensation.foreign_claim_share
    facts = [facts_of(name) for name in channels]
    sent = np.array([fact.sent_by_a_state for fact in facts])
    abroad = np.array([fact.abroad for fact in facts])
    return Tariffs(
        death_rub={name: getattr(paid, name) for name in DEATH_PAYMENTS},
        wound_rub={name: getattr(paid, name) for name in WOUND_TIERS},
        tier_share=dict(zip(WOUND_TIERS, _tier_shares(scenario), strict=True)),
        wound_insurance_rub=paid.wound_insurance,
        disability_rub=paid.disability,
        pension_rub_per_month=paid.survivor_pension_per_month,
        combat_premium_rub_per_month=federal.combat_premium,
        rear_pay_rub_per_month=costs.rear_pay,
        training_and_kit_rub=costs.training_and_kit,
        sending_state_usd_per_month=costs.sending_state_pay,
        advertising_rub_per_month=federal.advertising_spending,
        referral_rub=regions.referral_fees,
        referral_share=scenario.regions.referral_share,
        transfer_share=federal.transfer_to_regions,
        pay_ratio=np.array(
            [
                scenario.channels[name].service_pay_ratio if name != REGULAR else 1.0
                for name in channels
            ]
        ),
        sent_by_a_state=sent.astype(float),
        entitled=(~sent).astype(float),
        claim_ratio=np.where(abroad, foreign, 1.0),
        topped_up=np.array([float(fact.recruited_by_regions) for fact in facts]),
        works=np.array([float(fact.works) for fact in facts]),
    )


def _tier_shares(scenario: Scenario) -> tuple[float, float, float]:
    paid = scenario.compensation
    severe, light = paid.wound_severe_share, paid.wound_light_share
    return severe, light, max(0.0, 1 - severe - light)
