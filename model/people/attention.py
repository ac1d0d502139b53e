"""Attention: how many men consider enlisting in a month, and what moves them to it.

    c_r = [c0 + c1 A^n / (K^n + A^n)] effort_r unemployment^e exp(nu news_r + f peace)

with A the adstock of advertising, `A_t = carry A_(t-1) + impressions_t`, news the log
rise of the best known offer since last month, and peace the expectation of a ceasefire.
Recruiters with `recruiting_effort: quota_driven` work harder below quota and slacken
above it: `effort_r = exp(response (1 - filled / quota))`, within bounds.
Interest is not enlistment: attention multiplies intensity, never the choice itself.

ODD II.iv (sensing), III.iv (attention). Sources: ads-yan-*, ru-attention-*, us-ad-*.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from model.fields.timeline import Timeline
from model.parameters.behaviour import Attention as Settings
from model.parameters.behaviour import Behaviour

Floats = NDArray[np.float64]

MOST_PER_MONTH = 0.5


class Attention:
    """Consideration intensity by region, month after month.

    Args:
        settings: the scenario's `attention` block.
        dated: its timeline.
        behaviour: names the effort variant.
        regions: number of regions.
    """

    def __init__(
        self,
        settings: Settings,
        dated: Timeline,
        behaviour: Behaviour,
        regions: int,
    ) -> None:
        self._settings, self._dated = settings, dated
        self._quota_driven = behaviour.recruiting_effort == "quota_driven"
        steady = dated.advertising[0] / (1 - settings.carry_over)
        self.adstock_impressions = float(steady)
        self.effort = np.ones(regions)
        self._last_offer: Floats | None = None

    def advertise(self, index: int) -> None:
        """Add the month's impressions to what is remembered of earlier ones."""
        kept = self._settings.carry_over * self.adstock_impressions
        self.adstock_impressions = kept + self._dated.advertising[index]

    def follow_quota(self, filled_share: Floats) -> None:
        """Let recruiters respond to last month's filled share of quota, (R,)."""
        if not self._quota_driven:
            return
        settings = self._settings
        wanted = np.exp(settings.effort_response * (1 - np.clip(filled_share, 0, 2)))
        self.effort = np.clip(wanted, settings.effort_low, settings.effort_high)

    def consideration_per_month(
        self, index: int, best_offer_rub: Floats, unemployment_ratio: float
    ) -> Floats:
        """Return the intensity c of the month by region, (R,)."""
        settings, dated = self._settings, self._dated
        lift = np.exp(settings.ceasefire_effect * dated.ceasefire_expectation[index])
        jobs = unemployment_ratio**settings.unemployment_elasticity
        effort = dated.effort[index] * self.effort
        level = self._advertised() * effort * jobs * lift
        intensity: Floats = level * self._news(best_offer_rub)
        return np.minimum(intensity, MOST_PER_MONTH)

    def _advertised(self) -> float:
        settings = self._settings
        stock = math.pow(self.adstock_impressions, settings.advertising_steepness)
        half = math.pow(
            settings.advertising_half_saturation, settings.advertising_steepness
        )
        reached = stock / (half + stock)
        return settings.base_per_month + settings.advertising_per_month * reached

    def _news(self, best_offer_rub: Floats) -> Floats:
        last = best_offer_rub if self._last_offer is None else self._last_offer
        self._last_offer = best_offer_rub
        rise = np.log(np.maximum(best_offer_rub, 1.0) / np.maximum(last, 1.0))
        return np.exp(self._settings.news_elasticity * np.clip(rise, 0, None))
