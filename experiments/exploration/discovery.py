"""Which combinations of assumptions lead to an outcome: boxes, found by peeling.

Starting from everything, the procedure cuts off the thin slice whose removal leaves
the highest share of cases, until a box would hold too few points. Of all the boxes it
passed, the answer is the one that best trades density (share of its points that are
cases) for coverage (share of all cases it holds). Factors whose bound could well be
chance are freed again. The patient rule induction method of Friedman and Fisher (1999)
as used for scenario discovery by Bryant and Lempert (2010); peeling only. Beside the
boxes stands the regional view of every factor (`regional`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.exploration.data import load_sweep, samples, unusable_in_words
from experiments.exploration.regional import Separation, separations
from model.errors import DesignError

Cases = NDArray[np.bool_]
Column = NDArray[Any]
Bound = tuple[float, float] | frozenset[str]

PEEL = 0.05
SMALLEST_SHARE = 0.05
CHANCE = 0.05
FEWEST_CASES = 5


@dataclass(frozen=True, slots=True)
class Limit:
    """What one factor must be for a point to lie in a box.

    `bound` is (low, high), both included, or a set of values; `chance` is the
    probability of so dense a box without this limit's help.
    """

    factor: str
    bound: Bound
    chance: float


@dataclass(frozen=True, slots=True)
class Box:
    """A combination of assumptions: `density` of cases inside, `coverage` of all."""

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    points: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """Boxes, densest combination first, and what they rest on."""

    question: str
    points: int
    cases: int
    left_out: str
    boxes: tuple[Box, ...]
    factors: tuple[Separation, ...] = ()
    """How far every factor lies apart in cases and others, greatest first."""


def discover(
    folder: Path,
    output: str,
    *,
    below: float | None = None,
    above: float | None = None,
    where: Mapping[str, object] | None = None,
    most_boxes: int = 2,
) -> Discovery:
    """Find which assumptions lead to an output below or above a threshold.

    An infinite output (a month that never comes) lies above every threshold.

    Args:
        folder: a complete sampled sweep, `latin_hypercube` or `sobol`.
        output: name of a headline output, such as the month of the break.
        below: cases are the points with the output below this.
        above: cases are the points with the output above this.
        where: scenario and lever values to look at; needed where there are several.
        most_boxes: how many combinations to look for.

    Raises:
        DesignError: if nothing can be discovered, with the reason.
        StorageError: if the sweep is damaged.
    """
    data = load_sweep(folder)
    sign, threshold = _threshold(below, above)
    found = samples(data, output, where, finite=False)
    usable = ~np.isnan(found.values)
    values = found.values[usable]
    cases = values < threshold if sign == "<" else values > threshold
    sampled = [name for name in data.factors if name not in data.crossed]
    columns = {n: as_column(found.inputs[n])[usable] for n in sampled}
    _refuse_hopeless(folder, cases)
    return Discovery(
        question=f"{output} {sign} {threshold:g}",
        points=len(values),
        cases=int(cases.sum()),
        left_out=unusable_in_words(data, data.output(output), infinite=False),
        boxes=tuple(find_boxes(columns, cases, most_boxes)),
        factors=separations(columns, cases),
    )


def _threshold(below: float | None, above: float | None) -> tuple[str, float]:
    if below is not None and above is None:
        return "<", below
    if above is not None and below is None:
        return ">", above
    raise DesignError("give either a threshold below or one above")


def _refuse_hopeless(folder: Path, cases: Cases) -> None:
    count = int(cases.sum())
    if min(count, len(cases) - count) < FEWEST_CASES:
        raise DesignError(
            f"{folder}: {count} of {len(cases)} points are cases; discovery needs at "
            f"least {FEWEST_CASES} cases and as many others, so move the threshold"
        )


def as_column(values: list[Any]) -> Column:
    """Numbers as numbers, everything else as text."""
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return np.array(values, dtype=np.float64)
    return np.array([str(value) for value in values])


def find_boxes(
    columns: Mapping[str, Column], cases: Cases, most_boxes: int
) -> Iterator[Box]:
    """Yield boxes one after the other, each among the points outside the earlier."""
    left = np.ones(len(cases), dtype=bool)
    for _ in range(most_boxes):
        if cases[left].sum() < FEWEST_CASES or cases[left].all():
            return
        inside = _best(list(_peeled(columns, cases, left)), cases, left)
        cuts = _beyond_chance(columns, cases, left, _cuts(columns, inside, left))
        within = left & _inside(columns, cuts)
        if not cuts or cases[within].mean() <= cases[left].mean():
            return
        found = []
        for name in dict.fromkeys(name for name, _ in cuts):
            sides = [side for side in cuts if side[0] == name]
            low, high = (
                cuts.get((name, "low"), -np.inf),
                cuts.get((name, "high"), np.inf),
            )
            bound = cuts.get((name, "values"), (low, high))
            found.append(Limit(name, bound, _chance(columns, cases, left, cuts, sides)))
        yield Box(
            limits=tuple(sorted(found, key=lambda limit: limit.chance)),
            density=float(cases[within].mean()),
            coverage=float(cases[within].sum() / cases.sum()),
            points=int(within.sum()),
        )
        left &= ~within


def _peeled(
    columns: Mapping[str, Column], cases: Cases, inside: Cases
) -> Iterator[Cases]:
    """Shrink a box slice by slice; yields the points inside at every step."""
    smallest = max(FEWEST_CASES, SMALLEST_SHARE * len(cases))
    while True:
        yield inside
        trials = [t for t in _trials(columns, inside) if t.sum() >= smallest]
        if not trials:
            return
        inside = max(trials, key=lambda trial: (cases[trial].mean(), trial.sum()))


def _trials(columns: Mapping[str, Column], inside: Cases) -> Iterator[Cases]:
    for column in columns.values():
        within = column[inside]
        if column.dtype.kind == "f":
            low, high = np.quantile(within, [PEEL, 1 - PEEL])
            trials = [inside & (column > low), inside & (column < high)]
        else:
            trials = [inside & (column != value) for value in np.unique(within)]
        yield from (trial for trial in trials if 0 < trial.sum() < inside.sum())


def _best(path: list[Cases], cases: Cases, left: Cases) -> Cases:
    """Box on the path with the greatest harmonic mean of density and coverage."""

    def balance(inside: Cases) -> float:
        density = cases[inside].mean()
        coverage = cases[inside].sum() / cases[left].sum()
        return float(2 * density * coverage / (density + coverage or 1))

    return max(path, key=balance)


# One side of a box: (factor, "low", "high" or "values") and where it was cut.
Cuts = dict[tuple[str, str], Any]


def _cuts(columns: Mapping[str, Column], inside: Cases, left: Cases) -> Cuts:
    cuts: Cuts = {}
    for name, column in columns.items():
        within, whole = column[inside], column[left]
        if column.dtype.kind != "f":
            if len(np.unique(within)) < len(np.unique(whole)):
                cuts[name, "values"] = frozenset(str(value) for value in within)
            continue
        if within.min() > whole.min():
            cuts[name, "low"] = float(within.min())
        if within.max() < whole.max():
            cuts[name, "high"] = float(within.max())
    return cuts


def _inside(columns: Mapping[str, Column], cuts: Cuts) -> Cases:
    inside = np.ones(len(next(iter(columns.values()))), dtype=bool)
    for (name, side), bound in cuts.items():
        if side == "values":
            inside &= np.isin(columns[name], sorted(bound))
        else:
            inside &= (
                (columns[name] >= bound) if side == "low" else (columns[name] <= bound)
            )
    return inside


def _beyond_chance(
    columns: Mapping[str, Column], cases: Cases, left: Cases, cuts: Cuts
) -> Cuts:
    """Open the sides again, weakest first, that could well be chance."""
    kept = dict(cuts)
    while kept:
        chances = {side: _chance(columns, cases, left, kept, [side]) for side in kept}
        weakest = max(chances, key=lambda side: chances[side])
        if chances[weakest] <= CHANCE:
            return kept
        del kept[weakest]
    return kept


def _chance(
    columns: Mapping[str, Column],
    cases: Cases,
    left: Cases,
    cuts: Cuts,
    sides: list[tuple[str, str]],
) -> float:
    """Probability of as many cases in the box if these sides made no difference."""
    from scipy.stats import binom  # slow to import

    others = {side: bound for side, bound in cuts.items() if side not in sides}
    without = left & _inside(columns, others)
    inside = left & _inside(columns, cuts)
    count, hits = int(inside.sum()), int(cases[inside].sum())
    return float(binom.sf(hits - 1, count, cases[without].mean()))
