"""Blocks on source countries: what their states do, and who recruits there.

What is documented of them, month by month, stands in `documented_abroad.py`.
ODD II.ii, III.iv.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from model.fields.dated import Frozen, MonthText, Multiplier, Share
from model.fields.parameter import parameter

CountermeasureKind = Literal[
    "warning", "ban", "prosecution", "arrests", "discharge_deal", "russian_stop"
]


class Countermeasure(Frozen):
    """One dated act against recruitment in a source country."""

    date: MonthText = Field(description="Month from which the act works.")
    kind: CountermeasureKind = Field(description="What the state does.")
    strength: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="Share of entries it stops; none takes the kind's default."
    )
    source: str | None = Field(None, description="Evidence id of the act.")
    note: str | None = Field(
        None, description="Remark on the act for readers; nothing reads it."
    )


class SourceStateSettings(Frozen):
    """What one source country does, on dates and when provoked."""

    countermeasures: tuple[Countermeasure, ...] = ()
    triggers: bool = parameter(
        True, "Whether it also reacts by itself to publicised dead and captives."
    )
    tolerance: float = parameter(
        1.0,
        "Factor on the publicised dead and captives it takes to react.",
        low=0.01,
        high=1000,
    )


class NetworkSettings(Frozen):
    """One country's recruitment network: agencies and freelance headhunters."""

    capacity_persons_per_month: float = parameter(
        0.0, "Victims it can place a month at the start.", low=0, high=1e5
    )
    growth_per_year: float = parameter(
        0.0, "Growth of that capacity while undisturbed.", low=-1, high=20
    )
    start: MonthText = Field("2022-09", description="First month of activity.")
    fee_usd: float = parameter(0.0, "Fee the victim pays.", low=0, high=1e5)
    commission_rub: float = parameter(
        0.0, "Commission Russian payers give per head.", low=0, high=1e7
    )
    arrest_hazard_per_month: float = parameter(
        0.0, "Monthly hazard that arrests dismantle it.", low=0, high=1
    )
    source: str | None = Field(None, description="Evidence id of the network.")


class Protection(Frozen):
    """How well countermeasures work (assumption-grade, from before-and-after signs)."""

    warning_effect: float = parameter(
        0.1, "Share of entries a public warning stops.", low=0, high=1
    )
    ban_effect: float = parameter(
        0.3,
        "Share of entries a travel or work ban stops.",
        low=0,
        high=1,
        source="cm-np-2024-01",
    )
    ban_lag_months: int = parameter(
        3, "Months until a ban works in full.", low=1, high=24
    )
    prosecution_effect: float = parameter(
        0.1,
        "Share of entries prosecutions at home stop.",
        low=0,
        high=1,
        source="kz-cases-2025",
    )
    arrest_effect: float = parameter(
        0.6, "Share of a network's capacity lost to arrests.", low=0, high=1
    )
    reroute_share: float = parameter(
        0.6,
        "Share of entries stopped by a ban that come by another route.",
        low=0,
        high=1,
        source="np-work-permits-2023",
    )
    russian_stop_leak: float = parameter(
        0.15,
        "Share of entries that pass a Russian stop-list.",
        low=0,
        high=1,
        source="cm-ru-stop-2024-04",
    )
    discharge_deal_share_per_month: float = parameter(
        0.15,
        "Share of the deceived of a country freed each month under a deal.",
        low=0,
        high=1,
        source="in-2025-01-discharged",
    )
    risk_information: float = parameter(
        0.0, "Reach of risk information among candidates abroad.", low=0, high=1
    )
    risk_information_effect: float = parameter(
        0.5,
        "Share of reached candidates who stay at home.",
        low=-0.5,
        high=1,
        source="gn-risk-information-battiston",
    )
    discovery_share: float = parameter(
        0.1,
        "Share of deceived candidates who discover the truth before signing.",
        low=0,
        high=1,
    )
    ban_everywhere: Share = parameter(
        lambda: Share.constant(0.0),
        "Travel bans by all source states at once: share of their usual effect.",
    )
    network_capacity: Multiplier = parameter(
        lambda: Multiplier.constant(1.0),
        "Factor on what every network can place, as after joint arrests.",
    )
    warning_trigger_persons: float = parameter(
        5.0, "Publicised dead and captives at which a state warns.", low=0, high=1e6
    )
    arrests_trigger_persons: float = parameter(
        12.0,
        "Publicised dead and captives at which it arrests recruiters.",
        low=0,
        high=1e6,
        source="in-2025-01-dead",
    )
    ban_trigger_persons: float = parameter(
        18.0,
        "Publicised dead and captives at which it bans travel for work.",
        low=0,
        high=1e6,
        source="np-killed-2024-01",
    )
    prosecution_trigger_persons: float = parameter(
        40.0,
        "Publicised dead and captives at which it prosecutes returnees.",
        low=0,
        high=1e6,
    )
    deal_trigger_persons: float = parameter(
        60.0,
        "Publicised dead and captives at which it asks for a discharge deal.",
        low=0,
        high=1e6,
    )

    @property
    def information_factor(self) -> float:
        """Share of candidates whom risk information lets go on."""
        return 1 - self.risk_information * self.risk_information_effect
