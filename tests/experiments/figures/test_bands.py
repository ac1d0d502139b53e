"""Bands say what draws say, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.figures.bands import band, how_many, quantiles, ratio


def test_median_and_bands_are_quantiles_over_draws() -> None:
    found = band(np.arange(101.0))
    assert (found.low, found.low_half, found.median) == (5, 25, 50)
    assert (found.high_half, found.high, found.draws) == (75, 95, 101)


def test_undefined_draws_are_left_out_and_counted() -> None:
    found = band(np.array([1.0, np.nan, 3.0]))
    assert (found.median, found.draws) == (2.0, 2)


def test_a_month_undefined_in_every_draw_stays_undefined() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan]])
    assert np.isnan(quantiles(values)[:, 1]).all()


def test_division_by_nothing_is_undefined_rather_than_infinite() -> None:
    found = ratio(np.array([1.0, 1.0]), np.array([0.0, 2.0]))
    assert np.isnan(found[0])
    assert found[1] == 0.5


@pytest.mark.parametrize(
    ("true", "of", "said"),
    [
        (16, 16, "in all 16 draws"),
        (0, 16, "in none of 16 draws"),
        (9, 16, "in 9 of 16 draws"),
        (1, 1, "in the single draw"),
    ],
)
def test_agreement_of_draws_is_said_as_a_count(true: int, of: int, said: str) -> None:
    assert how_many(true, of) == said
