"""The brief's table: base, scenario and difference of each effect, and its parts.

Medians of levels do not subtract, so the scenario's column is the base and the median
difference of paired draws: a reader who takes one from the other gets what stands
beside them. A row is written in one unit throughout. ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from experiments.comparisons.answer import sign_cell
from experiments.comparisons.comparison import Comparison
from experiments.figures.words import in_scale, span
from experiments.measures.effects import Window
from experiments.measures.series import SERIES

ROWS: Final = 20
"""Rows that page two holds, of all scenarios together."""
SHOWN: Final[Mapping[str, str]] = {
    "inflow_gained_persons": "inflow",
    "inflow_gained_to_end_persons": "",
    "recruiting_bill_gained_rub": "recruiting_bill",
    "cost_per_extra_man_rub": "",
    "theatre_after_6_months_persons": "theatre",
    "theatre_after_12_months_persons": "theatre",
    "theatre_after_24_months_persons": "theatre",
    "bill_gained_rub": "bill",
    "federal_bill_gained_rub": "federal_bill",
    "regional_bill_gained_rub": "regional_bill",
    "killed_gained_persons": "killed",
    "foreigners_gained_persons": "foreigners",
    "deceived_gained_persons": "deceived",
}
"""Effects in the order of the table, and the series whose level stands beside each."""
TITLES: Final = {each.name: each.title for each in SERIES}
TO_END: Final = "inflow_gained_to_end_persons"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: written cells."""

    title: str
    base: str
    scenario: str
    difference: str
    range: str
    sign: str
    part: bool = False
    """Whether it is a part of the row above it."""


def effect_rows(found: Comparison, label: str) -> list[Row]:
    """Return what one scenario changes, as many rows as two pages hold.

    An effect that is the same in every draw has no row; one that is counted to the end
    has none where the window ends there too.
    """
    window = found.windows[label]
    if window is None:
        return []
    effects = {row["effect"]: row for row in found.effect_rows(label)}
    phases = [{row["effect"]: row for row in rows} for rows in found.phase_rows(label)]
    made: list[Row] = []
    for effect, series in SHOWN.items():
        row = effects[effect]
        parts = [phase[effect] for phase in phases if effect in phase]
        parts = [part for part in parts if np.isfinite(part["value"])]
        told = bool(np.isfinite(row["value"]) and row["sign"])
        if not (told or parts) or (effect == TO_END and window.part == window.rest):
            continue
        size = max(abs(each["high"]) for each in (row, *parts) if each["sign"])
        name = row["title"] if series in ("", "theatre") else TITLES[series]
        made.append(written(row, name, _level(found, row, series, window), size))
        made += [
            replace(written(part, "", np.nan, size), title=part["window"], part=True)
            for part in parts
        ]
    return made[: ROWS // len(found.labels)]


def written(row: Mapping[str, Any], name: str, base: float, size: float) -> Row:
    """Write a row.

    Args:
        row: an effect with its band.
        name: what it is called.
        base: the level beside the difference; nan where there is none.
        size: decides on millions, billions or trillions.
    """
    numbers = [row["value"], row["low"], row["high"], base, base + row["value"]]
    unit, cells = in_scale(numbers, row["unit"], of=size)
    value, low, high, *sides = cells
    then, now = sides if np.isfinite(base) else ("", "")
    title = f"{name}, {unit}" if unit else name
    if not np.isfinite(row["value"]):
        return Row(title, then, now, "", "none for the whole", "")
    return Row(title, then, now, value, span(low, high), sign_cell(row))


def _level(
    found: Comparison, row: Mapping[str, Any], series: str, window: Window
) -> float:
    """Return the median level of the base beside an effect; nan where there is none."""
    if not series:
        return float("nan")
    rows = found.series
    base = rows[(rows["label"] == found.base) & (rows["series"] == series)]
    if series == "theatre":
        at = window.first + _months(row["effect"]) - 1
        return float(base[base["month"] == at]["value"].median())
    inside = base["month"].between(window.part.start, window.part.stop - 1)
    return float(base[inside].groupby("draw")["value"].sum().median())


def _months(effect: str) -> int:
    """Return the months in the name of an effect on the force."""
    (months,) = (int(word) for word in effect.split("_") if word.isdigit())
    return months
