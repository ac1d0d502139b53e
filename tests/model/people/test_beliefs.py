from typing import Any

import numpy as np
import pytest

from model.parameters.behaviour import Behaviour
from model.people.beliefs import Beliefs


def beliefs(**given: Any) -> Beliefs:
    given = {"publicity_delay_months": 0, "publicity_share": 1.0, **given}
    return Beliefs(Behaviour.model_validate(given), homes=2)


def after(months: int, deaths: float, **given: Any) -> float:
    made = beliefs(**given)
    for _ in range(months):
        made.observe(np.array([deaths, 0.0]), np.array([1000.0, 1000.0]))
    return float(made.perceived_death_share[0])


def test_before_any_news_the_prior_is_believed() -> None:
    made = beliefs(prior_death_share_per_month=0.007)
    assert made.perceived_death_share == pytest.approx([0.007, 0.007])


def test_one_month_by_hand() -> None:
    told = after(
        1,
        20,
        prior_death_share_per_month=0.01,
        prior_strength_person_months=5000,
        small_numbers_weight=4,
    )
    assert told == pytest.approx((5000 * 0.01 + 4 * 20) / (5000 + 4 * 1000))


def test_beliefs_approach_the_publicised_truth() -> None:
    assert after(200, 20, publicity_share=0.5) < 0.5 * 20 / 1000 + 0.004
    strong = after(200, 20, prior_strength_person_months=1)
    assert strong == pytest.approx(0.02, rel=0.01)


def test_small_numbers_jump_further_than_bayes_and_none_stays() -> None:
    jump = after(1, 50, risk_belief="small_numbers")
    assert jump > after(1, 50, risk_belief="bayesian")
    assert after(1, 50, risk_belief="none") == pytest.approx(0.004)


def test_news_arrives_with_its_delay() -> None:
    made = beliefs(publicity_delay_months=2, prior_strength_person_months=1)
    seen = []
    for month in range(4):
        made.observe(np.array([100.0 * (month == 0), 0]), np.array([1000.0, 1000.0]))
        seen.append(float(made.perceived_death_share[0]))
    assert seen[0] < 0.01
    assert seen[1] < 0.01
    assert seen[2] > 0.02


def test_memory_halves_in_a_half_life() -> None:
    made = beliefs(belief_half_life_months=6, prior_strength_person_months=1e8)
    made.observe(np.array([1e6, 0]), np.array([0.0, 0.0]))
    first = made.perceived_death_share[0] - 0.004
    for _ in range(6):
        made.observe(np.zeros(2), np.zeros(2))
    later = made.perceived_death_share[0] - 0.004
    assert later == pytest.approx(first / 2, rel=1e-3)


def test_a_shock_fades() -> None:
    made = beliefs(belief_half_life_months=6)
    made.shock(0.01)
    for _ in range(6):
        made.observe(np.zeros(2), np.zeros(2))
    assert made.perceived_death_share == pytest.approx([0.009, 0.009], rel=1e-3)
