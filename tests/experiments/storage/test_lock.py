from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.storage.lock import locked, owner_of
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


def test_a_dead_owner_on_another_machine_is_no_owner(tmp_path: Path) -> None:
    """The note in the file may outlive its writer; the kernel's lock does not."""
    note = {"pid": 1, "host": "elsewhere", "since": "2026-01-01T00:00:00+00:00"}
    (tmp_path / "lock").write_text(json.dumps(note))
    assert owner_of(tmp_path) is None
    with locked(tmp_path):
        (tmp_path / "lock").write_text(json.dumps(note))
        owner = owner_of(tmp_path)
        assert owner is not None
        assert owner.host == "elsewhere"
