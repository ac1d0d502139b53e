"""Steps: the guide finds what a search finds, on the steps themselves too."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.chance.steps import Steps

UPTO = np.array([0.0, 0.1, 0.1, 0.25, 0.25 + 1e-9, 0.5, 0.99999, 1.0])


@pytest.mark.parametrize("side", ["left", "right"])
def test_numbers_on_and_beside_every_step_are_told_apart(
    side: Literal["left", "right"],
) -> None:
    inner = UPTO[(UPTO > 0) & (UPTO < 1)]
    at = np.concatenate([inner, np.nextafter(inner, 0), np.nextafter(inner, 1), [0.0]])
    found = Steps(UPTO, side).at(at)
    assert np.array_equal(found, np.searchsorted(UPTO, at, side=side))


@given(st.integers(0, 2**32), st.integers(1, 600))
def test_any_distribution_is_inverted_exactly(seed: int, steps: int) -> None:
    luck = np.random.default_rng(seed)
    upto = np.sort(luck.random(steps))
    at = luck.random(2000)
    assert np.array_equal(Steps(upto).at(at), np.searchsorted(upto, at))
