"""The documented world: regions, source countries, macro series. ODD III.ii, III.iii.

Everything here is read from the evidence tables; what they lack is filled by a rule
stated beside it. Nothing depends on a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.countries import documented_countries
from calibration.documented.macro import BILLION, documented_macro
from calibration.evidence import Evidence, RegionRow, load_evidence, load_regions
from model.fields.months import parse_month
from model.world import CountryTable, Macro, RegionTable, World

Floats = NDArray[np.float64]

YEARS: Final = (2021, 2022, 2023, 2024)
AGE_GROUPS: Final = ("15-19", *(f"{low}-{low + 4}" for low in range(20, 60, 5)))
YEARS_PER_GROUP: Final = 5
ADULT_YEARS_15_19: Final = 2
"""Of the ages 15 to 19, only 18 and 19 count."""

EARLY_DEAD: Final = "bes-rate-"
"""Rows of 85 regions, list of names to April 2023."""

MALE_SHARE_OF_PRISONERS: Final = 0.92
"""Assumption: women are about one inmate in twelve; no row gives the split."""

START: Final = "2022-09"
DRAFTS: Final = (
    "draft-2022a",
    "draft-2023s",
    "draft-2023a",
    "draft-2024s",
    "draft-2024a",
    "draft-2025s",
    "draft-2025a",
)


@cache
def documented_world() -> World:
    """Return the documented world, built once a process; its arrays are read-only.

    Raises:
        EvidenceError: an evidence table is malformed or lacks a needed row.
    """
    evidence = load_evidence()
    world = World(
        regions=_regions(load_regions(), evidence),
        countries=documented_countries(evidence),
        macro=documented_macro(evidence),
        age_profile=_age_profile(evidence),
        prisoners_persons=_prisoners(evidence),
        conscripts_per_draft_persons=_conscripts_per_draft(evidence),
    )
    for part in (world.regions, world.countries, world.macro, world):
        _lock(part)
    return world


def _regions(rows: Sequence[RegionRow], evidence: Evidence) -> RegionTable:
    return RegionTable(
        iso=tuple(row.iso for row in rows),
        name=tuple(row.name_en for row in rows),
        district=tuple(row.federal_district for row in rows),
        men_18_59_persons=np.array([row.male_18_59 for row in rows]),
        relative_wage=_relative_wage(rows, evidence),
        revenue_2023_rub=BILLION
        * np.array([row.regional_budget_revenue_2023_rub_bn for row in rows]),
        unemployment_share=np.array([row.unemployment_rate_2023 for row in rows]),
        poverty_share=np.array([row.poverty_rate_2022 for row in rows]),
        named_dead_per_10k_men=np.array(
            [evidence[f"{EARLY_DEAD}{row.iso}"].value for row in rows]
        ),
        capital_latitude=np.array([row.capital_latitude for row in rows]),
        capital_longitude=np.array([row.capital_longitude for row in rows]),
    )


def _relative_wage(rows: Sequence[RegionRow], evidence: Evidence) -> Floats:
    """Return regional over national mean wage, (R, years) for 2021 to 2024."""
    regional = np.array([[_wage(row, year) for year in YEARS] for row in rows])
    national = np.array([evidence[f"wage-ru-{year}"].value for year in YEARS])
    relative: Floats = regional / national
    return relative


def _wage(row: RegionRow, year: int) -> float:
    return float(getattr(row, f"average_monthly_wage_{year}_rub"))


def _age_profile(evidence: Evidence) -> Floats:
    """Return the share of each age 18 to 59 in mid-2022; even within five-year groups.

    Mid-2022 is the mean of the rows for mid-2021 and mid-2023.
    """
    groups = [_men_of_group(evidence, group) for group in AGE_GROUPS]
    by_year = np.repeat(groups, YEARS_PER_GROUP) / YEARS_PER_GROUP
    adult = by_year[YEARS_PER_GROUP - ADULT_YEARS_15_19 :]
    shares: Floats = adult / adult.sum()
    return shares


def _men_of_group(evidence: Evidence, group: str) -> float:
    return sum(evidence[f"men-{group}-{year}"].value for year in (2021, 2023)) / 2


def _prisoners(evidence: Evidence) -> int:
    """Return men in colonies and remand at the start, between two dated counts."""
    counts = [evidence[row_id] for row_id in ("prison-2022", "prison-2022-10")]
    at = [parse_month(row.period_start.isoformat()) for row in counts]
    inmates = np.interp(parse_month(START), at, [row.value for row in counts])
    return round(float(inmates) * MALE_SHARE_OF_PRISONERS)


def _conscripts_per_draft(evidence: Evidence) -> int:
    """Return the mean quota of the half-yearly drafts since autumn 2022."""
    return round(float(np.mean([evidence[row_id].value for row_id in DRAFTS])))


def _lock(part: RegionTable | CountryTable | Macro | World) -> None:
    """Make a shared table's arrays read-only: the world is cached for the process."""
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
