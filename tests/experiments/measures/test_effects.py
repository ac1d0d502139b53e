"""Effects of a scenario, on series short enough to add up by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.measures.effects import (
    BY_NAME,
    Window,
    agreement,
    has_price,
    window_of,
)
from experiments.measures.series import SERIES, Monthly
from scenarios import load_scenario

MONTHS = 30
FLAT = np.full(MONTHS, 100.0)


def series(**changed: np.ndarray) -> Monthly:
    """Return a run in which every series is 100 a month, some of them changed."""
    return {**{each.name: FLAT.copy() for each in SERIES}, **changed}


def from_month(first: int, extra: float, months: int = MONTHS) -> np.ndarray:
    """Return 100 a month and `extra` on top for some months from `first` on."""
    values = FLAT.copy()
    values[first : first + months] += extra
    return values


def effect(name: str, base: Monthly, other: Monthly, window: Window) -> float:
    return BY_NAME[name].formula(base, other, window)


WINDOW = Window(first=10, length=12, months=MONTHS)


def test_men_gained_count_within_the_window_and_to_the_end() -> None:
    other = series(inflow=from_month(10, 5.0))
    assert effect("inflow_gained_persons", series(), other, WINDOW) == 60
    assert effect("inflow_gained_to_end_persons", series(), other, WINDOW) == 100
    assert effect("inflow_lost_months", series(), other, WINDOW) == -1


def test_a_stock_is_read_in_that_month_from_the_change() -> None:
    """Month 1 is the month of the change, so month 12 is the eleventh after it."""
    other = series(theatre=FLAT + np.arange(MONTHS))
    name = "theatre_after_{}_months_persons"
    assert effect(name.format(12), series(), other, WINDOW) == 21
    assert math.isnan(effect(name.format(24), series(), other, WINDOW))


def test_a_man_costs_what_is_added_over_the_men_gained() -> None:
    other = series(inflow=from_month(10, 2.0), recruiting_bill=from_month(10, 6.0))
    assert effect("cost_per_extra_man_rub", series(), other, WINDOW) == 3


def test_a_man_forgone_saves_a_price_too() -> None:
    other = series(inflow=from_month(10, -2.0), recruiting_bill=from_month(10, -6.0))
    assert effect("cost_per_extra_man_rub", series(), other, WINDOW) == 3


def test_more_men_for_less_money_have_no_price() -> None:
    other = series(inflow=from_month(10, 2.0), recruiting_bill=from_month(10, -6.0))
    assert math.isnan(effect("cost_per_extra_man_rub", series(), other, WINDOW))


def test_hardly_any_men_have_no_price_either() -> None:
    other = series(inflow=from_month(10, 0.05), recruiting_bill=from_month(10, 6.0))
    assert math.isnan(effect("cost_per_extra_man_rub", series(), other, WINDOW))


def test_a_price_is_told_where_men_are_certain_and_nearly_all_draws_have_one() -> None:
    """It is positive or undefined, so its own sign would be certain everywhere."""
    certain, open_ = np.full(10, -5.0), np.array([5.0] * 6 + [-5.0] * 4)
    everywhere, in_half = np.full(10, 2e6), np.array([2e6, np.nan] * 5)
    assert has_price(certain, everywhere)
    assert not has_price(open_, everywhere)
    assert not has_price(certain, in_half)


def test_the_window_opens_where_anything_first_differs_in_any_draw() -> None:
    scenario = load_scenario("baseline", ["time.until=2025-02"]).scenario
    early, late = (series(inflow=from_month(first, 1.0)) for first in (7, 11))
    found = window_of([series(), series()], [late, early], scenario)
    assert found == Window(first=7, length=12, months=MONTHS)


def test_a_window_of_its_own_overrides_it() -> None:
    asked = ["time.until=2025-02", "measure_window.start=2023-09",
             "measure_window.months=6"]  # fmt: skip
    scenario = load_scenario("baseline", asked).scenario
    found = window_of([series()], [series(inflow=from_month(7, 1.0))], scenario)
    assert found == Window(first=12, length=6, months=MONTHS)


def test_runs_that_never_differ_have_no_window() -> None:
    scenario = load_scenario("baseline").scenario
    assert window_of([series()], [series()], scenario) is None


@pytest.mark.parametrize(
    ("differences", "told"),
    [
        ([1.0, 2.0, 3.0, -1.0], (0.75, 1)),
        ([-1.0, -2.0, math.nan], (1.0, -1)),
        ([0.0, 0.0], (1.0, 0)),
        ([0.0, 2.0, 0.0, 0.0], (0.25, 1)),
    ],
)
def test_agreement_counts_draws_of_one_sign(
    differences: list[float], told: tuple[float, int]
) -> None:
    """A draw without a difference agrees with nobody."""
    assert agreement(np.array(differences)) == told
