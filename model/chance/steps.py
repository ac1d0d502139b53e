"""Inverse of a discrete distribution: exact, and mostly one look-up per number.

A binary search through steps is slow where millions of uniform numbers are turned
into small whole ones. A guide of equal slots knows the answer wherever no step lies
inside the slot; the few numbers in the other slots are searched for. ODD II.ix.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SLOTS = 1 << 12
_TABLE = 1 << 16
NORMAL: Floats = np.asarray(ndtri((np.arange(_TABLE) + 0.5) / _TABLE), np.float64)
"""Standard normal quantiles at 65,536 midpoints."""
_UNSURE = -1


class Steps:
    """What `np.searchsorted` finds in ascending steps for numbers from 0 to 1.

    Args:
        upto: cumulative probabilities, ascending.
        side: as in `np.searchsorted`.
    """

    def __init__(self, upto: Floats, side: Literal["left", "right"] = "left") -> None:
        self._upto, self._side = upto, side
        edges = np.arange(_SLOTS + 1) / _SLOTS
        low = np.searchsorted(upto, edges[:-1])
        high = np.searchsorted(upto, edges[1:], side="right")
        self._guide = np.where(low == high, low, _UNSURE)

    def at(self, uniform: Floats) -> Integers:
        """Return the number of steps below each uniform number in [0, 1), (n,)."""
        found = self._guide.take((uniform * _SLOTS).astype(np.int64))
        unsure = (found == _UNSURE).nonzero()[0]
        found[unsure] = self._upto.searchsorted(uniform[unsure], self._side)
        return found


def normal_quantile(share: Floats) -> Floats:
    """Return the standard normal quantile from a table of 65,536 midpoints."""
    at = (share * _TABLE).astype(np.int64)
    return NORMAL.take(at, mode="clip")
