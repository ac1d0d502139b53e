"""The documented events whose effects can be told apart, and how each is switched off.

An event is switched off by holding what it moved at its value of the month before. The
months are those in which the baseline's documented paths move. ODD II.x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Final

from experiments.comparisons.edits import held_before, set_from, without_rows
from model.scenario import Scenario

Undo = Callable[[Scenario], Scenario]


@dataclass(frozen=True, slots=True)
class Event:
    """One documented event."""

    name: str
    title: str
    since: str
    """First month in which it can act."""
    without: Undo
    """Return the scenario as if it had not happened."""
    sources: tuple[str, ...] = ()


def _hold(name: str, since: str) -> Undo:
    return lambda scenario: held_before(scenario, name, since)


def _close(channel: str, since: str) -> Undo:
    return lambda scenario: set_from(scenario, f"channels.{channel}.open", since, 0.0)


def without_race(scenario: Scenario, since: str = "2024-07") -> Scenario:
    """Hold every regional bonus at its value before the race.

    A region without a report from before it shares what the mean leaves, as it did.
    """
    table = "regions.signing_bonus.by_region"
    paths = scenario.regions.signing_bonus.by_region
    later = [
        iso
        for iso, path in paths.items()
        if path.steps and min(path.steps)[:7] >= since
    ]
    scenario = without_rows(scenario, table, later)
    for iso in scenario.regions.signing_bonus.by_region:
        scenario = held_before(scenario, f"{table}.{iso}", since)
    return held_before(scenario, "regions.signing_bonus.mean", since)


EVENTS: Final = (
    Event(
        "federal_bonus",
        "Federal bonus doubled",
        "2024-08",
        _hold("federal.signing_bonus", "2024-08"),
        ("fed-bonus-2024-08",),
    ),
    Event(
        "regional_race",
        "Regions outbid one another",
        "2024-07",
        without_race,
        ("avg-2024-08", "avg-2024-12", "avg-2025-05-klu"),
    ),
    Event(
        "debt_write_off",
        "Debts up to ten million written off",
        "2024-12",
        _hold("federal.debt_relief_cap", "2024-12"),
        ("debt-2024-12",),
    ),
    Event(
        "ceasefire_talk",
        "Talk of a ceasefire",
        "2025-02",
        _hold("attention.ceasefire_expectation", "2025-02"),
        ("mow-2025-04-01-10",),
    ),
    Event(
        "advertising",
        "Paid advertising grew",
        "2023-01",
        _hold("attention.advertising", "2023-01"),
        ("ads-yan-2023", "ads-yan-2024", "ads-yan-2025-01"),
    ),
    Event(
        "recruiting_offices",
        "Recruiting offices built up (an assumption)",
        "2023-01",
        _hold("attention.effort", "2023-01"),
    ),
    Event(
        "prisons",
        "Prisons drawn down",
        "2023-02",
        _close("prisoner", "2023-02"),
        ("pris-mod-rate",),
    ),
    Event(
        "raids",
        "Raids on new citizens",
        "2023-01",
        _close("naturalised", "2023-01"),
        ("ru-nat-caught-2024-06",),
    ),
)


def without_all(scenario: Scenario, events: tuple[Event, ...] = EVENTS) -> Scenario:
    """Return the scenario without any of the events."""
    return reduce(lambda found, event: event.without(found), events, scenario)
