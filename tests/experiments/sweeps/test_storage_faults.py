from __future__ import annotations

import errno
import itertools
import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from experiments.sweeps.inspection import status, verify
from experiments.sweeps.journal import scan
from model.errors import DesignError, MusterError, StorageError
from tests.experiments.sweeping import ROOT, broken_off, finished, sweep
from tests.experiments.toy_jobs import fingerprint, grid

DAMAGES = ("truncated", "bit flipped", "emptied", "removed")


def damage(path: Path, how: str, rng: random.Random) -> None:
    """Hurt a file."""
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content))
    if how == "removed":
        path.unlink()
        return
    if how == "truncated":
        del content[place:]
    elif how == "emptied":
        content.clear()
    else:
        content[place] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def output_files(folder: Path) -> list[Path]:
    """Everything a sweep writes but the lock, which only serves a message."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in paths if path.name != "lock"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("reference")
    sweep(folder, grid(6))
    return fingerprint(folder)


@pytest.mark.parametrize("how", DAMAGES)
def test_damage_to_any_file_is_seen_and_mended(
    tmp_path: Path, how: str, reference: str
) -> None:
    sweep(tmp_path, grid(6))
    rng = random.Random(how)
    for path in output_files(tmp_path):
        if how == "removed" and path.name in {"sweep.json", "seal.json"}:
            continue  # without them it is no sweep folder, or not a complete one
        damage(path, how, rng)
        found = verify(tmp_path)
        assert not found.whole, path
        sweep(tmp_path, grid(6))
        assert verify(tmp_path).whole, path
        assert fingerprint(tmp_path) == reference, path


def test_a_whole_sweep_verifies(tmp_path: Path) -> None:
    sweep(tmp_path, grid(6))
    found = verify(tmp_path)
    # Both tables, the scenario, the design and the record of the sweep.
    assert (found.whole, found.checked, found.notes) == (True, 5, ())


def test_a_torn_journal_is_a_note_and_costs_the_torn_run(
    tmp_path: Path, reference: str
) -> None:
    broken_off(tmp_path, grid(6), after=4)
    (journal,) = (tmp_path / "journals").iterdir()
    journal.write_bytes(journal.read_bytes()[:-20])
    found = verify(tmp_path)
    assert found.whole
    assert found.notes == (f"journals/{journal.name}: the last run is torn",)
    assert status(tmp_path).finished == 3
    assert sweep(tmp_path, grid(6)).reused == 3
    assert fingerprint(tmp_path) == reference


@pytest.mark.parametrize("byte", [3, 20, 30, 50, 51, 52, 400])
@pytest.mark.parametrize("frame", [0, 2])
def test_a_damaged_journal_gives_what_stands_before_the_damage(
    tmp_path: Path, frame: int, byte: int, reference: str
) -> None:
    broken_off(tmp_path, grid(6), after=4)
    (journal,) = (tmp_path / "journals").iterdir()
    content = bytearray(journal.read_bytes())
    content[scan(journal).places[frame] + byte] ^= 4
    journal.write_bytes(content)
    damaged = [one.file for one in verify(tmp_path).damage]
    assert damaged == [f"journals/{journal.name}"]
    assert sweep(tmp_path, grid(6)).reused == frame
    assert fingerprint(tmp_path) == reference


@pytest.mark.parametrize("table", ["runs.parquet", "months.parquet"])
def test_a_damaged_part_is_done_again_and_never_used(
    tmp_path: Path, table: str, reference: str
) -> None:
    sweep(tmp_path, grid(6))
    (path,) = (tmp_path / table).iterdir()
    damage(path, "bit flipped", random.Random(1))
    assert not verify(tmp_path).whole
    assert sweep(tmp_path, grid(6)).reused == 0
    assert fingerprint(tmp_path) == reference


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the system refuse to write beyond `size` bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_named_and_the_sweep_resumes(tmp_path: Path) -> None:
    sweep(tmp_path / "whole", grid(40))
    largest = max(path.stat().st_size for path in output_files(tmp_path / "whole"))
    with largest_file(2 * largest), pytest.raises(StorageError) as raised:
        sweep(tmp_path / "full", grid(40))
    assert raised.value.exit_code == 5
    assert "File too large; finished runs are safe" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    kept = finished(tmp_path / "full")
    assert len(kept) >= 10
    assert sweep(tmp_path / "full", grid(40)).reused == len(kept)
    assert fingerprint(tmp_path / "full") == fingerprint(tmp_path / "whole")


def test_a_disk_that_is_full_for_a_worker_ends_the_sweep(tmp_path: Path) -> None:
    with largest_file(1000), pytest.raises(StorageError, match="File too large"):
        sweep(tmp_path, grid(6), workers=2)
    assert finished(tmp_path) == set()
    assert sweep(tmp_path, grid(6)).reused == 0


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write to read-only folders")
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="Permission denied"):
        sweep(tmp_path / "sweep")


def test_a_folder_where_nothing_can_be_made_is_named() -> None:
    with pytest.raises(StorageError, match="/proc/sweep: No such file or directory"):
        sweep(Path("/proc/sweep"))


SMALL_DISK = """
mount -t tmpfs -o size=256k none "$1" && exec "$2" -m tests.experiments.drive "$1" \
    400 1 toy
