"""A small country, and answers made by hand, for tests of the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.dashboard.charts import Window
from experiments.dashboard.levers import Levers, base, delta, overrides
from experiments.dashboard.quantities import QUANTITIES, SHOWN_MEASURES, Answer
from model.scenario import Scenario
from scenarios import load_scenario
from tests.experiments.small_country import SHORT

SETTINGS = (*SHORT, "time.until=2026-06")
LATER: dict[str, Any] = {"since": "2026-02"}
WINDOW = Window(
    first=24302,  # 2025-03
    last=24317,
    shown_from="2025-03",
    documented_until="2025-06",
    since="2026-02",
)


def small_base() -> Scenario:
    return base("baseline", SETTINGS).scenario


def small_variant(levers: Levers) -> Scenario:
    changes = overrides(delta(levers, base("baseline", SETTINGS)))
    return load_scenario("baseline", (*SETTINGS, *changes)).scenario


def made_up(level: float) -> Answer:
    """Return an answer whose every number is `level`."""
    months = WINDOW.last - WINDOW.first + 1
    return Answer(
        {each.key: np.full(months, level) for each in QUANTITIES},
        {each.name: level for each in SHOWN_MEASURES},
        months,
    )


def under_way(level: float, months: int) -> Answer:
    """Return an answer of which so many months are there."""
    whole = made_up(level)
    for values in whole.series.values():
        values[months:] = np.nan
    return Answer(whole.series, {}, months, whole=False)
