from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.exploration.data import level_of
from experiments.exploration.grids import Grid, axes_of, edge_of, grid_of
from experiments.exploration.labels import Labels
from experiments.exploration.maps import contour, heat_map
from experiments.sweeps.design import Design, inconsistencies
from model.errors import DesignError
from tests.experiments.exploration.seeing import is_accessible, texts_of
from tests.experiments.exploration.sweeps_to_draw import X, Y, gridded, made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gridded(tmp_path_factory.mktemp("grid"))


def slope(output: str = "replacement_ratio") -> Grid:
    """Return an output that rises from 0.5 to 1.5 along x, whatever y is."""
    x = np.array([0.0, 1.0, 2.0])
    values = np.tile(0.5 + x / 2, (2, 1))
    names = ("federal.signing_bonus.scale", "force.tempo.scale")
    return Grid(*names, output, x, np.array([1.0, 2.0]), values, Labels())


def test_a_grid_averages_over_seeds_and_keeps_blanks(folder: Path) -> None:
    grid = grid_of(folder, "replacement", X, Y)
    assert grid.values.shape == (2, 3)
    assert np.isnan(grid.values[:, 0]).all()
    assert grid.blank == 2
    ratio = grid.values[1] / grid.values[0]
    assert ratio[1:] == pytest.approx((2 - 0.5) / (2 - 0.7))
    assert grid.rows[1][:2] == (0.5, 0.5)


def test_maps_are_drawn_alike_each_time_and_count_their_blanks(folder: Path) -> None:
    grid = grid_of(folder, "replacement", X, Y)
    for draw in (heat_map, contour):
        svg = draw(grid, 0.9)
        assert is_accessible(svg)
        assert draw(grid, 0.9) == svg
        assert "2 of 6 cells have no finite number" in " ".join(texts_of(svg))
    assert texts_of(heat_map(grid)).count("none") == 2


def test_axes_carry_the_labels_of_the_design_or_names_with_units(folder: Path) -> None:
    svg = heat_map(grid_of(folder, "inflow", X, Y))
    assert {"Bonus, million RUB", "force.return_share (share)"} <= set(texts_of(svg))


def test_the_edge_of_sustainability_is_drawn_and_both_sides_are_named() -> None:
    said = texts_of(contour(slope(), edge_of("replacement_ratio")))
    assert {"sustainable:", "unsustainable:", "the scenario as it is"} <= set(said)
    assert any(text.startswith("Heavy line: 1.") for text in said)


def test_no_edge_is_claimed_where_nothing_crosses_it() -> None:
    above = replace(slope(), values=slope().values + 1)
    said = " ".join(texts_of(contour(above, 1.0)))
    assert "Heavy line" not in said
    assert "sustainable" not in said
    other = texts_of(contour(slope("inflow_persons_per_month"), 1.0))
    assert {"above 1", "below 1", "persons per month"} <= set(other)


def test_a_surface_of_one_value_is_drawn() -> None:
    flat = replace(slope(), values=np.full((2, 3), 0.7))
    assert is_accessible(heat_map(flat, 1.0))
    assert is_accessible(contour(flat, 1.0))


def test_a_contour_needs_numbers_and_two_axes() -> None:
    narrow = replace(slope(), y=np.array([1.0]), values=slope().values[:1])
    with pytest.raises(DesignError, match="at least two values on either axis"):
        contour(narrow)
    empty = replace(slope(), values=np.full((2, 3), np.nan))
    with pytest.raises(DesignError, match="too few for a contour"):
        contour(empty)
    with pytest.raises(DesignError, match="no cell has a finite number"):
        heat_map(empty)


def test_an_axis_that_is_not_varied_is_refused(folder: Path) -> None:
    with pytest.raises(DesignError, match="not varied"):
        grid_of(folder, "inflow", X, "federal.rule")


def test_a_factor_set_from_a_month_on_is_an_axis(tmp_path: Path) -> None:
    steps = [{"2023-06": 0.5}, {"2023-06": 1.5}]
    found = Grid("a", "b", "c", *3 * (np.array([1.0]),), Labels(), x_since="2023-06")
    assert [level_of(str(s).replace("'", '"')) for s in steps] == [
        (0.5, "2023-06"),
        (1.5, "2023-06"),
    ]
    assert found.labels.factor("a", found.x_since) == "a, from 2023-06"
    assert level_of("fixed") is None
    assert level_of(True) is None
    assert level_of('{"2023-06":0.5,"2024-06":1}') is None


def test_axes_are_guessed_from_a_grid_and_asked_for_otherwise(
    folder: Path, tmp_path: Path
) -> None:
    assert axes_of(folder) == (X, Y)
    assert axes_of(folder, x_name=Y) == (Y, X)
    assert axes_of(folder, where={Y: 0.5}) is None
    with pytest.raises(DesignError, match="name both factors"):
        axes_of(folder, x_name=X, where={Y: 0.5})
    listed = made(tmp_path, design="list", points=[{X: 0.5}, {X: 1.0, Y: 0.6}])
    assert axes_of(listed) is None


def test_labels_of_factors_that_are_not_varied_are_refused() -> None:
    design = Design(levers={X: (0.5, 1.0)}, labels={"federal.bonsu": "Bonus"})
    ((place, message),) = inconsistencies(design)
    assert place == ("labels", "federal.bonsu")
    assert message == "is not varied; did you mean federal.bonus?"
