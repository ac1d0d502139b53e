"""What carries what: known functions, other libraries, and stored sweeps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.exploration.drivers import BETWEEN, between_classes, drivers
from experiments.exploration.labels import Labels
from experiments.exploration.matrix import matrix
from experiments.exploration.sensitivity import SobolAnalysis, sensitivity
from experiments.sweeps.design import Design
from model.errors import DesignError
from tests.experiments import toy_jobs
from tests.experiments.exploration.seeing import is_accessible, texts_of
from tests.experiments.exploration.sweeps_to_draw import X, Y, gridded, sampled
from tests.experiments.exploration.test_sensitivity import ishigami
from tests.experiments.sweeping import broken_off, sweep


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    angles = np.random.default_rng(1).uniform(-np.pi, np.pi, (4000, 3))
    return angles, np.array([ishigami(*row) for row in angles])


class TestBetweenClasses:
    def test_finds_the_known_first_order_indices(
        self, sample: tuple[np.ndarray, np.ndarray]
    ) -> None:
        angles, values = sample
        found = [between_classes(column, values) for column in angles.T]
        assert found == pytest.approx([0.3139, 0.4424, 0.0], abs=0.025)

    def test_agrees_with_another_library(
        self, sample: tuple[np.ndarray, np.ndarray]
    ) -> None:
        from SALib.analyze import rbd_fast

        angles, values = sample
        ends = [[-np.pi, np.pi]] * 3
        problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": ends}
        theirs = rbd_fast.analyze(problem, angles, values, num_resamples=2, seed=1)
        found = [between_classes(column, values) for column in angles.T]
        assert found == pytest.approx(list(theirs["S1"]), abs=0.03)

    def test_a_factor_without_effect_has_none_on_average(self) -> None:
        """Without the adjustment ten classes of 100 points would carry a tenth."""
        rng = np.random.default_rng(2)
        shares = [between_classes(rng.random(100), rng.random(100)) for _ in range(300)]
        assert np.mean(shares) == pytest.approx(0, abs=0.02)

    def test_choices_are_their_own_classes(self) -> None:
        column = np.array(["fixed", "match"] * 50)
        values = np.where(column == "match", 1.0, 0.0)
        assert between_classes(column, values) == pytest.approx(1)


def test_a_sobol_sweep_gives_the_total_indices_of_every_measure(
    tmp_path: Path,
) -> None:
    folder = sampled(tmp_path, "sobol")
    found = drivers(folder)
    assert [each.output for each in found.measures] == ["inflow", "replacement"]
    assert found.factors == (X, Y)
    alone = sensitivity(folder, "replacement")
    assert isinstance(alone, SobolAnalysis)
    known = {each.factor: each.total.value for each in alone.factors}
    assert found.measures[1].shares == known
    assert "0 complete samples" in found.unexplained["missing"]


def test_a_morris_sweep_gives_shares_that_add_up_to_one(tmp_path: Path) -> None:
    found = drivers(sampled(tmp_path, "morris"))
    for each in found.measures:
        assert sum(each.shares.values()) == pytest.approx(1)
    assert found.measures[0].shares[X] == pytest.approx(1)


def test_a_grid_is_explained_by_classes_and_drawn(tmp_path: Path) -> None:
    folder = gridded(tmp_path)
    found = drivers(folder)
    assert found.kind == BETWEEN
    by_name = {each.output: each for each in found.measures}
    assert by_name["inflow"].shares[X] == pytest.approx(1, abs=0.02)
    assert by_name["replacement"].used < by_name["replacement"].planned == 24
    svg = matrix(found, Labels())
    assert is_accessible(svg)
    assert "inflow" in texts_of(svg)


def test_a_sweep_so_far_is_explained_on_request(tmp_path: Path) -> None:
    broken_off(tmp_path, toy_jobs.grid(40), after=30)
    with pytest.raises(DesignError, match="not complete"):
        drivers(tmp_path)
    found = drivers(tmp_path, so_far=True)
    assert found.measures[0].used >= 30
    assert "not run yet" in found.measures[0].left_out


def test_nothing_to_explain_is_an_error(tmp_path: Path) -> None:
    # Three seeds of a job that gives the same answer to all.
    sweep(tmp_path, Design(seeds=3), job=toy_jobs.instant)
    with pytest.raises(DesignError, match=r"explained \(bonus: is constant"):
        drivers(tmp_path)
