"""All institutions abroad: documented acts, arrays of the month, what they protect."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import pytest

from calibration.evidence import load_evidence
from model.channels.interface import plain_intake
from model.fields.months import parse_month
from model.force.roll import Roll, State
from model.institutions.abroad import Abroad, Countermeasures
from model.parameters.documented_abroad import (
    DOCUMENTED_COUNTERMEASURES,
    DOCUMENTED_NETWORKS,
    documented_adverts,
    documented_drives,
)
from model.scenario import Scenario
from model.timeline import timeline_of
from tests.model.channels.plausible import (
    FIRST,
    by_default,
    persons,
    recruited,
    scenario,
    world,
)

ISO = world().countries.iso


def abroad_of(setting: Scenario) -> Abroad:
    return Abroad(mesa.Model(), setting, timeline_of(setting, world()), world(), 1)


def course(setting: Scenario) -> list[Countermeasures]:
    abroad = abroad_of(setting)
    return [abroad.decide(index) for index in range(setting.time.months)]


def of(values: np.ndarray, iso: str) -> float:
    return float(values[ISO.index(iso)])


def at(month: str) -> int:
    return parse_month(month) - FIRST


def test_every_documented_act_cites_an_event_of_its_month() -> None:
    evidence = load_evidence()
    for iso, acts in DOCUMENTED_COUNTERMEASURES.items():
        assert iso in ISO
        for act in acts:
            assert act.source is not None
            row = evidence[act.source]
            assert row.geography in (iso, "RU", "ZZ-foreign"), act
            assert str(row.period_start)[:7] == act.date, act


def test_networks_drives_and_adverts_cite_what_exists() -> None:
    evidence = load_evidence()
    assert set(DOCUMENTED_NETWORKS) <= set(ISO)
    cited = {network.source for network in DOCUMENTED_NETWORKS.values()}
    for drive in documented_drives().values():
        cited |= drive.sources
    cited |= documented_adverts().sources
    assert all(source in evidence for source in cited if source)


def test_the_documented_course_of_four_countries() -> None:
    months = course(scenario())
    nepal = [of(m.entry_factor, "NP") for m in months]
    assert nepal[at("2023-07")] == 1
    assert nepal[at("2024-06")] == pytest.approx(0.9 * 0.88)  # warning, ban
    assert of(months[at("2024-03")].entry_factor, "IN") == 1
    assert of(months[at("2024-04")].entry_factor, "IN") == pytest.approx(0.15)
    assert of(months[at("2024-06")].entry_factor, "LK") == pytest.approx(0.15)
    assert of(months[at("2025-03")].entry_factor, "CN") == 1


def test_india_s_deal_holds_from_july_2024_and_for_india_alone() -> None:
    months = course(scenario())
    deals = np.array([m.discharge_deal for m in months])
    assert deals[: at("2024-07")].sum() == 0
    assert deals[at("2024-07") :, ISO.index("IN")].all()
    assert deals.sum() == deals[:, ISO.index("IN")].sum()


def test_arrests_shrink_the_network_of_their_country() -> None:
    calm = {
        "NP": {**DOCUMENTED_NETWORKS["NP"].model_dump(), "arrest_hazard_per_month": 0}
    }
    months = course(scenario(networks=calm))
    before, after = (
        of(months[at(m)].network_capacity_persons, "NP") for m in ("2023-11", "2023-12")
    )
    assert after == pytest.approx(0.4 * before, rel=0.06)


def test_a_scenario_replaces_the_documents_of_the_country_it_names() -> None:
    silent = scenario(source_states={"IN": {"countermeasures": []}})
    months = course(silent)
    assert of(months[-1].entry_factor, "IN") == 1
    assert of(months[-1].entry_factor, "LK") == pytest.approx(0.15)


def test_publicised_dead_provoke_acts_after_the_documented_history() -> None:
    setting = scenario(time={"until": "2026-12"})
    abroad = abroad_of(setting)
    roll = Roll(("regular",), len(world().homes))
    kenya = world().homes.index("KE")
    roll.dead_by_home[kenya] = 200
    ghana = len(world().regions.iso) + ISO.index("GH")
    assert roll.dead_by_home[ghana] == 0
    for index in range(40):
        acts = abroad.decide(index)
        abroad.observe(index, roll)
        reacted = acts.discharge_deal[ISO.index("KE")]
        assert bool(reacted) == (index >= setting.time.history_months)
    assert not acts.discharge_deal[ISO.index("GH")]


def test_captives_of_a_country_are_heard_of_too() -> None:
    roll = Roll(("regular",), len(world().homes))
    home = np.full(80, world().homes.index("KE"), dtype=np.int64)
    roll.enlist(plain_intake(home, np.zeros_like(home), np.full_like(home, 30)), 0, 0)
    roll.move(np.arange(80), State.CAPTURED)
    abroad = abroad_of(scenario())
    abroad.observe(100, roll)
    assert abroad.states[ISO.index("KE")].publicised_persons == 80


@pytest.mark.parametrize(
    ("change", "saves"),
    [
        ({"protection": {"risk_information": 1.0}}, True),
        ({"protection": {"discovery_share": 0.5}}, True),
        ({"protection": {"arrest_effect": 1.0}}, True),
        ({"protection": {"russian_stop_leak": 1.0}}, False),
        ({"protection": {"ban_everywhere": 1.0, "reroute_share": 0.0}}, True),
        ({"protection": {"network_capacity": {"2024-06": 0.1}}}, True),
        ({"protection": {"ban_effect": 1.0, "reroute_share": 0.0}}, True),
    ],
)
def test_each_protection_moves_the_number_of_deceived(
    change: dict[str, dict[str, Any]], saves: bool
) -> None:
    usual = persons(by_default("foreign_deceived"))
    changed = persons(recruited("foreign_deceived", scenario(**change)))
    assert changed < usual if saves else changed > usual
