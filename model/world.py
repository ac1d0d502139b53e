"""The documented world a run starts from: regions, source countries, macro series.

These are facts of record, not scenario choices; `calibration.documented` makes them of
the evidence tables. Every array is read-only by convention. ODD III.ii, III.iii.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CAPITAL = "RU-MOW"
"""Moscow, which recruits from the whole country and where most foreigners sign."""


@dataclass(frozen=True, slots=True)
class RegionTable:
    """The regions of Russia, one entry each, in a fixed order; arrays of shape (R,)."""

    iso: tuple[str, ...]
    name: tuple[str, ...]
    district: tuple[str, ...]
    men_18_59_persons: Integers
    relative_wage: Floats
    """Mean wage over the national mean, (R, years) for 2021 to 2024."""
    revenue_2023_rub: Floats
    unemployment_share: Floats
    poverty_share: Floats
    named_dead_per_10k_men: Floats
    """Named dead of the war to April 2023, before many had signed for a bonus."""
    capital_latitude: Floats
    """Of the regional capital, degrees north."""
    capital_longitude: Floats
    """Of the regional capital, degrees east."""

    @property
    def service_tradition(self) -> Floats:
        """Named dead per man over the nation's, (R,): where the army's men came from.

        The early dead were mostly regulars and others for whom service was a living
        before bonuses rose; no table counts soldiers by region of origin.
        """
        men, dead = self.men_18_59_persons, self.named_dead_per_10k_men
        return dead / np.average(dead, weights=men)


@dataclass(frozen=True, slots=True)
class CountryTable:
    """The source countries, one entry each; arrays of shape (C,)."""

    iso: tuple[str, ...]
    name: tuple[str, ...]
    men_18_45_persons: Integers
    monthly_wage_usd: Floats
    living_in_russia_persons: Integers
    """Men of working age already in Russia as migrants."""
    russian_speaking_share: Floats


@dataclass(frozen=True, slots=True)
class Macro:
    """Monthly national series from `first` on; the model continues them by growth."""

    first: int
    """Month of the first entry."""
    mean_wage_rub: Floats
    price_index: Floats
    rub_per_usd: Floats
    gdp_rub: Floats
    """Nominal GDP of the month."""
    federal_spending_rub: Floats
    """Federal budget spending of the month."""
    unemployment_share: Floats


@dataclass(frozen=True, slots=True)
class World:
    """All documented initial and exogenous data of a run."""

    regions: RegionTable
    countries: CountryTable
    macro: Macro
    age_profile: Floats
    """Share of men 18-59 at each age 18..59; shape (42,), sums to 1."""
    prisoners_persons: int
    """Men in colonies and remand at the start."""
    conscripts_per_draft_persons: int

    @property
    def homes(self) -> tuple[str, ...]:
        """Codes of all homes a recruit may come from: regions, then countries."""
        return self.regions.iso + self.countries.iso

    @property
    def region_count(self) -> int:
        """R, the number of regions."""
        return len(self.regions.iso)
