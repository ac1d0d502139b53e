import numpy as np
import pytest

from calibration.validation.recovery import Recovery, recover
from tests.calibration.problems import PARAMETERS, SD, reduced_model


def test_ranks_know_a_band_that_is_too_narrow() -> None:
    rng = np.random.default_rng(1)
    ends = rng.choice([0.0, 1.0], (200, 1))
    narrow = Recovery(ends)
    assert narrow.coverage[0] < 0.1
    assert narrow.uniformity[0] < 0.01
    honest = Recovery(rng.uniform(size=(2000, 1)))
    assert 0.74 < honest.coverage[0] < 0.86


def test_known_parameters_are_found_again_in_a_few_data_sets() -> None:
    found = recover(reduced_model, len(PARAMETERS), SD, data_sets=40, draws=60, seed=4)
    assert 0.65 < found.coverage.mean() < 0.92


@pytest.mark.slow
def test_ranks_are_uniform_and_80_percent_bands_hold_80_percent() -> None:
    found = recover(reduced_model, len(PARAMETERS), SD, data_sets=300, seed=2)
    assert ((found.coverage > 0.74) & (found.coverage < 0.86)).all(), found.coverage
    assert found.uniformity.min() > 0.01 / len(PARAMETERS)
