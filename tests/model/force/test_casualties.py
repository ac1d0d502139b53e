from typing import Any

import numpy as np
import pytest

from model.force.casualties import casualty_path, casualty_shocks
from model.scenario import Scenario

FIRST, UNTIL = "2024-01", "2026-12"
STEPS = {f"2024-{month:02d}": 10_000.0 + 1_000 * month for month in range(1, 13)}


def scenario(**casualties: Any) -> Scenario:
    """Documented casualties of 2024: 11,000 in January, 22,000 in December."""
    given = {"documented_until": "2024-12", "persons_per_month": STEPS, **casualties}
    return Scenario.model_validate(
        {
            "title": "test",
            "time": {"start": FIRST, "history_until": "2025-06", "until": UNTIL},
            "force": {
                "casualties": given,
                "casualty_memory": 0.8,
                "casualty_shock_sd": 0.2,
            },
        }
    )


def test_documents_are_followed_to_their_last_month() -> None:
    assert casualty_path(scenario())[:12] == pytest.approx(list(STEPS.values()))


def test_after_them_casualties_return_to_their_last_half_year() -> None:
    path = casualty_path(scenario())
    usual = np.log(np.arange(17_000, 23_000, 1_000)).mean()
    last = np.log(22_000)
    assert np.log(path[12]) == pytest.approx(usual + 0.8 * (last - usual))
    assert np.log(path[14]) == pytest.approx(usual + 0.8**3 * (last - usual))
    assert path[-1] == pytest.approx(np.exp(usual), rel=0.01)


def test_a_path_of_a_files_own_is_taken_as_stated_from_its_month_on() -> None:
    own = scenario(persons_per_month={**STEPS, "2025-07": 50_000.0})
    path, ruled = casualty_path(own), casualty_path(scenario())
    assert path[12:18] == pytest.approx(ruled[12:18])
    assert path[18:] == pytest.approx(50_000)


def test_a_scale_multiplies_what_the_rule_gives() -> None:
    scaled, plain = (casualty_path(scenario(scale=s)) for s in ({"2025-03": 1.5}, {}))
    assert scaled[:14] == pytest.approx(plain[:14])
    assert scaled[14:] == pytest.approx(1.5 * plain[14:])


def test_without_documents_nothing_is_added() -> None:
    stated = scenario(documented_until=None, persons_per_month={FIRST: 9_000.0})
    assert casualty_path(stated) == pytest.approx(9_000)
    assert (casualty_shocks(stated, 1) == 1).all()


def test_a_forecaster_of_an_earlier_month_knows_less() -> None:
    early = scenario()
    early = early.model_copy(
        update={"time": early.time.model_copy(update={"history_until": "2024-06"})}
    )
    assert (casualty_shocks(early, 1)[:6] == 1).all()
    assert casualty_shocks(early, 1)[6] != 1


def test_chance_sets_in_when_documents_end_and_is_the_same_in_every_scenario() -> None:
    shocks = casualty_shocks(scenario(), 5)
    assert (shocks[:12] == 1).all()
    assert (shocks[12:] != 1).all()
    surge = scenario(persons_per_month={**STEPS, "2025-07": 50_000.0})
    assert np.array_equal(casualty_shocks(surge, 5), shocks)
    assert not np.array_equal(casualty_shocks(scenario(), 6), shocks)


def test_shocks_are_an_autoregression_of_the_stated_memory_and_spread() -> None:
    logs = np.log([casualty_shocks(scenario(), seed)[12:] for seed in range(600)])
    assert logs[:, 0].std() == pytest.approx(0.2, rel=0.1)
    assert logs[:, -1].std() == pytest.approx(0.2 / (1 - 0.8**2) ** 0.5, rel=0.1)
    slope = (logs[:, 10] @ logs[:, 11]) / (logs[:, 10] @ logs[:, 10])
    assert slope == pytest.approx(0.8, abs=0.06)
    assert logs.mean() == pytest.approx(0, abs=0.03)
