"""The band over draws: 5, 50 and 95 %, what is undefined left out."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.measures.over_draws import BAND_AND_HALF, band, quantiles


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
