import numpy as np
import pytest

from calibration.fit.emulator import PENALTIES, fit_emulator, ridge, run_weights
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


def test_the_vjp_is_the_gradient() -> None:
    z = RNG.standard_normal((80, 6))
    found = fit_emulator(z, reduced_model(z), np.ones(80))
    point, weight = RNG.standard_normal((1, 6)), RNG.standard_normal((1, 8))
    _, vjp = found.with_vjp(point)
    step = 1e-5 * np.eye(6)
    forward = [(weight * (found(point + s) - found(point - s))).sum() for s in step]
    assert vjp(weight)[0] == pytest.approx(np.array(forward) / 2e-5, abs=1e-4)


def test_runs_far_from_the_data_weigh_little() -> None:
    weight = run_weights(np.array([[0.0], [1.0], [10.0]]), np.zeros(1), np.ones(1))
    assert weight[0] > weight[1] > 5 * weight[2] > 0


def test_the_leave_one_out_error_is_that_of_leaving_each_run_out() -> None:
    """Against brute force: fit without each run in turn and predict it.

    The closed form keeps the mean and penalty of all runs, so it is met closely, not
    exactly; without its leverage it would tell this error a third too small.
    """
    rng = np.random.default_rng(9)
    features = rng.standard_normal((60, 25))
    output = features @ rng.standard_normal(25) + rng.standard_normal(60)
    weight = rng.uniform(0.5, 1.5, 60)
    _, told, penalty = ridge(features, output, weight, PENALTIES)
    misses = []
    for out in range(60):
        rest = np.arange(60) != out
        found, _, _ = ridge(
            features[rest], output[rest], weight[rest], np.array([penalty])
        )
        misses.append(output[out] - found[0] - features[out] @ found[1:])
    share = weight / weight.mean()
    brute = np.sqrt(np.mean(share * np.square(misses)))
    assert told == pytest.approx(brute, rel=0.03)
    found, _, _ = ridge(features, output, weight, np.array([penalty]))
    inside = output - found[0] - features @ found[1:]
    assert brute > 1.3 * np.sqrt(np.mean(share * np.square(inside)))
