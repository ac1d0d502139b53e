"""A small part of the country: cheap worlds for tests of questions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from calibration.documented.world import documented_world
from calibration.observation.observation import MEDIAN_REPORTING
from model.world import World

SCALE = 200
SHORT = (
    "time.start=2025-03",
    "time.history_until=2025-06",
    "time.until=2025-10",
    f"force.initial_force={500_000 // SCALE}",
    "force.stock_exponent=1",
    f"federal.quota.scale.2022-01={1 / SCALE}",
    *(
        f"channels.{name}.open=0"
        for name in (
            "conscript",
            "foreign_deceived",
            "foreign_volunteer",
            "migrant",
            "naturalised",
            "prisoner",
            "state_deployment",
        )
    ),
)
"""Eight months, four of them documented, in a war of the small country's size.

Channels whose size is given in persons are closed: they would swamp a small country.
Casualties go with the force, for those of the whole country would wipe it out.
"""


def small_world() -> World:
    """Return every region and country with a small part of its men and money."""
    world = documented_world()
    regions, countries = world.regions, world.countries
    return replace(
        world,
        regions=replace(
            regions,
            men_18_59_persons=np.maximum(regions.men_18_59_persons // SCALE, 50),
            revenue_2023_rub=regions.revenue_2023_rub / SCALE,
        ),
        countries=countries,
        prisoners_persons=world.prisoners_persons // SCALE,
        conscripts_per_draft_persons=world.conscripts_per_draft_persons // SCALE,
    )


def draws(n: int) -> list[Mapping[str, float]]:
    """Return draws that differ in one parameter."""
    return [{"force.return_share": 0.5 + 0.1 * at / n} for at in range(n)]


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question be asked of the small country; one process only."""
    world = small_world()
    for module in ("run", "shared_months"):
        where = f"experiments.runs.{module}.documented_world"
        monkeypatch.setattr(where, lambda: world)
    monkeypatch.setattr("experiments.prices.level.documented_world", lambda: world)
    monkeypatch.setattr("experiments.runs.paired.load_draws", draws)
    monkeypatch.setattr("experiments.runs.run.load_draws", draws)
    monkeypatch.setattr(
        "experiments.runs.run.load_reporting", lambda n: [MEDIAN_REPORTING] * n
    )


def as_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process pass for one of a single thread, so that it may be forked.

    Tests that ran before in the same process leave threads of servers and drivers.
    """
    main = threading.main_thread()
    monkeypatch.setattr("threading.enumerate", lambda: [main])
