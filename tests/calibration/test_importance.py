"""Adaptive importance sampling finds densities its first proposal misses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from calibration.importance import adaptive_importance

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
