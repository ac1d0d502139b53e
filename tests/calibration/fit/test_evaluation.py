from pathlib import Path

import numpy as np
import pytest

from calibration.fit.evaluation import Setting, run_draws
from calibration.observation.history import CHANNELS

SHORT = Setting(overrides=("time.until=2022-11",))
DRAWS = [{"force.return_share": 0.6}, {"force.return_share": 0.8}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs")
    run_draws(DRAWS, SHORT, path)
    return path


def test_the_model_gives_a_history(folder: Path) -> None:
    run = run_draws(DRAWS, SHORT, folder)[0]
    assert run.months == 3
    mobilised = run.signed[CHANNELS.index("mobilised")].sum()
    assert mobilised == pytest.approx(302_503)
    assert run.paid.sum() > 0
    assert run.force.sum() > 500_000


def test_runs_are_looked_up_and_only_missing_ones_are_made(folder: Path) -> None:
    made = sorted(folder.rglob("*.npz"))
    stamps = [path.stat().st_mtime_ns for path in made]
    seen: list[tuple[int, int]] = []
    run_draws(DRAWS, SHORT, folder, progress=lambda *done: seen.append(done))
    assert seen == [(2, 2)]
    assert [path.stat().st_mtime_ns for path in made] == stamps
    assert not list(folder.rglob("*.part"))


def test_two_workers_find_what_one_finds(folder: Path, tmp_path: Path) -> None:
    alone = run_draws(DRAWS, SHORT, folder)
    together = run_draws(DRAWS, SHORT, tmp_path, workers=2)
    for one, two in zip(alone, together, strict=True):
        assert np.array_equal(one.force, two.force)
        assert np.array_equal(one.paid, two.paid)
