from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.prices.monthly import Solution, clear, print_solution
from experiments.prices.question import asked
from experiments.runs.run import run
from model.errors import ScenarioError
from scenarios import load_scenario
from tests.experiments.small_country import SHORT, settle

QUOTA = 260.0


def solved(folder: Path, kind: str, value: float, **given: Any) -> Solution:
    parts = {"scenario": "baseline", "settings": SHORT, "draws": 1, **given}
    scenario = parts.pop("scenario")
    target = asked(**{kind: value}, by_region=bool(parts.pop("by_region", False)))
    return clear(scenario, target, workers=1, out=folder / kind, **parts)


@pytest.fixture(scope="module")
def quota(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("quota")
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        patched.setattr("experiments.report.build_report", lambda folder: folder)
        yield solved(folder, "inflow", QUOTA)


def monthly_inflow(folder: Path) -> pd.Series:
    flows = pd.read_parquet(folder / "flows.parquet")
    return flows.groupby(flows["month"].astype(str))["signed_persons"].sum()


def test_every_month_meets_the_quota_to_the_man(quota: Solution) -> None:
    assert quota.path["inflow_persons"].tolist() == [QUOTA] * 4
    assert quota.met_share == 1.0


def test_the_solved_path_run_as_a_scenario_returns_the_quota(
    quota: Solution, tmp_path: Path
) -> None:
    """Misses are those of sampling, in the root mean square the root of the count."""
    assert quota.scenario_file is not None
    folder = run(quota.scenario_file, draws=1, workers=1, out=tmp_path / "again")
    found = monthly_inflow(folder)["2025-07":]
    assert np.sqrt(np.square(found - QUOTA).mean()) <= np.sqrt(QUOTA)
    offers = pd.read_parquet(folder / "prices.parquet").set_index("month")
    federal = offers.groupby("month", observed=True)["offer_federal_rub"].first()
    asked_for = quota.path.set_index("month")["federal_rub"]
    assert np.abs(federal.loc[asked_for.index] - asked_for).max() < 2


def test_prices_are_whole_roubles(quota: Solution) -> None:
    assert quota.path["federal_rub"].dtype.kind == "i"
    assert quota.path["regional_rub"].dtype.kind == "i"


@pytest.mark.usefixtures("quota")
def test_a_larger_quota_is_never_cheaper(tmp_path: Path) -> None:
    paths = [solved(tmp_path, "inflow", size).path for size in (180, 260, 400)]
    first = [path["factor"].iloc[0] for path in paths]
    assert first == sorted(first)
    whole = [path["bonus_bill_rub"].sum() for path in paths]
    assert whole == sorted(whole)


def test_a_budget_buys_back_the_inflow_it_paid_for(
    quota: Solution, tmp_path: Path
) -> None:
    first = quota.path.iloc[0]
    settings = [*SHORT, "time.until=2025-07"]
    found = solved(tmp_path, "budget", first["bonus_bill_rub"], settings=settings)
    assert found.path["inflow_persons"].iloc[0] == pytest.approx(QUOTA, abs=2)
    assert found.path["bonus_bill_rub"].iloc[0] <= first["bonus_bill_rub"]
    assert found.met_share == 1.0


@pytest.mark.usefixtures("quota")
def test_replacement_and_force_follow_losses(tmp_path: Path) -> None:
    ratio = solved(tmp_path, "replacement", 3.0).path
    assert ratio["met"].all()
    asked_for = 3.0 * ratio["losses_persons"].iloc[:-1].to_numpy()
    came = ratio["inflow_persons"].iloc[1:].to_numpy()
    assert came == pytest.approx(asked_for, abs=1)
    kept = solved(tmp_path, "force", float(ratio["in_theatre_persons"].iloc[0])).path
    assert kept["in_theatre_persons"].std() < 0.05 * kept["in_theatre_persons"].mean()


@pytest.mark.usefixtures("quota")
def test_regions_clear_their_own_share(tmp_path: Path) -> None:
    found = solved(tmp_path, "inflow", 400.0, by_region=True)
    assert found.target.kind == "inflow_by_region"
    assert found.scenario_file is None
    prices = pd.read_parquet(found.folder / "prices.parquet")
    last = prices[prices["month"] == "2025-10"]["offer_regional_rub"]
    assert last.nunique() > 10


@pytest.mark.usefixtures("quota")
def test_an_own_scenario_keeps_its_parents_beside_the_solved_one(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "title: Mine\nextends: baseline\n"
        "federal: {signing_bonus: {scale: {2025-08: 0.5}}}\n"
    )
    settings = [*SHORT, "regions.municipal_bonus=30000"]
    found = solved(tmp_path, "inflow", QUOTA, scenario=mine, settings=settings, draws=2)
    assert found.scenario_file is not None
    again = load_scenario(found.scenario_file).scenario
    time = again.time
    first = found.path[found.path["month"] == "2025-10"]["factor"].median()
    federal = again.federal.signing_bonus.over(time.first, time.months)[-1]
    assert federal == pytest.approx(0.5 * 400_000 * first, abs=2)
    town = again.regions.municipal_bonus.over(time.first, time.months)
    assert town[-1] == pytest.approx(30_000 * first, rel=1e-5)
    assert town[0] == 30_000


def test_the_solution_is_plain_data(
    quota: Solution, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = json.loads((quota.folder / "solution.json").read_text(encoding="utf-8"))
    assert stored["asked"]["value"] == QUOTA
    assert len(stored["path"]) == 4
    json.dumps(quota.as_dict(), allow_nan=False)
    print_solution(quota)
    assert "2025-07\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "none"),
        ({"inflow": 1.0, "budget": 2.0}, "--inflow, --budget"),
        ({"force": -1.0}, "above 0"),
        ({"inflow": float("nan")}, "above 0"),
        ({"budget": 1e9, "by_region": True}, "--by-region needs --inflow"),
    ],
)
def test_a_question_that_is_none_says_what_is_allowed(
    given: dict[str, Any], told: str
) -> None:
    with pytest.raises(ScenarioError, match=told) as caught:
        asked(**given)
    assert caught.value.problems[0].file == "solve"


@pytest.mark.parametrize("start", ["2022-01", "2030-01"])
def test_a_start_outside_the_run_is_refused(start: str) -> None:
    with pytest.raises(ScenarioError, match="allowed: 2025-03 to 2025-10"):
        clear("baseline", asked(inflow=100), start=start, settings=SHORT)
