"""More men than there is memory for are refused before anything is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.runs.memory import (
    BYTES_OF_A_RUN,
    BYTES_PER_PERSON,
    ORDINARY_PERSONS,
    available_bytes,
    refuse_beyond_memory,
    stated_persons,
)
from experiments.runs.run import run
from model.errors import ScenarioError
from model.scenario import Scenario
from scenarios import load_scenario

GIB = float(2**30)
SHORT = "time.until=2022-11"


def scenario(*settings: str) -> Scenario:
    return load_scenario("baseline", [SHORT, *settings]).scenario


def free(monkeypatch: pytest.MonkeyPatch, available: float) -> None:
    monkeypatch.setattr("experiments.runs.memory.available_bytes", lambda: available)


def test_men_at_the_start_and_by_decree_are_counted() -> None:
    plain = stated_persons(scenario("force.initial_force=190000"))
    assert plain == 190_000 + 302_503
    more = scenario(
        "force.initial_force=190000",
        "channels.mobilised.decrees.persons_per_month.2022-11=1000000",
    )
    assert stated_persons(more) == plain + 1_000_000


def test_a_decree_reaches_no_more_than_the_liable() -> None:
    everybody = [
        f"channels.mobilised.decrees.persons_per_month.2022-{month}=9500000"
        for month in ("09", "10", "11")
    ]
    assert 24e6 < stated_persons(scenario(*everybody)) < 26e6


def test_the_allowed_number_is_the_one_there_is_memory_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free(monkeypatch, BYTES_OF_A_RUN + BYTES_PER_PERSON * 1e6)
    allowed = ORDINARY_PERSONS + 1_000_000 - 302_503
    refuse_beyond_memory([scenario(f"force.initial_force={allowed}")])
    with pytest.raises(ScenarioError, match="allowed: 0 to 3,000,000") as raised:
        refuse_beyond_memory([scenario(f"force.initial_force={allowed + 1}")])
    assert raised.value.exit_code == 2


def test_every_process_needs_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    large = [scenario("force.initial_force=5000000")]
    free(monkeypatch, 1.5 * GIB)
    refuse_beyond_memory(large)
    with pytest.raises(ScenarioError, match="2 processes"):
        refuse_beyond_memory(large, processes=2)


def test_an_ordinary_run_is_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 0)
    ordinary = scenario()
    refuse_beyond_memory([ordinary], processes=64)
    assert 0 < stated_persons(ordinary) <= ORDINARY_PERSONS


def test_a_refused_run_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free(monkeypatch, GIB)
    with pytest.raises(ScenarioError, match="initial_force"):
        run(
            "baseline",
            settings=[SHORT, "force.initial_force=9000000"],
            draws=1,
            out=tmp_path / "large",
        )
    assert list(tmp_path.iterdir()) == []


def test_a_thousand_million_men_are_refused_when_the_file_is_read() -> None:
    with pytest.raises(ScenarioError, match="allowed: a number from 0 to 1e"):
        scenario("force.initial_force=1000000000")


def test_something_is_free_here() -> None:
    assert available_bytes() > 0
