"""How long things take, in whole months, and the agenda of what is due. ODD III.iv.

An event falls at an even chance anywhere in its month, and its consequence a continuous
time X later. The months between are floor(V + X), V uniform, whose mean is that of X
exactly; 0 means that the consequence comes within the same month. With F the
distribution of X and J(x) the integral of F from 0 to x,

    P(months <= d) = J(d + 1) - J(d),

tabled once, so that a delay costs one look-up of one uniform number.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from model.chance.steps import Steps

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LONGEST_MONTHS = 600
"""No run is longer; later than that is never."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A distribution over 0, 1, 2 ... months."""

    cumulative: Floats
    """P(months <= d) at d = 0 .. LONGEST_MONTHS - 1."""
    _steps: Steps = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare the look-up."""
        object.__setattr__(self, "_steps", Steps(self.cumulative, side="right"))

    def months(self, uniforms: Floats) -> Integers:
        """Return one delay per uniform number; LONGEST_MONTHS means never."""
        return self._steps.at(uniforms)


def gamma_delay(mean_months: float, shape: float) -> Delay:
    """Return the delay whose X is gamma with this mean (exponential at shape 1).

    J(x) = x F(x) - mean F+(x), F+ the gamma distribution of shape + 1, same scale.
    """
    x: Floats = np.arange(LONGEST_MONTHS + 1, dtype=np.float64)
    scaled = x * (shape / mean_months)
    integral: Floats = x * gammainc(shape, scaled) - mean_months * gammainc(
        shape + 1, scaled
    )
    return Delay(integral[1:] - integral[:-1])


def monthly_share_delay(share_per_month: float) -> Delay:
    """Return the delay of men of whom each month, from the next on, a share leaves."""
    months: Floats = np.arange(LONGEST_MONTHS, dtype=np.float64)
    staying: Floats = np.power(1 - share_per_month, months)
    return Delay(1 - staying)


def split(ordered: Integers, counts: Integers) -> list[Integers]:
    """Return consecutive parts of an array, of so many entries each."""
    ends = counts.cumsum().tolist()
    return [ordered[start:end] for start, end in zip([0, *ends], ends, strict=False)]


class Agenda:
    """Rows of the roll by the month in which something is due to them."""

    def __init__(self) -> None:
        self._due: defaultdict[int, list[Integers]] = defaultdict(list)

    def put(self, month_index: Integers, rows: Integers) -> None:
        """Note that `rows` are due in the months `month_index`, both (n,)."""
        if not len(rows):
            return
        order = month_index.astype(np.int16).argsort(kind="stable")
        parts = split(rows.take(order), np.bincount(month_index))
        for month, part in enumerate(parts):
            if part.size:
                self._due[month].append(part)

    def take(self, month_index: int) -> Integers:
        """Strike out and return the rows due in `month_index`, in the order noted."""
        parts = self._due.pop(month_index, [])
        if not parts:
            return np.zeros(0, dtype=np.int64)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
