"""Which assumption carries the answer: first and total Sobol indices.

First-order index: share of the output's variance that fixing one factor would remove;
total index: share that would remain if all but that factor were fixed. Outputs are
averaged over draws and seeds first; intervals are percentile bootstraps over samples.
Sources: Saltelli et al. (2010), Table 2 (b) and (f).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.exploration.data import (
    Floats,
    Samples,
    SweepData,
    load_sweep,
    samples,
    unusable_in_words,
)
from experiments.exploration.screening import Screening, screen
from experiments.sweeps.design import FEWEST
from model.errors import DesignError

RESAMPLES = 999
CONFIDENCE = 0.95
_BOOTSTRAP_SEED = 1
# Less variance than this share of the squared mean is rounding, not an effect.
_ROUNDING = 1e-20


@dataclass(frozen=True, slots=True)
class Index:
    """A sensitivity index with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FactorIndices:
    """First and total Sobol index of one factor."""

    factor: str
    first: Index
    total: Index


@dataclass(frozen=True, slots=True)
class SobolAnalysis:
    """Sobol indices of one output, strongest factor first.

    `used` of `planned` samples had a finite number in all their runs; `left_out` says
    what was wrong with the rest. A `constant` output has no indices.
    """

    output: str
    used: int
    planned: int
    left_out: str
    constant: bool
    mean: float
    standard_deviation: float
    factors: tuple[FactorIndices, ...]


def sensitivity(
    folder: Path,
    output: str,
    *,
    where: Mapping[str, object] | None = None,
    drop_incomplete: bool = False,
    so_far: bool = False,
) -> SobolAnalysis | Screening:
    """Analyse a `sobol` or a `morris` sweep.

    Args:
        folder: a sweep.
        output: name of a headline output.
        where: scenario and lever values to look at; needed where there are several.
        drop_incomplete: leave out samples with failed or non-finite runs, and say so,
            instead of refusing.
        so_far: of a sweep that is not complete, use the samples whose runs have all
            ended, and say how many of how many they are.

    Raises:
        DesignError: if the sweep has another design, the output does not exist, or
            some of its values are missing or infinite and may not be left out.
        StorageError: if the sweep is damaged.
    """
    data = load_sweep(folder, partial=so_far)
    kind = data.design["design"]
    if kind not in ("sobol", "morris"):
        raise DesignError(
            f"{folder}: a {kind} design has no sensitivity indices; "
            "sweep with design: sobol (indices) or design: morris (screening)"
        )
    left_out = _left_out(data, output, drop_incomplete or so_far)
    found = samples(data, output, where)
    if kind == "morris":
        return screen(found, output, left_out)
    return sobol(found, output, left_out)


def _left_out(data: SweepData, output: str, drop_incomplete: bool) -> str:
    left_out = unusable_in_words(data, data.output(output))
    if left_out and not drop_incomplete:
        raise DesignError(
            f"{data.folder}: {output} is not a finite number at all {data.points} "
            f"points ({left_out}). Repeat the failed runs, choose another output, or "
            "ask to leave the samples they belong to out"
        )
    return left_out


def sobol(found: Samples, output: str, left_out: str = "") -> SobolAnalysis:
    """First and total indices from runs laid out as A, B and AB.

    Raises:
        DesignError: if too few samples are complete.
    """
    blocks = [str(block) for block in dict.fromkeys(found.blocks)]
    planned = np.stack([found.values[found.blocks == block] for block in blocks])
    whole = np.isfinite(planned).all(axis=0)
    matrices = planned[:, whole]
    if matrices.shape[1] < FEWEST["sobol"]:
        raise DesignError(
            f"{output}: {matrices.shape[1]} complete samples; "
            f"indices need at least {FEWEST['sobol']}"
        )
    mean, variance = float(matrices[:2].mean()), float(matrices[:2].var())
    constant = variance <= _ROUNDING * mean**2
    names = [block.removeprefix("AB ") for block in blocks[2:]]
    return SobolAnalysis(
        output=output,
        used=matrices.shape[1],
        planned=planned.shape[1],
        left_out=left_out,
        constant=constant,
        mean=mean,
        standard_deviation=float(np.sqrt(variance)),
        factors=() if constant else _ranked(names, matrices),
    )


def _ranked(names: list[str], matrices: Floats) -> tuple[FactorIndices, ...]:
    rng = np.random.default_rng(_BOOTSTRAP_SEED)
    count = matrices.shape[1]
    again = (matrices[:, rng.integers(0, count, count)] for _ in range(RESAMPLES))
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = np.nanquantile([estimate(one) for one in again], tails, axis=0)
    value = _point(matrices)
    found = [
        FactorIndices(
            name,
            Index(value[0, at], low[0, at], high[0, at]),
            Index(value[1, at], low[1, at], high[1, at]),
        )
        for at, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda factor: -factor.total.value))


def _point(matrices: Floats) -> Floats:
    """First (row 0) and total (row 1) indices of every factor."""
    count = matrices.shape[1]
    if count & (count - 1):
        return estimate(matrices)
    from scipy.stats import sobol_indices  # slow to import

    a, b, ab = matrices[:1], matrices[1:2], matrices[2:, None, :]
    found = sobol_indices(func={"f_A": a, "f_B": b, "f_AB": ab}, n=count)
    return np.stack([found.first_order.ravel(), found.total_order.ravel()])


def estimate(matrices: Floats) -> Floats:
    """The same estimators for any number of samples, as dropping some leaves."""
    centred = matrices - matrices[:2].mean()
    a, b, ab = centred[0], centred[1], centred[2:]
    variance = centred[:2].var()
    first = (b * (ab - a)).mean(axis=1) / variance
    total = ((a - ab) ** 2).mean(axis=1) / (2 * variance)
    return np.stack([first, total])
