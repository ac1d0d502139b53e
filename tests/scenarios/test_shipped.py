"""The shipped scenarios: readable, documented, and each changes something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import scenarios
from calibration.documented.world import documented_world
from calibration.posterior import provenance
from model.parameters.documented_abroad import (
    DOCUMENTED_COUNTERMEASURES,
    DOCUMENTED_NETWORKS,
    source_state_settings,
)
from scenarios import load_scenario

FOLDER: Final = Path(scenarios.__file__).parent
SHIPPED: Final = {
    "baseline",
    "bonus_freeze",
    "budget_squeeze",
    "ceasefire_expectations",
    "contracts_end",
    "debt_relief_off",
    "federal_takeover",
    "foreign_push",
    "low_casualties",
    "networks_dismantled",
    "offensive_surge",
    "prisons_exhausted",
    "regional_cuts",
    "risk_information",
    "rouble_slide",
    "second_mobilisation",
    "source_state_bans",
}
DELTAS: Final = sorted(SHIPPED - {"baseline"})
HEADER: Final = ("title", "question", "author", "extends", "changes", "sources")
FIRST_LINE: Final = "# yaml-language-server: $schema=scenario.schema.json"


def changes(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Yield the dotted names at which two trees differ, headers aside."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if place or key not in HEADER:
                here = f"{place}.{key}".lstrip(".")
                yield from changes(before.get(key), after.get(key), here)
    elif before != after:
        yield place


def changed_by(name: str) -> list[str]:
    return list(changes(load_scenario("baseline").tree, load_scenario(name).tree))


def test_all_scenarios_are_shipped() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} >= SHIPPED


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_an_editor_finds_the_schema(name: str) -> None:
    first = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == FIRST_LINE


@pytest.mark.parametrize("name", DELTAS)
def test_a_delta_says_what_it_asks_changes_and_rests_on(name: str) -> None:
    scenario = load_scenario(name).scenario
    assert scenario.question.endswith("?")
    assert scenario.extends == "baseline"
    assert scenario.changes
    assert scenario.sources


@pytest.mark.parametrize("name", DELTAS)
def test_a_delta_changes_something_and_little(name: str) -> None:
    assert 1 <= len(changed_by(name)) <= 30


@pytest.mark.parametrize("name", DELTAS)
def test_dated_changes_begin_after_the_last_documented_outcome(name: str) -> None:
    """Prices and plans are documented longer; what a scenario says replaces them."""
    history = provenance()["until"]
    dated = [part for part in changed_by(name) if part.split(".")[-1][:2] == "20"]
    assert [part for part in dated if "2022-02" < part.split(".")[-1] <= history] == []


def test_every_region_and_country_of_the_baseline_is_a_home() -> None:
    scenario = load_scenario("baseline").scenario
    homes = set(documented_world().homes)
    regions = {
        *scenario.regions.signing_bonus.by_region,
        *scenario.regions.monthly_topup,
    }
    assert regions | {*scenario.source_states, *scenario.networks} <= homes


def test_the_baseline_shows_every_documented_act_of_a_source_state() -> None:
    states = load_scenario("baseline").scenario.source_states
    for iso, acts in DOCUMENTED_COUNTERMEASURES.items():
        shown = {
            (act.date, act.kind, act.source) for act in states[iso].countermeasures
        }
        assert {(act.date, act.kind, act.source) for act in acts} <= shown


@pytest.mark.parametrize("name", ["source_state_bans", "networks_dismantled"])
def test_a_scenario_that_adds_acts_keeps_the_documented_ones(name: str) -> None:
    before = load_scenario("baseline").scenario.source_states
    after = load_scenario(name).scenario.source_states
    for iso, state in before.items():
        assert set(state.countermeasures) <= set(after[iso].countermeasures)
        assert state.tolerance == after[iso].tolerance
    for iso in after:
        assert after[iso].tolerance == source_state_settings(before, iso).tolerance


def test_arrests_reach_every_country_with_a_network() -> None:
    states = load_scenario("networks_dismantled").scenario.source_states
    for iso in DOCUMENTED_NETWORKS:
        arrests = [act.date for act in states[iso].countermeasures if act.strength == 1]
        assert arrests == ["2024-01", "2025-01"]


def test_scenarios_are_plain_data() -> None:
    for name in SHIPPED:
        assert json.loads(json.dumps(load_scenario(name).tree))["title"]
