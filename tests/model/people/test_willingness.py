"""Drift of willingness: fitted steps while documents run, a walk of chance after."""

import numpy as np
import pytest

from model.fields.months import format_month, parse_month
from model.fields.time import Time
from model.parameters.behaviour import Willingness
from model.people.willingness import willingness

FIRST = parse_month("2022-09")
MONTHS = parse_month("2027-12") - FIRST + 1
DOCUMENTED = parse_month("2025-09") - FIRST + 1


def at(month: str) -> int:
    return parse_month(month) - FIRST


def drift(seed: int = 1, documented: int = DOCUMENTED, **given: float) -> np.ndarray:
    until = format_month(FIRST + documented - 1)
    time = Time(start="2022-09", history_until=until, until="2027-12")
    return willingness(Willingness(**given), time, seed)


def test_without_steps_nothing_moves_in_the_documented_years() -> None:
    assert drift()[: at("2026-01")] == pytest.approx(1.0)


def test_a_step_is_taken_along_its_half_year_and_stays() -> None:
    path = np.log(drift(from_2024_01=0.12, step_sd=0.0))
    assert path[at("2023-12")] == pytest.approx(0.0)
    assert path[at("2024-01")] == pytest.approx(0.01)
    assert path[at("2024-06")] == pytest.approx(0.11)
    assert path[at("2024-07") :] == pytest.approx(0.12)


def test_later_steps_are_a_walk_of_the_given_spread() -> None:
    ends = [at("2026-07"), at("2027-07")]
    logs = np.log([drift(seed, step_sd=0.08)[ends] for seed in range(2000)])
    # In the middle of July a twelfth of the new half-year's step is taken.
    for column, steps in zip(logs.T, (1, 3), strict=True):
        assert column.std() == pytest.approx(0.08 * (steps + 1 / 144) ** 0.5, rel=0.06)
        assert abs(column.mean()) < 0.08 * steps**0.5 * 4 / 2000**0.5


def test_a_walk_is_its_seeds_in_any_scenario() -> None:
    assert np.array_equal(drift(seed=7), drift(seed=7))
    assert not np.array_equal(drift(seed=7), drift(seed=8))
    apart = drift(seed=7) / drift(seed=7, from_2023_07=0.2)
    later = apart[at("2026-01") :]
    assert later == pytest.approx(later[0])


def test_a_forecaster_of_an_earlier_month_sees_no_step_beyond_it() -> None:
    """At an origin the fitted steps of later half-years give way to the walk."""
    known = at("2024-06") + 1
    assert np.array_equal(
        drift(documented=known), drift(documented=known, from_2024_07=0.5)
    )
    assert np.log(drift(documented=known))[at("2025-01")] != 0.0
