"""The roster: blocks of men sent to one duty in the same month and channel. ODD III.iv.

Men of a block share every common part of their hazards, tenure included, so thinning
works on blocks. A man stays in his block for good; whoever is no longer on its duty is
passed over when a point hits him. Tenure counts calendar months since the assignment,
time in hospital included; a man moved from support to combat starts anew there.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from model.force.roll import CODE_BITS, Roll, State, channel_code

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Duty(IntEnum):
    """What a block was assigned to, and how it came there."""

    COMBAT = 0
    SUPPORT = 1
    REINFORCED = 2
    """Moved from support to combat."""


DUTIES = len(Duty)
_DUTY_BITS = 2
_STATES = np.array([State.COMBAT, State.SUPPORT, State.COMBAT], dtype=np.uint8)
_FIRST_CAPACITY = 1 << 22


class Roster:
    """Blocks by (month, channel, duty), numbered in this order from month -1 on.

    Args:
        channels: names in the order of the channel index.
        months: months of the run.
    """

    def __init__(self, channels: Sequence[str], months: int) -> None:
        self.per_month = len(channels) * DUTIES
        blocks = (months + 1) * self.per_month
        self.size = np.zeros(blocks, dtype=np.int64)
        self.worst_factor = np.zeros(blocks)
        """Highest casualty factor in the block."""
        self.state_on_duty = np.tile(_STATES, blocks // DUTIES)
        """State of a man who is on the duty of his block."""
        self.ids = _identities(channels, months)
        self._offset = np.zeros(blocks, dtype=np.int64)
        self._rows = np.zeros(_FIRST_CAPACITY, dtype=np.int32)
        self._assigned = 0

    def blocks_until(self, now_index: int) -> int:
        """Return the number of blocks assigned up to and in month `now_index`."""
        return (now_index + 2) * self.per_month

    def rows(self, block: Integers, member: Integers) -> Integers:
        """Return the rows of members of blocks."""
        found = self._rows.take(self._offset.take(block) + member)
        return found.astype(np.int64)

    def assign(self, roll: Roll, rows: Integers, duty: Integers, index: int) -> None:
        """Form this month's blocks of `rows`, sent to `duty`; both (n,).

        Once per channel, duty and month.
        """
        kind = roll.channel_of(roll.who.take(rows)) * DUTIES + duty
        order = kind.astype(np.int16).argsort(kind="stable")
        size = np.bincount(kind, minlength=self.per_month)
        filled = size.nonzero()[0]
        block = filled + (index + 1) * self.per_month
        start = (size.cumsum() - size)[filled]
        self.size[block] = size[filled]
        self._offset[block] = self._assigned + start
        self._append(rows[order])
        roll.station(rows, kind + (index + 1) * self.per_month)
        if len(rows):
            factors = roll.casualty_factor[rows[order]]
            self.worst_factor[block] = np.maximum.reduceat(factors, start)

    def _append(self, rows: Integers) -> None:
        end = self._assigned + len(rows)
        if end > len(self._rows):
            grown = np.zeros(max(end, 2 * len(self._rows)), dtype=np.int32)
            grown[: self._assigned] = self._rows[: self._assigned]
            self._rows = grown
        self._rows[self._assigned : end] = rows
        self._assigned = end


def _identities(channels: Sequence[str], months: int) -> Integers:
    """Name each block by month, duty and channel, whatever other channels there are."""
    month = np.arange(months + 1)[:, None, None]
    duty = np.arange(DUTIES)
    code = np.array([channel_code(name) for name in channels])[:, None]
    named: Integers = (((month << _DUTY_BITS) | duty) << CODE_BITS) | code
    return named.ravel()
