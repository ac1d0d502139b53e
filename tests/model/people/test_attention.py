from typing import Any

import numpy as np
import pytest

from model.fields.timeline import Timeline
from model.parameters.behaviour import Attention as Settings
from model.parameters.behaviour import Behaviour
from model.parameters.state import Regions
from model.people.attention import MOST_PER_MONTH, NEWS_MEMORY_MONTHS, Attention
from model.people.knowledge import Knowledge
from tests.model.worlds import regions

OFFER = np.array([500_000.0, 800_000.0])


def attention(
    effort: str = "quota_driven", home_share: float = 0.5, **given: Any
) -> Attention:
    settings = Settings.model_validate(given)
    behaviour = Behaviour.model_validate(
        {"recruiting_effort": effort, "home_share": home_share}
    )
    dated: Any = Timeline(Regions(), 24272, 24)
    dated.visibility = np.ones((2, 24))
    knowledge = Knowledge(behaviour, dated, regions((1000, 1000)))
    return Attention(
        settings, Timeline(settings, 24272, 24), behaviour, knowledge, np.ones(24)
    )


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


def test_news_of_better_offers_raises_attention_and_fades() -> None:
    made = attention(news_elasticity=0.8, news_carry_over=0.5)
    quiet = level(made)
    risen = [made.consideration_per_month(at, OFFER * 2, 1.0) for at in (1, 2, 3)]
    assert risen[0] == pytest.approx(quiet * 2**0.8)
    assert risen[1] == pytest.approx(quiet * 2**0.4)
    assert risen[2] == pytest.approx(quiet * 2**0.2)


def test_news_that_is_not_kept_is_gone_after_a_month() -> None:
    made = attention(news_elasticity=0.8, news_carry_over=0.0)
    quiet = level(made)
    made.consideration_per_month(1, OFFER * 2, 1.0)
    assert made.consideration_per_month(2, OFFER * 2, 1.0) == pytest.approx(quiet)


def test_a_smaller_second_raise_adds_nothing_while_the_first_is_louder() -> None:
    once, twice = (attention(news_elasticity=0.8, news_carry_over=0.8) for _ in "ab")
    for made in (once, twice):
        level(made)
        made.consideration_per_month(1, OFFER * 2, 1.0)
    still = once.consideration_per_month(2, OFFER * 2, 1.0)
    assert twice.consideration_per_month(2, OFFER * 2.2, 1.0) == pytest.approx(still)


def test_a_cut_is_no_news() -> None:
    made = attention()
    quiet = level(made)
    assert made.consideration_per_month(1, OFFER / 2, 1.0) == pytest.approx(quiet)


def test_a_raise_is_news_to_those_who_hear_of_it() -> None:
    made = attention(news_elasticity=0.8, home_share=0.9)
    quiet = level(made)
    risen = made.consideration_per_month(1, OFFER * np.array([1, 2]), 1.0)
    assert risen / quiet == pytest.approx([0.9 + 0.1 * 2**0.8, 0.1 + 0.9 * 2**0.8])


def test_a_restored_offer_is_no_news_until_the_old_one_is_forgotten() -> None:
    made = attention()
    quiet = level(made)
    months = range(1, NEWS_MEMORY_MONTHS)
    for index in months:
        made.consideration_per_month(index, OFFER / 2, 1.0)
    restored = made.consideration_per_month(NEWS_MEMORY_MONTHS, OFFER, 1.0)
    assert restored == pytest.approx(quiet)
    for index in range(10, 10 + NEWS_MEMORY_MONTHS):
        made.consideration_per_month(index, OFFER / 2, 1.0)
    assert np.all(made.consideration_per_month(20, OFFER, 1.0) > 1.5 * quiet)


def test_effort_of_a_place_works_on_the_men_who_know_it() -> None:
    made = attention(effort_response=0.5, home_share=0.8)
    quiet = level(made)
    made.follow_quota(np.array([0.5, 1.5]))
    harder = made.consideration_per_month(1, OFFER, 1.0) / quiet
    short, full = np.exp([0.25, -0.25])
    assert harder == pytest.approx([0.8 * short + 0.2 * full, 0.2 * short + 0.8 * full])


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
