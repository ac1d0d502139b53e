"""Attention: how many men consider enlisting in a month, and what moves them to it.

    c_r = [c0 + c1 A^n / (K^n + A^n)] effort_r unemployment^e news_r exp(f peace + W)

with A the adstock of advertising, `A_t = carry A_(t-1) + impressions_t`, and peace the
expectation of a ceasefire and W the drift of willingness (`model.people.willingness`).
Effort and news belong to places and work on the men who
know the place: w_rp is what part of what a man of r hears of offers is of p
(`model.people.knowledge`),

    effort_r = sum_p w_rp exp(response (1 - filled_p / quota_p)),  within bounds
    news_r   = sum_p w_rp exp(L_p)
    L_p,t    = max(nu ln(B_p / highest B_p of the six months before), kept L_p,t-1, 0)

Recruiters with `recruiting_effort: quota_driven` work harder below quota and slacken
above it. A raise is news where it is heard of, and only above what was offered before:
a restored bonus is none. News is talked of for some months, and a second raise adds
nothing while the first is still louder. Interest is not enlistment: attention
multiplies intensity, never the choice itself.

ODD II.iv (sensing), III.iv (attention). Sources: ads-yan-*, ru-attention-*, us-ad-*.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from model.fields.timeline import Timeline
from model.parameters.behaviour import Attention as Settings
from model.parameters.behaviour import Behaviour
from model.people.knowledge import Knowledge

Floats = NDArray[np.float64]

MOST_PER_MONTH = 0.5
NEWS_MEMORY_MONTHS = 6
"""An offer is news if it is above all of so many months before."""


class Attention:
    """Consideration intensity by region, month after month.

    Args:
        settings: the scenario's `attention` block.
        dated: its timeline.
        behaviour: names the effort variant.
        knowledge: who hears of which region.
        drift: willingness by month, (T,), 1 at the start.
    """

    def __init__(
        self,
        settings: Settings,
        dated: Timeline,
        behaviour: Behaviour,
        knowledge: Knowledge,
        drift: Floats,
    ) -> None:
        self._settings, self._dated = settings, dated
        self._quota_driven = behaviour.recruiting_effort == "quota_driven"
        steady = dated.advertising[0] / (1 - settings.carry_over)
        self.adstock_impressions = float(steady)
        self._knowledge, self._drift = knowledge, drift
        self.effort: Floats = np.ones(len(knowledge.distance_km))
        """Effort of each place's recruiters, (R,)."""
        self._offers: deque[Floats] = deque(maxlen=NEWS_MEMORY_MONTHS)
        self._log_news: Floats = np.zeros(len(knowledge.distance_km))

    def advertise(self, index: int) -> None:
        """Add the month's impressions to what is remembered of earlier ones."""
        kept = self._settings.carry_over * self.adstock_impressions
        self.adstock_impressions = kept + self._dated.advertising[index]

    def follow_quota(self, filled_share: Floats) -> None:
        """Let each place's recruiters respond to its filled share of quota, (R,)."""
        if not self._quota_driven:
            return
        settings = self._settings
        wanted = np.exp(settings.effort_response * (1 - filled_share.clip(0, 2)))
        self.effort = wanted.clip(settings.effort_low, settings.effort_high)

    def consideration_per_month(
        self, index: int, offer_rub: Floats, unemployment_ratio: float
    ) -> Floats:
        """Return the intensity c of the month by home region, (R,).

        Args:
            index: month of the run; call once a month in order.
            offer_rub: bonus by place of signing, (R,).
            unemployment_ratio: unemployment over its level at the start.
        """
        settings, dated = self._settings, self._dated
        heard = self._knowledge.shares(index)
        lift = np.exp(settings.ceasefire_effect * dated.ceasefire_expectation[index])
        jobs = unemployment_ratio**settings.unemployment_elasticity
        effort = dated.effort[index] * (heard * self.effort).sum(axis=1)
        level = self._advertised() * effort * jobs * lift * self._drift[index]
        intensity: Floats = level * (heard * self._news(offer_rub)).sum(axis=1)
        return np.minimum(intensity, MOST_PER_MONTH)

    def _advertised(self) -> float:
        settings = self._settings
        stock = math.pow(self.adstock_impressions, settings.advertising_steepness)
        half = math.pow(
            settings.advertising_half_saturation, settings.advertising_steepness
        )
        reached = stock / (half + stock)
        return settings.base_per_month + settings.advertising_per_month * reached

    def _news(self, offer_rub: Floats) -> Floats:
        """Return how far each place's offer lifts those who hear of it, (R,)."""
        before = np.max(self._offers, axis=0) if self._offers else offer_rub
        self._offers.append(offer_rub)
        rise = np.log(np.maximum(offer_rub, 1.0) / np.maximum(before, 1.0))
        self._log_news = log_news(rise, self._log_news, self._settings)
        return np.exp(self._log_news)


def log_news(rise: Floats, before: Floats, settings: Settings) -> Floats:
    """Return L of the month, by place.

    Args:
        rise: logarithm of the offer over its high of `NEWS_MEMORY_MONTHS`.
        before: L of the month before; zero at the start.
        settings: elasticity of news and what is kept of it.
    """
    still = settings.news_carry_over * before
    # Never below zero: a cut is no news, it only lets older news fade.
    lift: Floats = np.maximum(settings.news_elasticity * rise, still)
    return lift
