import numpy as np
import pytest

from calibration.fit.emulator import Emulator, fit_emulator
from calibration.fit.likelihood import Errors, Likelihood
from calibration.fit.sampler import LEAPFROG_STEPS, Posterior, sample, trajectory
from tests.calibration.problems import reduced_model


def linear(slopes: list[list[float]]) -> Emulator:
    matrix = np.array(slopes)
    outputs, size = matrix.shape
    return Emulator(
        np.zeros(outputs), matrix, np.zeros((outputs, size, size)), np.zeros(outputs)
    )


def posterior_of(emulator: Emulator, wanted: list[float], sd: float) -> Posterior:
    errors = Errors(sd**2 * np.eye(len(wanted)))
    return Posterior(emulator, Likelihood(np.array(wanted), errors))


def bent() -> Posterior:
    """A curved posterior of correlated figures: nothing about it is special."""
    z = np.random.default_rng(5).standard_normal((200, 6))
    emulator = fit_emulator(z, reduced_model(z), np.ones(200))
    figures = np.arange(8)
    covariance = 0.04 * 0.6 ** np.abs(figures[:, None] - figures)
    return Posterior(emulator, Likelihood(reduced_model(z[:1])[0], Errors(covariance)))


def energies(posterior: Posterior, z: np.ndarray, momentum: np.ndarray) -> np.ndarray:
    energy: np.ndarray = 0.5 * np.sum(momentum**2, axis=1) - posterior.log_density(
        z, 1.0
    )
    return energy


def test_a_trajectory_walked_back_ends_where_it_began() -> None:
    posterior, rng = bent(), np.random.default_rng(6)
    z, momentum = rng.standard_normal((2, 30, 6))
    there, then = trajectory(posterior, z, momentum, 1.0, 0.05)
    assert np.abs(there - z).max() > 0.1
    back, again = trajectory(posterior, there, -then, 1.0, 0.05)
    assert back == pytest.approx(z, abs=1e-9)
    assert -again == pytest.approx(momentum, abs=1e-9)


def test_a_trajectory_errs_in_energy_by_the_square_of_its_step() -> None:
    posterior, rng = bent(), np.random.default_rng(7)
    z, momentum = rng.standard_normal((2, 200, 6))
    start = energies(posterior, z, momentum)

    def error(length: float) -> float:
        """Median error after the same time at half the step: two paths of it."""
        at, moving = z, momentum
        for _ in range(round(0.02 / length)):
            at, moving = trajectory(posterior, at, moving, 1.0, length)
        return float(np.median(np.abs(energies(posterior, at, moving) - start)))

    wide, half = error(0.02), error(0.01)
    assert LEAPFROG_STEPS * wide < 1
    assert wide / half == pytest.approx(4, rel=0.15)


def test_the_gradient_is_that_of_the_density() -> None:
    posterior = bent()
    z = np.random.default_rng(8).standard_normal((1, 6))
    step = 1e-5 * np.eye(6)
    forward = [
        posterior.log_density(z + s, 0.7) - posterior.log_density(z - s, 0.7)
        for s in step
    ]
    slope = np.array(forward)[:, 0] / 2e-5
    assert posterior.gradient(z, 0.7)[0] == pytest.approx(slope, rel=1e-5)


def test_correlated_errors_move_the_posterior_as_they_should() -> None:
    """Two readings of z with a common error: closed form of the normal."""
    covariance = np.array([[0.5, 0.4], [0.4, 0.5]])
    likelihood = Likelihood(np.array([1.0, 1.0]), Errors(covariance))
    drawn = sample(Posterior(linear([[1.0], [1.0]]), likelihood), 400, 1, 6, seed=4)
    known = np.linalg.inv(covariance).sum()
    assert drawn.mean() == pytest.approx(known / (1 + known), abs=0.05)
    assert drawn.std() == pytest.approx((1 + known) ** -0.5, abs=0.04)


def test_a_normal_posterior_is_met_in_mean_and_spread() -> None:
    posterior = posterior_of(linear([[1.0, 0.0]]), [2.0], 0.5)
    drawn = sample(posterior, 300, 2, 6, seed=1).reshape(-1, 2)
    assert drawn.mean(axis=0) == pytest.approx([1.6, 0.0], abs=0.08)
    assert drawn.std(axis=0) == pytest.approx([0.2**0.5, 1.0], abs=0.06)


def test_a_ridge_is_walked_along_its_length() -> None:
    posterior = posterior_of(linear([[1.0, 1.0]]), [0.0], 0.05)
    drawn = sample(posterior, 300, 2, 6, seed=2).reshape(-1, 2)
    assert np.std(drawn[:, 0] + drawn[:, 1]) < 0.1
    assert np.std(drawn[:, 0] - drawn[:, 1]) == pytest.approx(2**0.5, rel=0.1)


def test_both_of_two_modes_are_found() -> None:
    bent = np.zeros((1, 1, 1))
    bent[0, 0, 0] = 1.0
    square = Emulator(np.zeros(1), np.zeros((1, 1)), bent, np.zeros(1))
    posterior = posterior_of(square, [1.0], 0.1)
    drawn = sample(posterior, 200, 1, 1, seed=3).ravel()
    assert 0.3 < np.mean(drawn > 0) < 0.7
    assert np.abs(drawn) == pytest.approx(1.0, abs=0.3)


def test_the_seed_decides_all() -> None:
    posterior = posterior_of(linear([[1.0]]), [1.0], 0.5)
    first, again = (sample(posterior, 5, 1, 2, seed=7) for _ in range(2))
    assert np.array_equal(first, again)
