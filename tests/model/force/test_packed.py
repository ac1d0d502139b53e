"""Plain columns are the specification of the packed words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.force.packed import COHORT, HOME, PLACE, SETTLEMENT, Field, pack
from model.force.roll import State
from tests.model.force.small_war import War, force, men

FIELDS = (HOME, PLACE, SETTLEMENT, COHORT)
MEN = 10_000


def numbers(field: Field, seed: int) -> np.ndarray:
    """Numbers the field can hold, its two ends among them."""
    ends = [field.lowest, field.lowest + (1 << field.bits) - 1]
    drawn = np.random.default_rng(seed).integers(ends[0], ends[1] + 1, MEN - 2)
    return np.concatenate([ends, drawn])


def test_what_goes_into_a_word_comes_out_again() -> None:
    home, place, settlement = (numbers(f, i) for i, f in enumerate(FIELDS[:3]))
    words = pack(home, place, settlement, 65_535)
    assert np.array_equal(HOME.of(words), home)
    assert np.array_equal(PLACE.of(words), place)
    assert np.array_equal(SETTLEMENT.of(words), settlement)
    assert np.all(COHORT.of(words) == 65_535)


def test_fields_share_no_bit_and_leave_the_sign_alone() -> None:
    taken = [((1 << f.bits) - 1) << f.start for f in FIELDS]
    assert sum(taken) == np.bitwise_or.reduce(taken) < 2**63


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_number_too_large_is_refused_and_does_not_spill(field: Field) -> None:
    fits: dict[str, Any] = {each.name: np.zeros(2, dtype=np.int64) for each in FIELDS}
    for wrong in (field.lowest - 1, field.lowest + (1 << field.bits)):
        with pytest.raises(ValueError, match=f"{field.name}: only"):
            pack(**{**fits, field.name: np.array([0, wrong])})


def test_a_man_on_the_roll_reads_as_his_plain_columns() -> None:
    fragile = men(3_000, casualty_factor=np.tile([1.0, 1.5, 0.7], 1_000))
    war = War(force()).deploy(men(3_000)).run(8, {2: {1: fragile}})
    roll = war.roll
    rows = np.arange(roll.persons)[::7]
    who, duty = roll.who[rows], roll.duty[rows]
    assert np.array_equal(HOME.of(who), roll.home[rows])
    assert np.array_equal(roll.channel_of(who), roll.channel[rows])
    assert np.array_equal(roll.entered_of(who), roll.entered_index[rows])
    assert np.array_equal(duty.view(np.int32)[0::2], roll.duty_block[rows])
    assert np.array_equal(duty.view(np.float32)[1::2], roll.casualty_factor[rows])
    there = np.isin(roll.state, (State.COMBAT, State.SUPPORT))
    counted = np.bincount(
        roll.duty_block[there], roll.casualty_factor[there], len(roll.on_duty)
    )
    assert np.allclose(roll.on_duty, counted)
