"""Reach abroad rises with posts by a power, over the whole documented range."""

import numpy as np
import pytest

from model.parameters.documented_abroad import documented_adverts
from model.parameters.propensity import AdvertResponse


def test_posts_raise_reach_by_the_asked_elasticity_where_they_are_many() -> None:
    response = AdvertResponse(elasticity=0.6)
    doubled = response.factor(200_000.0) / response.factor(100_000.0)
    assert doubled == pytest.approx(2**0.6, rel=1e-3)
    assert response.factor(0.0) == 1.0


def test_reach_does_not_saturate_within_documented_numbers_of_posts() -> None:
    """From June to September 2025 posts rose sevenfold; reach still follows."""
    early, june, september = documented_adverts().over(24289, 20)[[0, 16, 19]]
    assert (early, june, september) == (100, 650, 4_600)
    factor = AdvertResponse().factor
    assert factor(june) > 2 * factor(early)
    assert factor(september) > 2 * factor(june)


@pytest.mark.parametrize("elasticity", [0.2, 1.1])
def test_each_further_post_reaches_no_fewer_men_than_none(elasticity: float) -> None:
    response = AdvertResponse(elasticity=elasticity)
    reach = np.array([response.factor(posts) for posts in range(0, 5000, 100)])
    assert np.all(np.diff(reach) > 0)
