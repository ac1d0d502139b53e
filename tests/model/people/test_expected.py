"""Supply in expectation agrees with whom thinning finds."""

from dataclasses import replace

import numpy as np
import pytest

from tests.model.channels.test_volunteer_contract import channel, month

MEN = (400_000, 250_000)
STILL = {"mobility_cost_median_rub": 1e8, "mobility_cost_log_sd": 0.05}


def test_elasticities_and_the_willing_are_those_of_the_men_found() -> None:
    """Count signers of many months at the offers, at 10 % more and for nothing."""
    offer = (1_500_000.0, 1_500_000.0)
    engine = channel(1, MEN, peer_enlisted_weight=0.0, **STILL)
    signed = more = nothing = 0
    for index in range(12):
        now = month(index, offer)
        now = replace(now, consideration_per_month=np.full(2, 0.2))
        found = engine.look(now, wide=True)
        factor = found.clearing_factor(now.offers.bonus_rub)
        signed += int((factor <= 1).sum())
        more += int((factor <= 1.1).sum())
        nothing += int((factor <= 0).sum())
    market = engine.market(month(0, offer))
    expected = market.remaining_willing_persons.sum() * -np.expm1(-0.2)
    assert signed / 12 == pytest.approx(expected, rel=0.1)
    counted = np.log(more / signed) / np.log(1.1)
    assert market.bonus_elasticity == pytest.approx(counted, rel=0.1)
    assert market.zero_bonus_share == pytest.approx(nothing / signed, abs=0.02)
