"""The answer first: three sentences and six numbers, all worked out from the run.

No sentence is fixed text. Each states a median with its band and says in how many draws
its verdict holds; where draws disagree, the sentence says that the run leaves it open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from experiments.report.bands import Floats, band, how_many, ratio
from experiments.report.bill import bill, by_account
from experiments.report.force import net_change
from experiments.report.inflow import lost, signed
from experiments.report.price import bonus, marginal_price
from experiments.report.run_folder import Absent, RunFolder
from experiments.report.words import name, number, percent, quantity, roubles, span
from experiments.report.yearly import mean
from model.ledger.accounts import accounts_of
from model.months import format_month

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


def sentences(run: RunFolder) -> list[str]:
    """Return the three sentences; one that cannot be said gives its reason."""
    return [_said(make, run) for make in (_replacement, _price, _cost)]


def cards(
    summary: Mapping[str, Mapping[str, Any]], limit: int | None = CARDS
) -> list[Card]:
    """Return the headline numbers, those users ask for most first, up to a limit."""
    chosen = [key for key in PREFERRED if key in summary]
    chosen += [key for key in summary if key not in chosen]
    return [_card(key, summary[key]) for key in chosen[:limit]]


def _said(make: Callable[[RunFolder], str], run: RunFolder) -> str:
    try:
        return make(run)
    except Absent as reason:
        return str(reason)


def _replacement(run: RunFolder) -> str:
    last = run.calendar.last_year
    came, went = mean(signed(run)[:, last]), mean(lost(run)[:, last])
    change = mean(net_change(run)[:, last])
    verdict = _verdict(
        came >= went,
        "inflow covers losses",
        "inflow does not cover losses",
        "whether inflow covers losses stays open: it does",
    )
    direction = "grows" if np.nanmedian(change) >= 0 else "shrinks"
    in_, out = _banded(came, number), _banded(went, number, short=True)
    by = _banded(abs(change), number, short=True)
    return (
        f"From {run.calendar.span(last)}, {in_} men a month come under arms and {out}"
        f" are lost to the force: {verdict}, and the force {direction} by {by} a month."
    )


def _price(run: RunFolder) -> str:
    paid, asked = bonus(run), marginal_price(run)
    first, last = run.calendar.months[0], run.calendar.months[-1]
    rise = ratio(paid[:, -1], paid[:, 0])
    said = (
        f"In {format_month(last)} a volunteer costs {_banded(paid[:, -1], roubles)} in"
        f" signing bonus, {_banded(rise, _times, short=True)} what it was in"
        f" {format_month(first)}"
    )
    if np.isfinite(asked[:, -1]).any():
        more = _banded(asked[:, -1], roubles, short=True)
        said += f"; the next man would sign for {more}"
    return f"{said}."


def _cost(run: RunFolder) -> str:
    last = run.calendar.last_year
    whole = bill(run)[:, last].sum(axis=1)
    accounts = by_account(run)
    parts = [accounts[a] for a in accounts_of("bonus") if a in accounts]
    bonuses = np.sum(parts, axis=0)[:, last].sum(axis=1) if parts else 0 * whole
    largest = max(accounts, key=lambda account: float(accounts[account][:, last].sum()))
    share = ratio(accounts[largest][:, last].sum(axis=1), whole)
    part = _banded(ratio(bonuses, whole), percent, short=True)
    return (
        f"The state comes to owe {_banded(whole, roubles)} over those"
        f" {last.stop - last.start} months, of which {part} is signing bonuses; the"
        f" largest item is {name(largest).lower()} at"
        f" {_banded(share, percent, short=True)}."
    )


def _verdict(holds: Any, yes: str, no: str, open_: str) -> str:
    """Word a verdict by how many draws agree on it."""
    true, of = int(np.sum(holds)), len(holds)
    share = true / of
    if share >= 0.5 and (of == 1 or share >= 0.9):
        return f"{yes} {how_many(true, of)}"
    if share <= 0.1:
        return f"{no} {how_many(of - true, of)}"
    return f"{open_} {how_many(true, of)}"


def _banded(
    values: Floats, write: Callable[[float], str], *, short: bool = False
) -> str:
    """Write a median and its band; `short` where the band was explained before."""
    found = band(values)
    low, high = write(found.low), write(found.high)
    if found.draws <= 1 or low == high:
        return write(found.median)
    lead = "" if short else "90 % of draws: "
    return f"{write(found.median)} ({lead}{span(low, high)})"


def _times(value: float) -> str:
    return f"{number(value, 2)} times"


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
