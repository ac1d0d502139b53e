"""Median and range over draws of what base and variant answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.dashboard.desk import Progress
from experiments.dashboard.quantities import Answer
from experiments.measures.facts import Floats

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Band:
    """Quantiles over draws; arrays over months, (T,)."""

    low: Floats
    middle: Floats
    high: Floats
    draws: int


@dataclass(frozen=True, slots=True)
class Sides:
    """What is known of base and variant, over the draws answered for both."""

    base: Sequence[Answer]
    variant: Sequence[Answer]

    @classmethod
    def of(cls, progress: Progress) -> Sides:
        """Take the draws that both have answered; before that, what there is."""
        paired = progress.paired
        if paired:
            return cls(
                [progress.base[n] for n in paired],
                [progress.variant[n] for n in paired],
            )
        return cls(_ordered(progress.base), _ordered(progress.variant))


def band(
    answers: Sequence[Answer],
    key: str,
    part: Callable[[Floats], Floats] = lambda values: values,
) -> Band:
    """Return the quantiles of a monthly series; a month nobody knows is nan.

    Args:
        answers: one a draw.
        key: of the quantity.
        part: takes the months wanted out of a series, (T,).
    """
    values = np.array([part(answer.series[key]) for answer in answers])
    finite = np.isfinite(values)
    whole, known = finite.all(axis=0), finite.any(axis=0)
    found = np.full((3, values.shape[1]), np.nan)
    # Leaving out nan takes a hundred times as long; few months need it.
    for quantiles, months in ((np.quantile, whole), (np.nanquantile, known & ~whole)):
        if months.any():
            found[:, months] = quantiles(values[:, months], (LOW, MIDDLE, HIGH), axis=0)
    return Band(found[0], found[1], found[2], len(answers))


def spread(answers: Sequence[Answer], name: str) -> tuple[float, float, float]:
    """Return low, middle and high of a measure; infinite where it never comes."""
    values = [answer.measures[name] for answer in answers]
    known = [value for value in values if not np.isnan(value)]
    if not known:
        return np.nan, np.nan, np.nan
    # Some months never come: interpolating towards infinity would give nan.
    finite = bool(np.isfinite(known).all())
    low, middle, high = (
        float(np.quantile(known, at, method="linear" if finite else "inverted_cdf"))
        for at in (LOW, MIDDLE, HIGH)
    )
    return low, middle, high


def _ordered(answers: Mapping[int, Answer]) -> list[Answer]:
    return [answers[number] for number in sorted(answers)]
