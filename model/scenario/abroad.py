"""Blocks on source countries: what their states do, and who recruits there. ODD II.ii."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from model.scenario.dated import Frozen, MonthText
from model.scenario.parameter import parameter

CountermeasureKind = Literal[
    "warning", "ban", "prosecution", "arrests", "discharge_deal", "russian_stop"
]


class Countermeasure(Frozen):
    """One dated act against recruitment in a source country."""

    date: MonthText
    kind: CountermeasureKind
    strength: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="Share of entries it stops; none takes the kind's default."
    )
    source: str | None = None
    note: str | None = None


class SourceStateSettings(Frozen):
    """What one source country does, on dates and when provoked."""

    countermeasures: tuple[Countermeasure, ...] = ()
    triggers: bool = parameter(
        True, "Whether it also reacts by itself to publicised dead and captives."
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
    fee_usd: float = parameter(
        0.0, "Fee the victim pays.", low=0, high=1e5
    )
    commission_rub: float = parameter(
        0.0, "Commission Russian payers give per head.", low=0, high=1e7
    )
    arrest_hazard_per_month: float = parameter(
        0.0, "Monthly hazard that arrests dismantle it.", low=0, high=1
    )
    source: str | None = None


class Protection(Frozen):
    """How well countermeasures work (assumption-grade, from before-and-after signs)."""

    warning_effect: float = parameter(
        0.1, "Share of entries a public warning stops.", low=0, high=1
    )
    ban_effect: float = parameter(
        0.3, "Share of entries a travel or work ban stops.", low=0, high=1,
    )
    prosecution_effect: float = parameter(
        0.1, "Share of entries prosecutions at home stop.", low=0, high=1
    )
    arrest_effect: float = parameter(
        0.6, "Share of a network's capacity lost to arrests.", low=0, high=1
    )
    reroute_share: float = parameter(
        0.6, "Share of stopped entries that come by another route.", low=0, high=1
    )
    russian_stop_leak: float = parameter(
        0.15, "Share of entries that pass a Russian stop-list.", low=0, high=1
    )
    discharge_deal_share_per_month: float = parameter(
        0.15, "Share of the deceived of a country freed each month under a deal.",
        low=0, high=1,
    )
    risk_information: float = parameter(
        0.0, "Reach of risk information among candidates abroad.", low=0, high=1
    )
    risk_information_effect: float = parameter(
        0.5, "Share of reached candidates who stay at home.", low=-0.5, high=1,
        source="gn-risk-information-battiston",
    )
    discovery_share: float = parameter(
        0.1, "Share of deceived candidates who discover the truth before signing.",
        low=0, high=1,
    )
