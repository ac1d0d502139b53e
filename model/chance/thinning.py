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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

from model.chance.randomness import Process, first_counter, fold, key, uniforms
from model.chance.steps import Steps

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CELL = 8.0
_SLOT_BITS = 6
_CELL_BITS = 30
_COUNT_SLOT = (1 << _SLOT_BITS) - 1
_COUNTS = Steps(np.asarray(pdtr(np.arange(_COUNT_SLOT), CELL), np.float64))
_HASH_SLOTS = 1 << 19
_HASH_SHIFT = 45
_GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Points:
    """Points of the process, each array of shape (n,)."""

    group: Integers
    member: Integers
    """Person within the group, 0 to size - 1."""
    mark: Floats
    """Monthly intensity at which the point lies."""

    def take(self, chosen: NDArray[np.integer]) -> Points:
        """Return the chosen points."""
        return Points(
            self.group.take(chosen), self.member.take(chosen), self.mark.take(chosen)
        )


def points(
    seed: int,
    process: Process,
    month: int,
    sizes: Integers,
    bounds: Floats,
    first_width: float | Floats,
    ids: Integers | None = None,
) -> Points:
    """Return all points below the bounds.

    Args:
        seed: replication.
        process: name of the random decision.
        month: month coordinate.
        sizes: persons in each group, (G,).
        bounds: upper bound of the monthly hazard in each group, (G,).
        first_width: width of the first shell, for all groups or by group, (G,); later
            shells double the total. Part of the coordinates: fix it by what a group is,
            never by what is offered to it.
        ids: stable identity of each group; by default its position.
    """
    (found,) = batches(seed, process, month, sizes, bounds, first_width, ids)
    return found


def batches(
    seed: int,
    process: Process,
    month: int,
    sizes: Integers,
    bounds: Floats,
    first_width: float | Floats,
    ids: Integers | None = None,
    least_points: float = np.inf,
) -> Iterator[Points]:
    """Yield the points some shells at a time, for callers who keep few; see `points`.

    Inner shells hold most of the points. The outer ones hold so few that work on each
    would be calls and little else, so shells are drawn together until about
    `least_points` are expected of them. There is at least one batch.
    """
    stream = key(seed, process, month)
    unit = np.zeros(len(sizes)) + first_width
    of = _Groups(sizes.astype(np.float64), bounds, unit, ids)
    per_unit = of.size * unit
    reached = ((sizes > 0) & (bounds > 0)).nonzero()[0]
    low, high, number = 0.0, 1.0, 0
    held: list[_Shell] = []
    expected, yielded = 0.0, False
    while len(reached):
        held.append((first_counter(fold(stream, number)), reached, low, high))
        expected += (high - low) * float(np.add.reduce(per_unit[reached]))
        if expected >= least_points:
            yield _drawn(held, of)
            held, expected, yielded = [], 0.0, True
        low, high, number = high, 2 * high, number + 1
        reached = reached[bounds[reached] > low * unit[reached]]
    if held:
        yield _drawn(held, of)
    elif not yielded:
        yield Points(reached, reached, np.zeros(0))


@dataclass(frozen=True, slots=True)
class _Groups:
    """All groups, (G,)."""

    size: Floats
    """Persons, as numbers that compare fast with places on the line."""
    bound: Floats
    unit: Floats
    """Width of the first shell, the unit of intensity."""
    identity: Integers | None
    """By default the position."""


_Shell = tuple[int, Integers, float, float]
"""Counter of its first number, groups whose bounds reach into it, edges in units."""


