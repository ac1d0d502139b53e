"""Assumptions as levers: values and rules that a scenario has for the whole run.

A draw of the posterior brings its own value of what was fitted; a lever that was moved
gives all draws one value, and the months before the levers' date are simulated anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from calibration.posterior import load_draws
from experiments.figures.words import percent, quantity, span
from experiments.measures.arithmetic import HIGH, LOW
from model.errors import StorageError
from model.scenario import Scenario

MANY_DRAWS: Final = 64
"""Draws that say what was fitted."""
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A lever that gives a number for the whole run."""

    name: str
    label: str
    paths: tuple[Path, ...]
    """What it sets; the first says where it stands unmoved."""
    unit: str
    low: float
    high: float
    step: float
    explains: str

    def stands(self, scenario: Scenario) -> float:
        """Return the scenario's own value, at a place where the lever can stand."""
        value: Any = scenario
        for step in self.paths[0]:
            value = getattr(value, step)
        steps = round((float(value) - self.low) / self.step)
        return round(self.low + steps * self.step, 6)


@dataclass(frozen=True, slots=True)
class Rule:
    """A choice that holds for the whole run."""

    name: str
    label: str
    path: Path
    options: Mapping[str, str]
    """What the scenario says, and how it is called."""


ASSUMPTIONS: Final = (
    Assumption(
        "cap",
        "Cap of the manpower bill",
        (("federal", "manpower_budget_share"),),
        "share of federal spending",
        0.01,
        0.3,
        0.005,
        "A bill above it counts as a break. Bonuses keep below it only where Moscow "
        "caps its own.",
    ),
    Assumption(
        "returning",
        "Wounded who return to theatre",
        (("force", "return_share"),),
        "share",
        0.0,
        1.0,
        0.01,
        "Share of the wounded who come back to duty in theatre.",
    ),
    Assumption(
        "chase",
        "How hard regions chase each other",
        (("regions", "game", "level_following"), ("regions", "chase_response")),
        "share",
        0.0,
        1.0,
        0.01,
        "How far a region's bonus follows the going rate, against its own money; in "
        "draws whose regions keep to budget or prices it moves nothing.",
    ),
)
RULES: Final = (
    Rule(
        "regions_rule",
        "Regions set their bonuses",
        ("regions", "rule"),
        {
            "annual_game": "by the year's plan and money",
            "chase_and_fill": "by rivals and plan, month by month",
            "budget_first": "by budget first",
            "fixed": "once and for all",
        },
    ),
    Rule(
        "federal_rule",
        "Moscow sets its bonus",
        ("federal", "rule"),
        {
            "fixed": "as documented last",
            "match_losses": "to match losses",
            "budget_capped": "to match losses, under the cap",
        },
    ),
)


def told(each: Assumption, value: float | None, scenario: Scenario) -> str:
    """Say where a lever stands, and where that leaves what was fitted.

    Args:
        each: the lever.
        value: where it was moved to; None leaves it to scenario and draws.
        scenario: the scenario before any lever is moved.
    """
    fitted = fitted_range(".".join(each.paths[0]))
    if value is None:
        own = quantity(each.stands(scenario), each.unit)
        return f"as fitted: {own} ({_within(fitted)})" if fitted else f"{own}, assumed"
    said = f"{quantity(value, each.unit)} in every draw"
    if fitted is None:
        return f"{said}; an assumption that nothing was fitted to"
    if fitted[0] <= value <= fitted[1]:
        return said
    return f"{said}; outside what was fitted ({_within(fitted)}), extrapolated"


@cache
def fitted_range(name: str) -> tuple[float, float] | None:
    """Return the inner 90 % of a parameter's draws; None where none was fitted."""
    try:
        draws = load_draws(MANY_DRAWS)
    except StorageError:
        return None
    values = [float(draw[name]) for draw in draws if name in draw]
    if not values:
        return None
    low, high = np.quantile(values, (LOW, HIGH)).tolist()
    return low, high


def _within(fitted: tuple[float, float]) -> str:
    low, high = (percent(end, 2) for end in fitted)
    return f"{span(low, high)} in 90 % of draws"
