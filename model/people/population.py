"""Russia's men of 18 to 59 at 1:1, computed from their number and never stored.

The men of a region are laid out in strata: wage band x band of reluctance x debt
distress. A man is (stratum, member); all else about him is a hash of that pair. Within
a wage band his rank is uniform, so the regional wage distribution is an exact
lognormal; `model.people.reluctance` says how reluctance differs between men.

    wage_i    = mean_r exp(sigma z - sigma^2 / 2),   z = Phi^-1(rank_i)

Bands are narrow where wages are low, because there the offers bite. Not modelled: age
as a reason to sign, deaths and births of civilians, migration between regions.
ODD I.ii (entities), II.vii (collectives), II.viii (heterogeneity), III.iv.
Sources: regions.csv; wage-logsd-*; bes-rate-*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, words
from model.chance.steps import NORMAL, Steps
from model.parameters.behaviour import Behaviour
from model.people.knowledge import SLOTS
from model.people.reluctance import Bands, bands
from model.world import RegionTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DEBT_LOG_SD = 1.0
RANK_EDGES = np.array([0, 0.06, 0.14, 0.24, 0.36, 0.5, 0.66, 0.83, 1.0])
_BANDS = len(RANK_EDGES) - 1
_SLOT_MASK = np.uint64(SLOTS - 1)


class LognormalTable:
    """A lognormal quantile function of 65,536 midpoints.

    Args:
        median: its median.
        log_sd: standard deviation of its logarithm.
    """

    def __init__(self, median: float, log_sd: float) -> None:
        self._values = median * np.exp(log_sd * NORMAL)

    def at(self, share: Floats) -> Floats:
        """Return the quantile at each share in (0, 1)."""
        return self._values.take((share * len(NORMAL)).astype(np.int64), mode="clip")


@dataclass(frozen=True, slots=True)
class Strata:
    """All strata of the country; arrays of shape (G,) in region-major order."""

    region: Integers
    band: Integers
    kind: Integers
    """Band of reluctance, most willing first (`model.people.reluctance`)."""
    distressed: NDArray[np.bool_]
    size_persons: Integers
    first_person: Integers
    """Position of the stratum's first man among all men."""

    @property
    def rank_low(self) -> Floats:
        """Lowest wage rank in the stratum."""
        return RANK_EDGES[self.band]

    @property
    def rank_high(self) -> Floats:
        """Highest wage rank in the stratum."""
        return RANK_EDGES[self.band + 1]


