"""Reluctance to serve, psi in log-odds: a normal spread over men, or three types.

`continuous`: reluctance is normal and moved between regions by their tradition of
service f_r. Its place is told by the share of men who at the usual package, v times the
civilian income forgone, are more likely than not to sign once they consider it, risk
aside: so slope b and place say different things and can be told apart,

    psi_i = mu - ln f_r + sigma z_i,    mu = b ln v - sigma Phi^-1(willing share)

`mixture`: ready, conditional and never, each with one psi; f_r multiplies the share of
the first two. It says that whoever is ready would sign for almost nothing, so that most
signers would for no bonus at all: a shape, not a finding, and kept as a rival.

Men stand in bands of reluctance, narrow where offers bite, so that only those near
signing are ever looked at; within a band a man has a rank of his own.
ODD II.viii (heterogeneity), III.iv. Sources: ru-willing-*; bes-rate-*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.chance.steps import normal_quantile
from model.parameters.behaviour import Reluctance
from model.world import RegionTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

USUAL_PACKAGE_RATIO = 3.5
"""v: package over civilian income forgone, for the mean wage at the offers of 2023."""
BAND_EDGES = np.array([0, 0.02, 0.06, 0.13, 0.25, 0.45, 1.0])
"""Quantiles of reluctance that part the bands, most willing first."""
BAND_SHELL_PER_MONTH = np.array([4e-3, 3e-3, 2e-3, 1e-3, 5e-4, 2e-4])
"""First width of thinning by band, near the bounds usual for it."""
READY, CONDITIONAL, NEVER = range(3)
TYPE_SHELL_PER_MONTH = np.array([4e-3, 4e-3, 2e-4])
MOST_WILLING_SHARE = 0.9
"""However much a region's men used to serve, some of them never would."""


def willing_factor(settings: Reluctance, regions: RegionTable) -> Floats:
    """Return f, each region's willingness over the nation's, (R,)."""
    scale = regions.service_tradition**settings.tradition_elasticity
    scale /= np.average(scale, weights=regions.men_18_59_persons)
    most = MOST_WILLING_SHARE / (settings.ready_share + settings.conditional_share)
    return np.minimum(scale, most)


@dataclass(frozen=True, slots=True)
class Bands:
    """How the men of each region are laid out by reluctance; K bands."""

    share: Floats
    """Part of a region's men in each band, (R, K)."""
    middle: Floats
    """Reluctance in the middle of each band, (R, K), log-odds."""
    least: Floats
    """Reluctance of the most willing man a band may hold, (R, K)."""
    shell_per_month: Floats
    """First width of thinning by band, (K,)."""
    place: Floats
    """mu - ln f, the median of each region, (R,); unused by types."""
    spread: float
    """sigma; 0 for types, whose men are alike."""

    def psi(self, region: Integers, band: Integers, rank: Floats) -> Floats:
        """Return the reluctance of men of these ranks (0 to 1) within their band."""
        if not self.spread:
            return self.middle[region, band]
        low, high = BAND_EDGES[band], BAND_EDGES[band + 1]
        depth = normal_quantile(low + (high - low) * rank)
        return self.place[region] + self.spread * depth


def bands(settings: Reluctance, regions: RegionTable, slope: float) -> Bands:
    """Lay out men by reluctance.

    Args:
        settings: form and parameters.
        regions: their tradition of service.
        slope: b, log-odds per log unit of package over civilian income.
    """
    factor = willing_factor(settings, regions)
    if settings.form == "mixture":
        return _types(settings, factor)
    spread = settings.log_odds_sd
    usual = slope * np.log(USUAL_PACKAGE_RATIO)
    nation = usual - spread * ndtri(settings.willing_share)
    place = nation - np.log(np.maximum(factor, 1e-6))
    middle = normal_quantile((BAND_EDGES[:-1] + BAND_EDGES[1:]) / 2)
    least = normal_quantile(BAND_EDGES[:-1])
    return Bands(
        share=np.tile(np.diff(BAND_EDGES), (len(factor), 1)),
        middle=place[:, None] + spread * middle,
        least=place[:, None] + spread * least,
        shell_per_month=BAND_SHELL_PER_MONTH,
        place=place,
        spread=spread,
    )


def _types(settings: Reluctance, factor: Floats) -> Bands:
    willing = np.outer(factor, [settings.ready_share, settings.conditional_share])
    share = np.column_stack([willing, 1 - willing.sum(axis=1)])
    each = [settings.ready_psi, settings.conditional_psi, settings.never_psi]
    psi = np.tile(np.array(each, dtype=float), (len(factor), 1))
    return Bands(
        share=share,
        middle=psi,
        least=psi,
        shell_per_month=TYPE_SHELL_PER_MONTH,
        place=np.zeros(len(factor)),
        spread=0.0,
    )
