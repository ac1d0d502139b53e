"""What cannot act in a scenario is named, and what acts is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios import load_scenario, packaged_names
from scenarios.format.conditions import CONDITIONS
from scenarios.format.doubts import doubts
from scenarios.format.layout import kind_at, scenario_layout
from scenarios.format.silence import without_effect
from tests.scenarios.test_every_parameter_moves import SWITCHES

Write = Callable[..., Path]
HEAD = "title: A test\nextends: base\n"

SILENT = {
    "federal: {signing_bonus: {2026-01: 400000}}": (3, "it equals what it replaces"),
    "federal: {service_pay: {2023-05: 195000}}": (3, "it equals what it replaces"),
    "federal:\n  service_pay:\n    scale: {2024-01: 1}": (5, "it equals what"),
    "federal:\n  service_pay: {growth_per_year: {2024-01: 0}}": (4, "it equals what"),
    "federal:\n  quota:\n    2021-01: 5\n    2022-03: 31000": (
        5,
        "a later value holds",
    ),
    "regions:\n  municipal_bonus:\n    scale: 2": (5, "what it multiplies is 0"),
    "regions:\n  signing_bonus:\n    by_region: {RU-SAM: {scale: {2026-01: 1}}}": (
        5,
        "it equals what it replaces",
    ),
    "regions:\n  signing_bonus:\n    scale: {2026-01: 1}": (5, "changes no month's"),
    "federal: {match_response: 0.9}": (3, "federal.rule is fixed"),
    "federal: {mobilisation: {persons: 90000}}": (3, "fallback is false"),
    "regions:\n  rule: fixed\n  chase_response: 0.9": (5, "regions.rule is fixed"),
    "behaviour: {poverty_coefficient: 0.9}": (3, "from_value_of_life"),
    "regions: {rule: fixed, game: {raise_base: -3}}": (3, "regions.rule is fixed"),
    "regions: {chase_response: 0.9}": (3, "regions.rule is annual_game"),
    "regions: {destination_share: 0.5}": (3, "names no region"),
    "force: {renewal_share: 0.9}": (3, "contracts_open_ended is 1"),
    "channels:\n  prisoner:\n    open: 0\n    effort: 2": (6, "prisoner is closed"),
    "channels: {prisoner: {open: 0, admissions: {2024-01: 9000}}}": (3, "is closed"),
    "channels:\n  foreign_volunteer:\n    adverts: 600\n"
    "    advert_response: {elasticity_beyond: 0.5}": (6, "adverts is beyond"),
    "channels:\n  foreign_volunteer: {adverts: 600}\n"
    "  migrant: {advert_response: {elasticity_beyond: 0.5}}": (5, "adverts is beyond"),
    "force: {support_risk_ratio: 0.2}": (3, "it equals what it replaces"),
    "time: {until: 2025-06}\nregions: {step_rub: 5000}": (4, "no month after"),
}


def told(path: Path, *settings: str) -> list[tuple[int, str]]:
    notes = without_effect(load_scenario(path, settings))
    return [(note.line, note.message) for note in notes]


@pytest.mark.parametrize("text", SILENT)
def test_what_cannot_act_is_named_with_its_line_and_the_reason(
    write: Write, text: str
) -> None:
    line, reason = SILENT[text]
    found = told(write(f"{HEAD}{text}\n"))
    assert [at for at, _ in found] == [line], found
    assert found[0][1].startswith("has no effect because ")
    assert reason in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "federal: {signing_bonus: {2026-01: 500000}}",
        "federal: {service_pay: {scale: {2026-01: 0.5}}}",
        "federal: {service_pay: {growth_per_year: {2026-01: 0.1}}}",
        "regions: {signing_bonus: {by_region: {RU-SAM: {scale: {2026-01: 2}}}}}",
        "federal: {rule: match_losses, match_response: 0.9}",
        "regions: {rule: chase_and_fill, chase_response: 0.9}",
        "regions: {game: {raise_base: -3}}",
        "federal: {signing_bonus: {2023-06: 195000}}",  # the rise of 2024 is gone
        "regions: {signing_bonus: {by_region: {RU-SAM: {2026-01: 1500000}}}}",
        "regions: {signing_bonus: {by_region: {RU-SAM: {2024-01: 225000}}}}",
        "behaviour: {slope: 1.3}",  # equal, but held fast against the draws
        "channels: {prisoner: {open: {2026-01: 0}, effort: 2}}",
        "force: {contracts_open_ended: {2026-01: 0}, renewal_share: 0.9}",
        "channels: {migrant: {advert_response: {elasticity_beyond: 0.5}}}",
        "regions: {municipal_bonus: {rub: {2026-01: 5}, scale: 2}}",
    ],
)
def test_what_acts_is_not_named(write: Write, text: str) -> None:
    assert told(write(f"{HEAD}{text}\n")) == []


def test_values_after_a_shorter_run_are_named(write: Write) -> None:
    path = write(f"{HEAD}federal:\n  signing_bonus: {{2026-01: 500000}}\n")
    assert told(path, "time.until=2025-12") == [
        (
            4,
            "has no effect because 2026-01 lies after the run, which ends in 2025-12",
        )
    ]


def test_settings_are_held_to_the_same(write: Write) -> None:
    (note,) = without_effect(load_scenario(write(HEAD), ["federal.match_response=0.9"]))
    assert (note.file, note.line) == ("--set", 1)


@pytest.mark.parametrize("name", packaged_names())
def test_packaged_scenarios_say_nothing_in_vain(name: str) -> None:
    resolved = load_scenario(name)
    assert without_effect(resolved) == ()
    assert doubts(resolved) == ()


NOT_A_MATTER_OF_READING = {
    "federal.manpower_budget_share",  # the break criterion reads it under every rule
    "federal.mobilisation",  # its members are conditions of their own
    "federal.break_months",
    "force.contract_term_months",
    "regions.overfill_response",
    "regions.largest_cut_share",
    "attention.effort_low",
    # Only a lively game shows them; the game's own condition covers them.
    "regions.game.level_effect",
    "regions.game.restored",
    "regions.game.restored_noise",
    "regions.game.rationed_share",
    "regions.game.appropriation_",
    # Only other months, or a lower mean, would show them.
    "regions.signing_bonus.least_rub",
    "behaviour.willingness.from_",
    "force.casualty_",
    # Act under the form `mixture` alone, which a draw of the posterior may choose.
    "behaviour.reluctance.ready_psi",
    "behaviour.reluctance.conditional_psi",
    "behaviour.reluctance.never_psi",
}


def test_every_switch_of_a_parameter_is_a_condition() -> None:
    named = {condition.name for condition in CONDITIONS}
    assert set(SWITCHES) - NOT_A_MATTER_OF_READING <= named


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda c: c.name)
def test_a_condition_speaks_of_a_parameter_and_reads_a_scenario(condition: Any) -> None:
    scenario = load_scenario("baseline").scenario
    assert isinstance(condition.reads(scenario), bool)
    assert kind_at(scenario_layout(), tuple(condition.name.split("."))) is not None
    assert condition.because.format(scenario)


def test_a_file_that_extends_nothing_is_told_what_stands_below_it(write: Write) -> None:
    (note,) = doubts(load_scenario(write("title: A test\nregions: {rule: fixed}\n")))
    assert (note.line, note.key) == (1, "extends")
    assert "built-in defaults" in note.message


def test_a_value_without_a_month_is_told_what_it_replaces(write: Write) -> None:
    path = write(f"{HEAD}federal: {{signing_bonus: 500000}}")
    note = doubts(load_scenario(path))[-1]
    assert note.line == 3
    assert "replaces all 2 steps from 2022-09 to 2024-08" in note.message


def test_a_rate_without_a_month_is_told_that_documents_go(write: Write) -> None:
    note = doubts(load_scenario(write(f"{HEAD}economy: {{rub_per_usd: 92}}\n")))[-1]
    assert (note.line, note.key) == (3, "economy.rub_per_usd")
    assert "documented rate of every month" in note.message


def test_a_district_is_told_once(write: Write) -> None:
    text = "regions: {signing_bonus: {by_district: {Volga: {scale: {2026-01: 1}}}}}"
    ((line, message),) = told(write(f"{HEAD}{text}\n"))
    assert line == 3
    assert message.endswith("; nor has it in 13 other regions")
