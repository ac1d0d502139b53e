"""What measures are worked out from."""

from __future__ import annotations

import numpy as np

from experiments.measures.facts import ratio


def test_division_by_nothing_is_undefined_rather_than_infinite() -> None:
    found = ratio(np.array([1.0, 1.0]), np.array([0.0, 2.0]))
    assert np.isnan(found[0])
    assert found[1] == 0.5
