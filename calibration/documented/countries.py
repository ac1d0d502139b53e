"""The source countries of the documented world. ODD III.iii.

Men, wages and migrant stocks come from the evidence where it has them. What it lacks is
filled by one rule a quantity, stated where it stands, and is assumption-grade:
the share who speak Russian throughout, the five countries of `RECALLED`, and the
migrant stock of countries for which no count exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.evidence import Evidence, EvidenceRow
from model.world import CountryTable

WAGE_ROWS: Final = {
    "CN": "wage-cn-private-2024",
    "CU": "wage-cu-2023",
    "IQ": "wage-iq-2023",
    "SY": "wage-sy-2024",
    "KP": "wage-kp",
    "KZ": "wage-kz-2024",
    "UZ": "wage-uz-2024",
    "KG": "wage-kg-2024",
    "TJ": "wage-tj-2024",
    "BY": "wage-by-2022",
}
"""Wage rows whose ids do not follow `wage-men-<iso>`."""

MEN_AMONG_LABOUR_MIGRANTS: Final = 0.85
"""Assumption: labour migration from Central Asia is mostly men's."""

MEN_AMONG_STUDENTS: Final = 0.5
AFRICAN_COUNTRIES: Final = 54
UNCOUNTED_MEN: Final = 1_000
"""Assumption: men of working age in Russia where no source counts them."""


@dataclass(frozen=True, slots=True)
class Country:
    """What is said of a source country beyond the evidence tables.

    Attributes:
        name: English short name.
        speaks_russian: share of its men who can follow orders in Russian (assumption).
        africa: whether its men in Russia are reckoned from African students.
    """

    name: str
    speaks_russian: float = 0.01
    africa: bool = False


COUNTRIES: Final = {
    "CN": Country("China"),
    "NP": Country("Nepal"),
    "IN": Country("India"),
    "BD": Country("Bangladesh"),
    "LK": Country("Sri Lanka"),
    "CU": Country("Cuba", 0.02),
    "KE": Country("Kenya", africa=True),
    "ZA": Country("South Africa", africa=True),
    "UG": Country("Uganda", africa=True),
    "TZ": Country("Tanzania", africa=True),
    "GH": Country("Ghana", africa=True),
    "CM": Country("Cameroon", africa=True),
    "EG": Country("Egypt", africa=True),
    "IQ": Country("Iraq"),
    "SY": Country("Syria", 0.02),
    "YE": Country("Yemen"),
    "RS": Country("Serbia", 0.10),
    "KZ": Country("Kazakhstan", 0.85),
    "UZ": Country("Uzbekistan", 0.45),
    "TJ": Country("Tajikistan", 0.45),
    "KG": Country("Kyrgyzstan", 0.60),
    "TM": Country("Turkmenistan", 0.20),
    "BY": Country("Belarus", 0.98),
    "KP": Country("North Korea", 0.0),
    "NG": Country("Nigeria", africa=True),
    "DZ": Country("Algeria", africa=True),
    "GM": Country("The Gambia", africa=True),
}
"""Fixed order: a country added later goes to the end."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """Round figures for a country without evidence rows; assumption-grade."""

    men_18_45_persons: int
    gdp_per_capita_usd: float


RECALLED: Final = {
    "EG": Recalled(24_000_000, 3_500),
    "RS": Recalled(1_150_000, 11_500),
    "TM": Recalled(1_400_000, 6_000),
    "DZ": Recalled(9_500_000, 5_200),
    "GM": Recalled(520_000, 850),
}
"""Recalled, not verified; good to about a fifth."""


def documented_countries(evidence: Evidence) -> CountryTable:
    """Build the table of source countries, in the order of `COUNTRIES`."""
    ratio = wage_to_gdp_ratio(evidence)
    codes = tuple(COUNTRIES)
    return CountryTable(
        iso=codes,
        name=tuple(country.name for country in COUNTRIES.values()),
        men_18_45_persons=np.array([_men(evidence, iso) for iso in codes]),
        monthly_wage_usd=np.array([_wage(evidence, iso, ratio) for iso in codes]),
        living_in_russia_persons=np.array([_in_russia(evidence, i) for i in codes]),
        russian_speaking_share=np.array(
            [country.speaks_russian for country in COUNTRIES.values()]
        ),
    )


def wage_row(evidence: Evidence, iso: str) -> EvidenceRow | None:
    """Return the row of a country's monthly wage (USD), of men where that is known."""
    row_id = WAGE_ROWS.get(iso, f"wage-men-{iso.lower()}")
    return evidence.get(row_id)


def wage_to_gdp_ratio(evidence: Evidence) -> float:
    """Return the median of yearly wage over GDP per head where both are known.

    It stands in for the wage where only GDP per head is: wage = ratio * GDP per head
    / 12. The ratio exceeds 1 in poor countries, where employees are a minority.
    """
    ratios = []
    for iso in COUNTRIES:
        wage, product = wage_row(evidence, iso), evidence.get(f"gdppc-{iso.lower()}")
        if wage is not None and product is not None:
            ratios.append(12 * wage.value / product.value)
    return float(np.median(ratios))


def _men(evidence: Evidence, iso: str) -> int:
    row = evidence.get(f"men1845-{iso.lower()}")
    return RECALLED[iso].men_18_45_persons if row is None else round(row.value)


def _wage(evidence: Evidence, iso: str, ratio: float) -> float:
    row = wage_row(evidence, iso)
    if row is not None:
        return row.value
    product = evidence.get(f"gdppc-{iso.lower()}")
    per_head = RECALLED[iso].gdp_per_capita_usd if product is None else product.value
    return ratio * per_head / 12


def _in_russia(evidence: Evidence, iso: str) -> int:
    """Return men of working age in Russia by the best count there is.

    In this order: foreign citizens present times the share who came to work; work
    entries scaled by Uzbekistan's entries and presence; the United Nations' stock of
    men; students; a round placeholder.
    """
    code = iso.lower()
    present = evidence.get(f"mig-stock-2024-{code}")
    entries = evidence.get(f"mig-entry-2023q1-{code}")
    if present is not None:
        return _labour_migrants(evidence, present.value)
    if entries is not None:
        like_uzbekistan = entries.value / evidence["mig-entry-2023q1-uz"].value
        people = evidence["mig-stock-2024-uz"].value * like_uzbekistan
        return _labour_migrants(evidence, people)
    settled = evidence.get(f"undesa-men-2024-{code}")
    if settled is not None:
        return round(settled.value)
    if COUNTRIES[iso].africa:
        students = evidence["af-students-stock"].value / AFRICAN_COUNTRIES
        return round(students * MEN_AMONG_STUDENTS)
    return UNCOUNTED_MEN


def _labour_migrants(evidence: Evidence, present: float) -> int:
    working = evidence["mig-labour-share-2024"].value
    return round(present * working * MEN_AMONG_LABOUR_MIGRANTS)
