"""What the shipped scenarios say is on record (see `documents/expected.py`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.documents.expected import FOLDER, KEPT, by_draw, refresh, stored
from scenarios import load_scenario, packaged_names
from tests.experiments.small_country import SHORT, settle

# Exponentials differ in the last digit between machines, which may move a man or two.
RELATIVE = 1e-3
FEW_PERSONS = 5.0
# The first draws stand for all: fewer draws are the first of more.
CHECKED = 2


def assert_close(found: dict[str, float], recorded: dict[str, Any], draw: int) -> None:
    for key, value in found.items():
        was = recorded["measures"][key]["by_draw"][draw]
        if was is None:
            assert value != value or abs(value) == float("inf")
        else:
            assert value == pytest.approx(was, rel=RELATIVE, abs=FEW_PERSONS), key


@pytest.mark.parametrize("name", packaged_names())
def test_every_shipped_scenario_has_its_summary(name: str) -> None:
    recorded = stored(name)
    assert recorded["title"] == load_scenario(name).scenario.title
    assert set(recorded["measures"]) <= set(KEPT)
    assert {"replacement_ratio", "manpower_bill_rub"} <= set(recorded["measures"])
    assert all(
        len(m["by_draw"]) == recorded["draws"] for m in recorded["measures"].values()
    )


def test_no_summary_outlives_its_scenario() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(packaged_names())


@pytest.mark.parametrize("name", ["baseline", "regional_cuts"])
def test_one_draw_says_what_is_on_record(name: str) -> None:
    (found,) = by_draw(name, [0])
    assert_close(dict(found), stored(name), 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", packaged_names())
def test_more_draws_say_what_is_on_record(name: str) -> None:
    for draw, found in enumerate(by_draw(name, range(CHECKED))):
        assert_close(dict(found), stored(name), draw)


def test_refreshing_writes_what_the_scenario_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    read = load_scenario
    monkeypatch.setattr(
        "experiments.documents.expected.load_scenario", lambda name: read(name, SHORT)
    )
    kept = tmp_path / "kept"
    refresh(["regional_cuts"], tmp_path, draws=2, kept=kept)
    written = json.loads((tmp_path / "regional_cuts.json").read_text(encoding="utf-8"))
    assert written["draws"] == 2
    assert written["measures"]["inflow_persons_per_month"]["value"] > 0
    assert len(written["effects"].get("inflow_gained_persons", [0.0] * 2)) == 2
    done = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    refresh(["regional_cuts"], tmp_path, draws=2, kept=kept)
    assert {path: path.stat().st_mtime_ns for path in kept.iterdir()} == done, "resumed"
