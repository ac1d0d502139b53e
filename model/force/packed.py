"""How a man's lasting facts lie in memory: one 64-bit word for all of them. ODD I.ii.

Men whom a month befalls lie anywhere on the roll, so what costs is the way to memory,
and a column each would be a way each. What a man keeps for good and is asked for then
stands in one word, side by side:

    home 10 bits | place 10 | settlement 27, stored one up for -1 | cohort 16

His cohort knows his channel and month of signing, so they take no bits of his own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

    def put(self, numbers: NDArray[np.integer] | int) -> Any:
        """Return the numbers at their place in a word, all other bits 0."""
        return (np.int64(-self.lowest) + numbers) << self.start

    def spills(self, numbers: NDArray[np.integer] | int) -> Any:
        """Return bits that are set where a number does not fit."""
        return (np.int64(-self.lowest) + numbers) >> self.bits


HOME = Field("home", 0, 10)
PLACE = Field("place", 10, 10)
SETTLEMENT = Field("settlement", 20, 27, lowest=-1)
COHORT = Field("cohort", 47, 16)


def pack(
    home: NDArray[np.integer],
    place: NDArray[np.integer],
    settlement: NDArray[np.integer] | int,
    cohort: NDArray[np.integer] | int,
) -> Integers:
    """Return men's words, (n,).

    Raises:
        ValueError: a number that its bits cannot hold.
    """
    columns = (HOME, home), (PLACE, place), (SETTLEMENT, settlement), (COHORT, cohort)
    word = np.zeros(len(home), dtype=np.int64)
    spilt = np.zeros(len(home), dtype=np.int64)
    for field, numbers in columns:
        word |= field.put(numbers)
        spilt |= field.spills(numbers)
    if spilt.any():
        field = next(f for f, numbers in columns if np.any(f.spills(numbers)))
        highest = field.lowest + (1 << field.bits) - 1
        raise ValueError(f"{field.name}: only {field.lowest} to {highest} can be kept")
    return word
