"""Source states: what acts do, when they begin, what provokes more."""

from __future__ import annotations

import mesa
import pytest

from model.fields.months import parse_month
from model.institutions.source_state import (
    SourceState,
    act_effect,
    entry_factor,
    in_force,
    provoked,
)
from model.parameters.abroad import (
    Countermeasure,
    CountermeasureKind,
    Protection,
    SourceStateSettings,
)

PROTECTION = Protection()
LATE = parse_month("2030-01")


def act(kind: CountermeasureKind, strength: float | None = None) -> Countermeasure:
    return Countermeasure(date="2024-01", kind=kind, strength=strength)


def state(
    *acts: Countermeasure, reacts_from: str = "2025-07", **settings: float
) -> SourceState:
    block = SourceStateSettings(countermeasures=acts, **settings)
    return SourceState(mesa.Model(), "NP", block, PROTECTION, parse_month(reacts_from))


def test_no_act_lets_everybody_through() -> None:
    assert entry_factor([], LATE, PROTECTION) == 1


def test_a_ban_mostly_changes_the_route() -> None:
    passed = entry_factor([act("ban")], LATE, PROTECTION)
    assert passed == pytest.approx(1 - 0.3 * (1 - 0.6))


def test_a_ban_builds_up_over_its_lag() -> None:
    first = parse_month("2024-01")
    effects = [act_effect(act("ban"), first + age, PROTECTION) for age in range(4)]
    assert effects == pytest.approx([0.04, 0.08, 0.12, 0.12])


def test_a_stop_by_russia_is_nearly_a_switch_with_a_leak() -> None:
    assert entry_factor([act("russian_stop")], LATE, PROTECTION) == pytest.approx(0.15)


def test_a_stated_strength_replaces_the_usual_one() -> None:
    weak = act("russian_stop", strength=0.2)
    assert entry_factor([weak], LATE, PROTECTION) == pytest.approx(0.8)


def test_kinds_multiply_and_the_same_kind_does_not_count_twice() -> None:
    acts = [act("warning"), act("warning"), act("prosecution")]
    assert entry_factor(acts, LATE, PROTECTION) == pytest.approx(0.9 * 0.9)


@pytest.mark.parametrize("kind", ["arrests", "discharge_deal"])
def test_arrests_and_deals_do_not_stop_men_at_the_border(
    kind: CountermeasureKind,
) -> None:
    assert entry_factor([act(kind)], LATE, PROTECTION) == 1


def test_an_act_begins_in_its_month() -> None:
    dated = [act("warning")]
    assert in_force(dated, parse_month("2023-12")) == []
    assert in_force(dated, parse_month("2024-01")) == dated


def test_what_a_state_hears_of_provokes_it_step_by_step() -> None:
    ladder = [len(provoked(n, 1.0, [], PROTECTION)) for n in (0, 5, 12, 18, 40, 60)]
    assert ladder == [0, 1, 2, 3, 4, 5]


def test_tolerance_raises_every_threshold_and_nothing_is_done_twice() -> None:
    assert provoked(60, 20.0, [], PROTECTION) == []
    assert "warning" not in provoked(60, 1.0, ["warning"], PROTECTION)


def test_a_state_keeps_to_the_documents_as_long_as_there_are_any() -> None:
    country = state()
    country.observe(1_000)
    country.decide(parse_month("2025-06"))
    assert country.entry_factor == 1
    country.decide(parse_month("2025-07"))
    assert country.entry_factor < 1
    assert country.discharge_deal
    assert country.arrests_this_month


def test_a_state_can_be_told_not_to_react() -> None:
    block = SourceStateSettings(triggers=False)
    country = SourceState(mesa.Model(), "NP", block, PROTECTION, 0)
    country.observe(1e9)
    country.decide(LATE)
    assert country.entry_factor == 1
    assert not country.discharge_deal


def test_arrests_fall_in_one_month_only() -> None:
    country = state(act("arrests"))
    blows = []
    for month in range(parse_month("2023-12"), parse_month("2024-04")):
        country.decide(month)
        blows.append(country.arrests_this_month)
    assert blows == [False, True, False, False]
