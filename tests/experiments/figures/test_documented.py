"""Documented dots carry the figures of the targets, in the unit of the axis."""

from __future__ import annotations

import numpy as np

from calibration.observation.targets import load_targets
from experiments.figures.documented import documented


def test_every_target_of_an_observer_is_a_dot() -> None:
    dots = documented(["budget_count"], size=1000, monthly=True)
    wanted = {
        target.documented / (target.last - target.first + 1) / 1000
        for target in load_targets()
        if target.observer == "budget_count"
    }
    assert {float(v) for each in dots for v in each.values} == wanted


def test_the_error_is_the_upper_half_of_the_sources_range() -> None:
    (target,) = [t for t in load_targets() if t.name == "budget_2023"]
    (dots,) = [d for d in documented(["budget_count"]) if d.label == target.source]
    at = int(np.flatnonzero(dots.values == target.documented)[0])
    upper = target.documented * np.exp(1.6448536269514722 * target.sd)
    assert np.isclose(dots.values[at] + dots.error[at], upper)


def test_sources_are_told_apart() -> None:
    dots = documented(["budget_count", "regional_sample"])
    assert len({each.label for each in dots}) == len(dots) > 1
