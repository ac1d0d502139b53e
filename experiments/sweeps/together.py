"""Which runs of a sweep may share months: those that differ in dated values only.

Whether they do, and for how long, is found where they are simulated
(`experiments.runs.shared_months`); that they are given to one worker changes no byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.sweeps.plan import Plan
from experiments.sweeps.sampling import Axis

Numbers = NDArray[np.int64]


def grouped(plan: Plan, numbers: Numbers, most: int) -> Iterator[Numbers]:
    """Yield runs that differ in dated values only, in the order of the first of each.

    Args:
        plan: the sweep.
        numbers: points of its runs, (n,).
        most: runs of a group.
    """
    dated = [_dated(axis) for axis in plan.axes]
    if most == 1 or not any(dated):
        yield from numbers.reshape(-1, 1)
        return
    scenario, *at, draw, seed = np.unravel_index(numbers, plan.shape)
    # Rows of an axis that differ in dated values only count as one.
    kinds = [_kinds(axis, names) for axis, names in zip(plan.axes, dated, strict=True)]
    same = [kind[rows] for kind, rows in zip(kinds, at, strict=True)]
    keys = np.ravel_multi_index((scenario, *same, draw, seed), plan.shape)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    # Within a group by number, so that neighbours have most in common.
    order = np.lexsort((numbers, first[inverse]))
    ends = np.flatnonzero(np.diff(keys[order])) + 1
    for group in np.split(numbers[order], ends):
        for start in range(0, len(group), most):
            yield group[start : start + most]


def _dated(axis: Axis) -> set[str]:
    """Return the settings of an axis that are given in steps by month."""
    return {
        name
        for name, column in axis.columns.items()
        if any(isinstance(value, Mapping) for value in column)
    }


def _kinds(axis: Axis, dated: set[str]) -> NDArray[np.int64]:
    """Number the rows of an axis by what they set beside dated values, (rows,)."""
    known: dict[object, int] = {}
    settings = (axis.settings(row) for row in range(len(axis)))
    undated = (tuple(each for each in row if each[0] not in dated) for row in settings)
    return np.array([known.setdefault(row, len(known)) for row in undated])
