"""What the shipped scenarios say, from their stored expected summaries.

Every scenario is set beside the baseline draw by draw, on common random numbers, so a
difference of a few draws says more than either level does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.documents.blocks import table
from experiments.documents.expected import stored
from scenarios import load_scenario, packaged_names

BASELINE: Final = "baseline"
Floats = NDArray[np.float64]
Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One measure of the table."""

    measure: str
    head: str
    shown: Callable[[float], str]
    shown_difference: Callable[[float], str]


COLUMNS: Final = (
    Column("replacement_ratio", "replacement ratio", "{:.2f}".format, "{:+.2f}".format),
    Column(
        "net_force_change_persons_per_month",
        "net change a month, persons",
        "{:,.0f}".format,
        "{:+,.0f}".format,
    ),
    Column(
        "mean_signing_bonus_rub",
        "mean signing bonus, million RUB",
        lambda rub: f"{rub / 1e6:.2f}",
        lambda rub: f"{rub / 1e6:+.2f}",
    ),
    Column(
        "manpower_bill_rub",
        "manpower bill, trillion RUB",
        lambda rub: f"{rub / 1e12:.2f}",
        lambda rub: f"{rub / 1e12:+.2f}",
    ),
)


def shipped_scenarios() -> str:
    """Return every shipped scenario's median measures, and differences from baseline.

    Levels are medians over the stored draws; in parentheses stands the median of the
    draws' own differences.
    """
    base = stored(BASELINE)
    names = [BASELINE, *(name for name in packaged_names() if name != BASELINE)]
    head = ("scenario", "what changes", *(each.head for each in COLUMNS), "breaks in")
    return table(head, [_row(name, stored(name), base) for name in names])


def _row(name: str, found: Summary, base: Summary) -> tuple[str, ...]:
    changes = load_scenario(name).scenario.changes
    return (
        f"`{name}`",
        "; ".join(changes) or "-",
        *(_cell(each, found, base) for each in COLUMNS),
        _breaks(found),
    )


def _cell(column: Column, found: Summary, base: Summary) -> str:
    here, there = _draws(found, column.measure), _draws(base, column.measure)
    level = column.shown(float(np.median(here)))
    if found["title"] == base["title"]:
        return level
    return f"{level} ({column.shown_difference(float(np.median(here - there)))})"


def _draws(found: Summary, measure: str) -> Floats:
    return np.array(found["measures"][measure]["by_draw"], dtype=float)


def _breaks(found: Summary) -> str:
    by_draw: Sequence[float | None] = found["measures"]["break_month"]["by_draw"]
    return f"{sum(month is not None for month in by_draw)} of {len(by_draw)} draws"
