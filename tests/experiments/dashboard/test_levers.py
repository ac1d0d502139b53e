from __future__ import annotations

from pathlib import Path

import pytest

from calibration.documented.world import documented_world
from experiments.comparisons.scenario_diff import changes
from experiments.dashboard.desk import Question
from experiments.dashboard.levers import (
    DEFAULT_SINCE,
    PEACE,
    Levers,
    base,
    beyond_documents,
    changes_in_words,
    delta,
    is_open,
    level,
    months_to_choose,
    overrides,
)
from experiments.dashboard.links import scenario_file
from experiments.scenario_tools import check
from model.fields.months import parse_month
from model.fields.timeline import Timeline, undated
from model.institutions.regional import scale_paths
from model.scenario import Scenario
from scenarios import load_scenario
from scenarios.format.places import regions_of

TIMED = (
    "baseline",
    "ceasefire_expectations",
    "offensive_surge",
    "prisons_exhausted",
    "regional_cuts",
)
"""Scenarios that move, at some time, what a lever moves."""
MOVED = (
    Levers(federal_bonus=1.5),
    Levers(regional_bonus=0.5, since="2025-09"),
    Levers(regional_bonus=0.5, where="Volga"),
    Levers(regional_bonus=3, where="RU-SAM"),
    Levers(quota=1.3),
    Levers(service_pay=0),
    Levers(casualties=1.35),
    Levers(peace=0.6),
    Levers(closed=frozenset({"prisoner", "migrant"})),
    Levers(opened=frozenset({"prisoner"}), since="2025-10"),
)
ASSUMED = (
    Levers(cap=0.08),
    Levers(returning=0.9),
    Levers(chase=0.2, regional_bonus=0.5),
    Levers(chase=0.2, regions_rule="chase_and_fill"),
    Levers(federal_rule="budget_capped", federal_bonus=2),
)


def variant(name: str, levers: Levers) -> Scenario:
    return load_scenario(name, overrides(delta(levers, base(name)))).scenario


def test_levers_that_stand_still_change_nothing() -> None:
    assert delta(Levers(), base("regional_cuts")) == {}
    assert not Levers(since="2026-07").moved


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("levers", MOVED, ids=lambda each: changes_in_words(each)[0])
def test_nothing_changes_before_the_levers_act(name: str, levers: Levers) -> None:
    before, after = base(name).scenario, variant(name, levers)
    first = before.time.first
    past = first, parse_month(levers.since) - first
    if levers.where:
        # A region without documents gets a block of its own: a run from its start.
        world = documented_world().regions
        known = [scale_paths(each, world)[:, : past[1]] for each in (before, after)]
        assert (known[0] == known[1]).all()
        return
    assert undated(before) == undated(after)
    assert Timeline(before, *past).equals(Timeline(after, *past))


def test_a_factor_comes_on_top_of_what_the_scenario_scales_later() -> None:
    raised = variant("offensive_surge", Levers(casualties=2))
    before, tempo = base("offensive_surge").scenario, ("force", "tempo")
    for month in ("2026-04", "2026-05", "2026-11"):
        assert level(raised, tempo, month) == 2 * level(before, tempo, month)


def test_an_expectation_is_raised_month_by_month_and_is_never_above_certainty() -> None:
    raised = variant("ceasefire_expectations", Levers(peace=0.8))
    found = [level(raised, PEACE, month) for month in ("2026-04", "2026-05", "2026-08")]
    assert found == pytest.approx([1, 1, 0.8])


def test_a_shut_channel_stays_shut() -> None:
    shut = variant("baseline", Levers(closed=frozenset({"prisoner"})))
    assert is_open(shut, "prisoner", "2026-03")
    assert not is_open(shut, "prisoner", "2026-04")
    assert not is_open(shut, "prisoner", "2027-12")


def test_an_opened_channel_stays_open_where_the_scenario_would_shut_it_later() -> None:
    levers = Levers(opened=frozenset({"prisoner"}), since="2025-10")
    assert not is_open(base("prisons_exhausted").scenario, "prisoner", "2026-03")
    assert is_open(variant("prisons_exhausted", levers), "prisoner", "2026-03")


def test_levers_act_after_documented_history_alone() -> None:
    months = months_to_choose(base("baseline").scenario)
    assert (months[0], months[-1]) == (DEFAULT_SINCE, "2027-12")


@pytest.mark.parametrize(
    "levers", [*MOVED, *ASSUMED], ids=lambda each: changes_in_words(each)[-1]
)
def test_a_saved_file_is_the_scenario_the_page_simulates(
    levers: Levers, tmp_path: Path
) -> None:
    file = tmp_path / "saved.yaml"
    text = scenario_file('A "title": with #', Question("prisons_exhausted", levers))
    file.write_text(text, encoding="utf-8")
    assert check([file]) == []
    read = load_scenario(file).scenario
    assert read.title == 'A "title": with #'
    assert list(read.changes) == changes_in_words(levers)
    assert changes(read, variant("prisons_exhausted", levers)) == []


def offers(scenario: Scenario) -> dict[str, float]:
    """Return what the scenario multiplies each region's bonus by at its end."""
    regions = documented_world().regions
    return dict(zip(regions.iso, scale_paths(scenario, regions)[:, -1], strict=True))


def test_the_regional_lever_moves_one_district_or_one_region_alone() -> None:
    still = offers(base("baseline").scenario)
    volga = offers(variant("baseline", Levers(regional_bonus=0.5, where="Volga")))
    moved = {iso for iso in still if volga[iso] != still[iso]}
    assert moved == set(regions_of("Volga"))
    assert all(volga[iso] == 0.5 * still[iso] for iso in moved)
    one = offers(variant("baseline", Levers(regional_bonus=2, where="RU-SAM")))
    assert {iso for iso in still if one[iso] != still[iso]} == {"RU-SAM"}


def test_a_lever_that_leaves_the_documents_says_so() -> None:
    scenario = base("baseline").scenario

    def said(level: float) -> str:
        path = ("federal", "signing_bonus")
        return beyond_documents(scenario, path, "RUB", DEFAULT_SINCE, level)

    assert said(400_000) == ""
    assert said(240_000) == ""
    assert said(800_000).startswith("above every documented month (400,000 RUB)")
    assert said(100_000).startswith("below every documented month (195,000 RUB)")
