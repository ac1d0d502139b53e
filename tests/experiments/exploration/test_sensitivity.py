from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.exploration.data import Samples
from experiments.exploration.screening import Screening, screen
from experiments.exploration.sensitivity import (
    SobolAnalysis,
    estimate,
    sensitivity,
    sobol,
)
from experiments.storage.folder import read_table
from experiments.sweeps.design import Design, Range
from experiments.sweeps.sampling import axes
from model.errors import DesignError, RunsFailedError, StorageError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import broken_off, sweep

ANGLES: dict[str, Any] = {f"x{n}": Range(low=-np.pi, high=np.pi) for n in (1, 2, 3)}


def ishigami(x1: float, x2: float, x3: float) -> float:
    return float(np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))


def laid_out(kind: Any, samples: int, model: Callable[..., float]) -> Samples:
    """Samples of a function, as a sweep of it would give them."""
    design = Design(design=kind, uncertainties=ANGLES, samples=samples)
    (axis,) = axes(design)
    rows = [dict(axis.settings(at)) for at in range(len(axis))]
    return Samples(
        blocks=np.array(axis.blocks),
        rows=np.array(axis.rows),
        values=np.array([model(**row) for row in rows]),
        inputs={name: list(column) for name, column in axis.columns.items()},
    )


class TestSobol:
    def test_finds_the_known_indices_of_the_ishigami_function(self) -> None:
        found = sobol(laid_out("sobol", 1024, ishigami), "y")
        known = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0, 0.2437)}
        assert [factor.factor for factor in found.factors] == ["x1", "x2", "x3"]
        for factor in found.factors:
            first, total = known[factor.factor]
            assert factor.first.value == pytest.approx(first, abs=0.03)
            assert factor.total.value == pytest.approx(total, abs=0.03)
            assert factor.total.low < total < factor.total.high
        assert (found.used, found.planned, found.constant) == (1024, 1024, False)

    def test_gives_the_same_intervals_every_time(self) -> None:
        samples = laid_out("sobol", 64, ishigami)
        assert sobol(samples, "y") == sobol(samples, "y")

    def test_agrees_with_scipy_where_both_apply(self) -> None:
        samples = laid_out("sobol", 64, ishigami)
        ours = estimate(samples.values.reshape(5, 64))
        theirs = {f.factor: (f.first.value, f.total.value) for f in
                  sobol(samples, "y").factors}  # fmt: skip
        for at, name in enumerate(ANGLES):
            assert tuple(ours[:, at]) == pytest.approx(theirs[name])

    def test_leaves_incomplete_samples_out_in_all_matrices(self) -> None:
        samples = laid_out("sobol", 64, ishigami)
        samples.values[[3, 64 + 5, 128 + 5, 200]] = np.nan
        found = sobol(samples, "y")
        assert (found.used, found.planned) == (61, 64)
        assert np.isfinite(found.factors[0].total.value)

    def test_says_that_an_output_is_constant(self) -> None:
        found = sobol(laid_out("sobol", 64, lambda **_: 0.1), "y")
        assert found.constant
        assert found.factors == ()

    def test_wants_enough_complete_samples(self) -> None:
        with pytest.raises(DesignError, match="8 complete samples"):
            sobol(laid_out("sobol", 8, ishigami), "y")


class TestScreening:
    def test_finds_linear_effects_exactly(self) -> None:
        found = screen(
            laid_out("morris", 8, lambda x1, x2, x3: 3 * x1 - x2 + 0 * x3), "y"
        )
        assert [factor.factor for factor in found.factors] == ["x1", "x2", "x3"]
        effects = [factor.mean / (2 * np.pi) for factor in found.factors]
        assert effects == pytest.approx([3, -1, 0])
        spreads = [factor.standard_deviation for factor in found.factors]
        assert spreads == pytest.approx([0, 0, 0], abs=1e-12)
        assert (found.used, found.planned) == (24, 24)

    def test_shows_interaction_as_spread(self) -> None:
        found = screen(laid_out("morris", 20, lambda x1, x2, x3: x1 * x2), "y")
        assert (
            found.factors[0].standard_deviation > 0.5 * found.factors[0].mean_absolute
        )
        assert found.factors[-1].factor == "x3"

    def test_counts_the_effects_it_lacks(self) -> None:
        samples = laid_out("morris", 8, ishigami)
        samples.values[1] = np.nan
        assert screen(samples, "y").used == 22

    def test_says_that_an_output_is_constant(self) -> None:
        assert screen(laid_out("morris", 4, lambda **_: 1.0), "y").constant


FACTORS: dict[str, Any] = {
    "federal.bonus": Range(low=0.2, high=2),
    "force.return_share": Range(low=0.5, high=0.9),
}


