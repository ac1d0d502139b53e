"""Median and range over draws of what base and variant answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.dashboard.desk import Progress
from experiments.dashboard.quantities import Answer
from experiments.measures.arithmetic import Floats, quantiles


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
        paired, begun = progress.paired, progress.begun
        if not paired and begun is not None:
            first = progress.base.get(0, begun)
            return cls([first], [begun])
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
    low, middle, high = quantiles(values)
    return Band(low, middle, high, len(answers))


def spread(answers: Sequence[Answer], name: str) -> tuple[float, float, float]:
    """Return low, middle and high of a measure; infinite where it never comes."""
    values = np.array([answer.measures[name] for answer in answers])
    low, middle, high = quantiles(values).tolist()
    return low, middle, high


def _ordered(answers: Mapping[int, Answer]) -> list[Answer]:
    return [answers[number] for number in sorted(answers)]
