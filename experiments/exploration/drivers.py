"""What drives what: how much of every headline measure each factor of a sweep carries.

A Sobol design gives the total index, a Morris design the share of a factor in the sum
of mean absolute effects. Of any other sweep the points are sorted into classes by the
values of a factor, and the share is that of the variance between the classes, less what
classes without a meaning would have (epsilon squared, Kelley 1935): a first-order index
from given data, as in Plischke, Borgonovo and Smith (2013).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.exploration.data import (
    Floats,
    SweepData,
    chosen_points,
    load_sweep,
    samples,
    unusable_in_words,
)
from experiments.exploration.discovery import Column, as_column
from experiments.exploration.screening import screen
from experiments.exploration.sensitivity import sobol
from model.errors import DesignError

KINDS: Final = {
    "sobol": "total Sobol index",
    "morris": "share of the mean absolute effects",
}
BETWEEN: Final = "share of variance between classes"
_ROUNDING: Final = 1e-20


@dataclass(frozen=True, slots=True)
class Driven:
    """One measure: share by factor, on `used` of `planned` samples or points."""

    output: str
    used: int
    planned: int
    left_out: str
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Drivers:
    """Every measure of a sweep that can be explained, and why others cannot.

    `kind` says what a share is; factors stand in the order of their largest share.
    """

    kind: str
    factors: tuple[str, ...]
    measures: tuple[Driven, ...]
    unexplained: Mapping[str, str]


def drivers(
    folder: Path,
    where: Mapping[str, object] | None = None,
    *,
    so_far: bool = False,
) -> Drivers:
    """Say what carries each headline measure of a stored sweep.

    Args:
        folder: a sweep.
        where: scenario and lever values to look at; needed for a Sobol or Morris
            design where there are several.
        so_far: take a sweep that is not complete as far as it has come.

    Raises:
        DesignError: if the sweep is not complete, or no measure can be explained.
        StorageError: if it is damaged.
    """
    data = load_sweep(folder, partial=so_far)
    explained: list[Driven] = []
    unexplained: dict[str, str] = {}
    for output in data.outputs:
        try:
            explained.append(_driven(data, output, where or {}))
        except DesignError as error:
            unexplained[output] = str(error).removeprefix(f"{output}: ")
    if not explained:
        reasons = "; ".join(f"{name}: {why}" for name, why in unexplained.items())
        raise DesignError(f"{folder}: no measure can be explained ({reasons})")
    largest: dict[str, float] = {}
    for each in explained:
        for factor, share in each.shares.items():
            largest[factor] = max(share, largest.get(factor, -np.inf))
    return Drivers(
        kind=KINDS.get(data.design["design"], BETWEEN),
        factors=tuple(sorted(largest, key=lambda factor: -largest[factor])),
        measures=tuple(explained),
        unexplained=unexplained,
    )


def _driven(data: SweepData, output: str, where: Mapping[str, object]) -> Driven:
    left_out = unusable_in_words(data, data.output(output))
    kind = data.design["design"]
    if kind == "sobol":
        found = sobol(samples(data, output, where), output, left_out)
        shares = {each.factor: each.total.value for each in found.factors}
        used, planned, constant = found.used, found.planned, found.constant
    elif kind == "morris":
        effects = screen(samples(data, output, where), output, left_out)
        sizes = {each.factor: each.mean_absolute for each in effects.factors}
        whole = np.nansum(list(sizes.values()))
        shares = {name: size / whole for name, size in sizes.items()}
        used, planned, constant = effects.used, effects.planned, effects.constant
    else:
        at = chosen_points(data, where)
        values = data.output(output)[at]
        finite = np.isfinite(values)
        used, planned = int(finite.sum()), len(at)
        constant = used > 0 and bool(
            values[finite].var() <= _ROUNDING * values[finite].mean() ** 2
        )
        # A constant has no variance to share out.
        chosen = np.array(at)[finite & (not constant)]
        columns = {
            name: as_column([data.inputs[name][place] for place in chosen])
            for name in dict.fromkeys(["scenario", *data.factors, "draw"])
        }
        shares = {
            name: between_classes(column, values[finite])
            for name, column in columns.items()
            if len(np.unique(column)) > 1
        }
    if constant:
        raise DesignError(f"{output}: is constant")
    if not shares or not np.isfinite([*shares.values()]).all():
        raise DesignError(f"{output}: only {used} of {planned} have a number")
    return Driven(output, used, planned, left_out, shares)


def between_classes(column: Column, values: Floats) -> float:
    """Return the share of the variance of values between classes of a factor.

    Args:
        column: the factor, (n,); of numbers with more values than the root of n, so
            many classes of equal size are made.
        values: (n,), finite and not all the same.
    """
    classes = _classes(column)
    count, size = classes.max() + 1, len(values)
    if size <= count:
        return float("nan")
    members = np.bincount(classes)
    means = np.bincount(classes, values) / members
    within = ((values - means[classes]) ** 2).sum()
    whole = ((values - values.mean()) ** 2).sum()
    return float(1 - within / whole * (size - 1) / (size - count))


def _classes(column: Column) -> NDArray[np.int64]:
    _, numbers = np.unique(column, return_inverse=True)
    most = max(2, math.isqrt(len(column)))
    if column.dtype.kind == "f" and numbers.max() + 1 > most:
        ranks = np.argsort(np.argsort(column, kind="stable"), kind="stable")
        numbers = ranks * most // len(column)
    return numbers.astype(np.int64)
