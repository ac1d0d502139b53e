"""What a scenario does: differences from a base on the same draws, from the change on.

Most changes act when they come and are answered by rules later, so a ratio two years
on says little. An effect is worked out over a *window* that opens in the first month in
which anything comes out differently, or where the scenario's `measure_window` says.
Draws are paired on common random numbers:

    gained over a window   sum over its months of x_scenario - x_base
    cost per extra man     (recruiting bill gained) / (inflow gained), over one window

A change that lowers both has a cost per man too: what is saved for each man forgone.
Where the two go opposite ways (more men for less money, or fewer for more) there is no
price and the cost is undefined. So a cost is positive wherever it is defined: its sign
says nothing, and `has_price` decides whether it is told.

A scenario that turns within its window, as its author wrote it, is held against the
base from turn to turn as well: a cut, then a rise, are two answers and not their sum.
The parts add up to the window: men gained in one less those forgone in another are the
men of the whole, but a cost per man is only worth reading where one thing is done at a
time. ODD II.x (observation).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pydantic import BaseModel

from experiments.measures.arithmetic import Floats
from experiments.measures.series import Monthly
from model.fields.dated import DatedValue
from model.fields.months import format_month, parse_month
from model.scenario import Scenario
from scenarios.format.layout import HEADER

YEAR: Final = 12
CERTAIN: Final = 0.9
"""Share of draws that must hold the sign of an effect before it is called certain."""
MEN: Final = "inflow_gained_persons"
LEAST_MEN_SHARE: Final = 0.001
"""Inflow gained below this share of the base's is noise: no cost per man is named."""


@dataclass(frozen=True, slots=True)
class Window:
    """Months over which a scenario is held against the base, from the start of the run.

    Attributes:
        first: month index in which the scenarios part.
        length: months of the first part; what is counted to the end goes on beyond it.
        months: months of the run.
    """

    first: int
    length: int
    months: int

    @property
    def part(self) -> slice:
        """The months of the window that the run still covers."""
        return slice(self.first, min(self.first + self.length, self.months))

    @property
    def rest(self) -> slice:
        """All months from the change on."""
        return slice(self.first, self.months)

    def words(self, start: int) -> str:
        """Say the window in words; `start` is the first month of the run."""
        last = start + self.part.stop - 1
        return f"{format_month(start + self.first)} to {format_month(last)}"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect: what it is called, its unit and how it is worked out."""

    name: str
    title: str
    unit: str
    formula: Callable[[Monthly, Monthly, Window], float]
    definition: str
    whole: bool = False
    """Whether it is counted to the end of the run and not over the window."""
    price: bool = False
    """Whether it is a cost per man; see `has_price`."""


def gained(series: str, *, to_end: bool = False) -> Callable[..., float]:
    """Make the sum of a series over the window, less that of the base."""

    def formula(base: Monthly, other: Monthly, window: Window) -> float:
        if series not in base:
            return math.nan
        part = window.rest if to_end else window.part
        return float((other[series] - base[series])[part].sum())

    return formula


def after(series: str, months: int) -> Callable[..., float]:
    """Make the difference of a stock some months after the change."""

    def formula(base: Monthly, other: Monthly, window: Window) -> float:
        at = window.first + months - 1
        if at >= window.months:
            return math.nan
        return float(other[series][at] - base[series][at])

    return formula


def per_extra_man(bill: str) -> Callable[..., float]:
    """Make the bill gained over the inflow gained; nan where there is no price."""

    def formula(base: Monthly, other: Monthly, window: Window) -> float:
        men = gained("inflow")(base, other, window)
        if abs(men) < LEAST_MEN_SHARE * base["inflow"][window.part].sum():
            return math.nan
        price = gained(bill)(base, other, window) / men
        return price if price > 0 else math.nan

    return formula


def months_lost(base: Monthly, other: Monthly, window: Window) -> float:
    """Inflow lost to the end, in months of the base's inflow over the window."""
    mean = float(base["inflow"][window.part].mean())
    return (
        -gained("inflow", to_end=True)(base, other, window) / mean if mean else math.nan
    )


