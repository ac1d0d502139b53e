"""Sweeps kept at an address: in memory and as files, by fsspec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from experiments.results.sweeps import open_sweep
from experiments.storage.durable import DamagedError
from experiments.sweeps.inspection import status, verify
from experiments.sweeps.plan import Shard
from experiments.sweeps.targets import fetch, kept_at, publish, shard_address
from model.errors import DesignError, MusterError, StorageError
from tests.experiments.sweeping import broken_off, finished, sweep
from tests.experiments.toy_jobs import fingerprint, grid


@pytest.fixture(params=["memory", "file"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{tmp_path}/kept/sweep"
    else:
        yield "memory://kept/sweep"
        fsspec.filesystem("memory").rm("/kept", recursive=True)


def test_a_sweep_goes_on_from_its_address_on_another_machine(
    tmp_path: Path, address: str
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    with kept_at(address, here):
        broken_off(here, grid(6), after=4)
    with kept_at(address, elsewhere):
        assert len(finished(elsewhere)) == 4
        assert sweep(elsewhere, grid(6)).reused == 4
    sweep(tmp_path / "whole", grid(6))
    assert fingerprint(elsewhere) == fingerprint(tmp_path / "whole")
    opened = open_sweep(address)
    assert opened.complete
    assert opened.runs.to_arrow() == open_sweep(tmp_path / "whole").runs.to_arrow()
    assert verify(opened.path).whole
    # The machine of before has an older state, which the newer one completes.
    fetch(address, here)
    assert sweep(here, grid(6)).reused == 6
    assert fingerprint(here) == fingerprint(elsewhere)


def test_only_what_is_new_travels(tmp_path: Path, address: str) -> None:
    sweep(tmp_path / "a", grid(6))
    # Both tables and the scenario; the design and two records.
    assert publish(tmp_path / "a", address) == 6
    assert publish(tmp_path / "a", address) == 3


def test_an_incomplete_sweep_has_no_seal_at_its_address(
    tmp_path: Path, address: str
) -> None:
    sweep(tmp_path / "a", grid(3))
    publish(tmp_path / "a", address)
    broken_off(tmp_path / "a", grid(6), after=5)
    publish(tmp_path / "a", address)
    opened = open_sweep(address)
    assert (opened.complete, opened.status.finished) == (False, 5)
    assert len(opened.runs.to_arrow()) == 5


def test_runs_that_are_only_there_are_not_removed(tmp_path: Path, address: str) -> None:
    sweep(tmp_path / "a", grid(6))
    publish(tmp_path / "a", address)
    sweep(tmp_path / "b", grid(3))
    with pytest.raises(DesignError, match="holds runs that are not in"):
        publish(tmp_path / "b", address)
    assert open_sweep(address).status.finished == 6


def test_what_comes_from_an_address_is_not_believed(
    tmp_path: Path, address: str
) -> None:
    sweep(tmp_path / "a", grid(3))
    publish(tmp_path / "a", address)
    files, root = fsspec.core.url_to_fs(address)
    (part,) = files.ls(f"{root}/runs.parquet", detail=False)
    files.pipe_file(part, files.cat_file(part)[:-1] + b"?")
    with pytest.raises(DamagedError):
        open_sweep(address).runs.to_pandas()
    fetch(address, tmp_path / "b")
    assert not verify(tmp_path / "b").whole
    assert sweep(tmp_path / "b", grid(3)).reused == 0


def test_names_from_an_address_lead_nowhere_else(tmp_path: Path) -> None:
    sweep(tmp_path / "a", grid(2))
    publish(tmp_path / "a", f"file://{tmp_path}/kept")
    (tmp_path / "kept/runs.parquet/thesis.txt").write_text("years of work")
    fetch(f"file://{tmp_path}/kept", tmp_path / "b")
    assert not (tmp_path / "b/runs.parquet/thesis.txt").exists()
    assert status(tmp_path / "b").complete


def test_an_address_without_a_sweep_or_a_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="no sweep is kept there"):
        open_sweep("memory://nothing/here")
    assert not fetch("memory://nothing/here", tmp_path / "a")
    with pytest.raises(MusterError, match="nowhere://"):
        fetch("nowhere://a/b", tmp_path / "a")
    sweep(tmp_path / "a", grid(2))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="same command copies it again"):
        publish(tmp_path / "a", f"file://{tmp_path}/file/below")


def test_shards_lie_beside_the_sweep() -> None:
    assert shard_address("s3://b/big/", Shard(3, 8)) == "s3://b/big-3of8"
    assert shard_address("s3://b/big", Shard(1, 1)) == "s3://b/big"
