from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.storage.lock import SECONDS_WITHOUT_SIGN, locked, owner_of
from model.errors import BusyError
from tests.experiments.sweeping import ROOT

HOLD = """
import sys, time
from pathlib import Path
from experiments.storage.lock import locked
from model.errors import BusyError
try:
    with locked(Path(sys.argv[1])):
        print("mine", flush=True)
        time.sleep(float(sys.argv[2]))
except BusyError as error:
    print(error, flush=True)
    sys.exit(error.exit_code)
"""


def hold(folder: Path, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, folder, str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_second_owner_is_told_who_the_first_is(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BusyError) as raised, locked(tmp_path):
        pass
    assert f"in use by process {os.getpid()} on {os.uname().nodename}" in str(
        raised.value
    )
    assert raised.value.exit_code == 3


def test_a_lock_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path):
            owner = owner_of(tmp_path)
            assert owner is not None
            assert owner.pid == os.getpid()


def test_a_lock_ends_with_its_owner(tmp_path: Path) -> None:
    process = hold(tmp_path, 60)
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    process.kill()
    process.communicate()
    assert owner_of(tmp_path) is None
    with locked(tmp_path):
        pass


def test_one_of_several_that_start_together_wins(tmp_path: Path) -> None:
    processes = [hold(tmp_path, 600) for _ in range(6)]
    while sum(process.poll() is not None for process in processes) < 5:
        time.sleep(0.05)
    (winner,) = (process for process in processes if process.returncode is None)
    losers = [process for process in processes if process is not winner]
    told = [loser.communicate()[0] for loser in losers]
    assert winner.stdout is not None
    assert winner.stdout.readline() == "mine\n"
    winner.kill()
    winner.communicate()
    assert [loser.returncode for loser in losers] == [3] * 5
    assert all(f"in use by process {winner.pid} on " in one for one in told)


def note(host: str, pid: int = 1, started: float = 0.0) -> str:
    told = {"pid": pid, "host": host, "since": "2026-01-01T00:00:00+00:00"}
    return json.dumps({**told, "started": started, "token": "another's"})


def test_another_machine_owns_a_folder_while_it_gives_signs_of_life(
    tmp_path: Path,
) -> None:
    """The kernel's lock may not reach the other machine; its note does."""
    path = tmp_path / "lock"
    path.write_text(note("elsewhere"))
    owner = owner_of(tmp_path)
    assert owner is not None
    assert owner.host == "elsewhere"
    with pytest.raises(BusyError, match="process 1 on elsewhere"), locked(tmp_path):
        pass
    silent = time.time() - SECONDS_WITHOUT_SIGN - 1
    os.utime(path, (silent, silent))
    assert owner_of(tmp_path) is None
    with locked(tmp_path):
        assert owner_of(tmp_path) is not None


def test_signs_of_life_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.storage.lock.SECONDS_BETWEEN_SIGNS", 0.01)
    path = tmp_path / "lock"
    with locked(tmp_path):
        os.utime(path, (1, 1))
        deadline = time.monotonic() + 10
        while path.stat().st_mtime < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert path.stat().st_mtime > 2
    assert path.read_bytes() == b""


class TestWithoutTheKernelsLocks:
    @pytest.fixture(autouse=True)
    def no_locks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr("experiments.storage.lock.fcntl.flock", refuse)
        monkeypatch.setattr("experiments.storage.lock._SETTLING_SECONDS", 0.05)

    def test_the_note_keeps_the_second_out(self, tmp_path: Path) -> None:
        with locked(tmp_path):
            assert owner_of(tmp_path) is not None
            with pytest.raises(BusyError, match=f"process {os.getpid()}"):
                locked(tmp_path).__enter__()
            assert owner_of(tmp_path) is not None
        assert owner_of(tmp_path) is None

    def test_a_dead_process_or_one_with_its_number_is_no_owner(
        self, tmp_path: Path
    ) -> None:
        here = os.uname().nodename
        for pid, started in ((2**22 + 1, 0.0), (os.getpid(), 1.0)):
            (tmp_path / "lock").write_text(note(here, pid, started))
            assert owner_of(tmp_path) is None
            with locked(tmp_path):
                pass

    def test_of_two_that_sign_at_once_the_first_gives_way(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def another_signs(_: float) -> None:
            (tmp_path / "lock").write_text(note("elsewhere"))

        monkeypatch.setattr("experiments.storage.lock.time.sleep", another_signs)
        with pytest.raises(BusyError, match="elsewhere"), locked(tmp_path):
            pass
        assert json.loads((tmp_path / "lock").read_text())["host"] == "elsewhere"
