from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from model.force.delays import (
    LONGEST_MONTHS,
    Agenda,
    Delay,
    gamma_delay,
    monthly_share_delay,
)


def mean_months(delay: Delay) -> float:
    return float((1 - delay.cumulative).sum())


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 15.0])
@pytest.mark.parametrize("mean", [0.2, 3.0, 20.0])
def test_whole_months_keep_the_mean_of_the_gamma(mean: float, shape: float) -> None:
    assert mean_months(gamma_delay(mean, shape)) == pytest.approx(mean, rel=1e-6)


def test_a_gamma_delay_starts_anywhere_in_its_month() -> None:
    gamma = stats.gamma(2.0, scale=1.5)
    for months in range(4):
        expected, _ = integrate.quad(gamma.cdf, months, months + 1)
        given = gamma_delay(3.0, 2.0).cumulative[months]
        assert given == pytest.approx(expected, abs=1e-9)


def test_delays_are_looked_up_by_one_uniform_number() -> None:
    uniforms = (np.arange(100_000) + 0.5) / 100_000
    delay = gamma_delay(3.0, 2.0)
    assert delay.months(uniforms).mean() == pytest.approx(3.0, abs=1e-3)


def test_a_monthly_share_leaves_from_the_next_month_on() -> None:
    months = monthly_share_delay(0.25).months(np.array([0.001, 0.249, 0.251, 0.5]))
    assert months.tolist() == [1, 1, 2, 3]
    assert mean_months(monthly_share_delay(0.25)) == pytest.approx(4.0)


def test_at_share_zero_nobody_ever_leaves() -> None:
    months = monthly_share_delay(0.0).months(np.array([1e-9, 0.999999]))
    assert months.tolist() == [LONGEST_MONTHS, LONGEST_MONTHS]


def test_at_share_one_everybody_leaves_next_month() -> None:
    months = monthly_share_delay(1.0).months(np.array([1e-9, 0.999999]))
    assert months.tolist() == [1, 1]


def test_an_agenda_gives_back_each_row_once_in_its_month() -> None:
    agenda = Agenda()
    agenda.put(np.array([3, 1, 3, 2]), np.array([10, 11, 12, 13]))
    agenda.put(np.array([3]), np.array([5]))
    agenda.put(np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    assert agenda.take(0).tolist() == []
    assert agenda.take(1).tolist() == [11]
    assert agenda.take(3).tolist() == [10, 12, 5]
    assert agenda.take(3).tolist() == []
