"""Events, not sweeps: only persons whom something may happen to are ever touched.

A monthly hazard is an intensity. Over (person, intensity) lies a Poisson process of
rate one; a point of person i at mark m means "happens if m is below i's own hazard", so
P(happens) = 1 - exp(-hazard), exactly. Points are generated group by group up to an
upper bound of the group's hazards, in shells of doubling width, and each shell's points
are a pure function of (seed, process, month, shell, group, person). A scenario that
raises a bound opens further shells and leaves all earlier points where they were: that
is what makes random numbers common to all scenarios, with no ceiling to choose.

A shell of a group is a line whose length is its expected number of points; persons lie
along it side by side. It is cut into cells of `CELL` expected points, whose counts come
from one table. ODD II.ix, III.iv (thinning).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from model.randomness import Process, key, uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CELL = 8.0
_SLOT_BITS = 6
_CELL_BITS = 30
_COUNT_SLOT = (1 << _SLOT_BITS) - 1
_COUNTS = poisson.cdf(np.arange(_COUNT_SLOT), CELL)


@dataclass(frozen=True, slots=True)
class Points:
    """Points of the process, each array of shape (n,)."""

    group: Integers
    member: Integers
    """Person within the group, 0 to size - 1."""
    mark: Floats
    """Monthly intensity at which the point lies."""

    def take(self, chosen: NDArray[np.integer] | NDArray[np.bool_]) -> Points:
        """Return the chosen points."""
        return Points(self.group[chosen], self.member[chosen], self.mark[chosen])


def points(
    seed: int,
    process: Process,
    month: int,
    sizes: Integers,
    bounds: Floats,
    first_width: float,
    ids: Integers | None = None,
) -> Points:
    """Return all points below the bounds.

    Args:
        seed: replication.
        process: name of the random decision.
        month: month coordinate.
        sizes: persons in each group, (G,).
        bounds: upper bound of the monthly hazard in each group, (G,).
        first_width: width of the first shell; later ones double the total.
        ids: stable identity of each group; by default its position.
    """
    identity = np.arange(len(sizes)) if ids is None else ids
    found = []
    low, high, shell = 0.0, first_width, 0
    top = float(bounds[sizes > 0].max(initial=0.0))
    while low < top:
        active = np.flatnonzero((bounds > low) & (sizes > 0))
        stream = key(seed, process, month, shell)
        found.append(_shell(stream, identity, sizes, active, low, high))
        low, high, shell = high, 2 * high, shell + 1
    joined = _join(found)
    return joined.take(joined.mark < bounds[joined.group])


def _shell(
    stream: int,
    identity: Integers,
    sizes: Integers,
    active: Integers,
    low: float,
    high: float,
) -> Points:
    width = high - low
    cells = np.ceil(sizes[active] * (width / CELL)).astype(np.int64)
    owner = np.repeat(active, cells)
    cell = np.arange(len(owner)) - np.repeat(np.cumsum(cells) - cells, cells)
    address = ((identity[owner] << _CELL_BITS) + cell) << _SLOT_BITS
    counts = np.searchsorted(_COUNTS, uniforms(stream, address + _COUNT_SLOT))
    slot = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    place = uniforms(stream, np.repeat(address, counts) + slot)
    along = (np.repeat(cell, counts) + place) * (CELL / width)
    member = along.astype(np.int64)
    group = np.repeat(owner, counts)
    inside = member < sizes[group]
    mark = low + (along - member) * width
    return Points(group[inside], member[inside], mark[inside])


def _join(parts: list[Points]) -> Points:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Points(none, none, np.zeros(0))
    return Points(
        np.concatenate([part.group for part in parts]),
        np.concatenate([part.member for part in parts]),
        np.concatenate([part.mark for part in parts]),
    )


def first_per_member(found: Points) -> Points:
    """Keep each person's point of smallest mark (two points a month are rare)."""
    person = (found.group << _CELL_BITS) + found.member
    order = np.argsort(person)
    again = np.flatnonzero(person[order[1:]] == person[order[:-1]])
    if len(again) == 0:
        return found
    repeated = np.flatnonzero(np.isin(person, person[order[again]]))
    ranked = repeated[np.lexsort((found.mark[repeated], person[repeated]))]
    later = ranked[1:][person[ranked[1:]] == person[ranked[:-1]]]
    keep = np.ones(len(person), dtype=bool)
    keep[later] = False
    return found.take(keep)
