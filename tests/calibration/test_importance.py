"""Adaptive importance sampling finds densities its first proposal misses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.importance import adaptive_importance, pareto_tail

Floats = NDArray[np.float64]


def test_a_normal_far_from_the_first_proposal_is_found() -> None:
    mean, sd = np.array([2.0, -1.0, 0.5]), np.array([2.0, 0.3, 1.0])

    def log_density(point: Floats) -> float:
        return float(-0.5 * np.square((point - mean) / sd).sum())

    points, weight, tail = adaptive_importance(
        log_density, np.zeros(3), np.eye(3), 800, np.random.default_rng(4)
    )
    assert weight.sum() == pytest.approx(1.0)
    found = weight @ points
    assert found == pytest.approx(mean, abs=0.1)
    spread = np.sqrt(weight @ np.square(points - found))
    assert spread == pytest.approx(sd, rel=0.07)
    assert tail < 0.7
    # The last rounds propose from nearly the density itself.
    assert 1 / np.square(weight).sum() > 0.25 * len(points)


def test_points_are_a_function_of_the_seed() -> None:
    def log_density(point: Floats) -> float:
        return float(-np.abs(point).sum())

    found = [
        adaptive_importance(
            log_density, np.zeros(2), np.eye(2), 50, np.random.default_rng(1)
        )[0]
        for _ in range(2)
    ]
    assert (found[0] == found[1]).all()


def test_points_are_weighted_by_the_density_they_were_drawn_from() -> None:
    """One coordinate and many points: a wrong tail of the proposal would show."""

    def log_density(point: Floats) -> float:
        return float(-0.5 * point[0] ** 2)

    points, weight, _ = adaptive_importance(
        log_density, np.zeros(1), np.eye(1), 4_000, np.random.default_rng(2)
    )
    square = points[:, 0] ** 2
    assert weight @ square == pytest.approx(1.0, abs=0.03)
    assert weight @ square**2 == pytest.approx(3.0, abs=0.25)


def test_the_largest_ratios_become_the_quantiles_of_their_tail() -> None:
    count, index = 1_000, 0.5
    uniform = np.sort(np.random.default_rng(7).uniform(size=count))
    raw = -index * np.log1p(-uniform)
    found, smoothed = pareto_tail(raw)
    assert found == pytest.approx(index, abs=0.2)
    tail = int(3 * np.sqrt(count))
    assert np.array_equal(smoothed[:-tail], raw[:-tail])
    # Between neighbouring quantiles steps are even; between ratios as drawn they jump.
    steps, drawn = np.diff(smoothed[-tail:-2]), np.diff(raw[-tail:-2])
    assert (np.diff(steps) > -1e-9).all()
    assert not (np.diff(drawn) > 0).all()
    assert smoothed.max() <= raw.max()
