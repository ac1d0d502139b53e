"""Reach abroad rises with posts by a power, over the whole documented range."""

import numpy as np
import pytest

from model.parameters.documented_abroad import documented_adverts
from model.parameters.propensity import AdvertResponse


def test_posts_raise_reach_by_the_asked_elasticity_where_they_are_many() -> None:
    response = AdvertResponse(elasticity=0.6, seen_posts_per_month=1e6)
    doubled = response.factor(200_000.0) / response.factor(100_000.0)
    assert doubled == pytest.approx(2**0.6, rel=1e-3)
    assert response.factor(0.0) == 1.0


def test_reach_follows_documented_posts_but_less_beyond_what_was_seen() -> None:
    """From June to September 2025 posts rose sevenfold; nobody counted what came."""
    early, june, september = documented_adverts().over(24289, 20)[[0, 16, 19]]
    assert (early, june, september) == (100, 650, 4_600)
    response = AdvertResponse(elasticity=1.0, elasticity_beyond=0.2)
    factor = response.factor
    assert factor(june) / factor(early) == pytest.approx(7.5 / 2)
    assert factor(september) / factor(june) == pytest.approx((4_600 / 650) ** 0.2)


@pytest.mark.parametrize("elasticity", [0.2, 1.1])
def test_each_further_post_reaches_no_fewer_men_than_none(elasticity: float) -> None:
    response = AdvertResponse(elasticity=elasticity)
    reach = np.array([response.factor(posts) for posts in range(0, 5000, 100)])
    assert np.all(np.diff(reach) > 0)
