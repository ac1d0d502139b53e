from __future__ import annotations

from pathlib import Path

import pytest

from experiments.exploration.data import load_sweep
from experiments.exploration.fans import (
    fan,
    monthly_columns,
    monthly_quantiles,
    panels,
)
from experiments.exploration.labels import column_label
from model.errors import DesignError
from tests.experiments.exploration.seeing import is_accessible, texts_of
from tests.experiments.exploration.sweeps_to_draw import X, Y, gridded, sampled


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gridded(tmp_path_factory.mktemp("grid"))


def test_quantiles_are_those_of_the_runs(folder: Path) -> None:
    months, bands = monthly_quantiles(folder, "inflow")
    assert months[0] == "2023-01"
    assert (bands[1][0] <= bands[2][0]).all()
    assert (bands[2][0] <= bands[0][0]).all()


def test_a_fan_says_how_many_runs_it_shows(folder: Path) -> None:
    assert monthly_columns(folder) == ["inflow"]
    for where, runs in ((None, "24 runs"), ({X: 0.5}, "8 runs")):
        svg = fan(folder, "inflow", where)
        assert is_accessible(svg)
        assert runs in " ".join(texts_of(svg))
    assert fan(folder, "inflow", {X: 0.5}) != fan(folder, "inflow", {X: 1.0})


def test_settings_somebody_chose_get_a_panel_each(folder: Path) -> None:
    data = load_sweep(folder)
    factor, parts = panels(data, {})
    assert factor == X
    assert [(part.title, len(part.runs)) for part in parts] == [
        ("0.2", 8),
        ("0.5", 8),
        ("1", 8),
    ]
    assert panels(data, {X: 0.5})[0] == Y
    factor, parts = panels(data, {X: 0.5, Y: 0.7})
    assert (factor, len(parts), len(parts[0].runs)) == (None, 1, 4)
    said = " ".join(texts_of(fan(folder, "inflow")))
    assert "a panel for each value of: Bonus, million RUB" in said


def test_sampled_settings_share_one_panel(tmp_path: Path) -> None:
    factor, parts = panels(load_sweep(sampled(tmp_path, "latin_hypercube")), {})
    assert (factor, len(parts), len(parts[0].runs)) == (None, 1, 16)


def test_a_column_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(DesignError, match="no monthly column 'outflow'"):
        fan(folder, "outflow")


def test_columns_are_named_with_their_unit() -> None:
    assert column_label("bonus_promised_rub") == ("Bonus promised", "RUB")
    assert column_label("inflow") == ("Inflow", "")


def test_a_sobol_design_shows_its_first_matrix_alone(tmp_path: Path) -> None:
    """The others repeat its values, so together they would be no sample."""
    folder = sampled(tmp_path, "sobol")
    data = load_sweep(folder)
    _, (part,) = panels(data, {})
    first = {
        run
        for run, block in zip(data.inputs["run_id"], data.block, strict=True)
        if block == "A"
    }
    assert set(part.runs) == first
    assert len(first) == 16 < data.points
    said = " ".join(texts_of(fan(folder, "inflow")))
    assert "16 runs of the first matrix" in said


def test_trajectories_of_morris_have_no_fan(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="no sample of anything"):
        fan(sampled(tmp_path, "morris"), "inflow")
