"""What the priors of supply imply, and draws that imply what is asked."""

import numpy as np
import pytest

from calibration.validation.supply import (
    WANTED,
    at_elasticity,
    expected_supply,
    implied,
    prior_predictive,
)


def test_the_prior_spreads_the_elasticity_as_documents_do() -> None:
    found = prior_predictive(250).bonus_elasticity
    low, median, high = np.quantile(found, [0.05, 0.5, 0.95])
    assert median == pytest.approx(WANTED["median"], abs=0.05)
    assert low == pytest.approx(WANTED["low"], abs=0.03)
    assert 0.55 < high < WANTED["high"] + 0.05


def test_no_form_fixes_how_many_would_sign_for_nothing() -> None:
    share = prior_predictive(250).zero_bonus_share
    low, high = np.quantile(share, [0.05, 0.95])
    assert low < 0.45
    assert high > 0.85


@pytest.mark.parametrize("asked", [0.1, 0.3, 0.8])
def test_a_draw_can_be_made_to_imply_an_elasticity_at_the_same_inflow(
    asked: float,
) -> None:
    before = expected_supply({}).willing_persons.sum()
    draw = at_elasticity({}, asked)
    after = expected_supply(draw)
    assert after.bonus_elasticity == pytest.approx(asked, abs=1e-4)
    level = (
        draw["attention.base_per_month"]
        / at_elasticity({}, 0.3)["attention.base_per_month"]
    )
    usual = expected_supply(at_elasticity({}, 0.3)).willing_persons.sum()
    assert after.willing_persons.sum() * level == pytest.approx(usual, rel=1e-3)
    assert before > 0


def test_an_elasticity_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="no parameters within reach"):
        at_elasticity({}, 3.0)


def test_longer_service_makes_the_sum_up_front_matter_less() -> None:
    short, long = ({"behaviour.horizon_months": months} for months in (12.0, 30.0))
    found = implied([short, long])
    assert found.bonus_elasticity[0] > found.bonus_elasticity[1]
    assert found.zero_bonus_share[0] < found.zero_bonus_share[1]
