"""The headline measures as a reader sees them: name, value, band, definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from experiments.report.words import name, quantity, span

CARDS: Final = 6
_PART_OF_A_NAME: Final = frozenset({"", "ratio", "share", "month", "index"})
PREFERRED: Final = (
    "replacement_ratio",
    "net_force_change_persons_per_month",
    "mean_signing_bonus_rub",
    "manpower_bill_rub",
    "manpower_bill_share_of_federal_spending",
    "break_month",
)


@dataclass(frozen=True, slots=True)
class Card:
    """One headline number."""

    title: str
    value: str
    band: str
    definition: str


def cards(
    summary: Mapping[str, Mapping[str, Any]], limit: int | None = CARDS
) -> list[Card]:
    """Return the headline numbers, those users ask for most first, up to a limit."""
    chosen = [key for key in PREFERRED if key in summary]
    chosen += [key for key in summary if key not in chosen]
    return [_card(key, summary[key]) for key in chosen[:limit]]


def _card(key: str, measure: Mapping[str, Any]) -> Card:
    unit = str(measure.get("unit", ""))
    value, low, high = (_number(measure.get(part)) for part in ("value", "low", "high"))
    shown = "" if None in (low, high) or low == high else _between(low, high, unit)
    return Card(
        str(measure.get("title") or name(_without_unit(key, unit))),
        quantity(value, unit),
        shown,
        str(measure.get("definition") or "No definition was given."),
    )


def _between(low: float | None, high: float | None, unit: str) -> str:
    return span(quantity(low, unit), quantity(high, unit))


def _without_unit(key: str, unit: str) -> str:
    """Drop the unit from a name that ends in it; it is written beside the value."""
    for ending in (
        unit.replace(" ", "_").lower(),
        "rub",
        "persons_per_month",
        "persons",
    ):
        if ending not in _PART_OF_A_NAME and key.lower().endswith(f"_{ending}"):
            return key[: -len(ending) - 1]
    return key


def _number(given: Any) -> float | None:
    """Return a number, or nothing: JSON may hold null, text or a boolean."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given)
