"""A sweep's design may grow: what is there stays, and titles are nobody's identity."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.sweeps.design import Design, Range
from experiments.sweeps.inspection import verify
from experiments.sweeps.sweep import SweepOptions, run_sweep
from model.errors import DesignError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import finished, sweep
from tests.experiments.toy_jobs import fingerprint, grid


def test_a_folder_grows_with_its_design_and_keeps_its_runs(tmp_path: Path) -> None:
    sweep(tmp_path / "grown", grid(3))
    more = Design(
        title="More of it",
        labels={"federal.bonus": "Bonus"},
        levers=grid(5).levers,
        seeds=2,
        draws=2,
    )
    grown = sweep(tmp_path / "grown", more)
    assert (grown.planned, grown.reused) == (20, 3)
    sweep(tmp_path / "at_once", more)
    assert fingerprint(tmp_path / "grown") == fingerprint(tmp_path / "at_once")
    assert verify(tmp_path / "grown").whole


@pytest.mark.parametrize(("kind", "samples"), [("sobol", 16), ("morris", 2)])
def test_a_folder_grows_by_samples(tmp_path: Path, kind: str, samples: int) -> None:
    def asked(samples: int) -> Design:
        factors = {
            "federal.bonus": Range(low=1, high=2),
            "force.return_share": Range(low=0.5, high=0.8),
        }
        given = {"design": kind, "uncertainties": factors, "samples": samples}
        return Design.model_validate(given)

    few = sweep(tmp_path, asked(samples))
    more = sweep(tmp_path, asked(2 * samples))
    assert more.reused == few.planned
    assert more.planned > few.planned


def test_a_design_that_would_leave_runs_out_is_refused(tmp_path: Path) -> None:
    sweep(tmp_path, grid(3))
    with pytest.raises(
        DesignError, match=r"1 of its 3 finished runs .* design: |levers"
    ):
        sweep(tmp_path, grid(2))
    assert len(finished(tmp_path)) == 3


def test_titles_are_no_identity(tmp_path: Path) -> None:
    def retitled(name: str, draw: int) -> dict[str, object]:
        return {**toy_jobs.resolve(name, draw), "title": "Another", "question": "?"}

    sweep(tmp_path, grid(3))
    found = run_sweep(
        grid(3),
        tmp_path,
        job=toy_jobs.toy,
        resolve=retitled,
        code="toy",
        options=SweepOptions(workers=1),
    )
    assert found.reused == 3
    assert verify(tmp_path).whole
