from __future__ import annotations

import json

import numpy as np
import pytest

from experiments.prices.frontier import Grid, least_bill, voluntary_frontier
from tests.experiments.small_country import SHORT, settle

SETTINGS = (*SHORT, "time.history_until=2025-03")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch)


def points(grid: Grid, name: str) -> list[float]:
    return [float(value) for value in grid.bands()[name]]


def test_drafting_saves_bonuses_and_loses_output() -> None:
    grid = voluntary_frontier(
        shares=(0.0, 0.5, 1.0), inflow=250.0, settings=SETTINGS, draws=1, workers=1
    )
    assert points(grid, "mobilised_share") == [0.0, 0.5, 1.0]
    assert points(grid, "inflow_asked_persons_per_month") == [250.0] * 3
    came, held = points(grid, "inflow_persons_per_month"), points(grid, "held_share")
    assert (came[0], held[0]) == (250.0, 1.0)
    bonus, lost = points(grid, "bonus_bill_rub"), points(grid, "lost_output_rub")
    assert bonus[0] >= bonus[1] or np.isnan(bonus[1])
    assert lost[0] <= lost[1] or np.isnan(lost[1])
    whole = grid.table["whole_cost_rub"]
    assert np.allclose(
        whole, grid.table["bill_rub"] + grid.table["lost_output_rub"], equal_nan=True
    )


def test_the_frontier_stops_where_more_come_than_were_asked() -> None:
    """Men who would serve for no bonus at all come on top of a draft."""
    grid = voluntary_frontier(
        shares=(0.0, 1.0), inflow=250.0, settings=SETTINGS, draws=1, workers=1
    )
    bought, drafted = grid.bands().to_dict("records")
    assert drafted["inflow_persons_per_month"] > 1.01 * 250
    assert (bought["held_share"], drafted["held_share"]) == (1.0, 0.0)
    assert bought["whole_cost_rub"] > 0
    assert np.isnan(drafted["whole_cost_rub"])
    assert "100 % drafted: too many come in 100 % of draws" in grid.stops


def test_replacing_more_or_deadlier_losses_costs_more() -> None:
    grid = least_bill(
        casualty_factors=(0.5, 2.0),
        replacement_ratios=(3.0, 5.0),
        settings=SETTINGS,
        draws=1,
        workers=1,
    )
    bill = dict(
        zip(
            zip(*(points(grid, name) for name in grid.by), strict=True),
            points(grid, "bill_rub"),
            strict=True,
        )
    )
    assert bill[0.5, 3.0] <= bill[0.5, 5.0]
    assert bill[2.0, 3.0] <= bill[2.0, 5.0]
    assert bill[0.5, 3.0] < bill[2.0, 3.0]
    json.dumps(grid.as_dict(), allow_nan=False)
