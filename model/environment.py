"""What everybody can observe in a month, before anyone recruits. ODD II.iv (sensing).

The simulation fills one `Environment` a month from last month's outcome; channels read
it and nothing else, so a channel can be tested with a hand-made month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Offers:
    """What a signer is promised this month; arrays over regions, shape (R,)."""

    federal_rub: float
    regional_rub: Floats
    municipal_rub: Floats
    service_pay_rub_per_month: float
    topup_rub_per_month: Floats
    debt_relief_cap_rub: float
    """Largest debt written off; 0 before the law."""
    open_ended: bool
    """Whether contracts run until the war ends."""
    admitted_share: Floats | float = 1.0
    """Share of those who would sign that a place takes this month, (R,)."""

    @property
    def bonus_rub(self) -> Floats:
        """All levels of the signing bonus together, by place of signing."""
        return self.federal_rub + self.regional_rub + self.municipal_rub


@dataclass(frozen=True, slots=True)
class Environment:
    """One month as seen by those who decide; H homes = R regions then C countries."""

    index: int
    """Months since the start of the run."""
    month: int
    offers: Offers
    civilian_wage_rub: Floats
    """Mean monthly wage by region, (R,)."""
    national_wage_rub: float
    rub_per_usd: float
    unemployment_ratio: float
    """Unemployment over its level at the start."""
    perceived_death_share: Floats
    """Perceived monthly probability of death in service, by home, (H,)."""
    consideration_per_month: Floats
    """Intensity c at which a man considers enlisting, by region, (R,)."""
    foreign_advertising_per_month: float
    """Adverts aimed at foreigners."""
    entry_factor: Floats
    """Share of foreign entries that countermeasures let through, by country, (C,)."""
    network_capacity_persons: Floats
    """Victims the recruitment networks can place this month, by country, (C,)."""
    discharge_deal: NDArray[np.bool_]
    """Whether a country's discharge deal is in force, (C,)."""
    mobilise_persons: float
    """Men a decree of this month draws (0: none)."""
    force_persons: int
    """Force in theatre at the end of last month."""
    release_persons: float = 0.0
    """Men Moscow orders from the rear to the theatre, on top of the usual."""
