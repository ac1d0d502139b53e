import numpy as np
import pytest

from calibration.priors import FreeParameter, free_parameters
from calibration.validation.grades import grade_measures

ASSUMED = "force.return_share"
EVIDENCED = "behaviour.discount_per_year"


def parameter(name: str) -> FreeParameter:
    return next(each for each in free_parameters() if each.name == name)


@pytest.fixture(scope="module")
def z() -> np.ndarray:
    return np.random.default_rng(4).standard_normal((400, 2))


def draws(z: np.ndarray) -> list[dict[str, float]]:
    first, second = parameter(ASSUMED), parameter(EVIDENCED)
    return [
        {ASSUMED: float(first.value(a)), EVIDENCED: float(second.value(b))}
        for a, b in z
    ]


def test_what_hangs_on_an_assumption_is_all_assumption(z: np.ndarray) -> None:
    (found,) = grade_measures(draws(z), {"measure": 3 * z[:, 0]})
    assert found.assumption_share == pytest.approx(1, abs=0.02)
    assert found.leading[0] == ASSUMED


def test_variance_is_split_in_the_proportion_it_has(z: np.ndarray) -> None:
    (found,) = grade_measures(draws(z), {"measure": z[:, 0] + 3 * z[:, 1]})
    assert found.assumption_share == pytest.approx(0.1, abs=0.05)
    assert found.explained_share == pytest.approx(1, abs=0.02)


def test_noise_is_reported_as_unexplained(z: np.ndarray) -> None:
    noise = np.random.default_rng(5).standard_normal(len(z))
    (found,) = grade_measures(draws(z), {"measure": noise})
    assert found.explained_share < 0.05


def test_a_constant_measure_has_no_grade(z: np.ndarray) -> None:
    (found,) = grade_measures(draws(z), {"measure": np.ones(len(z))})
    assert np.isnan(found.assumption_share)
