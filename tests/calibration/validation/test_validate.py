import math
from pathlib import Path

import numpy as np
import pytest

from calibration.observation.targets import Target, load_targets
from calibration.validation.validate import (
    Coverage,
    score,
    validate,
    weighted_quantiles,
)
from tests.calibration.posteriors import store_posterior

TARGET: Target = next(t for t in load_targets() if t.name == "killed_2023")
EVEN = np.ones(500)


def draws_around(middle: float, spread: float) -> np.ndarray:
    rng = np.random.default_rng(2)
    return middle * np.exp(spread * rng.standard_normal(500))


def test_bands_widen_from_posterior_to_model_to_report() -> None:
    found = score(TARGET, draws_around(TARGET.documented, 0.05), EVEN)
    factors = [band.factor for band in (found.half, found.posterior, found.model)]
    assert factors == sorted(factors)
    assert found.model.factor < found.report.factor
    assert found.inside
    assert abs(found.z) < 0.3


def test_the_report_band_is_the_posterior_with_all_errors() -> None:
    found = score(TARGET, draws_around(TARGET.documented, 0.05), EVEN)
    sd = np.hypot(0.05, TARGET.total_sd)
    assert np.log(found.report.factor) == pytest.approx(2 * 1.645 * sd, rel=0.08)


def test_a_miss_is_called_a_miss() -> None:
    found = score(TARGET, draws_around(90_000, 0.05), EVEN)
    assert not found.inside
    assert found.z < -2


def test_weights_move_the_median() -> None:
    assert weighted_quantiles(
        np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0]), (0.5,)
    ) == [3.0]


def test_the_board_counts_what_was_fitted(tmp_path: Path) -> None:
    store_posterior(tmp_path)
    found = validate(tmp_path)
    fit, held_out = found.coverage
    assert (fit.use, held_out.use) == ("fit", "held_out")
    assert held_out.targets == 0, "back-tests hold out every later document in turn"
    assert fit.targets == sum(target.use != "shown" for target in load_targets())
    assert 0 <= fit.posterior <= fit.model <= fit.report <= 1
    assert set(found.misses) <= {each.target.name for each in found.scores}


PROMISED_SHARE = 0.8


def missing_from_promise(found: Coverage) -> int:
    """How many more figures would have to lie inside."""
    inside = round(found.report * found.targets)
    return max(0, math.ceil(PROMISED_SHARE * found.targets) - inside)


def test_the_shipped_posterior_meets_the_promise_in_the_sample() -> None:
    found = validate()
    assert missing_from_promise(found.coverage[0]) == 0
    assert found.inflow_width_factor <= 2
    assert found.deaths_width_factor <= 2
