from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from experiments.runs.jobs import Job
from experiments.sweeps.design import Design, Range
from experiments.sweeps.session import Progress, execute_tasks
from experiments.sweeps.sweep import SweepOptions, run_sweep
from experiments.sweeps.workers import Group
from model.errors import BusyError, DesignError, MusterError, RunsFailedError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import (
    alive,
    allowed,
    broken_off,
    finished,
    start,
    sweep,
    wait_for_runs,
    workers_of,
)
from tests.experiments.toy_jobs import fingerprint, grid


def in_another_order(folder: Path, groups: Iterable[Group], *rest: Any) -> None:
    execute_tasks(folder, random.Random(7).sample(list(groups), 20), *rest)


def test_one_row_for_each_run_inputs_first_in_the_order_of_run_ids(
    tmp_path: Path,
) -> None:
    design = Design(
        scenario=("one", "two"),
        levers={"federal.bonus": (0.5, 1.5)},
        uncertainties={"federal.rule": ("fixed", "match")},
        draws=2,
        seeds=3,
        until="2024-06",
    )
    sweep(tmp_path, design)
    runs = pq.read_table(tmp_path / "runs.parquet").to_pandas()
    assert list(runs.columns) == [
        "run_id", "scenario", "draw", "seed", "time.until", "federal.bonus",
        "federal.rule", "status", "error", "break_month", "inflow", "missing",
        "replacement",
    ]  # fmt: skip
    assert len(runs) == runs.run_id.nunique() == 2 * 2 * 2 * 2 * 3
    assert list(runs.run_id) == sorted(runs.run_id)
    assert set(runs.status) == {"finished"}
    expected = runs[runs["federal.bonus"] < 1].break_month == "2023-06"
    assert bool(expected.all())
    assert bool(runs.missing.isna().all())


def test_monthly_tables_are_joined_and_read_with_one_line_of_sql(
    tmp_path: Path,
) -> None:
    sweep(tmp_path, grid(5))
    connection = duckdb.connect()
    found = connection.execute(
        f"""select count(*), count(distinct months.run_id), sum(months.inflow),
            (select sum(inflow) from '{tmp_path}/runs.parquet/*.parquet')
            from '{tmp_path}/months.parquet/*.parquet' months
            join '{tmp_path}/design.parquet' using (run_id)"""
    ).fetchall()
    ((months, runs, summed, total),) = found
    assert (months, runs) == (60, 5)
    assert summed == pytest.approx(total)


def test_tables_are_the_same_bytes_for_any_workers_order_or_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("one", "two", "four", "resumed", "shuffled")
    folders = [tmp_path / name for name in names]
    one, two, four, resumed, shuffled = folders
    sweep(one)
    sweep(two, workers=2)
    sweep(four, workers=4)
    broken_off(resumed, grid(20), after=7)
    sweep(resumed)
    monkeypatch.setattr("experiments.sweeps.sweep.execute_tasks", in_another_order)
    sweep(shuffled)
    assert len({fingerprint(folder) for folder in folders}) == 1


def test_tables_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    folders = [tmp_path / seed for seed in ("1", "2")]
    for folder in folders:
        process = start(folder, 10, workers=1, job="toy", PYTHONHASHSEED=folder.name)
        assert process.wait(allowed(60)) == 0
        assert process.communicate()[1] == ""
    assert len({fingerprint(folder) for folder in folders}) == 1


def test_a_run_has_the_same_id_and_numbers_in_another_sweep(tmp_path: Path) -> None:
    sweep(tmp_path / "many", grid(20))
    sweep(tmp_path / "few", grid(3))
    few, many = (
        {row["run_id"]: row for row in pq.read_table(folder).to_pylist()}
        for folder in (tmp_path / "few/runs.parquet", tmp_path / "many/runs.parquet")
    )
    assert few == {run: many[run] for run in few}


def test_finished_runs_are_not_repeated(tmp_path: Path) -> None:
    broken_off(tmp_path, grid(20), after=19)
    kept = finished(tmp_path)
    result = sweep(tmp_path)
    assert (result.planned, result.reused) == (20, 19)
    assert kept < finished(tmp_path)


def test_a_complete_sweep_is_left_as_it_is(tmp_path: Path) -> None:
    sweep(tmp_path)
    sealed = (tmp_path / "seal.json").stat().st_mtime_ns
    assert sweep(tmp_path).reused == 20
    assert (tmp_path / "seal.json").stat().st_mtime_ns == sealed