"""


def test_a_small_disk_fills_up_and_nothing_before_is_lost(tmp_path: Path) -> None:
    shell = ["sh", "-c", SMALL_DISK, "sh", str(tmp_path), sys.executable]
    command = ["unshare", "-m", *shell]
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if "mount" in ended.stderr:
        pytest.skip("needs the right to mount a small file system")
    assert ended.returncode == 5
    assert "No space left on device; finished runs are safe" in ended.stderr
    assert "Traceback" not in ended.stderr


CALLS = ("open", "fsync", "replace")


class FailingCalls:
    """Let the n-th call of one kind fail, once or from then on."""

    def __init__(self, number: int, *, lasting: bool) -> None:
        self.count = itertools.count(1)
        self.number, self.lasting = number, lasting
        self.reached = False

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def failing(*args: Any, **kwargs: Any) -> Any:
            now = next(self.count)
            if now == self.number or (self.lasting and now > self.number):
                self.reached = True
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return call(*args, **kwargs)

        return failing


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("name", CALLS)
def test_whichever_call_fails_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, lasting: bool
) -> None:
    expected = tmp_path / "expected"
    sweep(expected, grid(3))
    for number in itertools.count(1):
        folder = tmp_path / f"{number}"
        failing = FailingCalls(number, lasting=lasting)
        with monkeypatch.context() as patch:
            fail_calls(patch, name, failing)
            with suppress(StorageError):
                sweep(folder, grid(3))
        if not failing.reached:
            break
        if (folder / "sweep.json").exists():
            assert verify(folder).whole
        kept = finished(folder) if (folder / "runs").exists() else set()
        sweep(folder, grid(3))
        assert kept <= finished(folder)
        assert fingerprint(folder) == fingerprint(expected)
    assert number > 3


def fail_calls(patch: pytest.MonkeyPatch, name: str, failing: FailingCalls) -> None:
    if name == "open":
        for module in ("storage.durable", "sweeps.journal", "sweeps.workers"):
            patch.setattr(
                f"experiments.{module}.open", failing.wrap(open), raising=False
            )
    else:
        patch.setattr(
            f"experiments.storage.durable.os.{name}", failing.wrap(getattr(os, name))
        )


@pytest.mark.parametrize("part", ["logs", "runs.parquet", "journals", "analysis"])
def test_a_part_that_leads_elsewhere_is_refused_and_left(
    part: str, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "sweep", tmp_path / "elsewhere"
    sweep(folder, grid(2))
    if (folder / part).exists():
        shutil.rmtree(folder / part)
    elsewhere.mkdir()
    (elsewhere / "thesis.txt").write_text("years of work")
    (folder / part).symlink_to(elsewhere)
    with pytest.raises(DesignError, match="is a link"):
        sweep(folder, grid(2))
    assert (elsewhere / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("name", ["sweep.json", "seal.json", "lock"])
def test_a_pipe_in_place_of_a_file_makes_nobody_wait(name: str, tmp_path: Path) -> None:
    sweep(tmp_path, grid(2))
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(MusterError):
        sweep(tmp_path, grid(2))
    for look in (status, verify):
        with suppress(MusterError):
            look(tmp_path)


def test_only_names_of_its_own_are_cleared_away(tmp_path: Path) -> None:
    sweep(tmp_path, grid(2))
    parts = ("runs.parquet", "journals", "failures", "logs")
    for part in parts:
        (tmp_path / part / "thesis.txt").write_text("years of work")
        (tmp_path / part / ".draft.tmp").write_text("months of work")
    sweep(tmp_path, grid(2))
    for part in parts:
        assert (tmp_path / part / "thesis.txt").exists()
        assert (tmp_path / part / ".draft.tmp").exists()


def test_a_file_system_without_locks_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    sweep(tmp_path, grid(2))
    assert status(tmp_path).complete
    assert status(tmp_path).owner is None
