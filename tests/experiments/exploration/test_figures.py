from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from experiments.exploration.figures import (
    contour,
    fan,
    grid_of,
    heat_map,
    index_bars,
    monthly_quantiles,
    save,
    tornado,
)
from experiments.exploration.screening import Screening
from experiments.exploration.sensitivity import SobolAnalysis, sensitivity
from experiments.sweeps.design import Design, Range
from model.errors import DesignError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import sweep

X, Y = "federal.bonus", "force.return_share"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("grid")
    design = Design(levers={X: (0.2, 0.5, 1.0)}, uncertainties={Y: (0.5, 0.7)}, seeds=4)
    sweep(made, design, job=toy_jobs.not_finite)
    return made


def is_accessible(svg: str) -> bool:
    root = ElementTree.fromstring(svg)
    return root.tag.endswith("svg") and root.get("role") == "img"


def test_a_grid_averages_over_seeds_and_keeps_blanks(folder: Path) -> None:
    grid = grid_of(folder, "replacement", X, Y)
    assert grid.values.shape == (2, 3)
    assert np.isnan(grid.values[:, 0]).all()
    assert grid.blank == 2
    ratio = grid.values[1] / grid.values[0]
    assert ratio[1:] == pytest.approx((2 - 0.5) / (2 - 0.7))


def test_heat_map_and_contour_are_drawn_and_repeat(folder: Path) -> None:
    grid = grid_of(folder, "inflow", X, Y)
    for draw in (heat_map, lambda given: contour(given, 10)):
        assert is_accessible(draw(grid))
        assert draw(grid) == draw(grid)


def test_an_axis_that_is_not_varied_is_refused(folder: Path) -> None:
    with pytest.raises(DesignError, match="not varied"):
        grid_of(folder, "inflow", X, "federal.rule")


def test_a_fan_shows_quantiles_of_runs(folder: Path, tmp_path: Path) -> None:
    months, bands = monthly_quantiles(folder / "months.parquet", "inflow")
    assert months[0] == "2023-01"
    assert (bands[1][0] <= bands[2][0]).all()
    assert (bands[2][0] <= bands[0][0]).all()
    svg = fan(folder, "inflow")
    assert is_accessible(svg)
    save(svg, tmp_path / "fan.svg")
    assert (tmp_path / "fan.svg").read_text() == svg
    with pytest.raises(DesignError, match="no monthly column 'outflow'"):
        fan(folder, "outflow")


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_bars_are_drawn_for_indices_and_effects(tmp_path: Path, kind: str) -> None:
    design = Design.model_validate(
        {
            "design": kind,
            "uncertainties": {
                X: Range(low=0.5, high=2),
                Y: {"low": 0.5, "high": 0.9},
            },
            "samples": 16,
        }
    )
    sweep(tmp_path, design)
    found = sensitivity(tmp_path, "replacement")
    if isinstance(found, Screening):
        assert is_accessible(tornado(found))
    else:
        assert isinstance(found, SobolAnalysis)
        assert is_accessible(index_bars(found))
