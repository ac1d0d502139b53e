from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.runs.jobs import RunInput, Value
from experiments.runs.run import run_point
from experiments.storage.identity import canonical
from experiments.sweeps.design import Design, Range, read_design
from experiments.sweeps.inputs import with_settings
from experiments.sweeps.sweep import plan_sweep
from model.errors import DesignError
from model.scenario import Scenario
from scenarios import load_scenario

DESIGNS = sorted((Path(__file__).parents[3] / "experiments" / "designs").iterdir())


@pytest.fixture(autouse=True)
def _no_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let draws change nothing, so that the scenarios alone are looked at."""
    monkeypatch.setattr(
        "calibration.posterior.load_draws", lambda count: [{} for _ in range(count)]
    )


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_a_shipped_design_holds_against_the_schema(path: Path) -> None:
    design = read_design(path).design
    assert design.title
    assert design.question.endswith("?")
    plan = plan_sweep(path)
    assert 0 < len(plan) <= 2000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("force.return_share", 0.5),
        ("federal.signing_bonus", 500_000),
        ("federal.signing_bonus.scale", 0.5),
        ("regions.signing_bonus.scale", {"2026-03": 0.4}),
        ("federal.signing_bonus", {"2026-03": 700_000}),
        ("federal.signing_bonus.rub", {"2026-03": 700_000}),
        ("federal.rule", "match_losses"),
        ("behaviour.horizon_months", 13),
        ("federal.mobilisation.fallback", True),
        ("time.until", "2026-12"),
    ],
)
@pytest.mark.parametrize("scenario", ["baseline", "regional_cuts"])
def test_a_setting_means_what_it_means_on_the_command_line(
    scenario: str, name: str, value: Value
) -> None:
    tree = json.loads(canonical(load_scenario(scenario).tree))
    ours = Scenario.model_validate(with_settings(tree, ((name, value),)))
    text = value if isinstance(value, str) else canonical(value).decode()
    assert ours == load_scenario(scenario, [f"{name}={text}"]).scenario


@pytest.mark.parametrize(
    ("name", "factor", "complaint"),
    [
        ("force.retrun_share", (0.5,), "did you mean return_share?"),
        ("force.return_share", (0.5, 1.5), "allowed: a number from 0 to 1"),
        ("federal.rule", ("fixed", "fixxed"), "did you mean fixed?"),
        ("federal.signing_bonus.scale", (-1, 1), "allowed: a number from 0 to 100"),
        ("behaviour.slope", ("steep",), "is text"),
        ("time.until", ("2021-01",), "until must lie"),
    ],
)
def test_a_setting_the_schema_refuses_is_told(
    name: str, factor: tuple[Value, ...], complaint: str
) -> None:
    with pytest.raises(DesignError) as raised:
        plan_sweep(Design(levers={name: factor}))
    assert complaint in str(raised.value)
    assert str(raised.value).startswith(f"levers.{name}")


def test_whole_numbers_are_not_sampled_between() -> None:
    name = "behaviour.publicity_delay_months"
    between = Design(
        design="latin_hypercube", samples=4, uncertainties={name: Range(low=6, high=24)}
    )
    with pytest.raises(DesignError, match="is no whole number"):
        plan_sweep(between)


def test_a_wrong_setting_in_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text("levers:\n  force.return_share: [0.5, 1.5]\n")
    with pytest.raises(DesignError, match=r"design\.yaml:2:29: levers\.force"):
        plan_sweep(path)


def test_a_scenario_file_is_looked_for_beside_the_design(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("title: Mine\nextends: baseline\n")
    path = tmp_path / "design.yaml"
    path.write_text("scenario: mine.yaml\n")
    assert plan_sweep(path).trees["mine.yaml", 0]["title"] == "Mine"


def test_the_model_runs_as_a_job() -> None:
    plan = plan_sweep(Design(until="2022-11", levers={"force.return_share": (0.5,)}))
    point = plan.point(0)
    tree = with_settings(plan.trees["baseline", 0], point.settings)
    output = run_point(RunInput(tree, point.draw, point.seed))
    assert output.outputs["killed_persons"]
    assert output.monthly is not None
    assert output.monthly["month"].to_pylist() == ["2022-09", "2022-10", "2022-11"]
