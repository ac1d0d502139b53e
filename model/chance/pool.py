"""A pool of persons who are computed, not stored; those who left it are remembered.

A person is (group, member): the group has a stable identity, the member is his place in
it. All else about him is a hash of that pair, so he keeps his traits in every month and
scenario, and a scenario that adds signers reshuffles nobody. Shared by all channels but
the volunteer contract, whose pool is large enough to have its own. ODD II.viii, II.ix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import Process, key, uniforms
from model.chance.thinning import Points, points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Trait = Literal[
    "age", "home", "place", "wage", "language", "pair", "delay", "discovery", "sent",
    "coerced", "broker",
]  # fmt: skip
TRAITS: tuple[str, ...] = get_args(Trait)

_MEMBER_BITS = 32
_BEYOND_ALL_MONTHS = 1_000_000
_WHOM = 1_000
_SLOTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Found:
    """Persons of a pool for whom something may happen this month; arrays (n,)."""

    person: Integers
    """Stable identity: group identity and member in one number."""
    group: Integers
    """Position of the group among this month's groups."""
    member: Integers
    mark: Floats
    """Monthly intensity at which it would happen."""

    def take(self, chosen: NDArray[np.bool_] | Integers) -> Found:
        """Return the chosen persons."""
        return Found(
            self.person[chosen],
            self.group[chosen],
            self.member[chosen],
            self.mark[chosen],
        )

    def join(self, other: Found) -> Found:
        """Return these persons, then the others."""
        return Found(
            np.concatenate([self.person, other.person]),
            np.concatenate([self.group, other.group]),
            np.concatenate([self.member, other.member]),
            np.concatenate([self.mark, other.mark]),
        )


class Pool:
    """Finds the month's candidates and keeps out whoever has left.

    Args:
        seed: replication.
        process: the random decision this pool is for.
        first_width: width of the first shell of intensity (see `thinning.py`); near
            the usual bound, for fewer and fuller shells.
    """

    def __init__(self, seed: int, process: Process, first_width: float) -> None:
        self._seed = seed
        self._process = process
        self._first_width = first_width
        self._left = np.zeros(0, dtype=np.int64)
        self._trait_streams = {
            name: key(seed, process, _BEYOND_ALL_MONTHS, number)
            for number, name in enumerate(TRAITS)
        }

    @property
    def left_persons(self) -> int:
        """Number of persons who have left the pool."""
        return len(self._left)

    def find(
        self, month: int, groups: Integers, sizes: Integers, bounds: Floats
    ) -> Found:
        """Return the persons with a point below their group's bound, each once.

        Args:
            month: month coordinate.
            groups: stable identities, (G,), non-negative and below 2^24.
            sizes: persons in each group, (G,), those who left included.
            bounds: upper bound of the monthly hazard, (G,).
        """
        hits = points(
            self._seed,
            self._process,
            month,
            sizes,
            bounds,
            self._first_width,
            groups,
        )
        found = _first_per_person(groups, hits)
        return found.take(self.is_free(found.person))

    def meet(
        self, month: int, groups: Integers, sizes: Integers, contacts: Floats
    ) -> Found:
        """Return the persons met this month when a group has so many contacts.

        The same process as `find`, told by contacts instead of hazards: where hazards
        are tiny and groups huge, as with the men of a whole country, a contact is drawn
        first and then whom it hits. `mark` counts in contacts of the group.

        Args:
            month: month coordinate.
            groups: stable identities, (G,), non-negative and below 2^24.
            sizes: persons in each group, (G,), those who left included.
            contacts: expected contacts of the month, (G,).
        """
        hits = points(
            self._seed,
            self._process,
            month,
            (sizes > 0).astype(np.int64),
            contacts,
            self._first_width,
            groups,
        )
        stream = key(self._seed, self._process, month, _WHOM)
        whom = uniforms(stream, hits.mark.view(np.int64)) * sizes[hits.group]
        met = Points(hits.group, whom.astype(np.int64), hits.mark)
        found = _first_per_person(groups, met)
        return found.take(self.is_free(found.person))

    def is_free(self, person: Integers) -> NDArray[np.bool_]:
        """Whether each person is still in the pool."""
        if not len(self._left):
            return np.ones(len(person), dtype=bool)
        at = self._left.searchsorted(person)
        at[at == len(self._left)] = 0
        free: NDArray[np.bool_] = self._left[at] != person
        return free

    def remove(self, person: Integers) -> None:
        """Take persons, each named once, out of the pool for good."""
        self._left = np.concatenate([self._left, person])
        self._left.sort(kind="stable")

    def left_of(self, groups: Integers, sizes: Integers) -> int:
        """Count who has left among the first `sizes` members of the groups."""
        low = groups << _MEMBER_BITS
        first = np.searchsorted(self._left, low)
        return int((np.searchsorted(self._left, low + sizes) - first).sum())

    def trait(self, name: Trait, person: Integers) -> Floats:
        """Return each person's uniform number for a trait; shape of `person`."""
        return uniforms(self._trait_streams[name], person)


