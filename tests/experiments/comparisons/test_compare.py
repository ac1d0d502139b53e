from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.text import Text

from experiments.comparisons.compare import compare
from experiments.comparisons.comparison import Comparison
from experiments.comparisons.printing import print_comparison
from experiments.comparisons.steps import stepped_tree, steps_between
from experiments.measures.breakdown import SPLITS
from experiments.runs.paired import paired
from model.errors import ScenarioError
from model.scenario import Scenario
from scenarios import load_scenario
from tests.experiments.small_country import SHORT, settle

DRAWS = 2
TWO_CHANGES = """\
title: Dear and deadly
extends: baseline
federal:
  signing_bonus:
    scale: {2025-07: 2.0}
force:
  tempo:
    scale: {2025-07: 1.5}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("compare")
    (folder / "dear.yaml").write_text(TWO_CHANGES)
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        return compare(
            ["baseline", folder / "dear.yaml"],
            draws=DRAWS,
            settings=SHORT,
            workers=1,
            out=folder / "out",
        )


def differences(found: Comparison, measure: str) -> np.ndarray[Any, Any]:
    rows = found.measures[found.measures["measure"] == measure]
    return rows["difference"].to_numpy(float)


def test_a_higher_bonus_brings_men_in_every_draw(made: Comparison) -> None:
    assert (differences(made, "inflow_persons_per_month") > 0).all()
    assert (differences(made, "killed_persons") > 0).all()


def test_what_lies_before_the_change_does_not_differ(made: Comparison) -> None:
    """Common random numbers: the documented months are the same men."""
    same = differences(made, "inflow_persons_per_month_documented_year")
    assert same.tolist() == [0.0] * DRAWS


@pytest.mark.parametrize("split", SPLITS, ids=lambda s: f"{s.quantity} by {s.by}")
def test_parts_add_up_over_items(made: Comparison, split: Any) -> None:
    parts = made.parts[(made.parts["period"] == "") & (made.parts["by"] == split.by)]
    sums = (
        parts[parts["quantity"] == split.quantity].groupby("draw")["difference"].sum()
    )
    whole = {"bill": "manpower_bill_rub", "killed": "killed_persons"}
    if split.quantity in whole:
        assert sums.tolist() == differences(made, whole[split.quantity]).tolist()
    elif split.quantity == "signed":
        months = 8
        per_month = differences(made, "inflow_persons_per_month")
        assert sums.to_numpy() / months == pytest.approx(per_month)


def test_steps_follow_the_file_and_add_up_exactly(made: Comparison) -> None:
    names = [step.name for step in made.changes["dear"]]
    assert names == ["federal.signing_bonus", "force.tempo"]
    steps = made.steps[made.steps["step"] != "base"]
    for measure in ("killed_persons", "manpower_bill_rub"):
        rows = steps[steps["measure"] == measure].groupby("draw")
        whole = differences(made, measure).tolist()
        assert rows["contribution"].sum().tolist() == whole
        assert (rows["alone"].sum() + rows["interaction"].sum()).tolist() == whole


def test_a_step_touches_only_what_it_moves(made: Comparison) -> None:
    steps = made.steps.set_index(["step", "measure", "draw"])["contribution"]
    tempo = steps["force.tempo"]["mean_signing_bonus_rub"]
    assert np.abs(tempo / 1e6).max() < 0.01
    assert (steps["federal.signing_bonus"]["bonus_bill_rub"] > 0).all()


def test_the_folder_can_be_sent(made: Comparison) -> None:
    folder = made.folder
    assert folder is not None
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Dear and deadly against Documented baseline" in page
    assert "<script" not in page
    assert page.count("<svg") >= 7
    stored = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert stored["scenarios"][0]["changes"] == ["federal.signing_bonus", "force.tempo"]
    again = pd.read_parquet(folder / "measures.parquet")
    pd.testing.assert_frame_equal(again, made.measures)


def test_scripts_get_plain_finite_data(made: Comparison) -> None:
    text = json.dumps(made.as_dict(), allow_nan=False)
    row = json.loads(text)["scenarios"][0]["measures"][0]
    assert {"measure", "unit", "difference", "difference_low"} <= set(row)


def test_a_pipe_gets_one_header_and_one_row_a_value(
    made: Comparison, capsys: pytest.CaptureFixture[str]
) -> None:
    print_comparison(made)
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("# ")]
    assert lines[0].startswith("# Dear and deadly against Documented baseline; 2025-07")
    assert rows[0][:4] == ["scenario", "kind", "measure", "change"]
    assert {len(row) for row in rows} == {len(rows[0])}
    kinds = {row[1] for row in rows[1:]}
    assert kinds == {"effect", "base", "level", "difference", "contribution"}
    assert "force.tempo" in {row[3] for row in rows}


@pytest.mark.parametrize("width", [80, 40])
def test_a_terminal_gets_tables_that_fit(
    made: Comparison,
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    print_comparison(made)
    shown = Text.from_ansi(capsys.readouterr().out).plain
    tables = [line for line in shown.splitlines() if line[:1] in "┃│┏└├ "]
    assert max(map(len, tables)) <= width
    assert "Force in theatre" in shown


def test_any_scenario_can_be_the_base() -> None:
    cuts, surge = load_scenario("regional_cuts"), load_scenario("offensive_surge")
    there = {name for s in steps_between(cuts, surge) for name in s.parameters}
    back = {name for s in steps_between(surge, cuts) for name in s.parameters}
    assert there == back
    taken = steps_between(cuts, surge)
    tree = stepped_tree(cuts.tree, surge.tree, taken)
    end = Scenario.model_validate(tree).model_copy(update={"title": "", "sources": ()})
    for block in ("federal", "regions", "force", "attention", "channels"):
        assert getattr(end, block) == getattr(surge.scenario, block)


def test_changes_valid_only_together_are_one_step(tmp_path: Path) -> None:
    file = tmp_path / "tiers.yaml"
    shares = "{wound_severe_share: 0.1, wound_light_share: 0.9}"
    file.write_text(f"title: tiers\nextends: baseline\ncompensation: {shares}\n")
    steps = steps_between(load_scenario("baseline"), load_scenario(file))
    assert len(steps) == 1
    back = steps_between(load_scenario(file), load_scenario("baseline"))
    assert [set(s.parameters) for s in back] == [set(steps[0].parameters)]


def test_one_scenario_is_not_a_comparison() -> None:
    with pytest.raises(ScenarioError, match="two or more"):
        compare(["baseline"])


def test_a_part_that_one_side_lacks_counts_as_nothing_there() -> None:
    rows = [("a", 0, "x", 1.0), ("b", 0, "x", 3.0), ("b", 0, "y", 2.0)]
    frame = pd.DataFrame(rows, columns=["label", "draw", "item", "value"])
    found = paired(frame, "a", ["item"], missing=0.0)
    assert found["difference"].tolist() == [2.0, 2.0]
