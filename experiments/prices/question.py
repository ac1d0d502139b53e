"""What the market is asked for: the target of a price, and where its period lies.

    from experiments.prices.question import asked
    asked(inflow=35_000)

The rules of the governments rest while a price is sought: their documented offers are
the schedule that it multiplies. ODD III.iv (market clearing).
"""

from __future__ import annotations

import math
from typing import Final, NoReturn

from model.clearing import Target
from model.errors import Problem, ScenarioError
from model.fields.months import parse_month
from scenarios import Resolved

FIXED_RULES: Final = ("federal.rule=fixed", "regions.rule=fixed")
WIDE: Final = "channels.volunteer_contract.wide_headroom=10"
"""Prices are sought up to ten times the schedule, unless a setting says otherwise."""
UNITS: Final = {
    "inflow": "persons a month, all channels",
    "inflow_by_region": "persons a month, each region its share of men",
    "replacement": "inflow over permanent losses of the month before",
    "force": "men in theatre",
    "budget": "RUB of bonuses a month",
}


def asked(
    *,
    inflow: float | None = None,
    replacement: float | None = None,
    force: float | None = None,
    budget: float | None = None,
    by_region: bool = False,
) -> Target:
    """Return what the market is asked to clear: exactly one of the four.

    Args:
        inflow: persons a month from all channels.
        replacement: inflow over last month's permanent losses.
        force: men in theatre to keep.
        budget: roubles of bonuses a month to spend.
        by_region: clear each home region's own share of the inflow.

    Raises:
        ScenarioError: none or several are given, one is not a positive number, or
            regions are asked for without an inflow.
    """
    given = {"inflow": inflow, "replacement": replacement, "force": force,
             "budget": budget}  # fmt: skip
    values = {kind: value for kind, value in given.items() if value is not None}
    if len(values) != 1:
        told = ", ".join(f"--{kind}" for kind in values) or "none"
        refuse(f"needs one of {', '.join(f'--{k}' for k in given)}; given: {told}")
    kind, value = next(iter(values.items()))
    if not (math.isfinite(value) and value > 0):
        refuse(f"--{kind} is {value:g}; allowed: a number above 0")
    if by_region and kind != "inflow":
        refuse(f"--by-region needs --inflow; given: --{kind}")
    return Target("inflow_by_region" if by_region else kind, value)  # type: ignore[arg-type]  # the keys above


def first_index(resolved: Resolved, start: str | None) -> int:
    """Return the month, counted from the start of the run, in which solving begins.

    Raises:
        ScenarioError: it lies outside the run, or nothing comes after the history.
    """
    time = resolved.scenario.time
    index = time.history_months if start is None else parse_month(start) - time.first
    if not 0 <= index < time.months:
        given = start or f"after history_until {time.history_until}"
        refuse(f"--from is {given}; allowed: {time.start} to {time.until}")
    return int(index)


def refuse(message: str) -> NoReturn:
    """Refuse a question that cannot be asked."""
    raise ScenarioError(problems=(Problem("solve", 1, 1, "", message),))
