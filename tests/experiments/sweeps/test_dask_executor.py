from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from experiments.sweeps.dask_executor import worker_count
from model.errors import DesignError, MusterError, RunsFailedError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import ROOT, finished, sweep
from tests.experiments.toy_jobs import fingerprint, grid


class Cluster:
    """A scheduler and its workers, started as the README says."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--dashboard-address", ":0",
            "--scheduler-file", str(self.file),
        )  # fmt: skip
        self.worker = self._start(
            "worker", "--scheduler-file", str(self.file), "--nworkers", "2",
            "--nthreads", str(threads), "--no-dashboard",
            "--local-directory", str(folder),
        )  # fmt: skip

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )

    def address(self) -> str:
        import distributed

        connect: Any = distributed.Client

        with connect(scheduler_file=str(self.file), timeout=30) as client:
            client.wait_for_workers(2, timeout=30)
            return str(client.scheduler_info()["address"])

    def stop(self) -> None:
        for process in (self.worker, self.scheduler):
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield cluster.address()
    finally:
        cluster.stop()


def test_a_cluster_gives_the_same_bytes(tmp_path: Path, address: str) -> None:
    sweep(tmp_path / "cluster", grid(30), dask=address)
    sweep(tmp_path / "here", grid(30))
    assert fingerprint(tmp_path / "cluster") == fingerprint(tmp_path / "here")


def test_a_run_that_kills_its_workers_fails_alone(tmp_path: Path, address: str) -> None:
    with pytest.raises(RunsFailedError, match="its Dask workers died"):
        sweep(tmp_path, grid(6, bad=1), job=toy_jobs.leaving, dask=address)
    runs = pq.read_table(tmp_path / "runs.parquet").to_pylist()
    assert sorted(run["status"] for run in runs) == ["failed", *["finished"] * 6]


def test_the_cluster_says_how_many_workers_it_has(address: str) -> None:
    # One that a run has killed is started again by its nanny.
    deadline = time.monotonic() + 30
    while worker_count(address) != 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert worker_count(address) == 2


def test_no_scheduler_is_the_users_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.sweeps.dask_executor._CONNECT_SECONDS", 1)
    with pytest.raises(DesignError, match="no Dask scheduler answers at"):
        sweep(tmp_path, dask="tcp://127.0.0.1:1")


@pytest.mark.faults
def test_a_lost_scheduler_costs_no_finished_run(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    try:
        address = cluster.address()
        program = (
            "import sys; from pathlib import Path;"
            "from tests.experiments.sweeping import sweep;"
            "from tests.experiments.toy_jobs import grid, slow;"
            "sweep(Path(sys.argv[1]), grid(400), job=slow, dask=sys.argv[2])"
        )
        folder = tmp_path / "sweep"
        running = subprocess.Popen(
            [sys.executable, "-c", program, str(folder), address],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(finished(folder)) < 10:
            time.sleep(0.05)
        cluster.scheduler.kill()
        said = running.communicate(timeout=60)[1]
    finally:
        cluster.stop()
    assert MusterError.__name__ in said
    assert "give the same command again" in said
    assert sweep(folder, grid(400), job=toy_jobs.slow, workers=2).reused >= 10
