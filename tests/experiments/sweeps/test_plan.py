"""The plan is one thing, whether it is reached by number or read as a table."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from experiments.storage.identity import canonical
from experiments.sweeps.design import Design, Range
from experiments.sweeps.plan import make_plan, write_design
from experiments.sweeps.sampling import WHOLE
from tests.experiments import toy_jobs

BONUS, SHARE = "federal.bonus", "force.return_share"
DESIGNS = {
    "one run": Design(scenario=("baseline", "other"), seeds=(7, 3), until="2026-12"),
    "grid": Design(
        levers={
            BONUS: (1, 2.5),
            SHARE: ({"2026-01": 0.5}, {"2026-01": 0.6}),
            "on": (True, False),
        },
        draws=2,
        seeds=2,
    ),
    "list": Design(
        design="list",
        points=({BONUS: 1}, {SHARE: 0.5, "time.until": "2027-01"}),
        until="2026-12",
    ),
    "sampled": Design(
        design="sobol",
        levers={BONUS: (1, 2)},
        uncertainties={SHARE: Range(low=0.5, high=0.8), "place": ("RU-MOS", "RU-SPE")},
        samples=16,
        sampled_draws=4,
        seeds=2,
    ),
}


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS.keys())
def test_each_row_of_the_table_says_what_its_run_is_given(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are written from whole columns, many at a time; points come one by one."""
    monkeypatch.setattr("experiments.sweeps.plan.ROWS_AT_A_TIME", 5)
    plan = make_plan(design, toy_jobs.resolve, "toy", check_code=False)
    write_design(plan, tmp_path / "design.parquet")
    rows = pq.read_table(tmp_path / "design.parquet").to_pylist()
    assert len(rows) == len(plan)
    for row, point in zip(rows, plan, strict=True):
        settings = {
            name: canonical(value).decode() if isinstance(value, dict) else value
            for name, value in point.settings
        }
        assert row == dict.fromkeys(row) | {
            "point": point.number,
            "run_id": point.run_id,
            "scenario": point.scenario,
            "draw": point.draw,
            "seed": point.seed,
            "block": point.block,
            "row": point.row,
            **settings,
        }


def test_runs_without_a_factor_are_one_block(tmp_path: Path) -> None:
    plan = make_plan(DESIGNS["one run"], toy_jobs.resolve, "toy", check_code=False)
    write_design(plan, tmp_path / "design.parquet")
    table = pq.read_table(tmp_path / "design.parquet")
    assert set(table["block"].to_pylist()) == {WHOLE}
    assert set(table["row"].to_pylist()) == {0}
