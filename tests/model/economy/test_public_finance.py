"""Regional revenue, what bonuses take of it, and when it hurts."""

import numpy as np
import pytest

from model.economy.public_finance import fiscal_stress, revenue_paths, spending_share
from model.scenario import Scenario
from tests.model.worlds import world


def scenario(**economy: object) -> Scenario:
    time = {"start": "2023-07", "history_until": "2023-08", "until": "2025-06"}
    return Scenario.model_validate({"title": "t", "time": time, "economy": economy})


def test_revenue_grows_from_the_level_of_2023() -> None:
    paths = revenue_paths(world(), scenario(budget_growth_per_year=0.1))
    assert paths.shape == (3, 24)
    assert paths[:, 0] == pytest.approx(100e9 / 12)
    assert paths[:, 12] == pytest.approx(110e9 / 12)


def test_a_scenario_can_cut_revenue() -> None:
    cut = revenue_paths(
        world(), scenario(regional_revenue_factor={"2022-01": 1, "2024-07": 0.5})
    )
    whole = revenue_paths(world(), scenario())
    assert cut[:, :12] == pytest.approx(whole[:, :12])
    assert cut[:, 12:] == pytest.approx(whole[:, 12:] / 2)


def test_the_share_is_that_of_the_last_twelve_months() -> None:
    spent = np.zeros((15, 2))
    spent[:3] = 1e9, 5e9
    spent[3:] = 3e9, 0
    share = spending_share(spent, np.full((2, 20), 100e9))
    assert share == pytest.approx([0.03, 0.0])
    assert spending_share(spent[:0], np.full((2, 20), 100e9)).tolist() == [0.0, 0.0]


def test_stress_begins_late_and_is_one_at_the_cap() -> None:
    shares = np.array([0.0, 0.03, 0.04, 0.05, 0.06])
    assert fiscal_stress(shares, 0.03, 0.05) == pytest.approx([0, 0, 0.5, 1, 1.5])
