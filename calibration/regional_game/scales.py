"""Scales on which the game is fitted, with priors. ODD III.iii."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]

PRIORS: Final[Mapping[str, tuple[float, float]]] = {
    "raise_base": (-3.0, 1.5),
    "raise_gap": (1.0, 1.0),
    "raise_shortfall": (0.0, 2.0),
    "raise_january": (0.0, 1.0),
    "raise_autumn": (0.0, 1.0),
    "raise_mandate": (1.0, 1.0),
    "raise_revenue": (0.0, 0.3),
    "raise_metropolis": (0.0, 0.5),
    "raise_spread": (np.log(0.4), 0.5),
    "raise_year_spread": (np.log(0.5), 0.4),
    "raise_2023": (0.0, 1.0),
    "raise_2024": (0.0, 1.0),
    "raise_2025": (0.0, 1.0),
    "raise_2026": (0.0, 1.0),
    "level_base": (0.0, 0.7),
    "level_following": (0.8, 1.0),
    "level_closing": (0.8, 0.3),
    "level_noise": (np.log(0.4), 0.5),
    "level_revenue": (0.0, 0.3),
    "level_metropolis": (0.0, 0.5),
    "level_undocumented": (0.0, 0.5),
    "level_spread": (np.log(0.25), 0.5),
    "level_year_spread": (np.log(0.25), 0.5),
    "level_2023": (0.0, 1.0),
    "level_2024": (0.0, 1.0),
    "level_2025": (0.0, 1.0),
    "level_2026": (0.0, 1.0),
    "cut_base": (-4.5, 1.5),
    "cut_filled": (0.7, 0.7),
    "cut_spent": (0.7, 0.7),
    "cut_above": (0.7, 0.7),
    "cut_late": (0.5, 1.0),
    "cut_volga": (0.0, 0.7),
    "appropriation_share": (np.log(0.05), 0.5),
}
"""Normal priors, mean and sd; positive ones by log, shares by logit, years in units
of their spread."""
POSITIVE: Final = (
    "raise_spread", "raise_year_spread", "level_noise", "level_spread",
    "level_year_spread", "appropriation_share",
)  # fmt: skip
SHARES: Final = ("level_following",)
YEARS: Final = (2023, 2024, 2025, 2026)
NAMES: Final = tuple(PRIORS)


def natural(point: Floats) -> dict[str, float]:
    """Return the fields of `regions.game` at a point of the fit's own scales."""
    found = dict(zip(NAMES, point.tolist(), strict=True))
    found |= {name: float(np.exp(found[name])) for name in POSITIVE}
    found |= {name: float(expit(found[name])) for name in SHARES}
    for year in YEARS:
        for what in ("raise", "level"):
            found[f"{what}_{year}"] *= found[f"{what}_year_spread"]
    return found