def test_points_that_coincide_are_run_once(tmp_path: Path) -> None:
    design = Design(
        design="sobol",
        uncertainties={
            "force.return_share": Range(low=0.5, high=0.9),
            "federal.rule": ("fixed", "match"),
        },
        samples=8,
    )
    result = sweep(tmp_path, design)
    rows = pq.read_table(tmp_path / "design.parquet").num_rows
    assert rows == 8 * 4
    assert result.planned < rows


def test_progress_counts_runs_from_the_start(tmp_path: Path) -> None:
    told: list[Progress] = []
    run_sweep(
        grid(4),
        tmp_path,
        job=toy_jobs.toy,
        resolve=toy_jobs.resolve,
        options=SweepOptions(workers=1),
        tell=told.append,
    )
    assert [p.finished for p in told] == [0, 1, 2, 3, 4]
    assert told[0].seconds_left is None
    assert told[-1].seconds_left == 0


class TestOneBadRun:
    @pytest.mark.parametrize(
        ("job", "error", "leaves_trace", "options"),
        [
            (toy_jobs.raising, "ValueError: a negative bonus has no meaning", True, {}),
            (
                toy_jobs.looping,
                "took longer than",
                True,
                {"timeout_seconds": 2.0},
            ),
            (toy_jobs.segfaulting, "its worker died (SIGSEGV), 2 times", True, {}),
            (toy_jobs.exhausting, "MemoryError", True, {"memory_bytes": 4 * 2**30}),
            (toy_jobs.leaving, "its worker died (exit code 3), 2 times", False, {}),
            (
                toy_jobs.killed,
                "its worker died (SIGKILL, often out of memory)",
                False,
                {},
            ),
        ],
    )
    def test_fails_alone_and_is_named_with_the_command_to_repeat_it(
        self,
        tmp_path: Path,
        job: Job,
        error: str,
        leaves_trace: bool,
        options: dict[str, float],
    ) -> None:
        limits = dict(options)
        if "timeout_seconds" in limits:
            limits["timeout_seconds"] = allowed(limits["timeout_seconds"])
        with pytest.raises(RunsFailedError) as raised:
            sweep(tmp_path, grid(6, bad=1), job=job, workers=2, **limits)
        message = str(raised.value)
        assert message.startswith(f"{tmp_path}: 1 of 7 runs failed")
        assert error in message
        runs = pq.read_table(tmp_path / "runs.parquet").to_pylist()
        (bad,) = (row for row in runs if row["status"] == "failed")
        assert f"muster replay {tmp_path}/{bad['run_id']}" in message
        assert "scenario baseline, draw 0, seed 1" in message
        assert bad["federal.bonus"] == -1
        assert error in bad["error"]
        assert bad["inflow"] is None
        assert len(runs) == 7
        log = tmp_path / "logs" / f"{bad['run_id']}.log"
        assert (f"in {job.__name__}" in log.read_text()) is leaves_trace

    def test_is_tried_again_by_the_same_command(self, tmp_path: Path) -> None:
        marker = "federal.bonus"
        for _ in range(2):
            with pytest.raises(RunsFailedError):
                sweep(tmp_path, grid(3, bad=1), job=toy_jobs.raising)
        runs = pq.read_table(tmp_path / "runs.parquet").to_pylist()
        assert sum(row[marker] == -1 for row in runs) == 1
        assert len(list((tmp_path / "failures").iterdir())) == 1

    def test_ends_the_sweep_at_once_if_asked_to(self, tmp_path: Path) -> None:
        with pytest.raises(RunsFailedError):
            sweep(tmp_path, grid(6, bad=1), job=toy_jobs.raising, fail_fast=True)
        assert len(finished(tmp_path)) < 6
        assert list((tmp_path / "runs.parquet").iterdir()) == []


class TestOutputs:
    def test_that_are_a_text_here_and_a_number_there_are_refused(
        self, tmp_path: Path
    ) -> None:
        design = Design(levers={"federal.bonus": (0.5, 1.5)})
        with pytest.raises(MusterError, match="a text in one run and a number"):
            sweep(tmp_path, design, job=toy_jobs.changing)

    def test_that_are_called_as_an_input_is_fail(self, tmp_path: Path) -> None:
        with pytest.raises(RunsFailedError, match="'seed' has the name of an input"):
            sweep(tmp_path, grid(1), job=toy_jobs.clashing)

    def test_that_a_run_lacks_are_empty_in_its_row(self, tmp_path: Path) -> None:
        design = Design(levers={"federal.bonus": (0.5, 1.5)})
        sweep(tmp_path, design, job=toy_jobs.lacking)
        runs = pq.read_table(tmp_path / "runs.parquet").to_pandas()
        low, high = runs.sort_values("federal.bonus").to_dict("records")
        assert (low["shortfall"], low["replacement"] > 0) == (1, True)
        assert (high["inflow"] > 0, high["replacement"] > 0) == (True, True)
        assert runs.isna().sum()[["inflow", "shortfall"]].tolist() == [1, 1]


