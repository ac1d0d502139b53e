from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.comparisons.compare import compare
from experiments.measures.effects import Window
from experiments.prices.answer import SolvedLevel, print_level
from experiments.prices.level import CLOSE, FREE, find_level, reached
from experiments.prices.question import asked
from experiments.prices.solve import solve
from model.errors import ScenarioError
from tests.experiments.small_country import SHORT, settle

QUOTA = 260.0


def solved(folder: Path, value: float, **given: Any) -> SolvedLevel:
    settings = [*SHORT, *given.pop("settings", ())]
    target = asked(inflow=value)
    parts = {"draws": 2, "out": folder / f"{value:g}", **given}
    return solve("baseline", target, settings=settings, workers=1, **parts)


@pytest.fixture(scope="module")
def quota(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("quota")
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        yield solved(folder, QUOTA)


def curve(factor: float) -> float:
    return 100.0 * math.sqrt(1 + factor)


def test_the_root_is_found_on_either_side_of_the_schedule() -> None:
    for wanted in (110.0, 141.0, 200.0, 300.0):
        factor, met = find_level(curve, wanted, 10.0)
        assert met
        assert curve(factor) == pytest.approx(wanted, rel=CLOSE)


def test_what_no_price_brings_and_what_comes_for_nothing_are_told_apart() -> None:
    assert find_level(curve, 400.0, 10.0) == (10.0, False)
    assert find_level(curve, 50.0, 10.0) == (FREE, True)


def test_a_target_is_read_off_the_period_alone() -> None:
    series = {
        "inflow": np.array([9.0, 1.0, 3.0]),
        "losses": np.array([9.0, 4.0, 4.0]),
        "theatre": np.array([9.0, 5.0, 7.0]),
        "bonuses_promised": np.array([9.0, 10.0, 30.0]),
    }
    period = Window(1, 2, 3)
    found = {kind: reached(kind, series, period) for kind in
             ("inflow", "replacement", "force", "budget")}  # fmt: skip
    assert found == {"inflow": 2.0, "replacement": 0.5, "force": 7.0, "budget": 20.0}


def test_every_draw_meets_the_target_on_average(quota: SolvedLevel) -> None:
    assert (quota.start, quota.until) == ("2025-07", "2025-10")
    assert quota.met_share == 1.0
    brought = quota.table["brought"].to_numpy()
    assert brought == pytest.approx([QUOTA, QUOTA], rel=CLOSE)
    assert quota.table["factor"].nunique() == 2


@pytest.mark.usefixtures("quota")
def test_a_trial_that_goes_on_from_the_history_is_the_run_from_its_start(
    tmp_path: Path,
) -> None:
    """With one draw the solved scenario, run whole, gives the solved inflow back."""
    one = solved(tmp_path, QUOTA, draws=1)
    assert one.scenario_file is not None
    until = ["time.until=2025-10"]
    found = compare(
        ["baseline", one.scenario_file],
        draws=1,
        settings=[*SHORT, *until],
        workers=1,
        out=tmp_path / "again",
    )
    again = found.series.query("series == 'inflow' and label != 'baseline'")["value"]
    assert again.to_numpy()[-4:].mean() == pytest.approx(one.table["brought"][0])
    assert found.windows[found.labels[0]] == Window(4, 4, 8)


@pytest.mark.usefixtures("quota")
def test_more_men_cost_more_and_an_extra_man_has_a_price(tmp_path: Path) -> None:
    levels = [solved(tmp_path, value, draws=1) for value in (180.0, 260.0, 400.0)]
    for column in ("factor", "recruiting_bill_rub", "mean_bonus_rub"):
        found = [level.table[column].iloc[0] for level in levels]
        assert found == sorted(found)
    most = levels[-1].table.iloc[0]
    extra = most["recruiting_bill_gained_rub"] / most["inflow_gained_persons"]
    assert most["cost_per_extra_man_rub"] == pytest.approx(extra)


@pytest.mark.usefixtures("quota")
def test_a_target_beyond_every_price_says_so(tmp_path: Path) -> None:
    headroom = ["channels.volunteer_contract.wide_headroom=1.2"]
    found = solved(tmp_path, 5000.0, settings=headroom)
    assert found.met_share == 0
    assert found.scenario_file is None
    (said,) = found.sentences()
    assert "no price up to 1.2 times the schedule brings 5,000 persons" in said
    assert "100 % of draws" in said


@pytest.mark.usefixtures("quota")
def test_a_target_that_is_passed_without_a_bonus_says_so(tmp_path: Path) -> None:
    found = solved(tmp_path, 1.0)
    assert found.free_share == 1.0
    assert "more than that come without any bonus" in found.sentences()[-1]


def test_the_answer_is_a_sentence_with_price_bill_and_bands(
    quota: SolvedLevel, capsys: pytest.CaptureFixture[str]
) -> None:
    said = " ".join(quota.sentences())
    for part in ("260 persons a month", "times its schedule", "million RUB a volunteer",
                 "by its own rules", "Bonuses and recruiting come to"):  # fmt: skip
        assert part in said
    stored = json.loads((quota.folder / "solution.json").read_text(encoding="utf-8"))
    assert stored["answer"] == said
    json.dumps(quota.as_dict(), allow_nan=False)
    print_level(quota)
    lines = capsys.readouterr().out.splitlines()
    comments = [line for line in lines if line.startswith("# ")]
    header, *rows = lines[len(comments) :]
    assert comments[0].endswith("inflow 260; 2025-07 to 2025-10")
    assert comments[1:] == [f"# {sentence}" for sentence in quota.sentences()]
    assert header == "measure\tof\tvalue\tlow\thigh\tunit"
    assert all(row.count("\t") == 5 for row in rows)


def test_regions_are_cleared_by_the_month_only() -> None:
    with pytest.raises(ScenarioError, match="--by-region needs --monthly"):
        solve("baseline", asked(inflow=100, by_region=True), settings=SHORT)
