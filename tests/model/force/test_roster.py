from __future__ import annotations

import numpy as np

from model.force.roll import Roll, State
from model.force.roster import DUTIES, Duty, Roster
from tests.model.force.small_war import CHANNELS, PRISONER, VOLUNTEER, men


def test_blocks_hold_the_men_of_one_channel_duty_and_month() -> None:
    roll, roster = Roll(CHANNELS, 5), Roster(CHANNELS, 6)
    roll.enlist(men(4, casualty_factor=np.array([1, 2, 3, 0.5])), PRISONER, 0)
    roll.enlist(men(2), VOLUNTEER, 0)
    duty = np.array([0, 1, 0, 1, 1, 1])
    roster.assign(roll, np.arange(6), duty, 2)
    blocks = np.flatnonzero(roster.size)
    prisoner, volunteer = (
        (2 + 1) * len(CHANNELS) * DUTIES + channel * DUTIES
        for channel in (PRISONER, VOLUNTEER)
    )
    assert blocks.tolist() == [
        prisoner + Duty.COMBAT,
        prisoner + Duty.SUPPORT,
        volunteer + Duty.SUPPORT,
    ]
    assert roster.size[blocks].tolist() == [2, 2, 2]
    assert roster.worst_factor[blocks].tolist() == [3, 2, 1]
    member = np.array([0, 1, 0, 1, 0, 1])
    rows = roster.rows(np.repeat(blocks, 2), member)
    assert rows.tolist() == [0, 2, 1, 3, 4, 5]
    assert blocks.max() < roster.blocks_until(2)
    assert blocks.min() >= roster.blocks_until(1)


def test_a_block_says_in_what_state_its_men_are_on_duty() -> None:
    states = Roster(CHANNELS, 2).state_on_duty[:DUTIES]
    assert states.tolist() == [State.COMBAT, State.SUPPORT, State.COMBAT]


def test_blocks_are_named_alike_whatever_other_channels_there_are() -> None:
    few, many = Roster(("b",), 3), Roster(("a", "b"), 3)
    per_month = many.ids.reshape(4, 2, DUTIES)[:, 1]
    assert few.ids.tolist() == per_month.ravel().tolist()
    assert len(set(many.ids.tolist())) == many.ids.size


def test_men_can_be_assigned_month_after_month() -> None:
    roll, roster = Roll(CHANNELS, 5), Roster(CHANNELS, 6)
    roll.enlist(men(10), VOLUNTEER, 0)
    for index in range(5):
        rows = np.array([2 * index, 2 * index + 1])
        roster.assign(roll, rows, np.zeros(2, dtype=np.int64), index)
    blocks = np.flatnonzero(roster.size)
    assert roster.rows(blocks, np.ones(5, dtype=np.int64)).tolist() == [1, 3, 5, 7, 9]
