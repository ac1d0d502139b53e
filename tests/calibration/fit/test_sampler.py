import numpy as np
import pytest

from calibration.fit.emulator import Emulator
from calibration.fit.sampler import Posterior, sample


def linear(slopes: list[list[float]]) -> Emulator:
    matrix = np.array(slopes)
    outputs, size = matrix.shape
    return Emulator(
        np.zeros(outputs), matrix, np.zeros((outputs, size, size)), np.zeros(outputs)
    )


def test_a_normal_posterior_is_met_in_mean_and_spread() -> None:
    posterior = Posterior(linear([[1.0, 0.0]]), np.array([2.0]), np.array([0.5]))
    drawn = sample(posterior, 300, 2, 6, seed=1).reshape(-1, 2)
    assert drawn.mean(axis=0) == pytest.approx([1.6, 0.0], abs=0.08)
    assert drawn.std(axis=0) == pytest.approx([0.2**0.5, 1.0], abs=0.06)


def test_a_ridge_is_walked_along_its_length() -> None:
    posterior = Posterior(linear([[1.0, 1.0]]), np.array([0.0]), np.array([0.05]))
    drawn = sample(posterior, 300, 2, 6, seed=2).reshape(-1, 2)
    assert np.std(drawn[:, 0] + drawn[:, 1]) < 0.1
    assert np.std(drawn[:, 0] - drawn[:, 1]) == pytest.approx(2**0.5, rel=0.1)


def test_both_of_two_modes_are_found() -> None:
    bent = np.zeros((1, 1, 1))
    bent[0, 0, 0] = 1.0
    square = Emulator(np.zeros(1), np.zeros((1, 1)), bent, np.zeros(1))
    posterior = Posterior(square, np.array([1.0]), np.array([0.1]))
    drawn = sample(posterior, 200, 1, 1, seed=3).ravel()
    assert 0.3 < np.mean(drawn > 0) < 0.7
    assert np.abs(drawn) == pytest.approx(1.0, abs=0.3)


def test_the_seed_decides_all() -> None:
    posterior = Posterior(linear([[1.0]]), np.array([1.0]), np.array([0.5]))
    first, again = (sample(posterior, 5, 1, 2, seed=7) for _ in range(2))
    assert np.array_equal(first, again)
