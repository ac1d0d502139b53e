from typing import Any

import numpy as np
import pytest

from model.fields.timeline import Timeline
from model.parameters.behaviour import Attention as Settings
from model.parameters.behaviour import Behaviour
from model.people.attention import MOST_PER_MONTH, Attention

OFFER = np.array([500_000.0, 800_000.0])


def attention(effort: str = "quota_driven", **given: Any) -> Attention:
    settings = Settings.model_validate(given)
    behaviour = Behaviour.model_validate({"recruiting_effort": effort})
    return Attention(settings, Timeline(settings, 24272, 24), behaviour, 2)


def level(made: Attention, index: int = 0, jobs: float = 1.0) -> np.ndarray:
    return made.consideration_per_month(index, OFFER, jobs)


def test_without_advertising_only_the_base_is_left() -> None:
    made = attention(advertising=0, base_per_month=0.01)
    assert level(made) == pytest.approx([0.01, 0.01])


def test_at_half_saturation_half_the_effect_is_reached() -> None:
    made = attention(
        advertising=1e6,
        advertising_half_saturation=1e6 / (1 - 0.6),
        carry_over=0.6,
        base_per_month=0.0,
        advertising_per_month=0.02,
    )
    assert level(made) == pytest.approx([0.01, 0.01])


def test_adstock_decays_by_the_carry_over() -> None:
    made = attention(advertising={"2022-09": 1e6, "2022-10": 0}, carry_over=0.6)
    stock = made.adstock_impressions
    made.advertise(1)
    assert made.adstock_impressions == pytest.approx(0.6 * stock)


def test_news_of_a_better_offer_raises_attention_for_a_month() -> None:
    made = attention(news_elasticity=0.8)
    quiet = level(made)
    risen = made.consideration_per_month(1, OFFER * 2, 1.0)
    after = made.consideration_per_month(2, OFFER * 2, 1.0)
    assert risen == pytest.approx(quiet * 2**0.8)
    assert after == pytest.approx(quiet)


def test_a_cut_is_no_news() -> None:
    made = attention()
    quiet = level(made)
    assert made.consideration_per_month(1, OFFER / 2, 1.0) == pytest.approx(quiet)


def test_recruiters_work_harder_below_quota_and_slacken_above() -> None:
    made = attention(effort_response=0.5)
    made.follow_quota(np.array([0.5, 1.5]))
    assert made.effort == pytest.approx(np.exp([0.25, -0.25]))


def test_effort_stays_within_its_bounds() -> None:
    made = attention(effort_response=5.0, effort_low=0.4, effort_high=2.5)
    made.follow_quota(np.array([0.0, 2.0]))
    assert made.effort == pytest.approx([2.5, 0.4])


def test_constant_effort_ignores_the_quota() -> None:
    made = attention("constant", effort_response=5.0)
    made.follow_quota(np.array([0.0, 2.0]))
    assert made.effort == pytest.approx([1.0, 1.0])


def test_job_loss_and_hope_of_peace_raise_attention() -> None:
    calm = level(attention())
    assert np.all(level(attention(), jobs=2.0) > calm)
    hopeful = attention(ceasefire_expectation=1, ceasefire_effect=0.3)
    assert level(hopeful) == pytest.approx(calm * np.exp(0.3))


def test_attention_never_exceeds_its_most() -> None:
    assert level(attention(base_per_month=1.0)) == pytest.approx([MOST_PER_MONTH] * 2)
