"""The headline measures as a reader sees them: name, value, band, definition.

A summary holds every measure for several periods, told apart by the ending of its name:
none for the last twelve months (or the whole run), `_documented_year`, and a year.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from experiments.figures.words import name, percent, quantity, span
from model.fields.months import format_month

Summary = Mapping[str, Mapping[str, Any]]
CARDS: Final = 6
DOCUMENTED: Final = "_documented_year"
HEADLINE: Final = (
    "replacement_ratio",
    "net_force_change_persons_per_month",
    "mean_signing_bonus_rub",
    "manpower_bill_rub",
    "manpower_bill_share_of_federal_spending",
    "break_month",
    "inflow_persons_per_month",
    "permanent_losses_persons_per_month",
    "force_in_theatre_persons",
    "marginal_price_rub",
    "rent_share",
    "bonus_bill_rub",
    "manpower_bill_share_of_gdp",
    "regions_above_3_percent",
    "regions_above_5_percent",
    "cost_per_effective_soldier_month_rub",
    "killed_persons",
    "disabled_persons",
    "deceived_persons",
    "coerced_persons",
    "remaining_willing_persons",
    "package_elasticity",
    "bonus_elasticity",
    "zero_bonus_share",
)
"""Measures in the order in which users ask for them."""

_YEAR: Final = re.compile(r"_(20\d\d)$")
_AFTER_HISTORY: Final = "months after the documented history"


@dataclass(frozen=True, slots=True)
class Card:
    """One headline number."""

    title: str
    value: str
    band: str
    definition: str
    is_not: str = ""
    documented: str = ""
    """The same measure over the last twelve documented months."""
    rests_on: str = ""
    """What part of its spread rests on assumptions, in words."""


def cards(
    summary: Summary, limit: int | None = CARDS, history_until: int | None = None
) -> list[Card]:
    """Return the headline numbers, those users ask for most first, up to a limit.

    Args:
        summary: as in `summary.json`.
        limit: how many; all if none.
        history_until: last documented month, to which months are counted.
    """
    chosen = [key for key in HEADLINE if key in summary]
    chosen += [key for key in summary if key not in chosen and _of_the_run(key)]
    return [_card(key, summary, history_until) for key in chosen[:limit]]


def further(summary: Summary, history_until: int | None = None) -> list[Card]:
    """Return the measures of the run beyond those users ask for first."""
    chosen = [key for key in summary if key not in HEADLINE and _of_the_run(key)]
    return [_card(key, summary, history_until) for key in chosen]


def headline(summary: Summary) -> dict[str, Mapping[str, Any]]:
    """Return the measures users ask for, in their order; all if none is known."""
    known = {key: summary[key] for key in HEADLINE if key in summary}
    return known or {key: summary[key] for key in summary if _of_the_run(key)}


def by_year(summary: Summary) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the measures that have years: year to measure, by plain name."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for key, measure in summary.items():
        year = _YEAR.search(key)
        if year:
            found.setdefault(key[: year.start()], {})[year[1]] = measure
    return found


def short_title(key: str, measure: Mapping[str, Any]) -> str:
    """Return a measure's name without its period, which tables say once."""
    given = str(measure.get("title") or name(key))
    return re.sub(r", (last twelve( documented)? months|whole run|20\d\d)$", "", given)


def written(measure: Mapping[str, Any], history_until: int | None) -> tuple[str, str]:
    """Return a measure's value and its band, in words."""
    unit = str(measure.get("unit", ""))
    values = [_number(measure.get(part)) for part in ("value", "low", "high")]
    if unit == _AFTER_HISTORY:
        return _month(values, measure, history_until)
    low, high = values[1:]
    known = low is not None and high is not None and low != high
    band = span(quantity(low, unit), quantity(high, unit)) if known else ""
    return quantity(values[0], unit), band


def _card(key: str, summary: Summary, history_until: int | None) -> Card:
    measure = summary[key]
    value, band = written(measure, history_until)
    documented = summary.get(f"{key}{DOCUMENTED}")
    title = str(measure.get("title") or name(key))
    return Card(
        title if documented is None else short_title(key, measure),
        value,
        f"90 % of draws: {band}" if band and not _is_month(measure) else band,
        str(measure.get("definition") or "No definition was given."),
        str(measure.get("is_not") or ""),
        written(documented, history_until)[0] if documented else "",
        _rests_on(key),
    )


def _rests_on(key: str) -> str:
    share = _assumption_shares().get(key, math.nan)
    if math.isnan(share):
        return ""
    part = percent(share)
    return f"In the baseline {part} of what moves it over draws is assumption."


@cache
def _assumption_shares() -> dict[str, float]:
    """Return the stored grades of the baseline's measures; none if none are stored."""
    # The terminal's table comes through here too and waits for no library of tables.
    from calibration.validation.stored_grades import assumption_shares

    return assumption_shares()


def _month(
    values: list[float | None], measure: Mapping[str, Any], history_until: int | None
) -> tuple[str, str]:
    """Write a month that may not come within the run."""
    share = _number(measure.get("share_of_draws"))
    band = "" if share is None else f"comes within the run in {percent(share)} of draws"
    if values[0] is None:
        return "beyond the run", band
    if history_until is None:
        return f"{values[0]:.0f} {_AFTER_HISTORY}", band
    return format_month(history_until + round(values[0])), band


def _is_month(measure: Mapping[str, Any]) -> bool:
    return measure.get("unit") == _AFTER_HISTORY


def _of_the_run(key: str) -> bool:
    return not (_YEAR.search(key) or key.endswith(DOCUMENTED))


def _number(given: Any) -> float | None:
    """Return a number, or nothing: JSON may hold null, text or a boolean."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given)