def _drawn(shells: Sequence[_Shell], of: _Groups) -> Points:
    """Return the points of some shells below the bounds, in the order of the shells."""
    # One line after the other: an entry is a group in a shell.
    counters, reaching, lows, highs = zip(*shells, strict=True)
    entries = [len(groups) for groups in reaching]
    reached = np.concatenate(reaching)
    low, high = np.array([lows, highs]).repeat(entries, axis=1)
    first = np.array(counters).repeat(entries)
    size, unit = of.size.take(reached), of.unit.take(reached)
    width = unit * (high - low)
    # Cells lie at fixed places of the line: more persons open further cells and move no
    # point of the earlier ones. A partly used last cell is cut by `inside` below.
    length = size * (width / CELL)
    cells = np.ceil(length).astype(np.int64)
    ends: Integers = cells.cumsum()
    cell = np.arange(ends[-1]) - (ends - cells).repeat(cells)
    identity = reached if of.identity is None else of.identity.take(reached)
    first += identity << (_CELL_BITS + _SLOT_BITS)
    address = first.repeat(cells) + (cell << _SLOT_BITS)
    # The last slot of a cell draws how many points it has, the others where they lie; a
    # Poisson count of mean 8 passes the 63 others less than once in 10^34 cells.
    counts = _COUNTS.at(uniforms(0, address + _COUNT_SLOT))
    # Groups have many points, so what is theirs is repeated and not looked up.
    many = np.add.reduceat(counts, ends - cells)
    before: Integers = counts.cumsum()
    before -= counts
    slot = (address - before).repeat(counts)
    slot += np.arange(len(slot))
    place = uniforms(0, slot)
    place += cell.repeat(counts)
    place *= (CELL / width).repeat(many)
    # A place on the line is two numbers: its whole part is the person, its fraction how
    # deep the mark lies in the shell.
    member = np.floor(place)
    mark = np.subtract(place, member, out=place)
    mark *= width.repeat(many)
    mark += (low * unit).repeat(many)
    inside = member < size.repeat(many)
    inside &= mark < of.bound.take(reached).repeat(many)
    kept = inside.nonzero()[0]
    group = reached.repeat(many)
    return Points(group.take(kept), member.take(kept).astype(np.int64), mark.take(kept))


def join(parts: Iterable[Points]) -> Points:
    """Return the points of all parts, in their order."""
    none = np.zeros(0, dtype=np.int64)
    found = list(parts) or [Points(none, none, np.zeros(0))]
    return Points(
        np.concatenate([part.group for part in found]),
        np.concatenate([part.member for part in found]),
        np.concatenate([part.mark for part in found]),
    )


def first_per_member(found: Points) -> Points:
    """Keep each person's point of smallest mark (two points a month are rare)."""
    person = (found.group << _CELL_BITS) + found.member
    return found.take(lowest_marks(person, found.mark))


def lowest_marks(person: Integers, mark: Floats) -> Integers:
    """Return the positions of each person's smallest mark, ascending.

    Args:
        person: one number for each person, (n,).
        mark: marks of the points, (n,).
    """
    # Few points share a person, and finding them by a sort of all would cost more than
    # drawing them; hashed, only points that share a slot are compared.
    mixed = person.astype(np.uint64) * np.uint64(_GOLDEN)
    slot = (mixed >> np.uint64(_HASH_SHIFT)).view(np.int64)
    holder = np.empty(_HASH_SLOTS, dtype=np.int32)
    rest = _sharing(slot, holder)
    rest = rest[(-mark[rest]).argsort()]
    lowest = np.ones(len(person), dtype=bool)
    while len(rest):
        # The smallest mark is written last, so it holds the slot.
        holder[slot[rest]] = rest
        first = holder[slot[rest]].astype(np.int64)
        own = person[first] == person[rest]
        lowest[rest[own & (first != rest)]] = False
        rest = rest[~own]
    return lowest.nonzero()[0]


def _sharing(slot: Integers, holder: NDArray[np.int32]) -> Integers:
    """Return the points that share their slot; only those can be one person's."""
    here = np.arange(len(slot), dtype=np.int32)
    holder[slot] = here
    own = holder[slot].astype(np.int64)
    shared = np.zeros(len(slot), dtype=bool)
    shared[own.take((own != here).nonzero()[0])] = True
    return shared.take(own).nonzero()[0]
