"""The answer first: three sentences, all worked out from the run.

No sentence is fixed text. Each states a median with its band and says in how many draws
its verdict holds; where draws disagree, the sentence says that the run leaves it open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.figures.run_folder import Absent, RunFolder, shown_if_sound
from experiments.figures.words import how_many, name, number, percent, roubles, span
from experiments.measures.arithmetic import Floats, band, ratio
from experiments.measures.facts import UNDER_ARMS
from experiments.report.bill import bill, by_account
from experiments.report.force import by_state, net_change, total
from experiments.report.inflow import lost, signed
from experiments.report.price import bonus, bonus_in_wages
from experiments.report.yearly import mean
from model.fields.months import format_month
from model.ledger.accounts import accounts_of


def sentences(run: RunFolder) -> list[str]:
    """Return the three sentences; one that cannot be said gives its reason."""
    return [_said(make, run) for make in (_replacement, _price, _cost)]


def _said(make: Callable[[RunFolder], str], run: RunFolder) -> str:
    try:
        with shown_if_sound(run):
            return make(run)
    except Absent as reason:
        return str(reason)


def _replacement(run: RunFolder) -> str:
    last = run.calendar.last_year
    came, went = mean(signed(run)[:, last]), mean(lost(run)[:, last])
    change = mean(net_change(total(by_state(run), UNDER_ARMS))[:, last])
    verdict = _verdict(
        came >= went,
        "inflow covers losses",
        "inflow does not cover losses",
        "whether inflow covers losses stays open: it does",
    )
    in_, out = _banded(came, number), _banded(went, number, short=True)
    return (
        f"From {run.calendar.span(last)}, {in_} men a month come under arms and {out}"
        f" are lost to the force: {verdict}; with those who come back, the men under"
        f" arms change by {_banded(change, _signed, short=True)} a month."
    )


def _price(run: RunFolder) -> str:
    paid, wages = bonus(run), bonus_in_wages(run)
    last, first = run.calendar.last_year, run.calendar.months[0]
    shown = _measured(run, "mean_signing_bonus_rub", roubles) or _banded(
        mean(paid[:, last]), roubles
    )
    rise = ratio(mean(paid[:, last]), paid[:, 0])
    return (
        f"Over those months a volunteer costs {shown} in signing bonus,"
        f" {_banded(rise, _times, short=True)} what it was in {format_month(first)} and"
        f" {_banded(mean(wages[:, last]), number, short=True)} months of the civilian"
        " wage where he signs."
    )


def _measured(run: RunFolder, name_: str, write: Callable[[float], str]) -> str:
    """Write a headline measure as the cards have it; empty if the run has none."""
    measure = run.summary.get(name_, {})
    ends = [measure.get(key) for key in ("value", "low", "high")]
    if not all(isinstance(end, int | float) for end in ends):
        return ""
    value, low, high = (float(str(end)) for end in ends)
    if low == high:
        return write(value)
    return f"{write(value)} (90 % of draws: {span(write(low), write(high))})"


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
        f" {_banded(share, percent, short=True)}{_break(run)}."
    )


def _break(run: RunFolder) -> str:
    """Say how often the arrangement breaks within the run, if the run measured it."""
    share = run.summary.get("break_month", {}).get("share_of_draws")
    if isinstance(share, bool) or not isinstance(share, int | float):
        return ""
    draws = len(run.calendar.draws)
    how_often = how_many(round(share * draws), draws)
    last = format_month(run.calendar.months[-1])
    return (
        f", and until {last} the arrangement breaks, by a force short of need or a bill"
        f" above its cap, {how_often}"
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


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)
