"""Which combinations a design consists of, as a product of axes.

An axis holds named columns of equal length. A grid has one axis for each factor; a
sampled design has one axis for all its ranges together, crossed with the listed
levers, so every policy meets the same states of the world. Points are reached by
number, so no list of them is ever built.

Sources: Saltelli et al. (2010) for the layout A, B, AB; Morris (1991) with the
trajectories of Campolongo et al. (2007) for screening.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.runs.jobs import Settings, Value
from experiments.sweeps.design import DRAW, SAMPLED, Design, Range

Floats = NDArray[np.float64]

MORRIS_LEVELS = 4
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns of settings that move together, and what each row is for.

    `blocks` names the matrix a row belongs to (A, B, AB of a factor; the step of a
    trajectory), `rows` its row there; analyses find their runs by them.
    """

    columns: Mapping[str, Sequence[Any]]
    blocks: Sequence[str]
    rows: Sequence[int]

    def __len__(self) -> int:
        return len(self.rows)

    def settings(self, number: int) -> Settings:
        """Settings in one row; a name without a value there is left out."""
        row = ((name, column[number]) for name, column in self.columns.items())
        return tuple((name, _plain(value)) for name, value in row if value is not None)


def axes(design: Design) -> list[Axis]:
    """Lay a design out as axes; their product is the design."""
    if design.design == "list":
        return [_listed_axis(design)]
    crossed = design.levers if design.design in SAMPLED else design.factors
    sampled = {
        name: factor
        for name, factor in design.factors.items()
        if design.design in SAMPLED
        and (isinstance(factor, Range) or name in design.uncertainties)
    }
    if design.sampled_draws is not None:
        # Last, so that the other factors' samples are those without it.
        last = design.sampled_draws - 1
        sampled[DRAW] = Range(low=0, high=last, scale="whole")
    listed = [
        simple_axis(name, factor)
        for name, factor in crossed.items()
        if name not in sampled and not isinstance(factor, Range)
    ]
    return [*listed, _sampled_axis(design, sampled)] if sampled else listed


def simple_axis(name: str, values: Sequence[Any]) -> Axis:
    """One factor, value by value."""
    return Axis({name: values}, [WHOLE] * len(values), range(len(values)))


def _listed_axis(design: Design) -> Axis:
    names = sorted({name for point in design.points for name in point})
    columns = {name: [point.get(name) for point in design.points] for name in names}
    count = len(design.points)
    return Axis(columns, [WHOLE] * count, range(count))


def _sampled_axis(design: Design, factors: dict[str, Any]) -> Axis:
    unit, blocks, rows = _LAYOUTS[design.design](
        list(factors), design.samples or 1, design.sampling_seed
    )
    columns = {
        name: spread(unit[:, number], factor)
        for number, (name, factor) in enumerate(factors.items())
    }
    return Axis(columns, blocks, rows)


def spread(unit: Floats, factor: Range | Sequence[Value]) -> Sequence[Any]:
    """Carry numbers in [0, 1] over to a range, or to the values of a list."""
    if not isinstance(factor, Range):
        last = len(factor) - 1
        return [factor[min(int(u * len(factor)), last)] for u in unit]
    low, high = factor.low, factor.high
    if factor.scale == "whole":
        whole = np.floor(low + unit * (high + 1 - low)).clip(low, high)
        return [int(number) for number in whole]
    if factor.scale == "log":
        inner = np.exp(np.log(low) + unit * (np.log(high) - np.log(low)))
    else:
        inner = low + unit * (high - low)
    return [float(number) for number in inner.clip(low, high)]


Layout = tuple[Floats, list[str], list[int]]


def _latin_hypercube(names: list[str], samples: int, seed: int) -> Layout:
    from scipy.stats import qmc  # slow to import, and workers never need it

    unit = qmc.LatinHypercube(len(names), rng=np.random.default_rng(seed))
    return unit.random(samples), [WHOLE] * samples, list(range(samples))


def _sobol(names: list[str], samples: int, seed: int) -> Layout:
    from scipy.stats import qmc  # slow to import, and workers never need it

    count = len(names)
    rng = np.random.default_rng(seed)
    both = qmc.Sobol(2 * count, bits=64, rng=rng).random(samples)
    first, second = both[:, :count], both[:, count:]
    matrices = {"A": first, "B": second}
    for number, name in enumerate(names):
        mixed = first.copy()
        mixed[:, number] = second[:, number]
        matrices[f"AB {name}"] = mixed
    blocks = [block for block in matrices for _ in range(samples)]
    rows = list(range(samples)) * len(matrices)
    return np.concatenate(list(matrices.values())), blocks, rows


def _morris(names: list[str], samples: int, seed: int) -> Layout:
    rng = np.random.default_rng(seed)
    jump = MORRIS_LEVELS / (2 * (MORRIS_LEVELS - 1))
    unit, blocks, rows = [], [], []
    for trajectory in range(samples):
        at = rng.integers(0, MORRIS_LEVELS // 2, len(names)) / (MORRIS_LEVELS - 1)
        up = rng.random(len(names)) < 0.5
        at, step = np.where(up, at, at + jump), np.where(up, jump, -jump)
        steps = ["start", *(names[number] for number in rng.permutation(len(names)))]
        for block in steps:
            if block != "start":
                at = at.copy()
                at[names.index(block)] += step[names.index(block)]
            unit.append(at)
        blocks += steps
        rows += [trajectory] * len(steps)
    return np.array(unit), blocks, rows


_LAYOUTS = {"latin_hypercube": _latin_hypercube, "sobol": _sobol, "morris": _morris}


def _plain(value: Any) -> Value:
    plain: Value = value.item() if isinstance(value, np.generic) else value
    return plain
