from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from experiments.runs.paired import PairedRun, _groups
from experiments.runs.run import simulate
from experiments.runs.shared_months import months_shared, simulate_together
from model.errors import ScenarioError
from model.results import Tables
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.experiments.small_country import as_one_thread, settle

SEED = 5


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    as_one_thread(monkeypatch)
    settle(monkeypatch)


def scenario(**changes: Any) -> Scenario:
    time = {"start": "2023-01", "until": "2023-12", "history_until": "2023-06"}
    return Scenario.model_validate({"title": "base", "time": time, **changes})


def dear(month: str, tempo: float = 1.0) -> Scenario:
    """A scenario with another bonus from a month on, and another tempo at the end."""
    return scenario(
        title=f"dear from {month}",
        federal={"signing_bonus": {"2022-01": 195_000, month: 900_000}},
        force={"tempo": {"2022-01": 1.0, "2023-11": tempo}},
    )


FAMILY = [
    dear("2027-01"),
    dear("2023-09"),
    dear("2023-09", tempo=2.0),
    dear("2023-08"),
    dear("2027-02"),
    scenario(force={"return_share": 0.9}),
]


def plain(tables: Tables) -> Any:
    return {
        (table, name): column.tolist() if column.dtype == object else column.tobytes()
        for table, columns in tables.items()
        for name, column in columns.items()
    }


def kept(folder: Path) -> Any:
    """Store tables as files, for a fork's memory is not ours."""

    def store(number: int, tables: Tables) -> None:
        with open(folder / str(number), "xb") as stream:
            stream.write(repr(sorted(plain(tables).items())).encode())

    return store


def test_shared_months_leave_every_byte_as_it_was(tmp_path: Path) -> None:
    simulate_together(FAMILY, SEED, None, kept(tmp_path))
    for number, each in enumerate(FAMILY):
        alone = repr(sorted(plain(simulate(each, SEED)).items())).encode()
        assert (tmp_path / str(number)).read_bytes() == alone, number


def test_what_is_shared_is_simulated_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, marks = RecruitmentModel.step, tmp_path / "months"

    def counted(model: RecruitmentModel) -> None:
        step(model)
        with open(marks, "a") as stream:  # forks append to the same file
            stream.write(f"{model.month}\n")

    monkeypatch.setattr(RecruitmentModel, "step", counted)
    simulate_together(FAMILY[:3], SEED, None, kept(tmp_path))
    months = Counter(marks.read_text().split())
    assert [months[f"2023-{m:02}"] for m in range(1, 13)] == [1] * 8 + [2] * 2 + [3] * 2


def test_months_are_shared_until_a_dated_value_differs() -> None:
    family = [each.model_copy(update={"title": "one"}) for each in FAMILY]
    shared = [months_shared(family[0], other) for other in family]
    assert shared == [12, 8, 8, 7, 12, 0]
    assert months_shared(family[1], family[2]) == 10


def test_what_a_fork_raises_is_raised_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any, __: Scenario) -> bool:
        raise ScenarioError("no further")

    monkeypatch.setattr(RecruitmentModel, "go_on_under", refuse)
    with pytest.raises(ScenarioError, match="no further"):
        simulate_together(FAMILY[:2], SEED, None, kept(tmp_path))


def test_what_a_killed_fork_leaves_is_simulated_here(tmp_path: Path) -> None:
    here, store = os.getpid(), kept(tmp_path)

    def killed(number: int, tables: Tables) -> None:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        store(number, tables)

    simulate_together(FAMILY[:3], SEED, None, killed)
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1", "2"}


def test_without_forks_every_scenario_stands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("os.fork")
    simulate_together(FAMILY[:2], SEED, None, kept(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1"}


def test_arms_of_a_draw_stand_together_while_there_is_work_for_all() -> None:
    jobs = [
        PairedRun(label, FAMILY[0], draw, draw)
        for label in ("a", "b")
        for draw in (0, 1, 2)
    ]
    assert _groups(jobs, 2) == [[0, 3], [1, 4], [2, 5]]
    assert _groups(jobs, 4) == [[at] for at in range(6)]
