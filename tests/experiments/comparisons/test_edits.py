from __future__ import annotations

import numpy as np
import pytest

from experiments.comparisons.edits import (
    held_before,
    scaled_from,
    set_from,
    without_rows,
)
from model.fields.months import parse_month
from model.scenario import Scenario

SCENARIO = Scenario.model_validate(
    {
        "title": "dated",
        "federal": {"signing_bonus": {"rub": {"2022-09": 100, "2024-08": 400}}},
        "attention": {
            "effort": {
                "multiplier": {"2024-01": 1, "2025-01": 2},
                "shape": "linear",
                "scale": {"2024-01": 10},
            }
        },
        "regions": {"signing_bonus": {"by_region": {"RU-MOW": 5, "RU-SPE": 6}}},
    }
)


def bonus(scenario: Scenario, month: str) -> float:
    return float(scenario.federal.signing_bonus.over(parse_month(month), 1)[0])


def effort(scenario: Scenario, month: str) -> float:
    return float(scenario.attention.effort.over(parse_month(month), 1)[0])


def test_a_held_value_stays_where_it_was_the_month_before() -> None:
    held = held_before(SCENARIO, "federal.signing_bonus", "2024-08")
    assert [bonus(held, m) for m in ("2022-09", "2024-07", "2025-01")] == [100] * 3


def test_a_gliding_value_keeps_its_way_up_to_the_month() -> None:
    held = held_before(SCENARIO, "attention.effort", "2024-07")
    for month in ("2024-02", "2024-06"):
        assert effort(held, month) == pytest.approx(effort(SCENARIO, month))
    assert effort(held, "2026-01") == pytest.approx(effort(SCENARIO, "2024-06"))


def test_a_value_is_set_from_a_month_on_and_scaled_as_before() -> None:
    made = set_from(SCENARIO, "attention.effort", "2024-07", 0.0)
    assert effort(made, "2024-06") == pytest.approx(effort(SCENARIO, "2024-06"))
    assert effort(made, "2024-07") == 0.0
    assert (
        bonus(set_from(SCENARIO, "federal.signing_bonus", "2024-01", 7), "2025-01") == 7
    )


def test_a_factor_multiplies_what_scales_already() -> None:
    made = scaled_from(SCENARIO, "attention.effort", "2024-07", 0.5)
    assert effort(made, "2024-06") == pytest.approx(effort(SCENARIO, "2024-06"))
    assert effort(made, "2025-06") == pytest.approx(effort(SCENARIO, "2025-06") / 2)


def test_rows_of_a_table_go_and_nothing_else() -> None:
    made = without_rows(SCENARIO, "regions.signing_bonus.by_region", ["RU-MOW"])
    assert list(made.regions.signing_bonus.by_region) == ["RU-SPE"]
    assert np.array_equal(made.federal.signing_bonus.over(24270, 50),
                          SCENARIO.federal.signing_bonus.over(24270, 50))  # fmt: skip


def test_what_is_not_dated_cannot_be_dated() -> None:
    with pytest.raises(TypeError, match="no dated value"):
        held_before(SCENARIO, "force.return_share", "2024-01")
