"""A run folder's scenario, run again, is the same run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calibration.posterior import load_draws
from experiments.runs.repeatable import repeatable_text
from experiments.runs.run import replication_seed, run
from model.scenario import Scenario
from scenarios import load_scenario, packaged_names
from tests.experiments.small_country import SHORT, draws, settle

POSTERIOR = load_draws(2)
OWN = {
    "a delta": "extends: baseline\nforce: {tempo: {scale: {2026-01: 1.5}}}\n",
    "a held path": "extends: baseline\nforce: {tempo: 1.2}\n",
    "a held factor": "extends: baseline\nforce: {tempo: {scale: 0.9}}\n",
    "a held month": "extends: baseline\nforce: {tempo: {scale: {2022-09: 0.9}}}\n",
    "a removed step": "extends: baseline\nfederal: {service_pay: {2024-07: null}}\n",
    "a held number": "extends: baseline\nbehaviour: {slope: 1.2}\n",
    "standing alone": "force: {tempo: {2022-09: 1, 2024-01: 2}}\n",
    "bare": "",
}
SETTINGS = {
    "none": [],
    "held number": ["behaviour.slope=2"],
    "held path": ["force.tempo=1.2"],
    "more of a path": ["force.tempo.scale.2026-01=1.5"],
    "cut short": ["time.until=2025-08"],
}


def content(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says, not how its file says it."""
    return scenario.model_dump(exclude={"extends", "drawn"})


def assert_repeats(path: Path | str, settings: list[str], folder: Path) -> None:
    asked = load_scenario(path, settings)
    again = folder / "scenario.yaml"
    again.write_text(repeatable_text(asked, len(POSTERIOR), 1))
    read = load_scenario(again)
    for draw in ({}, POSTERIOR[-1]):
        assert content(read.with_draw(draw).scenario) == content(
            asked.with_draw(draw).scenario
        )
    assert repeatable_text(read, len(POSTERIOR), 1) == again.read_text()


@pytest.mark.parametrize("name", packaged_names())
def test_a_packaged_scenario_repeats_under_every_draw(
    name: str, tmp_path: Path
) -> None:
    assert_repeats(name, [], tmp_path)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_an_own_scenario_repeats_under_every_draw(
    text: str, settings: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"title: Own\n{text}")
    assert_repeats(path, settings, tmp_path)


def test_the_file_of_a_run_says_how_to_repeat_it_and_what_is_drawn() -> None:
    held = repeatable_text(load_scenario("baseline", ["behaviour.slope=2"]), 2, 7)
    assert "muster run scenario.yaml --draws 2 --seed 7" in held
    assert "  - force.return_share\n" in held
    assert "  - behaviour.slope\n" not in held


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A run, and the run of the file it left."""
    below = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        given: dict[str, Any] = {"draws": 2, "workers": 1, "report": False}
        first = run("baseline", settings=SHORT, out=below / "first", **given)
        again = run(first / "scenario.yaml", out=below / "again", **given)
        yield first, again


def test_running_the_file_of_a_run_gives_the_same_bytes(
    folders: tuple[Path, Path],
) -> None:
    first, again = folders
    names = {path.name for path in first.iterdir()}
    assert names == {path.name for path in again.iterdir()}
    assert {"scenario.yaml", "summary.json", "flows.parquet"} <= names
    for name in names - {"run.json"}:  # which says when and how fast
        assert (first / name).read_bytes() == (again / name).read_bytes(), name


def test_the_file_of_a_run_is_the_scenario_that_was_run(
    folders: tuple[Path, Path],
) -> None:
    first, again = (json.loads((at / "run.json").read_text()) for at in folders)
    for key in ("title", "scenario_hash", "evidence_hash", "seed", "draws"):
        assert first[key] == again[key], key


def test_the_draws_still_differ(folders: tuple[Path, Path]) -> None:
    _, again = folders
    read = load_scenario(again / "scenario.yaml")
    moved = [read.with_draw(draw).scenario.force.return_share for draw in draws(2)]
    assert moved == [draw["force.return_share"] for draw in draws(2)]
    assert len(set(moved)) == 2


def test_no_two_replications_share_the_random_numbers_of_any_draw() -> None:
    """Seed 1 of draw 5 must not be seed 2 of draw 4."""
    seeds = {replication_seed(seed, draw) for seed in range(4) for draw in range(1000)}
    assert len(seeds) == 4_000
