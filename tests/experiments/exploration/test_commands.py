"""The commands that analyse a finished sweep, and what they leave beside it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.commands.cli import app
from experiments.sweeps.inspection import status, verify
from model.errors import DesignError
from tests.experiments.exploration.seeing import is_accessible
from tests.experiments.exploration.sweeps_to_draw import X, Y, gridded, made, sampled
from tests.experiments.toy_jobs import fingerprint


def muster(*arguments: object) -> str:
    """Run a command in this process and return what it prints."""
    found = CliRunner().invoke(app, [str(a) for a in arguments])
    if found.exception is not None:
        raise found.exception
    return found.stdout


def paths_in(printed: str) -> list[Path]:
    return [Path(line) for line in printed.splitlines() if line.startswith("/")]


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_sensitivity_leaves_table_and_figure(tmp_path: Path, kind: str) -> None:
    folder = sampled(tmp_path, kind)
    table, figure = paths_in(muster("sensitivity", folder, "replacement"))
    assert table == folder / "analysis" / "sensitivity_replacement.csv"
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert {row["factor"] for row in rows} == {X, Y}
    assert is_accessible(figure.read_text(encoding="utf-8"))


def test_sensitivity_of_no_measure_is_that_of_all(tmp_path: Path) -> None:
    folder = sampled(tmp_path, "sobol")
    printed = muster("sensitivity", folder)
    table, figure = paths_in(printed)
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [row["measure"] for row in rows] == ["inflow", "replacement"]
    assert float(rows[0][X]) > 0.9
    assert is_accessible(figure.read_text(encoding="utf-8"))
    told = json.loads(muster("sensitivity", folder, "--json"))
    assert told["kind"] == "total Sobol index"


def test_what_analyses_leave_disturbs_neither_the_sweep_nor_its_checks(
    tmp_path: Path,
) -> None:
    folder = gridded(tmp_path)
    before = fingerprint(folder), verify(folder), status(folder)
    muster("figures", folder, "replacement")
    assert (fingerprint(folder), verify(folder), status(folder)) == before
    (folder / "sweep.json").write_text("damaged", encoding="utf-8")
    gridded(folder)
    assert verify(folder).whole
    assert fingerprint(folder) == before[0]


def test_figures_of_a_grid_are_map_contour_and_fans(tmp_path: Path) -> None:
    folder = gridded(tmp_path / "sweep")
    written = paths_in(muster("figures", folder, "inflow", "--level", 10))
    assert [path.name for path in written] == [
        "inflow_grid.csv",
        "inflow_heat-map.svg",
        "inflow_contour.svg",
        "inflow_by-month.svg",
    ]
    chosen = ("--at", f"{Y}=0.5", "--out", tmp_path / "out")
    (fan,) = json.loads(muster("figures", folder, *chosen, "--json"))
    assert Path(fan).name == "inflow_by-month_force-return-share-0-5.svg"
    assert all(is_accessible(p.read_text("utf-8")) for p in [*written[1:], Path(fan)])


def test_a_sweep_over_several_scenarios_is_analysed_at_one(tmp_path: Path) -> None:
    ranges = {X: {"low": 0.5, "high": 2}, Y: {"low": 0.5, "high": 0.9}}
    design = {"design": "latin_hypercube", "uncertainties": ranges, "samples": 60}
    folder = made(tmp_path, **design, scenario=["one", "two"])
    asked = ("discover", folder, "replacement", "--above", 18)
    with pytest.raises(DesignError, match="as in scenario=one"):
        muster(*asked)
    printed = muster(*asked, "--at", "scenario=one")
    table, regional, figure = paths_in(printed)
    assert f"{X}: at least" in printed
    (greatest, *_) = csv.DictReader(regional.read_text("utf-8").splitlines())
    assert greatest["factor"] == X
    assert figure.name == "discovery_replacement-above-18_scenario-one.svg"
    assert table.read_text("utf-8").startswith("box,density,coverage,points,factor")
    answer = json.loads(muster(*asked, "--at", "scenario=one", "--json"))
    assert answer["boxes"][0]["limits"][0]["bound"][1] is None


def test_a_setting_without_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="write NAME=VALUE"):
        muster("figures", tmp_path, "--at", "scenario")
