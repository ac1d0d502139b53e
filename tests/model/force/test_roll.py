from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.channels import channel_names
from model.force.roll import Roll, State, channel_code
from tests.model.force.small_war import CHANNELS, REGIONS, deceived, men


def roll_of(*sizes: int) -> Roll:
    roll = Roll(CHANNELS, REGIONS + 2)
    for index, size in enumerate(sizes):
        roll.enlist(men(size), 1, index)
    return roll


def test_an_intake_stands_in_its_own_order_and_in_training() -> None:
    roll = roll_of(3)
    ages = np.array([19, 44, 31])
    block = roll.enlist(men(3, age_years=ages), 2, 1)
    assert block == slice(3, 6)
    assert roll.age_years[block].tolist() == [19, 44, 31]
    assert roll.counts[:, State.TRAINING].tolist() == [0, 3, 3, 0]
    assert roll.persons == 6


def test_counts_follow_every_move() -> None:
    roll = roll_of(10)
    roll.move(np.arange(6), State.COMBAT)
    new = np.array([State.KILLED, State.WOUNDED, State.KILLED], dtype=np.uint8)
    roll.move(np.array([0, 1, 5]), new)
    expected = np.zeros(len(State), dtype=np.int64)
    np.add.at(expected, roll.state, 1)
    assert roll.counts.sum(axis=0).tolist() == expected.tolist()
    assert roll.in_theatre == 3


def test_homes_know_who_serves_and_who_died() -> None:
    roll = roll_of(4)
    roll.enlist(deceived(2, country=1), 1, 1)
    roll.move(np.array([0, 2, 4]), State.MISSING)
    roll.move(np.array([0]), State.KILLED)
    roll.move(np.array([1]), State.ABSENT)
    roll.move(np.array([3]), State.CAPTURED)
    assert roll.dead_by_home.tolist() == [2, 0, 0, 0, 1]
    assert roll.serving_by_home.tolist() == [0, 1, 0, 0, 1]
    roll.move(np.array([1]), State.SUPPORT)
    assert roll.serving_by_home.tolist() == [0, 2, 0, 0, 1]


def test_the_roll_grows_without_losing_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.force.roll._FIRST_CAPACITY", 4)
    roll = roll_of(3, 3, 30)
    assert roll.home.tolist() == [0, 1, 0, 0, 1, 0, *([0, 1] * 15)]
    assert roll.entered_index.tolist() == [0] * 3 + [1] * 3 + [2] * 30


def test_luck_does_not_depend_on_other_channels() -> None:
    alone, beside = Roll(CHANNELS, 5), Roll(("other", *CHANNELS), 5)
    mine = alone.enlist(men(5), 3, 7)
    beside.enlist(men(1000), 0, 7)
    theirs = beside.enlist(men(5), 4, 7)
    assert np.array_equal(
        alone.stream_ids(np.arange(mine.start, mine.stop)),
        beside.stream_ids(np.arange(theirs.start, theirs.stop)),
    )


def test_no_two_men_share_their_luck() -> None:
    roll = roll_of(50, 50)
    roll.enlist(men(50), 0, -1)
    roll.enlist(men(50), 0, 0)
    assert len(set(roll.stream_ids(np.arange(200)).tolist())) == 200


def test_the_channels_of_the_model_have_codes_of_their_own() -> None:
    names = ("regular", *channel_names())
    assert len({channel_code(name) for name in names}) == len(names)


def test_a_shared_code_is_refused() -> None:
    with pytest.raises(ValueError, match="share a code"):
        Roll(("prisoner", "prisoner"), 1)


def test_a_term_can_be_each_mans_own() -> None:
    roll = roll_of(1)
    block = roll.enlist(replace(men(2), term_months=np.array([0, 6])), 2, 1)
    assert roll.term_months[block].tolist() == [0, 6]
