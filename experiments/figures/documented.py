"""Documented figures as dots for a chart: what sources printed, with their error."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from calibration.observation.targets import NORMAL_95, Target, load_targets
from experiments.figures.fan import Documented
from experiments.figures.style import CYCLE


def documented(
    observers: Collection[str],
    *,
    of: str | None = None,
    size: float = 1.0,
    monthly: bool = False,
) -> list[Documented]:
    """Return the targets that some observers report, source by source.

    Args:
        observers: functions of the observation layer, as in `calibration/targets.csv`.
        of: keep only targets with this argument; none: those of any.
        size: unit of the axis in units of the target (1000: thousands).
        monthly: whether a figure of a period is divided by its months.
    """
    chosen = [
        target
        for target in load_targets()
        if target.observer in observers and (of is None or target.of == of)
    ]
    sources = dict.fromkeys(target.source for target in chosen)
    return [
        _of_source(source, [t for t in chosen if t.source == source], size, monthly, at)
        for at, source in enumerate(sources)
    ]


def _of_source(
    source: str, targets: Collection[Target], size: float, monthly: bool, at: int
) -> Documented:
    rows = np.array(list(_rows(targets, size, monthly)))
    # The first colour is that of the simulated line, which the dots are held against.
    colour = CYCLE[-1 - at % 3]
    return Documented(source, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], colour)


def _rows(
    targets: Collection[Target], size: float, monthly: bool
) -> Iterator[tuple[float, float, float, float]]:
    for target in targets:
        months = target.last - target.first + 1 if monthly else 1
        value = target.documented / months / size
        relative = np.exp(NORMAL_95 * target.sd) - 1
        error = relative * value if target.scale == "log" else NORMAL_95 * target.sd
        yield float(target.first), float(target.last), value, float(error)
