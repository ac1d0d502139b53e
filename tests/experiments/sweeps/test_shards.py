"""A sweep in parts gives the bytes of a sweep in one piece."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.commands.cli import app
from experiments.sweeps.design import Design
from experiments.sweeps.inspection import status, verify
from experiments.sweeps.plan import Shard
from experiments.sweeps.shards import merge, shard_folder, shard_of
from experiments.sweeps.sweep import SweepOptions, SweepResult, run_sweep
from model.errors import DesignError, RunsFailedError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import finished, sweep
from tests.experiments.toy_jobs import fingerprint, grid

PARTS = 3


def part(folder: Path, number: int, design: Design | None = None) -> SweepResult:
    shard = Shard(number, PARTS)
    return run_sweep(
        design or grid(20),
        shard_folder(folder, shard),
        job=toy_jobs.raising,
        resolve=toy_jobs.resolve,
        code="toy",
        options=SweepOptions(workers=1),
        shard=shard,
    )


def test_shards_put_together_are_the_sweep(tmp_path: Path) -> None:
    folder = tmp_path / "big"
    planned = [part(folder, number + 1).planned for number in range(PARTS)]
    assert sum(planned) == 20
    for number in range(PARTS):
        assert verify(shard_folder(folder, Shard(number + 1, PARTS))).whole
    found = merge(folder)
    assert (found.complete, found.shards, found.finished) == (True, PARTS, 20)
    assert verify(folder).whole
    sweep(tmp_path / "whole", grid(20), job=toy_jobs.raising)
    assert fingerprint(folder) == fingerprint(tmp_path / "whole")


def test_what_a_lost_shard_lacks_is_run_by_the_sweeps_own_command(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "big"
    part(folder, 1)
    found = merge(folder)
    assert not found.complete
    assert status(folder).planned == 20
    rest = sweep(folder, grid(20), job=toy_jobs.raising)
    assert rest.reused == found.finished
    assert verify(folder).whole


def test_a_shard_that_comes_late_is_merged_later(tmp_path: Path) -> None:
    folder = tmp_path / "big"
    for number in (1, 2, 3):
        part(folder, number)
        found = merge(folder)
    assert found.complete
    assert verify(folder).whole


def test_a_failed_run_and_its_log_come_along(tmp_path: Path) -> None:
    folder = tmp_path / "big"
    for number in (1, 2, 3):
        try:
            part(folder, number, grid(8, bad=1))
        except RunsFailedError:
            continue
    found = merge(folder)
    assert (found.complete, found.finished, found.failed) == (True, 8, 1)
    assert verify(folder).whole


def test_a_damaged_part_is_left_out_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "big"
    for number in (1, 2, 3):
        part(folder, number)
    lost = finished(shard_folder(folder, Shard(2, PARTS)))
    (part_,) = (shard_folder(folder, Shard(2, PARTS)) / "runs.parquet").iterdir()
    part_.write_bytes(part_.read_bytes()[:-1] + b"?")
    found = merge(folder)
    assert (found.complete, found.damaged) == (False, 1)
    assert found.finished == len(finished(folder)) == 20 - len(lost)
    assert verify(folder).whole


def test_shards_of_two_sweeps_are_refused(tmp_path: Path) -> None:
    part(tmp_path / "one", 1)
    part(tmp_path / "two", 2, grid(9))
    shards = [tmp_path / "one-1of3", tmp_path / "two-2of3"]
    with pytest.raises(DesignError, match="no shard of the same sweep"):
        merge(tmp_path / "both", shards)
    with pytest.raises(DesignError, match="no shards nothing"):
        merge(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "1/0", "1/100000", "a/b"])
def test_a_shard_is_one_of_so_many(text: str) -> None:
    with pytest.raises(DesignError, match="write NUMBER/COUNT"):
        shard_of(text)


def test_the_commands_do_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("experiments.sweeps.sweep.model_job", lambda: toy_jobs.instant)
    monkeypatch.setattr(
        "experiments.sweeps.scenario_trees.resolver", lambda _: toy_jobs.resolve
    )
    monkeypatch.setattr("experiments.sweeps.scenario_trees.check", lambda *_: None)
    Path("d.yaml").write_text("levers: {federal.bonus: [1, 2, 3, 4, 5]}\n")
    for number in (1, 2):
        given = ["sweep", "d.yaml", "--shard", f"{number}/2", "--workers", "1"]
        assert CliRunner().invoke(app, [*given, "--out", "s/d"]).exit_code == 0
    told = CliRunner().invoke(app, ["status", "s/d"])
    assert [line.split(": ")[0] for line in told.output.splitlines()] == [
        "d-1of2",
        "d-2of2",
    ]
    assert told.output.count("complete") == 2
    told = CliRunner().invoke(app, ["merge", "s/d"])
    assert told.exit_code == 0
    assert "2 shards, 5 of 5 runs finished, 0 failed" in told.output
