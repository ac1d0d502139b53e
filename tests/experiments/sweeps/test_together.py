"""Runs that differ in dated values only go to one worker, which changes no byte."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from experiments.runs.jobs import Outcome, Task
from experiments.sweeps.design import Design, Range
from experiments.sweeps.inspection import verify
from experiments.sweeps.plan import Plan, make_plan
from experiments.sweeps.session import SweepOptions
from experiments.sweeps.sweep import run_sweep
from experiments.sweeps.together import grouped
from model.errors import RunsFailedError
from model.simulation import RecruitmentModel
from tests.experiments import toy_jobs
from tests.experiments.small_country import as_one_thread, settle
from tests.experiments.sweeping import sweep
from tests.experiments.toy_jobs import fingerprint

SCENARIO = """\
title: A short war of the small country
extends: baseline
time: {start: 2025-03, history_until: 2025-06, until: 2025-10}
force: {initial_force: 2500, stock_exponent: 1}
"""
BONUS, SHARE = "federal.bonus", "force.return_share"


def steps(*values: float) -> tuple[dict[str, float], ...]:
    return tuple({"2023-07": value} for value in values)


def planned(design: Design) -> Plan:
    return make_plan(design, toy_jobs.resolve, "toy", check_code=False)


def groups(design: Design, most: int = 100) -> list[list[int]]:
    plan = planned(design)
    found = grouped(plan, plan.runs.numbers, most)
    return sorted(sorted(group.tolist()) for group in found)


class TestWhoStandsTogether:
    def test_runs_that_differ_in_dated_values_only(self) -> None:
        """The last factor varies fastest: points 0 to 5 have the first share."""
        dated = {BONUS: steps(1, 2, 3), "force.tempo": steps(1, 2)}
        design = Design(levers={SHARE: (0.5, 0.6), **dated})
        assert groups(design) == [list(range(6)), list(range(6, 12))]

    def test_of_one_scenario_draw_and_seed(self) -> None:
        design = Design(
            scenario=("one", "other"), levers={BONUS: steps(1, 2)}, draws=2, seeds=2
        )
        at = np.arange(16).reshape(2, 2, 4).transpose(0, 2, 1).reshape(8, 2)
        assert groups(design) == sorted(at.tolist())

    def test_points_of_a_list_that_agree_in_what_is_not_dated(self) -> None:
        points = [
            {BONUS: 1}, {BONUS: {"2023-07": 2}}, {BONUS: {"2023-07": 2}, SHARE: 0.5}
        ]  # fmt: skip
        design = Design.model_validate({"design": "list", "points": points})
        assert groups(design) == [[0, 1], [2]]

    def test_nobody_where_nothing_is_dated(self) -> None:
        sampled = Design(
            design="sobol", uncertainties={SHARE: Range(low=0.5, high=0.8)}, samples=16
        )
        assert {len(group) for group in groups(sampled)} == {1}

    def test_no_more_than_asked_and_in_the_order_of_the_first_of_each(self) -> None:
        plan = planned(Design(levers={BONUS: steps(*range(1, 10))}, seeds=3))
        numbers = plan.runs.numbers
        found = [group.tolist() for group in grouped(plan, numbers, 4)]
        assert [len(group) for group in found] == [4, 4, 1] * 3
        assert sorted(chain.from_iterable(found)) == list(range(27))
        seeds = [found[at][0] % 3 for at in (0, 3, 6)]
        assert seeds == list(dict.fromkeys((numbers % 3).tolist()))
        assert [len(group) for group in grouped(plan, numbers, 1)] == [1] * 27

    def test_workers_come_first_and_dask_has_none(self) -> None:
        assert SweepOptions(workers=2).most_together(60) == 15
        assert SweepOptions(workers=2).most_together(3) == 1
        assert SweepOptions(workers=1).most_together(3) == 3
        assert SweepOptions(workers=1).most_together(1_000_000) == 16
        assert SweepOptions(dask="tcp://127.0.0.1:1").most_together(1000) == 1


class TestWhatGoesWrong:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_run_that_raises_in_company_fails_alone(
        self, tmp_path: Path, workers: int
    ) -> None:
        design = Design(levers={BONUS: steps(1, 2, -1, 3, 4, 5, 6, 7)})
        with pytest.raises(RunsFailedError, match=r"1 of 8 .*\n.*no meaning"):
            sweep(tmp_path, design, job=toy_jobs.dated, workers=workers)
        assert verify(tmp_path).whole

    def test_a_run_that_takes_its_worker_with_it_fails_alone(
        self, tmp_path: Path
    ) -> None:
        design = Design(levers={BONUS: steps(1, 2, -2, 3, 4, 5, 6, 7)})
        with pytest.raises(RunsFailedError, match=r"1 of 8 .*\n.*exit"):
            sweep(tmp_path, design, job=toy_jobs.dated, workers=2)
        assert verify(tmp_path).whole

    def test_what_went_well_in_company_is_not_done_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(task: Task) -> Outcome:
            pytest.fail(f"{task.run_id} was run alone")

        design = Design(levers={BONUS: steps(1, 2, 3, 4)})
        with monkeypatch.context() as patch:
            patch.setattr("experiments.sweeps.executors.execute", refuse)
            sweep(tmp_path / "together", design, job=toy_jobs.dated)
        monkeypatch.setattr(SweepOptions, "most_together", lambda *_: 1)
        sweep(tmp_path / "alone", design, job=toy_jobs.dated)
        assert fingerprint(tmp_path / "together") == fingerprint(tmp_path / "alone")


def test_shared_months_of_the_model_are_simulated_once_and_leave_every_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    as_one_thread(monkeypatch)
    step, marks = RecruitmentModel.step, tmp_path / "months"

    def counted(model: RecruitmentModel) -> None:
        step(model)
        with open(marks, "a") as stream:  # forks append to the same file
            stream.write(f"{model.month}\n")

    monkeypatch.setattr(RecruitmentModel, "step", counted)
    dear = ({"2025-08": 1.0}, {"2025-08": 2.0}, {"2025-09": 2.0})
    design = Design.model_validate(
        {
            "levers": {"federal.signing_bonus.scale": dear},
            "scenario": "short.yaml",
            "folder": str(tmp_path),
            "keep": ["flows.signed_persons by channel"],
        }
    )
    (tmp_path / "short.yaml").write_text(SCENARIO, encoding="utf-8")

    def run(name: str) -> Counter[str]:
        marks.write_text("")
        run_sweep(design, tmp_path / name, options=SweepOptions(workers=1))
        return Counter(marks.read_text().split())

    together = run("together")
    monkeypatch.delattr("os.fork")
    assert set(run("alone").values()) == {3}
    assert together["2025-03"] == together["2025-07"] == 1
    assert together["2025-10"] == 3
    assert fingerprint(tmp_path / "together") == fingerprint(tmp_path / "alone")