class TestFolder:
    def test_of_another_version_is_refused(self, tmp_path: Path) -> None:
        sweep(tmp_path, grid(3))
        with pytest.raises(DesignError, match=r"code \(toy became newer\)"):
            run_sweep(
                grid(3),
                tmp_path,
                job=toy_jobs.toy,
                resolve=toy_jobs.resolve,
                code="newer",
            )

    def test_takes_no_result_from_a_worker_of_another_version(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = "experiments.sweeps.workers.job_version"
        monkeypatch.setattr(version, lambda *_: "newer")
        with pytest.raises(DesignError, match="another version of the code"):
            run_sweep(
                grid(3),
                tmp_path,
                job=toy_jobs.toy,
                resolve=toy_jobs.resolve,
                options=SweepOptions(workers=1),
            )
        assert finished(tmp_path) == set()

    def test_of_another_job_is_refused(self, tmp_path: Path) -> None:
        sweep(tmp_path, grid(3))
        with pytest.raises(DesignError, match="job: "):
            sweep(tmp_path, grid(3), job=toy_jobs.instant)

    def test_with_other_things_in_it_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.tex").write_text("years of work")
        with pytest.raises(DesignError, match=r"holds thesis\.tex"):
            sweep(tmp_path)
        assert (tmp_path / "thesis.tex").read_text() == "years of work"

    def test_is_owned_by_one_process(self, tmp_path: Path) -> None:
        process = start(tmp_path, 400)
        try:
            wait_for_runs(tmp_path, 1)
            started = time.monotonic()
            with pytest.raises(BusyError, match=f"process {process.pid} on "):
                sweep(tmp_path, grid(400), job=toy_jobs.slow)
            assert time.monotonic() - started < allowed(1)
        finally:
            process.kill()
            process.communicate()

    def test_edited_scenarios_do_not_reach_a_running_sweep(
        self, tmp_path: Path
    ) -> None:
        sweep(tmp_path, grid(2))
        (frozen,) = (tmp_path / "inputs").iterdir()
        assert json.loads(frozen.read_text())["federal"]["rule"] == "fixed"


class TestKill:
    def test_of_the_parent_loses_no_finished_run_and_leaves_no_worker(
        self, tmp_path: Path
    ) -> None:
        process = start(tmp_path / "killed", 30)
        wait_for_runs(tmp_path / "killed", 6)
        workers = workers_of(process.pid)
        kept = finished(tmp_path / "killed")
        process.kill()
        process.communicate()
        time.sleep(allowed(2))
        assert workers
        assert alive(workers) == []
        assert kept <= finished(tmp_path / "killed")
        sweep(tmp_path / "killed", grid(30), job=toy_jobs.slow)
        sweep(tmp_path / "whole", grid(30))
        assert kept <= finished(tmp_path / "killed")
        assert fingerprint(tmp_path / "killed") == fingerprint(tmp_path / "whole")

    def test_of_a_worker_costs_nothing_but_time(self, tmp_path: Path) -> None:
        process = start(tmp_path / "killed", 40)
        wait_for_runs(tmp_path / "killed", 5)
        workers_of(process.pid)[0].kill()
        assert process.wait(allowed(60)) == 0
        process.communicate()
        sweep(tmp_path / "whole", grid(40))
        assert fingerprint(tmp_path / "killed") == fingerprint(tmp_path / "whole")

    @pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("workers", [1, 2])
    def test_by_hand_ends_soon_and_says_how_to_resume(
        self, tmp_path: Path, wish: signal.Signals, workers: int
    ) -> None:
        process = start(tmp_path, 400, workers=workers)
        wait_for_runs(tmp_path, 3)
        children = workers_of(process.pid)
        started = time.monotonic()
        os.killpg(process.pid, wish) if wish == signal.SIGINT else process.terminate()
        assert process.wait(allowed(10)) == 130
        assert time.monotonic() - started < allowed(5)
        assert alive(children) == []
        said = process.communicate()[1]
        assert said.strip().splitlines() == [
            "interrupted; finished runs are safe. "
            f"Resume: call run_sweep again with folder {tmp_path}"
        ]
