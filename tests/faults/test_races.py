"""Fifty starts of several processes at once on one folder: never two writers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.experiments.sweeping import start, sweep
from tests.experiments.toy_jobs import fingerprint, grid

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("number", range(50))
def test_one_process_wins_and_the_others_say_so(tmp_path: Path, number: int) -> None:
    folder = tmp_path / "race"
    runners = [start(folder, 40, workers=1, job="slow") for _ in range(3)]
    said = [runner.communicate()[1] for runner in runners]
    codes = sorted(runner.returncode for runner in runners)
    assert codes == [0, 3, 3], said
    assert sum("in use by process" in text for text in said) == 2
    sweep(tmp_path / "alone", grid(40))
    assert fingerprint(folder) == fingerprint(tmp_path / "alone")