EFFECTS: Final = (
    Effect(
        MEN,
        "Men gained",
        "persons",
        gained("inflow"),
        "Men who sign in any channel over the window, less those of the base.",
    ),
    Effect(
        "inflow_gained_to_end_persons",
        "Men gained to the end",
        "persons",
        gained("inflow", to_end=True),
        "The same from the change to the end of the run.",
        whole=True,
    ),
    Effect(
        "inflow_lost_months",
        "Months of inflow lost to the end",
        "months",
        months_lost,
        "Inflow lost to the end over the base's mean monthly inflow in the window.",
        whole=True,
    ),
    Effect(
        "volunteers_gained_persons",
        "Volunteers gained",
        "persons",
        gained("volunteers"),
        "Volunteers who sign over the window, less those of the base.",
    ),
    *(
        Effect(
            f"theatre_after_{months}_months_persons",
            f"Force in theatre after {months} months",
            "persons",
            after("theatre", months),
            f"Men in combat and support in month {months} from the change, less those "
            "of the base.",
            whole=True,
        )
        for months in (6, 12, 24)
    ),
    Effect(
        "losses_gained_persons",
        "Permanent losses added",
        "persons",
        gained("losses"),
        "Men killed, disabled, captured, absent or discharged, less those of the base.",
    ),
    Effect(
        "killed_gained_persons",
        "Killed, added",
        "persons",
        gained("killed"),
        "Men killed over the window, less those of the base.",
    ),
    Effect(
        "recruiting_bill_gained_rub",
        "Bonuses and recruiting added",
        "RUB",
        gained("recruiting_bill"),
        "Bonuses, referral fees, advertising and training owed over the window, less "
        "those of the base.",
    ),
    Effect(
        "bill_gained_rub",
        "Manpower bill added",
        "RUB",
        gained("bill"),
        "Manpower bill owed over the window, less that of the base.",
    ),
    Effect(
        "federal_bill_gained_rub",
        "Added to Moscow's bill",
        "RUB",
        gained("federal_bill"),
        "The part of it that the federal budget and its insurer owe.",
    ),
    Effect(
        "regional_bill_gained_rub",
        "Added to the regions' bill",
        "RUB",
        gained("regional_bill"),
        "The part of it that regions and towns owe.",
    ),
    Effect(
        "cost_per_extra_man_rub",
        "Cost per extra man",
        "RUB",
        per_extra_man("recruiting_bill"),
        "Bonuses and recruiting added for each man gained, or saved for each man "
        "forgone; undefined where men and money go opposite ways, and told where nine "
        "draws of ten have it.",
        price=True,
    ),
    Effect(
        "bill_per_extra_man_rub",
        "Bill per extra man",
        "RUB",
        per_extra_man("bill"),
        "The same with pay, compensation and pensions.",
        price=True,
    ),
    Effect(
        "foreigners_gained_persons",
        "Foreigners gained",
        "persons",
        gained("foreigners"),
        "Foreign citizens who sign over the window, less those of the base.",
    ),
    Effect(
        "foreigners_killed_gained_persons",
        "Foreigners killed, added",
        "persons",
        gained("foreigners_killed"),
        "Foreign citizens killed over the window, less those of the base.",
    ),
    Effect(
        "deceived_gained_persons",
        "Deceived, added",
        "persons",
        gained("deceived"),
        "Men who chose a job that was not the job, less those of the base.",
    ),
)
"""Effects in the order in which users ask for them."""

BY_NAME: Final = {effect.name: effect for effect in EFFECTS}

MOST_PHASES: Final = 4
"""A scenario that turns more often is told over its window alone."""
PHASED: Final = tuple(
    BY_NAME[name]
    for name in (MEN, "recruiting_bill_gained_rub", "cost_per_extra_man_rub")
)
"""What is worked out by phase: men, money, and what each costs."""


def window_of(
    base: Sequence[Monthly], other: Sequence[Monthly], scenario: Scenario
) -> Window | None:
    """Return the window of a scenario held against a base, draw by draw.

    It opens where `measure_window` says, and otherwise in the first month in which
    anything comes out differently in any draw: that needs no reading of files and is
    right for rules too, which act only once documents have ended.

    Returns:
        the window; none if every month of every draw is the same on both sides.
    """
    differs = np.zeros(len(next(iter(base[0].values()))), dtype=bool)
    for one, two in zip(base, other, strict=True):
        for name, values in one.items():
            differs |= two[name] != values
    if not differs.any():
        return None
    asked = scenario.measure_window
    if asked is None:
        return Window(int(np.argmax(differs)), YEAR, len(differs))
    first = int(asked.first - scenario.time.first)
    return Window(min(max(0, first), len(differs) - 1), asked.months, len(differs))


def phases_of(base: Scenario, other: Scenario, window: Window | None) -> list[Window]:
    """Return the parts of a window, from one turn of the scenario to the next.

    Args:
        base: what the scenario is held against.
        other: the scenario.
        window: months over which it is held against the base.

    Returns:
        two to four windows, which lie end to end; none where nothing turns within.
    """
    if window is None:
        return []
    start, part = int(other.time.first), window.part
    inside = {month - start for month in _turns(base, other)}
    cuts = sorted(month for month in inside if part.start < month < part.stop)
    if not 0 < len(cuts) < MOST_PHASES:
        return []
    ends = zip([part.start, *cuts], [*cuts, part.stop], strict=True)
    return [Window(first, last - first, window.months) for first, last in ends]


def _turns(before: Any, after: Any) -> Iterator[int]:
    """Yield the months that `after` names and `before` does not."""
    if before == after:
        return
    if isinstance(after, DatedValue):
        known = _written(before) if isinstance(before, DatedValue) else set()
        yield from _written(after) - known
    elif isinstance(after, BaseModel):
        for name in type(after).model_fields.keys() - set(HEADER):
            yield from _turns(getattr(before, name, None), getattr(after, name))
    elif isinstance(after, Mapping):
        of = before if isinstance(before, Mapping) else {}
        for name, value in after.items():
            yield from _turns(of.get(name), value)
    elif isinstance(after, tuple):
        for item in after:
            if item not in (before or ()) and hasattr(item, "date"):
                yield int(parse_month(item.date))


def _written(value: DatedValue) -> set[int]:
    dates = {*value.steps, *value.scale, *value.growth_per_year}
    return {int(parse_month(date)) for date in dates}


def agreement(differences: Floats) -> tuple[float, int]:
    """Return the share of draws that go the way of most, and which way that is.

    Returns:
        P(sign) between 0 and 1, and +1, -1 or 0 where every draw shows no difference.
    """
    known = differences[np.isfinite(differences)]
    if not len(known) or not known.any():
        return (1.0, 0) if len(known) else (math.nan, 0)
    up, down = float((known > 0).mean()), float((known < 0).mean())
    return (up, 1) if up >= down else (down, -1)


def has_price(men: Floats, price: Floats) -> bool:
    """Say whether a cost per man may be told: men are certain, nearly all have a cost.

    Args:
        men: men gained, by draw.
        price: cost per man, by draw; nan where there is none.
    """
    share, sign = agreement(men)
    defined = float(np.isfinite(price).mean())
    return bool(sign) and share >= CERTAIN and defined >= CERTAIN
