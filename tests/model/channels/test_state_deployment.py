"""Troops by treaty: dated waves, nobody chooses."""

from __future__ import annotations

import numpy as np

from model.channels.state_deployment import Channel
from model.scenario import Scenario
from tests.model.channels.plausible import by_default, world
from tests.model.worlds import environment, made
from tests.model.worlds import world as small_world

NAME = "state_deployment"


def test_waves_arrive_in_their_months_from_their_country() -> None:
    intakes = by_default(NAME)
    arrived = np.cumsum([i.persons for i in intakes])
    assert arrived[24] == 0
    assert arrived[27] == 11_000  # kp-wave1
    assert arrived[-1] == 15_000  # kp-total-2025-04
    homes = np.concatenate([i.home for i in intakes])
    assert np.unique(homes).tolist() == [world().homes.index("KP")]


def test_they_are_young_and_do_not_understand_orders() -> None:
    intake = by_default(NAME)[25]
    assert intake.age_years.max() <= 30
    assert (intake.casualty_factor == 1.5).all()
    assert np.isnan(intake.reservation_bonus_rub).all()


def test_a_country_that_is_not_in_the_world_sends_nobody() -> None:
    setting = Scenario(title="small")
    channel = made(Channel, setting, small_world())
    assert channel.recruit(environment(index=25)).persons == 0
