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

from model.fields.timeline import Timeline
from model.parameters.behaviour import Behaviour
from model.parameters.state import Regions
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
        behaviour: how knowledge falls with distance, what part is of home.
        dated: dated values of the regions, among them `visibility`, (R, T).
        regions: the documented regions, R of them.
    """

    def __init__(
        self, behaviour: Behaviour, dated: Timeline, regions: RegionTable
    ) -> None:
        self._behaviour, self._dated = behaviour, dated
        self.distance_km = distances_km(regions)
        # Visibility moves in a few dated steps; each is laid out once.
        self._shares: dict[bytes, Floats] = {}
        self._slots: dict[bytes, tuple[Integers, Integers]] = {}

    def shares(self, index: int) -> Floats:
        """Return what part of what a man hears is of each place, (R, R).

        Row: his home; column: the place. Every row adds up to 1.
        """
        visible = self._dated.visibility[:, index]
        step = visible.tobytes()
        if step not in self._shares:
            near, far = self._weights(visible)
            home = self._behaviour.home_share
            own = home * np.eye(len(near))
            self._shares[step] = own + (1 - home) / 2 * (near + far)
        return self._shares[step]

    def known(
        self, index: int, home: Integers, near_slot: Integers, far_slot: Integers
    ) -> tuple[Integers, Integers]:
        """Return the near and the far place that men of these slots know, (n,) each."""
        visible = self._dated.visibility[:, index]
        step = visible.tobytes()
        if step not in self._slots:
            near, far = self._weights(visible)
            self._slots[step] = _slots(near), _slots(far)
        near_places, far_places = self._slots[step]
        return near_places[home * SLOTS + near_slot], far_places[
            home * SLOTS + far_slot
        ]

    def _weights(self, visibility: Floats) -> tuple[Floats, Floats]:
        """Return the chances of the near and the far place by home, (R, R) each."""
        elsewhere = 1 - np.eye(len(visibility))
        far = elsewhere * visibility
        near = far * np.exp(-self.distance_km / self._behaviour.near_knowledge_km)
        return _normalised(near), _normalised(far)


def visibility(block: Regions, dated: Timeline, iso: tuple[str, ...]) -> Floats:
    """Return v, how much each place does to be known, (R, T).

    Args:
        block: weight of referral fees, Moscow's factor.
        dated: its dated values: adverts by region, `referral_fees`, (R, T).
        iso: codes of the regions.
    """
    seen = 1 + block.referral_visibility * dated.referral_fees / FEE_UNIT_RUB
    for at, code in enumerate(iso):
        if code == CAPITAL:
            seen[at] *= block.capital_adverts
        if code in dated.adverts:
            seen[at] *= dated.adverts[code]
    visible: Floats = seen
    return visible


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
