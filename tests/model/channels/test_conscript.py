"""Conscripts: documented drafts, the age rule, pressure with a capacity."""

from __future__ import annotations

import numpy as np
import pytest

from model.channels.conscript import Settings, call_up
from model.fields.months import parse_month
from model.fields.timeline import Timeline
from model.people.reluctance import willing_factor
from tests.model.channels.plausible import (
    between,
    by_default,
    persons,
    recruited,
    scenario,
    with_channel,
    world,
)


def drafts(first: str, months: int) -> np.ndarray:
    month = parse_month(first)
    return call_up(Timeline(Settings(), month, months), month)


def test_drafts_bring_their_quotas_and_other_months_nobody() -> None:
    called = drafts("2024-01", 12)
    assert called[[0, 1, 2, 7, 8]].sum() == 0
    assert called[3:7].sum() == pytest.approx(150_000, abs=4)  # draft-2024s
    assert called[9:].sum() == pytest.approx(133_000, abs=3)  # draft-2024a


def test_a_tenth_of_a_cohort_signs_with_the_placeholder_in_its_range() -> None:
    signed = persons(between(by_default("conscript"), "2024-01", "2024-12"))
    cohort = 150_000 + 133_000
    assert 0.02 <= signed / cohort <= 0.25  # consc-share


def test_the_oldest_is_27_by_the_old_rule_and_30_by_the_new() -> None:
    intakes = by_default("conscript")
    old = np.concatenate([i.age_years for i in between(intakes, "2022-09", "2023-12")])
    new = np.concatenate([i.age_years for i in between(intakes, "2025-02", "2025-06")])
    assert (old.min(), old.max()) == (18, 27)
    assert (new.min(), new.max()) == (18, 30)


def test_barracks_press_no_more_than_they_can() -> None:
    squeezed = with_channel(
        "conscript", pressing_capacity=150, pressed_hazard_per_month=0.05
    )
    coerced = [int(i.coerced.sum()) for i in recruited("conscript", squeezed)]
    assert max(coerced) == 150


def test_without_pressure_nobody_is_coerced() -> None:
    free = recruited("conscript", with_channel("conscript", pressure=0.0))
    assert persons(free) > 0
    assert sum(int(i.coerced.sum()) for i in free) == 0


def test_a_cohort_cannot_sign_more_often_than_it_has_men() -> None:
    all_in = with_channel(
        "conscript", willing_hazard_per_month=1.0, pressing_capacity=0
    )
    signed = persons(recruited("conscript", all_in))
    called = int(drafts("2021-09", 46).sum())
    assert 0.9 * called < signed <= called


def test_free_signers_come_from_where_more_would_serve_the_pressed_do_not() -> None:
    intakes = by_default("conscript")
    home = np.concatenate([intake.home for intake in intakes])
    coerced = np.concatenate([intake.coerced for intake in intakes])
    regions = world().regions
    factor = willing_factor(scenario().behaviour.reluctance, regions)
    for chosen, weight in ((~coerced, factor), (coerced, np.ones(len(factor)))):
        share = np.bincount(home[chosen], minlength=len(factor)) / chosen.sum()
        expected = regions.men_18_59_persons * weight
        assert share == pytest.approx(expected / expected.sum(), abs=0.006)