def _first_per_person(groups: Integers, hits: Points) -> Found:
    """Keep each person's point of smallest mark; order by person."""
    person = (groups[hits.group] << _MEMBER_BITS) + hits.member
    # Ties are one and the same person, so an unstable sort decides nothing.
    order = person.argsort()
    person, mark = person[order], hits.mark[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = person[1:] != person[:-1]
    first = fresh.nonzero()[0]
    if len(first) < len(order):
        mark = np.minimum.reduceat(mark, first)
    at = order[first]
    return Found(person[first], hits.group[at], hits.member[at], mark)


class Weighted:
    """Picks one of several things by their weights, to 1 part in 65,536.

    Args:
        weights: non-negative weights, at least one above 0.
    """

    def __init__(self, weights: Floats) -> None:
        upto = np.cumsum(weights) / weights.sum()
        at = np.searchsorted(upto, (np.arange(_SLOTS) + 0.5) / _SLOTS)
        self._slots = np.minimum(at, len(weights) - 1)

    def at(self, uniform: Floats) -> Integers:
        """Return the position picked by each uniform number."""
        picked: Integers = self._slots[(uniform * _SLOTS).astype(np.int64)]
        return picked


class Ages:
    """Draws ages from the documented profile, cut to the ages a channel takes.

    Args:
        profile: share of men at each age from 18 on; sums to 1.
        low: youngest age taken, years.
        high: oldest age taken, years.
    """

    def __init__(self, profile: Floats, low: int = 18, high: int = 59) -> None:
        self._low = low
        self._years = Weighted(profile[low - 18 : high - 17])

    def at(self, uniform: Floats) -> Integers:
        """Return the age in years at each uniform number."""
        return self._low + self._years.at(uniform)


def within_capacity(found: Found, capacity_persons: float) -> Found:
    """Return those of the smallest marks, as many as a capacity allows.

    Raising a hazard adds persons with larger marks and raising the capacity lets more
    of them through, so whoever came before still comes.
    """
    allowed = int(capacity_persons)
    if len(found.mark) <= allowed:
        return found
    order = found.mark.argsort(kind="stable")[:allowed]
    order.sort()
    return found.take(order)


def within_group_capacity(found: Found, allowed_persons: Integers) -> Found:
    """Return, group by group, those of the smallest marks that capacity allows.

    Args:
        found: persons, in order of their groups.
        allowed_persons: most persons of each group, (G,).
    """
    order = np.lexsort((found.mark, found.group))
    group = found.group[order]
    first = group.searchsorted(np.arange(len(allowed_persons)))
    rank = np.arange(len(group)) - first[group]
    allowed = order[rank < allowed_persons[group]]
    allowed.sort()
    return found.take(allowed)
