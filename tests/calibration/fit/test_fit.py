from pathlib import Path

import numpy as np
import pytest

from calibration.fit.fit import (
    LEAST_EFFECTIVE,
    FitSettings,
    calibrate,
    design,
    log_likelihood,
    tempered,
    wanted_and_sd,
)
from calibration.observation.targets import fitted, load_targets


def test_even_ratios_leave_even_weights_at_full_power() -> None:
    weight, power = tempered(np.zeros(8))
    assert power == 1.0
    assert weight == pytest.approx(1 / 8)


def test_wild_ratios_are_tempered_until_enough_draws_count() -> None:
    ratio = 10 * np.random.default_rng(1).standard_normal(400)
    weight, power = tempered(ratio)
    assert 0 < power < 1
    assert 1 / np.sum(weight**2) / 400 == pytest.approx(LEAST_EFFECTIVE, rel=1e-3)
    assert np.corrcoef(weight, ratio)[0, 1] > 0


def test_the_design_is_centred_balanced_and_repeats() -> None:
    settings = FitSettings(first_runs=64, first_width=0.5)
    points = design(settings, 10)
    assert points.shape == (64, 10)
    assert points.mean(axis=0) == pytest.approx(0, abs=0.05)
    assert points.std(axis=0) == pytest.approx(0.5, abs=0.06)
    assert np.array_equal(points, design(settings, 10))


def test_the_likelihood_is_highest_where_the_documents_are() -> None:
    targets = fitted(load_targets())
    wanted, sd = wanted_and_sd(targets)
    at, off = log_likelihood(np.stack([wanted, wanted + sd]), targets)
    assert at == 0
    assert off == pytest.approx(-len(targets) / 2)


@pytest.mark.slow
def test_the_whole_fit_resumes_and_does_not_depend_on_workers(tmp_path: Path) -> None:
    few = FitSettings(first_runs=8, wave_runs=4, waves=1, draws=6, chains=6)
    seen: list[tuple[str, int, int]] = []
    first = calibrate(few, tmp_path, 2, lambda *done: seen.append(done))
    again = calibrate(few, tmp_path, 1)
    assert np.array_equal(first.runs.z, again.runs.z)
    assert np.array_equal(first.weight, again.weight)
    assert first.weight.sum() == pytest.approx(1)
    assert {stage for stage, _, _ in seen} == {"design", "wave 1 of 1", "posterior"}
    assert seen[-1] == ("posterior", 6, 6)
