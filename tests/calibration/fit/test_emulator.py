import numpy as np
import pytest

from calibration.fit.emulator import fit_emulator, nearness
from tests.calibration.problems import reduced_model

RNG = np.random.default_rng(3)
EVEN = np.ones(300)


def test_a_quadratic_is_learnt_exactly() -> None:
    z = RNG.standard_normal((300, 5))
    outputs = np.column_stack([1 + z[:, 0] * z[:, 1] - z[:, 2] ** 2, z @ np.arange(5)])
    found = fit_emulator(z, outputs, EVEN)
    fresh = RNG.standard_normal((20, 5))
    wanted = np.column_stack(
        [1 + fresh[:, 0] * fresh[:, 1] - fresh[:, 2] ** 2, fresh @ np.arange(5)]
    )
    assert found(fresh) == pytest.approx(wanted, abs=0.05)


def test_the_stated_error_is_the_error_on_runs_it_has_not_seen() -> None:
    z = RNG.standard_normal((300, 6))
    found = fit_emulator(z, reduced_model(z), EVEN)
    fresh = RNG.standard_normal((500, 6))
    error = np.sqrt(np.mean((found(fresh) - reduced_model(fresh)) ** 2, axis=0))
    assert error == pytest.approx(found.error_sd, rel=0.6)


def test_the_pull_is_the_gradient() -> None:
    z = RNG.standard_normal((80, 6))
    found = fit_emulator(z, reduced_model(z), np.ones(80))
    point, weight = RNG.standard_normal((1, 6)), RNG.standard_normal((1, 8))
    _, pull = found.with_pull(point)
    step = 1e-5 * np.eye(6)
    forward = [(weight * (found(point + s) - found(point - s))).sum() for s in step]
    assert pull(weight)[0] == pytest.approx(np.array(forward) / 2e-5, abs=1e-4)


def test_runs_far_from_the_data_weigh_little() -> None:
    weight = nearness(np.array([[0.0], [1.0], [10.0]]), np.zeros(1), np.ones(1))
    assert weight[0] > weight[1] > 5 * weight[2] > 0
