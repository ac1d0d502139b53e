"""How much of an answer rests on assumptions: variance by the grade of its inputs.

Over draws, a measure is regressed on the coordinates of the free parameters and their
squares. Parameters fall into two camps: those whose prior is an assumption, and those
with evidence behind it. As parameters move together in a posterior, a camp's share is
the mean of what it explains alone and what it adds to the other (the Shapley value of
two players), over what both explain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.priors import FreeParameter, free_parameters

Floats = NDArray[np.float64]

ASSUMPTION: Final = "assumption"
LEADING: Final = 3
"""Parameters named beside each measure."""
LEAST_SPREAD: Final = 1e-9


@dataclass(frozen=True, slots=True)
class MeasureGrade:
    """What a measure's spread over draws rests on; shares of its variance."""

    measure: str
    assumption_share: float
    """Of the explained variance, the part of assumption-grade parameters."""
    explained_share: float
    """Of the variance, the part the regression explains."""
    leading: tuple[str, ...]
    """Parameters that move it most, largest first."""


def grade_measures(
    draws: Sequence[Mapping[str, float | str]],
    measures: Mapping[str, Floats],
    weight: Floats | None = None,
) -> tuple[MeasureGrade, ...]:
    """Split the variance of measures by the grade of the parameters behind it.

    Args:
        draws: the draws, dotted name to value, N of them.
        measures: value of each measure in each draw, (N,) by name; nan: undefined.
        weight: of the draws, (N,); none: equal.
    """
    parameters = [each for each in free_parameters() if each.name in draws[0]]
    z = np.column_stack(
        [p.coordinates(np.array([draw[p.name] for draw in draws])) for p in parameters]
    )
    share = np.full(len(draws), 1.0) if weight is None else weight
    return tuple(
        _grade(name, values, z, share, parameters) for name, values in measures.items()
    )


def _grade(
    name: str,
    values: Floats,
    z: Floats,
    weight: Floats,
    parameters: Sequence[FreeParameter],
) -> MeasureGrade:
    known = np.isfinite(values)
    if known.sum() < 3 or np.std(values[known]) < LEAST_SPREAD:
        return MeasureGrade(name, float("nan"), 0.0, ())
    root = np.sqrt(weight[known] / weight[known].mean())
    spread = _centred(values[known], root)
    columns = _centred(z[known], root)
    squares = _centred(z[known] ** 2, root)
    assumed = np.array([each.grade == ASSUMPTION for each in parameters])
    both = _explained(columns, squares, spread, np.full(len(assumed), True))
    alone = _explained(columns, squares, spread, assumed)
    other = _explained(columns, squares, spread, ~assumed)
    part = (alone + both - other) / 2
    pull = np.abs(columns.T @ spread) / (np.linalg.norm(columns, axis=0) + LEAST_SPREAD)
    order = np.argsort(-pull, kind="stable")[:LEADING]
    leading = tuple(parameters[at].name for at in order)
    share = float(np.clip(part / max(both, LEAST_SPREAD), 0, 1))
    return MeasureGrade(name, share, both, leading)


def _centred(values: Floats, root: Floats) -> Floats:
    scale = root if values.ndim == 1 else root[:, None]
    mean = np.average(values, axis=0, weights=root**2)
    centred: Floats = (values - mean) * scale
    return centred


def _explained(
    columns: Floats, squares: Floats, spread: Floats, camp: NDArray[np.bool_]
) -> float:
    """Share of variance a camp's parameters explain, adjusted for their number.

    Squares enter for the few with the strongest linear pull, so that there are always
    several draws for each coefficient.
    """
    if not camp.any():
        return 0.0
    pull = np.abs(columns.T @ spread) * camp
    room = max(len(spread) // 4, 1)
    linear = np.argsort(-pull, kind="stable")[: min(int(camp.sum()), room)]
    bent = linear[: max(min(len(linear), room - len(linear)), 0)]
    features = np.hstack([columns[:, linear], squares[:, bent]])
    found, *_ = np.linalg.lstsq(features, spread, rcond=None)
    left = np.sum((spread - features @ found) ** 2) / np.sum(spread**2)
    freedom = (len(spread) - 1) / max(len(spread) - 1 - features.shape[1], 1)
    return float(np.clip(1 - left * freedom, 0, 1))
