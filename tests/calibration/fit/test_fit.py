from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from calibration.fit.emulator import Emulator
from calibration.fit.fit import (
    LEAST_EFFECTIVE,
    FitSettings,
    Runs,
    Training,
    calibrate,
    design,
    emulated,
    proposals,
    tempered,
    weights,
)
from calibration.fit.likelihood import Errors, Likelihood
from calibration.fit.sampler import sample
from calibration.fit.variants import MAIN
from calibration.observation.targets import load_targets
from model.fields.months import parse_month


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


def biased() -> tuple[Emulator, Likelihood]:
    """A model f(z) = z that is emulated as z + 0.5, and one reading of it."""
    emulator = Emulator(
        np.array([0.5]), np.ones((1, 1)), np.zeros((1, 1, 1)), np.array([0.7])
    )
    return emulator, Likelihood(np.array([1.0]), Errors(np.array([[0.36]])))


def test_weights_undo_what_a_biased_emulator_did() -> None:
    """Prior N(0, 1), y = z + N(0, .6^2) read as 1: known mean and spread.

    The emulator is off by half, and says so in its error. Draws of its posterior have
    another mean and are too wide; weighted, they have those of the truth.
    """
    emulator, likelihood = biased()
    z = sample(emulated(emulator, likelihood), 500, 1, 20, seed=3).reshape(-1, 1)
    variance = 0.36 / 1.36
    wide = 0.36 + 0.7**2
    assert z.mean() == pytest.approx(0.5 / (1 + wide), abs=0.03)
    assert z.std() == pytest.approx((wide / (1 + wide)) ** 0.5, abs=0.02)
    weight, power = weights(z, z, emulator, likelihood, least_effective=0.01)
    mean = weight @ z[:, 0]
    assert power == 1.0
    assert mean == pytest.approx(1 / 1.36, abs=0.03)
    assert weight @ (z[:, 0] - mean) ** 2 == pytest.approx(variance, rel=0.06)


def test_an_emulator_that_is_right_needs_no_weights() -> None:
    right = Emulator(np.zeros(1), np.ones((1, 1)), np.zeros((1, 1, 1)), np.zeros(1))
    z = np.random.default_rng(2).standard_normal((50, 1))
    weight, power = weights(z, z, right, biased()[1])
    assert power == 1.0
    assert weight == pytest.approx(1 / 50)


def test_every_wave_draws_random_numbers_of_its_own() -> None:
    emulator, likelihood = biased()
    few = FitSettings(chains=4)
    drawn = [proposals(emulator, likelihood, 4, few, wave) for wave in (0, 1, 2, -1)]
    assert len(np.unique(np.concatenate(drawn).ravel())) == 16


def test_a_fit_at_an_origin_knows_no_later_document() -> None:
    targets = load_targets()
    count = len(targets)
    runs = Runs(np.zeros((3, 2)), ())
    outputs = np.tile(np.arange(count, dtype=float), (3, 1))
    whole = Training(MAIN, runs, targets, outputs, np.arange(0.5, count), {})
    origin = parse_month("2023-12")
    then = whole.known_at(origin)
    names = {each.name for each in then.targets}
    assert "budget_2023" in names
    # The dead of 2023 as the list of May 2025 has them: nobody knew these in 2023.
    assert "list_2023" not in names
    assert not {each.name for each in then.targets if each.last > origin}
    kept = [at for at, each in enumerate(targets) if each.name in names]
    assert then.outputs[0].tolist() == kept
    assert then.chance_sd.tolist() == [at + 0.5 for at in kept]
    assert len(then.likelihood.observed) == len(kept)


@pytest.mark.slow
def test_the_whole_fit_resumes_and_does_not_depend_on_workers(tmp_path: Path) -> None:
    few = FitSettings(8, 0.65, 1, 2, wave_runs=4, waves=1, draws=6, chains=6)
    seen: list[tuple[str, int, int]] = []
    first = calibrate(few, tmp_path, 2, lambda *done: seen.append(done))
    with threadpool_limits(2):
        again = calibrate(few, tmp_path, 1)
    assert np.array_equal(first.runs.z, again.runs.z)
    assert np.array_equal(first.weight, again.weight)
    assert first.weight.sum() == pytest.approx(1)
    assert len({stage for stage, _, _ in seen}) == 5
    assert seen[-1] == ("main: posterior", 6, 6)
    assert (first.training.chance_sd > 0).any()
