"""The section on the force: one line for each definition that documents count by."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.observation.targets import load_targets
from experiments.figures.run_folder import open_run
from experiments.report.force import IN_UNITS, by_state, force_section, total
from tests.experiments.report.made_up import MakeUp

LINES = {
    "force": "In theatre",
    "force_in_units": "In units",
    "force_wide": "Under\narms",
}


@pytest.mark.usefixtures("undrawn")
def test_every_definition_of_a_documented_force_has_its_line(
    made_up: MakeUp, tmp_path: Path
) -> None:
    counted = {each.observer for each in load_targets()} & set(LINES)
    assert counted == set(LINES)
    section = force_section(open_run(made_up().write(tmp_path / "run")))
    (size,) = (chart for chart in section.charts if chart.slug == "force-size")
    drawn = pd.read_csv(io.StringIO(size.csv)).to_string()
    for observer in counted:
        assert LINES[observer].replace("\n", " ") in drawn


def test_who_stands_in_units_is_in_no_hospital_and_no_garrison(
    made_up: MakeUp, tmp_path: Path
) -> None:
    run = made_up()
    force = run.tables["force"]
    expected = force[force["state"].isin(["combat", "support", "rear"])]
    by_month = expected.groupby(["draw", "month"])["persons"].sum().unstack().to_numpy()
    states = by_state(open_run(run.write(tmp_path / "run")))
    assert np.array_equal(total(states, IN_UNITS), by_month)
