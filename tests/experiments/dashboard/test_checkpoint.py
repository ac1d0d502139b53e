"""A run taken up at the levers' month is the whole run, bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.dashboard.checkpoint import Checkpoint
from experiments.dashboard.levers import Levers
from experiments.dashboard.quantities import Answer, answer
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from scenarios import load_scenario
from tests.experiments.dashboard.small_page import (
    LATER,
    SETTINGS,
    small_base,
    small_variant,
)
from tests.experiments.small_country import small_world

SEED = 7
MONTHS = 11
MOVES: list[dict[str, Any]] = [
    {"federal_bonus": 2.0},
    {"regional_bonus": 0.4},
    {"service_pay": 1.5},
    {"casualties": 1.7},
    {"peace": 0.8},
    {"closed": frozenset({"volunteer_contract"})},
    {"opened": frozenset({"prisoner", "migrant", "foreign_deceived"})},
    {"quota": 1.5},
    {"cap": 0.05},
]


def whole(scenario: Scenario) -> Answer:
    tables = RecruitmentModel(scenario, small_world(), SEED).run()
    return answer(tables, scenario, scenario.time.months)


def taken_up(scenario: Scenario, shown_from: int | None = None) -> list[Answer]:
    held = Checkpoint(small_base(), small_world(), SEED, MONTHS)
    return list(held.answers(scenario, shown_from))


def assert_equal(one: Answer, other: Answer) -> None:
    for key, values in one.series.items():
        np.testing.assert_array_equal(values, other.series[key], key)
    np.testing.assert_equal(one.measures, other.measures)


@pytest.fixture
def no_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be an error and not a whole run if a model does not go on."""

    def goes_on(model: RecruitmentModel, scenario: Scenario) -> bool:
        assert go_on_under(model, scenario)
        return True

    go_on_under = RecruitmentModel.go_on_under
    monkeypatch.setattr(RecruitmentModel, "go_on_under", goes_on)


@pytest.mark.usefixtures("no_way_back")
@pytest.mark.parametrize("move", MOVES, ids=lambda move: next(iter(move)))
def test_every_lever_gives_what_a_whole_run_gives(move: dict[str, Any]) -> None:
    scenario = small_variant(Levers(**LATER, **move))
    assert_equal(taken_up(scenario)[-1], whole(scenario))


def test_levers_change_something() -> None:
    base, scenario = small_base(), small_variant(Levers(**LATER, federal_bonus=2.0))
    signed = [each.series["signed"].sum() for each in map(whole, (base, scenario))]
    assert signed[0] < signed[1]


@pytest.mark.usefixtures("no_way_back")
def test_the_base_goes_on_as_it_began() -> None:
    assert_equal(taken_up(small_base())[-1], whole(small_base()))


@pytest.mark.parametrize(
    "setting",
    [
        "federal.signing_bonus.scale.2025-08=2",
        "force.return_share=0.9",
        "behaviour.settlement_men=300",
        "regions.game.level_following=0.1",
        "federal.rule=budget_capped",
    ],
)
def test_what_reaches_into_the_past_is_simulated_whole(
    setting: str,
) -> None:
    scenario = load_scenario("baseline", (*SETTINGS, setting)).scenario
    assert_equal(taken_up(scenario)[-1], whole(scenario))


@pytest.mark.parametrize(
    ("settings", "first"), [((), MONTHS), (("force.return_share=0.9",), 3)]
)
def test_months_told_as_they_come_are_those_of_the_whole_run(
    settings: tuple[str, ...], first: int
) -> None:
    scenario = load_scenario("baseline", (*SETTINGS, *settings)).scenario
    *under_way, last = taken_up(scenario, shown_from=3)
    assert [each.months - first for each in under_way][:3] == [1, 2, 4]
    assert last.whole
    for each in under_way:
        assert not each.whole
        assert each.measures == {}
        for key, values in each.series.items():
            known = values[: each.months]
            np.testing.assert_array_equal(known, last.series[key][: each.months], key)
            assert np.isnan(values[each.months :]).all()
