import numpy as np
import pytest
from scipy.special import logsumexp

from calibration.fit.diagnostics import (
    effective_size,
    leave_one_out,
    r_hat,
)
from calibration.importance import pareto_tail

RNG = np.random.default_rng(21)


def test_independent_chains_agree_and_are_worth_all_their_states() -> None:
    chains = RNG.standard_normal((10, 200, 2))
    assert r_hat(chains) == pytest.approx(1.0, abs=0.03)
    assert effective_size(chains) == pytest.approx(2000, rel=0.25)


def test_chains_that_stand_still_are_worth_one_state_each() -> None:
    """As they would in separate modes: each repeats itself."""
    chains = np.repeat(RNG.standard_normal((1, 200, 1)), 10, axis=0)
    chains += 0.01 * RNG.standard_normal(chains.shape)
    assert r_hat(chains)[0] > 10
    assert effective_size(chains)[0] == pytest.approx(200, rel=0.05)


@pytest.mark.parametrize("index", [0.2, 0.5, 0.9])
def test_the_tail_index_of_a_pareto_is_found(index: float) -> None:
    ratios = (1 - RNG.uniform(size=200_000)) ** -index
    assert pareto_tail(np.log(ratios))[0] == pytest.approx(index, abs=0.12)


def test_a_light_tail_is_left_nearly_alone() -> None:
    logs = 0.3 * RNG.standard_normal(1000)
    index, smoothed = pareto_tail(logs)
    assert index < 0.5
    assert smoothed == pytest.approx(logs, abs=0.3)
    assert np.count_nonzero(smoothed != logs) <= 95


def test_leaving_one_out_is_the_posterior_without_it() -> None:
    """Prior N(0, 1), two readings of z with error 1: the first given the second."""
    z = 1.0 + RNG.standard_normal(200_000)
    first = -0.5 * (0.5 - z) ** 2 - 0.5 * np.log(2 * np.pi)
    second = -0.5 * (1.5 - z) ** 2
    proposal = -0.5 * (z - 1.0) ** 2
    log_weight = -0.5 * z**2 + first + second - proposal
    log_weight -= logsumexp(log_weight)
    found, index = leave_one_out(first, log_weight)
    # Given the second alone z is N(0.75, 1/2), so the first is N(0.75, 3/2).
    known = -0.5 * (0.5 - 0.75) ** 2 / 1.5 - 0.5 * np.log(2 * np.pi * 1.5)
    assert found == pytest.approx(known, abs=0.01)
    assert index < 0.7
