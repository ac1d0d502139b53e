"""The benchmark of many runs does what it says, at a size that costs nothing."""

from __future__ import annotations

from pathlib import Path

from experiments.benchmarks import jobs
from experiments.benchmarks.scale import measure, size_of
from experiments.results.sweeps import open_sweep
from experiments.sweeps.inspection import verify


def test_shards_are_run_merged_read_and_grown_by_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    steps = measure(12, folder, shards=2, at_once=2, job=jobs.nothing)
    assert [step.name for step in steps] == [
        "plan, run and pack all shards", "merge", "status",
        "open, read headline measures", "verify", "give the command again",
        "one run more",
    ]  # fmt: skip
    assert all(step.cpu_seconds >= 0 and step.peak_bytes > 0 for step in steps)
    assert sorted(open_sweep(folder).runs.to_pandas()["seed"]) == list(range(1, 13))
    assert verify(folder).whole
    files, size = size_of(folder)
    assert files >= 6
    assert size > 0
