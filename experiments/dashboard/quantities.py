"""What the page shows of a run: monthly series and headline measures, each defined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.figures.words import CHANNELS as READER_CHANNELS
from experiments.figures.words import name as reader_name
from experiments.measures import MEASURES, Measure, periods
from experiments.measures.arithmetic import Floats, ratio, trailing
from experiments.measures.facts import BILL, PERMANENT, VOLUNTEERS, Facts
from model.channels import channel_names
from model.results import Tables
from model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number a month, (T,): how it is called, counted and worked out."""

    key: str
    title: str
    unit: str
    definition: str
    formula: Callable[[Facts], Floats]
    per_unit: float = 1.0
    """What one of the unit is in the formula's own unit, as 1e6 for million RUB."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows of one draw of one scenario."""

    series: Mapping[str, Floats]
    """By key of the quantity, in its unit, (T,); nan in months not simulated yet."""
    measures: Mapping[str, float]
    """By name of the measure; a month that never comes is infinite."""
    months: int
    """Months simulated so far."""
    whole: bool = True
    """Whether all of them are; until then there are no measures."""


MONTHS_BEFORE: Final = 18
"""Months shown before the last documented one."""
SIGNED: Final = "signed_"
"""What the key of a channel's inflow begins with."""


def _of_channel(channel: str) -> Quantity:
    return Quantity(
        f"{SIGNED}{channel}",
        reader_name(channel),
        "persons a month",
        f"Persons who came under arms through the channel {channel} in the month.",
        lambda facts: facts.signed(channel),
    )


def _reading_order(channel: str) -> int:
    """Return where the report puts a channel; new ones come last."""
    known = list(READER_CHANNELS)
    return known.index(channel) if channel in known else len(known)


def _cap(facts: Facts) -> Floats:
    return np.full(facts.months, facts.scenario.federal.manpower_budget_share)


def _spending_share(facts: Facts) -> Floats:
    spending = facts.monthly("economy", "federal_spending_rub")
    return ratio(trailing(facts.paid(*BILL)), trailing(spending))


CHANNELS: Final = tuple(map(_of_channel, sorted(channel_names(), key=_reading_order)))
QUANTITIES: Final = (
    Quantity(
        "signed",
        "Signed",
        "persons a month",
        "Persons who signed or were drawn in the month, all channels.",
        lambda facts: facts.signed(),
    ),
    Quantity(
        "lost",
        "Lost for good",
        "persons a month",
        "Men killed (the missing among them), disabled, captured, absent or discharged"
        " in the month. Wounded men who return are left out.",
        lambda facts: facts.lost(*PERMANENT),
    ),
    Quantity(
        "theatre",
        "In theatre",
        "thousand persons",
        "Men in combat and support at the end of the month; training, hospitals and"
        " garrisons at home are outside.",
        lambda facts: facts.theatre,
        1e3,
    ),
    Quantity(
        "needed",
        "Needed",
        "thousand persons",
        "Force that command is taken to need (federal.force_needed).",
        lambda facts: facts.needed,
        1e3,
    ),
    Quantity(
        "bonus",
        "Mean bonus",
        "million RUB",
        "Federal, regional and municipal signing bonus together, averaged over the"
        " volunteers who signed in the month.",
        lambda facts: ratio(facts.volunteers("bonus_rub"), facts.signed(VOLUNTEERS)),
        1e6,
    ),
    Quantity(
        "marginal",
        "Marginal price",
        "million RUB",
        "Bonus at which one more man would sign, over home regions weighted by"
        " volunteers. It can lie below the mean bonus, as men far from the best offer"
        " count the way.",
        lambda facts: facts.volunteers_mean("marginal_price_rub"),
        1e6,
    ),
    Quantity(
        "bill",
        "Bill",
        "billion RUB a month",
        "All that the state comes to owe for manpower in the month: bonuses,"
        " recruiting, pay, compensation, survivor pensions at present value.",
        lambda facts: facts.accrued(*BILL),
        1e9,
    ),
    Quantity(
        "share",
        "Bill paid",
        "% of federal spending",
        "Manpower bill paid by all levels over federal spending, both of the last"
        " twelve months.",
        _spending_share,
        1e-2,
    ),
    Quantity(
        "cap",
        "Cap",
        "% of federal spending",
        "Share of federal spending above which the bill is taken to break its cap"
        " (federal.manpower_budget_share).",
        _cap,
        1e-2,
    ),
    *CHANNELS,
)
BY_KEY: Final = {quantity.key: quantity for quantity in QUANTITIES}

_SHOWN: Final = (
    "break_month_force",
    "break_month_bill",
    "replacement_ratio",
    "net_force_change_persons_per_month",
    "inflow_persons_per_month",
    "permanent_losses_persons_per_month",
    "mean_signing_bonus_rub",
    "marginal_price_rub",
    "manpower_bill_rub",
)
_MEASURES: Final = {measure.name: measure for measure in MEASURES}
SHOWN_MEASURES: Final[tuple[Measure, ...]] = tuple(_MEASURES[name] for name in _SHOWN)


def shown_from(scenario: Scenario) -> int:
    """Return the first month that is shown, counted from the start of the run."""
    return max(0, scenario.time.history_months - 1 - MONTHS_BEFORE)


def answer(tables: Tables, scenario: Scenario, months: int) -> Answer:
    """Work out what the page shows of one draw.

    Args:
        tables: of the months simulated so far.
        scenario: the scenario they come from.
        months: how many they are.
    """
    facts, whole = Facts(tables, scenario), months == scenario.time.months
    series = {each.key: each.formula(facts) / each.per_unit for each in QUANTITIES}
    if not whole:
        for values in series.values():
            values[months:] = np.nan
        return Answer(series, {}, months, whole)
    last, run = periods(scenario)[""], slice(0, facts.months)
    measures = {
        each.name: each.formula(facts, run if each.whole_run else last)
        for each in SHOWN_MEASURES
    }
    return Answer(series, measures, months, whole)
