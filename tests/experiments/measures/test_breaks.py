"""Breaks of force and bill, lasting and passing, on series written by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.measures.breaks import breaks
from experiments.measures.series import Monthly
from scenarios import load_scenario

SETTINGS = ("time.start=2025-01", "time.history_until=2025-06", "time.until=2026-12",
            "federal.break_months=3", "federal.manpower_budget_share=0.1")  # fmt: skip
MONTHS, HISTORY = 24, 6
SCENARIO = load_scenario("baseline", SETTINGS).scenario


def draw(theatre: dict[int, float], bill_share: float = 0.05) -> Monthly:
    """Return a draw with a need of 100 men, a force of 120, and some other months."""
    force = np.full(MONTHS, 120.0)
    for month, men in theatre.items():
        force[month] = men
    spending = np.full(MONTHS, 1000.0)
    return {
        "theatre": force,
        "needed": np.full(MONTHS, 100.0),
        "bill_paid": bill_share * spending,
        "federal_spending": spending,
    }


def test_three_months_in_a_row_break_and_two_pass() -> None:
    lasting, passing = {10: 90.0, 11: 80.0, 12: 95.0}, {10: 90.0, 11: 90.0, 13: 90.0}
    force, _ = breaks([draw(lasting), draw(passing), draw({}), draw({})], SCENARIO)
    assert (force.lasting_share, force.passing_share) == (0.25, 0.25)
    assert force.first_month.tolist() == [
        10 - HISTORY + 1,
        math.inf,
        math.inf,
        math.inf,
    ]
    assert force.depth == pytest.approx([0.2, 0.1, 0, 0])


def test_documented_months_break_nothing() -> None:
    early = dict.fromkeys(range(HISTORY), 50.0)
    force, _ = breaks([draw(early)], SCENARIO)
    assert force.lasting_share == force.passing_share == 0


def test_a_bill_breaks_above_its_cap_and_says_by_how_much() -> None:
    _, bill = breaks([draw({}, 0.13), draw({}, 0.09)], SCENARIO)
    assert bill.lasting_share == 0.5
    assert bill.depth == pytest.approx([0.03, 0])


def test_other_thresholds_are_counted_on_the_same_draws() -> None:
    force, bill = breaks([draw({}, 0.13), draw({}, 0.09)], SCENARIO)
    assert bill.at_other[0.08] == 1
    assert bill.at_other[0.12] == 0.5
    assert bill.at_other[0.14] == 0
    # A need of 1.3 times 100 is more than the 120 men there are; 1.1 times is not.
    assert (force.at_other[1.3], force.at_other[1.1]) == (1, 0)