@dataclass(frozen=True, slots=True)
class Men:
    """Attributes of some men; arrays of shape (n,)."""

    rank: Floats
    """Wage rank within the region, 0 to 1."""
    debt_rank: Floats
    reluctance_rank: Floats
    """Rank of his reluctance within its band, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Mobility:
    """How some men take to signing elsewhere; arrays of shape (n,)."""

    rank: Floats
    """Rank of his mobility cost, 0 to 1."""
    near_slot: Integers
    """Slot of the table that holds the near place he knows."""
    far_slot: Integers
    """The same of the far place."""
    near_mark: Floats
    """How he takes to the near place: a uniform number, his own for good."""
    far_mark: Floats


def distress_share(behaviour: Behaviour, rank: Floats) -> Floats:
    """Share of men under debt enforcement by wage rank (falls with the rank)."""
    tilt = 1 + behaviour.debt_income_slope * (1 - 2 * rank)
    return np.clip(behaviour.debt_distress_share * tilt, 0, 1)


def layout(regions: RegionTable, behaviour: Behaviour, by_kind: Bands) -> Strata:
    """Lay out every man of every region in strata; sizes are exact by remainders."""
    region, band, kind, distressed = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(len(regions.iso)),
            np.arange(_BANDS),
            np.arange(by_kind.share.shape[1]),
            np.array([False, True]),
            indexing="ij",
        )
    )
    share = _band_share(band) * by_kind.share[region, kind]
    in_distress = distress_share(
        behaviour, (RANK_EDGES[band] + RANK_EDGES[band + 1]) / 2
    )
    share *= np.where(distressed, in_distress, 1 - in_distress)
    size = _apportion(regions.men_18_59_persons, share.reshape(len(regions.iso), -1))
    first = np.cumsum(size) - size
    return Strata(region, band, kind, distressed, size, first)


def _band_share(band: Integers) -> Floats:
    return np.diff(RANK_EDGES)[band]


def _apportion(totals: Integers, shares: Floats) -> Integers:
    """Round `totals[r] * shares[r]` to integers that keep every total."""
    upto = np.rint(totals[:, None] * np.cumsum(shares, axis=1)).astype(np.int64)
    upto[:, -1] = totals
    return np.diff(upto, axis=1, prepend=0).ravel()


class Population:
    """The men, their strata and who of them has signed.

    Args:
        regions: the documented regions.
        behaviour: shares of types and distress, wage spread.
        seed: replication.
    """

    def __init__(self, regions: RegionTable, behaviour: Behaviour, seed: int) -> None:
        self.reluctance = bands(behaviour.reluctance, regions, behaviour.slope)
        self.strata = layout(regions, behaviour, self.reluctance)
        self.region_men = regions.men_18_59_persons
        men = int(self.strata.size_persons.sum())
        # A bit a man: all of them fit the cache, bytes would not.
        self._signed = np.zeros(men // 8 + 1, dtype=np.uint8)
        self.signed_by_stratum = np.zeros(len(self.strata.region), dtype=np.int64)
        self.settlements = np.maximum(1, self.region_men // behaviour.settlement_men)
        self.first_settlement = np.cumsum(self.settlements) - self.settlements
        self._rank_low = self.strata.rank_low
        self._rank_width = self.strata.rank_high - self.strata.rank_low
        self._stream = key(seed, "people")

    @property
    def remaining_persons(self) -> Integers:
        """Men of each stratum who have not signed, (G,)."""
        return self.strata.size_persons - self.signed_by_stratum

    def person(self, stratum: Integers, member: Integers) -> Integers:
        """Position of (stratum, member) among all men."""
        return self.strata.first_person.take(stratum) + member

    def attributes(self, stratum: Integers, person: Integers) -> Men:
        """Compute the men's attributes from their numbers alone."""
        word, other = words(self._stream, person), words(self._stream + 1, person)
        low, width = self._rank_low.take(stratum), self._rank_width.take(stratum)
        return Men(
            rank=low + width * _bits(word, 0, 24),
            debt_rank=_bits(word, 24, 20),
            reluctance_rank=_bits(other, 44, 20),
        )

    def mobility(self, person: Integers) -> Mobility:
        """Compute from their numbers what keeps men at home."""
        word, other = words(self._stream, person), words(self._stream + 1, person)
        return Mobility(
            rank=_bits(word, 44, 20),
            near_slot=(other & _SLOT_MASK).view(np.int64),
            far_slot=((other >> np.uint64(10)) & _SLOT_MASK).view(np.int64),
            near_mark=_bits(other, 20, 12),
            far_mark=_bits(other, 32, 12),
        )

    def age_years(self, person: Integers, age_profile: Floats) -> Integers:
        """Age at signing, from the age profile of men 18-59; shape (n,)."""
        share = _bits(words(self._stream + 2, person), 0, 40)
        years = Steps(np.cumsum(age_profile)).at(share)
        return 18 + np.minimum(years, len(age_profile) - 1)

    def settlement(self, region: Integers, person: Integers) -> Integers:
        """Settlement of each man; every settlement holds a mix of its region's men."""
        home = person % self.settlements.take(region)
        return self.first_settlement.take(region) + home

    def has_signed(self, stratum: Integers, member: Integers) -> NDArray[np.bool_]:
        """Whether each man has left the pool; shape (n,)."""
        person = self.person(stratum, member)
        bit = self._signed.take(person >> 3) >> (person & 7).astype(np.uint8)
        return (bit & 1).view(np.bool_)

    def remove(self, stratum: Integers, member: Integers) -> None:
        """Take signers, each named once, out of the pool for good."""
        person = self.person(stratum, member)
        byte, bit = person >> 3, np.left_shift(1, person & 7).astype(np.uint8)
        while len(byte):
            # Of men who share a byte the last is written; the others have another turn.
            self._signed[byte] |= bit
            unwritten = ((self._signed.take(byte) & bit) == 0).nonzero()[0]
            byte, bit = byte.take(unwritten), bit.take(unwritten)
        self.signed_by_stratum += np.bincount(
            stratum, minlength=len(self.strata.region)
        )


def _bits(word: NDArray[np.uint64], start: int, count: int) -> Floats:
    """Return some of the bits as a number in (0, 1), exactly."""
    taken = word >> np.uint64(start)
    taken &= np.uint64((1 << count) - 1)
    share = taken.astype(np.float64)
    share += 0.5
    share *= 0.5**count
    return share
