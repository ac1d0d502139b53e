"""Which offers men know of: their own region's, one nearby and one anywhere.

A place is known for what it does to be known, not for how many live there. Visibility
is its adverts, raised by the reward it pays whoever brings a man; near places are heard
of from posters and acquaintances, far ones from adverts that reach the whole country:

    v_p    = adverts_p (1 + w fee_p / 100,000)
    near_h ~ v_p exp(-d_hp / D),   far_h ~ v_p            over all places p but h

Distances d are great circles between regional capitals. What a man hears of offers is,
by `home_share`, of his own region, and else half of a near and half of a far place: so
recruiters' effort and the news of a raise reach the men who know the place, wherever
they live (`shares`). Knowledge does not depend on offers, so that a better offer only
ever adds signers. Sources: mow-share-nonlocal, ref-n-2024-07, ref-n-2025-10.
ODD II.iv (sensing), III.iv (place of signing).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.scenario import Scenario
from model.world import CAPITAL, RegionTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SLOTS = 1024
"""Places a man knows are drawn by weight to one part in this many."""
FEE_UNIT_RUB = 100_000.0
EARTH_RADIUS_KM = 6371.0


class Knowledge:
    """Knowledge of places of signing, by home region and month of the run.

    Args:
        scenario: adverts and referral fees by region, parameters of knowledge.
        regions: the documented regions, R of them.
    """

    def __init__(self, scenario: Scenario, regions: RegionTable) -> None:
        self._near_km = scenario.behaviour.near_knowledge_km
        self._home_share = scenario.attention.home_share
        self.distance_km = distances_km(regions)
        visibility = visibilities(scenario, regions.iso)
        # Visibility moves in a few dated steps; each distinct column is laid out once.
        columns, at = np.unique(visibility, axis=1, return_inverse=True)
        self._column_of_month: list[int] = at.reshape(-1).tolist()
        weights = [self._weights(column) for column in columns.T]
        self._shares: list[Floats] = [self._shares_of(*each) for each in weights]
        self._slots = [(_slots(near), _slots(far)) for near, far in weights]

    def shares(self, index: int) -> Floats:
        """Return what part of what a man hears is of each place, (R, R).

        Row: his home; column: the place. Every row adds up to 1.
        """
        return self._shares[self._column_of_month[index]]

    def known(
        self, index: int, home: Integers, near_slot: Integers, far_slot: Integers
    ) -> tuple[Integers, Integers]:
        """Return the near and the far place that men of these slots know, (n,) each."""
        near, far = self._slots[self._column_of_month[index]]
        return near[home * SLOTS + near_slot], far[home * SLOTS + far_slot]

    def _weights(self, visibility: Floats) -> tuple[Floats, Floats]:
        """Return the chances of the near and the far place by home, (R, R) each."""
        elsewhere = 1 - np.eye(len(visibility))
        far = elsewhere * visibility
        near = far * np.exp(-self.distance_km / self._near_km)
        return _normalised(near), _normalised(far)

    def _shares_of(self, near: Floats, far: Floats) -> Floats:
        home, away = self._home_share, (1 - self._home_share) / 2
        heard: Floats = home * np.eye(len(near)) + away * (near + far)
        return heard


def visibilities(scenario: Scenario, iso: tuple[str, ...]) -> Floats:
    """Return v, how much each place does to be known, (R, T); 1 is no fee, adverts 1.

    Args:
        scenario: adverts, referral fees and their weight.
        iso: codes of the regions.
    """
    block, time = scenario.regions, scenario.time
    adverts = np.ones((len(iso), time.months))
    for at, code in enumerate(iso):
        if code == CAPITAL:
            adverts[at] *= block.capital_adverts
        if code in block.adverts:
            adverts[at] *= block.adverts[code].over(time.first, time.months)
    fees = block.referral_fees_rub(iso, time.first, time.months)
    seen: Floats = adverts * (1 + block.referral_visibility * fees / FEE_UNIT_RUB)
    return seen


def distances_km(regions: RegionTable) -> Floats:
    """Return great-circle distances between the regions' capitals, (R, R), km."""
    latitude = np.radians(regions.capital_latitude)
    longitude = np.radians(regions.capital_longitude)
    half = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude[:, None])
        * np.cos(latitude)
        * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distance


def _normalised(weight: Floats) -> Floats:
    """Let rows add up to 1; a man with nowhere else to know of knows his home twice."""
    total = weight.sum(axis=1, keepdims=True)
    alone = np.eye(len(weight))
    return np.where(total > 0, weight / np.where(total > 0, total, 1.0), alone)


def _slots(chance: Floats) -> Integers:
    """Return places by slot, (R x SLOTS,): each has its chance of the slots."""
    upto = np.cumsum(chance, axis=1)
    at = (np.arange(SLOTS) + 0.5) / SLOTS * upto[:, -1:]
    return np.concatenate(
        [np.searchsorted(row, each) for row, each in zip(upto, at, strict=True)]
    )
