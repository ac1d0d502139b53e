"""Which assumptions matter at all: Morris's elementary effects, a few runs a factor.

An effect is the change of the output when one factor moves, over the share of its range
it moved. The mean of absolute effects ranks factors; their spread shows curvature or
interaction. Sources: Morris (1991), Campolongo et al. (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.exploration.data import Samples
from experiments.sweeps.sampling import MORRIS_LEVELS

START = "start"
_JUMP = MORRIS_LEVELS / (2 * (MORRIS_LEVELS - 1))


@dataclass(frozen=True, slots=True)
class ElementaryEffects:
    """Elementary effects of one factor, in units of the output for its whole range.

    `mean` is nan for a factor whose values have no order.
    """

    factor: str
    mean_absolute: float
    mean: float
    standard_deviation: float
    used: int


@dataclass(frozen=True, slots=True)
class Screening:
    """Elementary effects of one output, strongest factor first.

    `used` of `planned` effects had a finite number at both ends; `left_out` says what
    was wrong with the rest. A `constant` output has no effects.
    """

    output: str
    used: int
    planned: int
    left_out: str
    constant: bool
    factors: tuple[ElementaryEffects, ...]


def screen(found: Samples, output: str, left_out: str = "") -> Screening:
    """Work out the effects along the trajectories of a `morris` design."""
    steps = np.flatnonzero(found.blocks != START)
    names = [str(name) for name in dict.fromkeys(found.blocks[steps])]
    factors = [_effects(found, name) for name in names]
    constant = all(factor.mean_absolute == 0 for factor in factors)
    ranked = sorted(factors, key=lambda factor: -np.nan_to_num(factor.mean_absolute))
    return Screening(
        output=output,
        used=sum(factor.used for factor in factors),
        planned=len(steps),
        left_out=left_out,
        constant=constant,
        factors=() if constant else tuple(ranked),
    )


def _effects(found: Samples, name: str) -> ElementaryEffects:
    after = np.flatnonzero(found.blocks == name)
    change = (found.values[after] - found.values[after - 1]) / _JUMP
    column = found.inputs[name]
    signs = np.array([_direction(column[at - 1], column[at]) for at in after])
    whole = np.isfinite(change)
    signed = (change * signs)[whole]
    return ElementaryEffects(
        factor=name,
        mean_absolute=float(np.abs(change[whole]).mean()) if whole.any() else np.nan,
        mean=float(signed.mean()) if whole.any() else np.nan,
        standard_deviation=float(signed.std(ddof=1)) if whole.sum() > 1 else np.nan,
        used=int(whole.sum()),
    )


def _direction(before: Any, after: Any) -> float:
    if isinstance(before, int | float) and isinstance(after, int | float):
        return 1.0 if after >= before else -1.0
    return np.nan
