from __future__ import annotations

from pathlib import Path

import pytest

from experiments.sweeps.design import Design
from experiments.sweeps.estimate import dry_run
from experiments.sweeps.inspection import status, verify
from experiments.sweeps.replay import replay
from experiments.sweeps.session import SweepOptions
from model.errors import DesignError, RunsFailedError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import finished, start, sweep, wait_for_runs
from tests.experiments.toy_jobs import grid


class TestStatus:
    def test_of_a_sweep_that_another_process_works_on(self, tmp_path: Path) -> None:
        process = start(tmp_path, 400)
        try:
            wait_for_runs(tmp_path, 8)
            found = status(tmp_path)
            assert found.owner is not None
            assert found.owner.pid == process.pid
            assert found.planned == 400
            assert 8 <= found.finished < 400
            assert not found.complete
            assert found.seconds_left is not None
            # A run sleeps for 0.05 s: two workers need that long at least for the rest;
            # how much longer is the machine's matter.
            assert found.seconds_left >= (400 - found.finished) * 0.05 / 2
        finally:
            process.kill()
            process.communicate()

    def test_of_a_complete_sweep_lists_what_failed(self, tmp_path: Path) -> None:
        with pytest.raises(RunsFailedError):
            sweep(tmp_path, grid(3, bad=1), job=toy_jobs.raising)
        found = status(tmp_path)
        assert (found.planned, found.finished, found.complete) == (4, 3, True)
        (failed,) = found.failed
        assert failed.error == "ValueError: a negative bonus has no meaning"
        assert (failed.kind, failed.seed, failed.attempts) == ("exception", 1, 1)
        assert found.owner is not None or found.seconds_left == 0

    def test_of_any_other_folder_is_refused(self, tmp_path: Path) -> None:
        for look in (status, verify):
            with pytest.raises(DesignError, match="not a sweep folder"):
                look(tmp_path)


class TestReplay:
    def test_gives_the_stored_bytes_again(self, tmp_path: Path) -> None:
        design = Design(levers={"federal.bonus": (0.5, 1.5)}, draws=2, seeds=2)
        sweep(tmp_path, design)
        for run_id in finished(tmp_path):
            found = replay(tmp_path / run_id, job=toy_jobs.toy, code="toy")
            assert (found.same, found.same_code) == (True, True)

    def test_tells_other_numbers(self, tmp_path: Path) -> None:
        sweep(tmp_path, grid(2), job=toy_jobs.slow)
        (run_id, _) = finished(tmp_path)
        toy = toy_jobs.slow
        assert replay(tmp_path / run_id, job=toy).same is True

    def test_repeats_the_error_of_a_failed_run(self, tmp_path: Path) -> None:
        with pytest.raises(RunsFailedError):
            sweep(tmp_path, grid(3, bad=1), job=toy_jobs.raising)
        (failed,) = status(tmp_path).failed
        with pytest.raises(ValueError, match="a negative bonus"):
            replay(tmp_path / failed.run_id, job=toy_jobs.raising)

    def test_calls_no_function_that_a_folder_names(self, tmp_path: Path) -> None:
        sweep(tmp_path, grid(2))
        (run_id, _) = finished(tmp_path)
        for given in (None, toy_jobs.raising):
            with pytest.raises(DesignError, match="not trusted to say"):
                replay(tmp_path / run_id, job=given)

    def test_of_an_unknown_run_is_refused(self, tmp_path: Path) -> None:
        sweep(tmp_path, grid(2))
        with pytest.raises(DesignError, match="no run 'abc' has ended here"):
            replay(tmp_path / "abc")


class TestDryRun:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_comes_within_30_percent_of_time_and_disk(
        self, tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("experiments.sweeps.estimate.ENOUGH_SECONDS", 0.7)
        close = False
        # Other work on the machine between estimate and sweep excuses two misses.
        for attempt in range(3):
            expected = dry_run(
                grid(60),
                job=toy_jobs.slow,
                resolve=toy_jobs.resolve,
                code="toy",
                options=SweepOptions(workers=workers),
            )
            folder = tmp_path / str(attempt)
            result = sweep(folder, grid(60), job=toy_jobs.slow, workers=workers)
            close = expected.seconds == pytest.approx(result.seconds, rel=0.3)
            if close:
                break
        assert close
        files = [path for path in folder.rglob("*") if path.is_file()]
        disk = sum(path.stat().st_blocks * 512 for path in files)
        assert expected.disk_bytes == pytest.approx(disk, rel=0.3)
        assert expected.runs == len(finished(folder)) == 60
        assert expected.timed_runs < 60
        assert 50e6 < expected.memory_bytes < 4e9

    def test_leaves_nothing_behind(self, tmp_path: Path) -> None:
        dry_run(
            grid(3),
            job=toy_jobs.toy,
            resolve=toy_jobs.resolve,
            code="toy",
            options=SweepOptions(workers=1),
        )
        assert list(tmp_path.iterdir()) == []

    def test_names_a_failing_run(self) -> None:
        with pytest.raises(RunsFailedError, match="a negative bonus"):
            dry_run(
                grid(1, bad=2),
                job=toy_jobs.raising,
                resolve=toy_jobs.resolve,
                options=SweepOptions(workers=1),
            )
