"""Every dated value of a run as one number a month. ODD III.iii (input data).

A timeline has the shape of the block it is made of, with an array where the block has a
dated value: `timeline.federal.signing_bonus[t]` is the bonus in month `t` of the run.
Whoever acts in month `t` reads that entry then and keeps no path of his own, so a run
under way goes on under another scenario once the months to come are exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.fields.dated import DatedValue, Frozen

Floats = NDArray[np.float64]

_MONTH = re.compile(r"\d{4}-\d{2}")


class Timeline:
    """The dated values below a block, each (T,); blocks and mappings below it alike.

    What is derived from them month by month may be set as a further attribute; its last
    axis counts the months.

    Args:
        block: the whole scenario, or any block of it.
        first: first month.
        months: number of months, T.
    """

    def __init__(self, block: Frozen, first: int, months: int) -> None:
        for name, value in block:
            part = _expanded(value, first, months)
            if part is not None:
                setattr(self, name, part)

    def __getattr__(self, name: str) -> Any:
        """Refuse what the block does not date; also tells mypy of the rest."""
        raise AttributeError(f"{name!r} is no dated value")

    def equals(self, other: Timeline, until: int | None = None) -> bool:
        """Return whether two timelines agree, in the months before `until` if given."""
        mine, theirs = dict(_paths(self)), dict(_paths(other))
        return mine.keys() == theirs.keys() and all(
            np.array_equal(path[..., :until], theirs[name][..., :until], equal_nan=True)
            for name, path in mine.items()
        )

    def follow(self, other: Timeline, index: int) -> None:
        """Take the months from `index` on from a timeline of the same shape."""
        theirs = dict(_paths(other))
        for name, path in _paths(self):
            path[..., index:] = theirs[name][..., index:]


def undated(value: Any) -> Any:
    """Return what two scenarios must share for a run to pass from one to the other."""
    if isinstance(value, DatedValue):
        return None
    if isinstance(value, Frozen):
        return {name: undated(part) for name, part in value}
    if isinstance(value, Mapping):
        # Keys that are months are steps of a path.
        parts = {key: undated(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if not _MONTH.fullmatch(key)}
    return value


def _expanded(value: Any, first: int, months: int) -> Any:
    if isinstance(value, DatedValue):
        # Without steps it only changes a documented series (`DatedValue.laid_over`).
        return value.over(first, months) if value.steps else None
    if isinstance(value, Frozen):
        return Timeline(value, first, months)
    if isinstance(value, Mapping):
        parts = {key: _expanded(part, first, months) for key, part in value.items()}
        return {key: part for key, part in parts.items() if part is not None}
    return None


def _paths(part: Any, name: str = "") -> Iterator[tuple[str, Floats]]:
    if isinstance(part, np.ndarray):
        yield name, part
    else:
        inside = part if isinstance(part, Mapping) else vars(part)
        for step, below in inside.items():
            yield from _paths(below, f"{name}.{step}")
