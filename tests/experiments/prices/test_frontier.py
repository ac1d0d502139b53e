from __future__ import annotations

import json

import pytest

from experiments.prices.frontier import Grid, least_bill, voluntary_frontier
from tests.experiments.small_country import SHORT, settle

SETTINGS = (*SHORT, "time.history_until=2025-03")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch)


def points(grid: Grid, name: str) -> list[float]:
    return [float(value) for value in grid.banded()[name]]


def test_drafting_saves_bonuses_and_loses_output() -> None:
    grid = voluntary_frontier(
        shares=(0.0, 0.5, 1.0), inflow=250.0, settings=SETTINGS, draws=1, workers=1
    )
    assert points(grid, "mobilised_share") == [0.0, 0.5, 1.0]
    came = points(grid, "inflow_persons_per_month")
    assert came[0] == 250.0
    # Men who would serve for no bonus at all come on top of a draft.
    assert min(came) >= 249.0
    bonus, lost = points(grid, "bonus_bill_rub"), points(grid, "lost_output_rub")
    assert bonus == sorted(bonus, reverse=True)
    assert lost == sorted(lost)
    whole = points(grid, "whole_cost_rub")
    parts = zip(points(grid, "bill_rub"), lost, strict=True)
    assert whole == pytest.approx([sum(part) for part in parts])


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
