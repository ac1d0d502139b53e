"""Shares, sums and runs of months; bands over draws, what is undefined left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.measures.arithmetic import (
    BAND_AND_HALF,
    band,
    first_run,
    quantiles,
    ratio,
    trailing,
)


def test_the_band_is_the_inner_ninety_percent_of_draws() -> None:
    draws = np.arange(101.0)[:, None] * np.array([1.0, 10.0])
    assert quantiles(draws).tolist() == [[5, 50], [50, 500], [95, 950]]
    assert quantiles(draws[:, 0], BAND_AND_HALF).tolist() == [5, 25, 50, 75, 95]


def test_undefined_draws_are_left_out_month_by_month() -> None:
    draws = np.array([[1.0, 1.0, np.nan], [3.0, np.nan, np.nan]])
    low, middle, high = quantiles(draws)
    assert middle.tolist()[:2] == [2.0, 1.0]
    assert (low[1], high[1]) == (1.0, 1.0)
    assert np.isnan([low[2], middle[2], high[2]]).all()


@pytest.mark.parametrize(
    ("draws", "expected"),
    [
        ([1, 2, 3, np.inf], [1, 2, np.inf]),
        ([1, np.inf, np.inf, np.inf], [1, np.inf, np.inf]),
        ([1, np.nan, np.inf], [1, 1, np.inf]),
    ],
)
def test_what_never_comes_is_not_interpolated(
    draws: list[float], expected: list[float]
) -> None:
    assert quantiles(np.array(draws, dtype=float)).tolist() == expected


def test_the_shape_behind_the_draws_is_kept() -> None:
    draws = np.random.default_rng(1).normal(size=(40, 3, 4))
    expected = np.quantile(draws, [0.05, 0.5, 0.95], axis=0)
    assert np.array_equal(quantiles(draws), expected)


def test_median_and_bands_are_quantiles_over_draws() -> None:
    found = band(np.arange(101.0))
    assert (found.low, found.low_half, found.median) == (5, 25, 50)
    assert (found.high_half, found.high, found.draws) == (75, 95, 101)


def test_undefined_draws_are_left_out_and_counted() -> None:
    found = band(np.array([1.0, np.nan, 3.0]))
    assert (found.median, found.draws) == (2.0, 2)


def test_division_by_nothing_is_undefined_rather_than_infinite() -> None:
    found = ratio(np.array([1.0, 1.0]), np.array([0.0, 2.0]))
    assert np.isnan(found[0])
    assert found[1] == 0.5


def test_first_run_looks_behind_history_only() -> None:
    failing = np.array([True] * 5 + [False, True, False, True, True])
    assert first_run(failing, 2, 5) == 4
    assert first_run(failing, 3, 5) == math.inf


def test_trailing_sums_grow_to_a_year() -> None:
    assert trailing(np.ones(15)).tolist() == [*range(1, 13), 12, 12, 12]
