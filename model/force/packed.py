"""How a man's lasting facts lie in memory: one 64-bit word for all of them. ODD I.ii.

Men whom a month befalls lie anywhere on the roll, so what costs is the way to memory,
and a column each would be a way each. What a man keeps for good and is asked for then
stands in one word, side by side:

    home 10 bits | place 10 | settlement 27, stored one up for -1 | cohort 16

His cohort knows his channel and month of signing, so they take no bits of his own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Field:
    """Some bits of the word: a whole number from `lowest` on."""

    name: str
    start: int
    bits: int
    lowest: int = 0

    def of(self, words: Integers) -> Integers:
        """Return the number of each word, shaped alike."""
        number = words >> self.start
        number &= (1 << self.bits) - 1
        if self.lowest:
            number += self.lowest
        return number

    def put(self, numbers: NDArray[np.integer] | int) -> Integers:
        """Return the numbers at their place in a word, all other bits 0.

        Raises:
            ValueError: a number that the bits cannot hold.
        """
        above = np.subtract(numbers, self.lowest, dtype=np.int64)
        if above.size and not 0 <= above.min() <= above.max() < 1 << self.bits:
            highest = self.lowest + (1 << self.bits) - 1
            raise ValueError(f"{self.name}: {self.lowest} to {highest} can be kept")
        placed: Integers = above << self.start
        return placed


HOME = Field("home", 0, 10)
PLACE = Field("place", 10, 10)
SETTLEMENT = Field("settlement", 20, 27, lowest=-1)
COHORT = Field("cohort", 47, 16)


def pack(
    home: NDArray[np.integer],
    place: NDArray[np.integer],
    settlement: NDArray[np.integer] | int,
    cohort: int,
) -> Integers:
    """Return the words of men of one cohort, (n,).

    Raises:
        ValueError: a number that its bits cannot hold.
    """
    word = HOME.put(home)
    word |= PLACE.put(place)
    word |= SETTLEMENT.put(settlement)
    word |= COHORT.put(cohort)
    return word
