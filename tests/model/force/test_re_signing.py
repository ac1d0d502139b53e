from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.force.roll import State
from tests.model.force.small_war import (
    NO_HAZARDS,
    PRISONER,
    REGULAR,
    VOLUNTEER,
    War,
    force,
    men,
)

N = 20_000


def converting(early: float, late: float = 0.0) -> dict[str, Any]:
    hazards = {
        "hazard_to_2023_per_month": early,
        "hazard_from_2024_per_month": late,
    }
    return {**NO_HAZARDS, "re_signing": hazards}


def test_men_who_serve_sign_once_at_the_hazard_of_the_month_and_nobody_comes() -> None:
    war = War(force(**converting(0.05))).deploy(men(N)).run(10)
    signed = np.concatenate([losses.re_signed for losses in war.losses])
    assert len(set(signed.tolist())) == len(signed)
    share = 1 - np.exp(-0.05 * 10)
    assert abs(len(signed) - N * share) < 4.5 * np.sqrt(N * share * (1 - share))
    assert war.roll.persons == war.roll.in_theatre == N


def test_the_hazard_changes_with_the_year() -> None:
    war = War(force(**converting(0.0, 0.5)), months=24).deploy(men(N)).run(18)
    by_month = [len(losses.re_signed) for losses in war.losses]
    assert sum(by_month[:16]) == 0
    assert by_month[16] == pytest.approx(N * (1 - np.exp(-0.5)), rel=0.05)


def test_volunteers_signed_already_and_men_out_of_service_do_not_sign() -> None:
    war = War(force(**converting(0.5))).deploy(men(200))
    war.run(2, {0: {VOLUNTEER: men(300), PRISONER: men(400, term_months=1)}})
    war.run(20)
    signed = np.concatenate([losses.re_signed for losses in war.losses])
    channel = war.roll.channel[signed]
    assert set(channel.tolist()) == {REGULAR, PRISONER}
    assert (channel == REGULAR).sum() == 200
    late = np.concatenate([losses.re_signed for losses in war.losses[3:]])
    assert not np.any(war.roll.channel[late] == PRISONER)
    assert war.in_state(State.DISCHARGED) == 400