class TestSweeps:
    def test_are_analysed_from_their_folder(self, tmp_path: Path) -> None:
        design = Design(design="sobol", uncertainties=FACTORS, samples=16, seeds=2)
        sweep(tmp_path, design)
        found = sensitivity(tmp_path, "replacement")
        assert isinstance(found, SobolAnalysis)
        assert found.factors[0].factor == "federal.bonus"
        assert found.factors[0].total.value > 0.8
        assert (found.used, found.left_out) == (16, "")

    def test_are_screened_from_their_folder_at_one_lever_value(
        self, tmp_path: Path
    ) -> None:
        design = Design(
            design="morris",
            levers={"federal.rule": ("fixed", "match")},
            uncertainties=FACTORS,
            samples=4,
            seeds=2,
            draws=2,
        )
        sweep(tmp_path, design)
        with pytest.raises(DesignError, match=r"federal\.rule has 2 values"):
            sensitivity(tmp_path, "inflow")
        found = sensitivity(tmp_path, "inflow", where={"federal.rule": "match"})
        assert isinstance(found, Screening)
        bonus, returned = found.factors
        expected = 1.05 * 1.8 * np.sum(1 + np.arange(12) / 12)
        assert bonus.mean == pytest.approx(expected)
        assert returned.mean_absolute == pytest.approx(0, abs=1e-12)

    def test_with_failed_runs_are_refused_or_the_number_used_is_said(
        self, tmp_path: Path
    ) -> None:
        factors = {**FACTORS, "federal.bonus": Range(low=-0.2, high=2)}
        design = Design(design="sobol", uncertainties=factors, samples=32)
        with pytest.raises(RunsFailedError):
            sweep(tmp_path, design, job=toy_jobs.raising)
        with pytest.raises(DesignError, match=r"not a finite number at all 128 points"):
            sensitivity(tmp_path, "replacement")
        found = sensitivity(tmp_path, "replacement", drop_incomplete=True)
        assert isinstance(found, SobolAnalysis)
        assert 16 <= found.used < found.planned == 32
        assert found.left_out.endswith(" failed")

    def test_with_numbers_that_are_not_finite_are_refused(self, tmp_path: Path) -> None:
        design = Design(design="sobol", uncertainties=FACTORS, samples=16)
        sweep(tmp_path, design, job=toy_jobs.not_finite)
        with pytest.raises(DesignError, match="without a number"):
            sensitivity(tmp_path, "replacement")

    def test_of_another_design_or_output_are_refused(self, tmp_path: Path) -> None:
        sweep(tmp_path, toy_jobs.grid(3))
        with pytest.raises(DesignError, match="a grid design has no sensitivity"):
            sensitivity(tmp_path, "inflow")

    def test_without_the_output_name_the_nearest(self, tmp_path: Path) -> None:
        sweep(tmp_path, Design(design="morris", uncertainties=FACTORS, samples=2))
        with pytest.raises(DesignError, match="did you mean inflow"):
            sensitivity(tmp_path, "inflows")

    def test_that_are_damaged_are_refused(self, tmp_path: Path) -> None:
        sweep(tmp_path, Design(design="morris", uncertainties=FACTORS, samples=2))
        (path,) = (tmp_path / "runs.parquet").iterdir()
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        with pytest.raises(StorageError, match="is damaged"):
            sensitivity(tmp_path, "inflow")

    def test_that_are_not_complete_are_refused(self, tmp_path: Path) -> None:
        sweep(tmp_path, Design(design="morris", uncertainties=FACTORS, samples=2))
        (tmp_path / "seal.json").unlink()
        with pytest.raises(DesignError, match="not complete"):
            sensitivity(tmp_path, "inflow")


def test_indices_of_a_sweep_so_far_say_how_many_samples_they_rest_on(
    tmp_path: Path,
) -> None:
    design = Design(
        design="sobol",
        uncertainties={
            "federal.bonus": Range(low=1, high=2),
            "force.return_share": Range(low=0.5, high=0.8),
        },
        samples=64,
        sampled_draws=4,
    )
    tmp_path = tmp_path / "whole"
    sweep(tmp_path, design)
    whole = sensitivity(tmp_path, "inflow")
    assert isinstance(whole, SobolAnalysis)
    assert {each.factor for each in whole.factors} >= {"draw", "federal.bonus"}
    points = read_table(tmp_path / "design.parquet").to_pylist()
    early = {each["run_id"] for each in points if each["row"] < 48}
    partial = tmp_path / "partial"
    broken_off(partial, design, after=len(early))
    with pytest.raises(DesignError, match="not complete"):
        sensitivity(partial, "inflow")
    found = sensitivity(partial, "inflow", so_far=True)
    assert isinstance(found, SobolAnalysis)
    assert 48 <= found.used < found.planned == 64
    assert "not run yet" in found.left_out


@pytest.mark.parametrize("samples", [64, 63])
def test_another_library_finds_the_same_indices(samples: int) -> None:
    """SALib's estimators are Saltelli's too; 63 samples go by our own formula."""
    from SALib.analyze import sobol as salib

    found = laid_out("sobol", 64, ishigami)
    names = list(found.inputs)
    blocks = {
        name: found.values[found.blocks == name][:samples]
        for name in ["A", *(f"AB {name}" for name in names), "B"]
    }
    problem = {"num_vars": 3, "names": names, "bounds": [[-np.pi, np.pi]] * 3}
    theirs = salib.analyze(
        problem,
        np.stack(list(blocks.values()), axis=1).ravel(),
        calc_second_order=False,
        num_resamples=2,
        seed=1,
    )
    chosen = found.rows < samples
    ours = sobol(
        Samples(
            found.blocks[chosen],
            found.rows[chosen],
            found.values[chosen],
            {
                name: np.array(each)[chosen].tolist()
                for name, each in found.inputs.items()
            },
        ),
        "y",
    )
    by_name = {each.factor: each for each in ours.factors}
    first = [by_name[name].first.value for name in names]
    total = [by_name[name].total.value for name in names]
    # It takes the mean of all blocks away, not that of A and B, before it multiplies.
    assert first == pytest.approx(theirs["S1"].tolist(), abs=1e-3)
    assert total == pytest.approx(theirs["ST"].tolist(), abs=1e-9)
