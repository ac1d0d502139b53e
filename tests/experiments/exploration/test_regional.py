from __future__ import annotations

import numpy as np
import pytest

from experiments.exploration.regional import separations


def test_a_factor_that_matters_in_the_middle_of_its_range_is_found() -> None:
    """No half-open box would: cases lie in the middle fifth of a."""
    rng = np.random.default_rng(7)
    columns = {"a": rng.random(2000), "b": rng.random(2000)}
    cases = np.abs(columns["a"] - 0.5) < 0.1
    first, second = separations(columns, cases)
    # All cases lie between 0.4 and 0.6, where a quarter less than half the others lie.
    assert first.factor == "a"
    assert first.distance == pytest.approx(0.5, abs=0.02)
    assert first.chance < 1e-9
    assert (second.factor, second.distance < 0.1) == ("b", True)
    assert second.chance > 0.01


def test_choices_are_compared_by_their_shares() -> None:
    rule = np.array(["fixed"] * 60 + ["match"] * 40)
    cases = np.arange(100) % 2 == 0
    cases[:60:2] = False
    (found,) = separations({"rule": rule}, cases)
    # Every case has match; of the 80 others 60 have fixed.
    assert found.distance == pytest.approx(60 / 80)
    assert found.chance < 1e-6
    (same,) = separations({"rule": np.array(["fixed"] * 100)}, cases)
    assert (same.distance, same.chance) == (0.0, 1.0)
