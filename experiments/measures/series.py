"""Monthly series of a run that effects and breaks are worked out from. ODD II.x.

A measure sums a run up; the effect of a change needs the months, because most changes
act when they come and fade. A run is condensed here to one array a series, so that
draws of two scenarios can be held against one another month by month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.observation.history import FOREIGN
from experiments.measures.arithmetic import Floats
from experiments.measures.facts import BILL, PERMANENT, VOLUNTEERS, Facts
from model.ledger.accounts import ACCOUNTS, accounts_of

Monthly = Mapping[str, Floats]
"""Series of one draw by name, each (T,)."""

FEDERAL: Final = tuple(
    account.name
    for account in ACCOUNTS
    if account.name in BILL and account.payer in ("federal_budget", "insurer")
)
"""Accounts of the bill that Moscow pays; it pays for the insurer too."""
REGIONAL: Final = tuple(name for name in BILL if name not in FEDERAL)


@dataclass(frozen=True, slots=True)
class Series:
    """One monthly series: its name, unit and how it is read from a run."""

    name: str
    title: str
    unit: str
    of: Callable[[Facts], Floats]
    needs: str = ""
    """Column it reads beyond flows, force, losses and ledger, as `table.column`."""


def _abroad(count: Callable[[Facts, str], Floats]) -> Callable[[Facts], Floats]:
    """Sum a count over the channels of men from abroad."""
    return lambda facts: np.sum([count(facts, name) for name in FOREIGN], axis=0)


SERIES: Final = (
    Series("inflow", "Inflow", "persons per month", Facts.signed),
    Series(
        "volunteers",
        "Volunteers",
        "persons per month",
        lambda facts: facts.signed(VOLUNTEERS),
    ),
    Series(
        "foreigners",
        "Foreigners signed",
        "persons per month",
        _abroad(lambda facts, name: facts.signed(name)),
    ),
    Series(
        "foreigners_killed",
        "Foreigners killed",
        "persons per month",
        _abroad(lambda facts, name: facts.lost("killed", channel=name)),
    ),
    Series("deceived", "Deceived", "persons per month", Facts.deceived),
    Series("coerced", "Coerced", "persons per month", Facts.coerced),
    Series(
        "losses",
        "Permanent losses",
        "persons per month",
        lambda facts: facts.lost(*PERMANENT),
    ),
    Series("killed", "Killed", "persons per month", lambda facts: facts.lost("killed")),
    Series("theatre", "Force in theatre", "persons", lambda facts: facts.theatre),
    Series("needed", "Force needed", "persons", lambda facts: facts.needed),
    Series(
        "bonuses_promised",
        "Bonuses promised to volunteers",
        "RUB per month",
        lambda facts: facts.volunteers("bonus_rub"),
        needs="flows.bonus_rub",
    ),
    Series(
        "recruiting_bill",
        "Bonuses and recruiting owed",
        "RUB per month",
        lambda facts: facts.accrued(*accounts_of("bonus", "recruiting")),
    ),
    Series(
        "federal_bill",
        "Bill owed by Moscow",
        "RUB per month",
        lambda facts: facts.accrued(*FEDERAL),
    ),
    Series(
        "regional_bill",
        "Bill owed by regions and towns",
        "RUB per month",
        lambda facts: facts.accrued(*REGIONAL),
    ),
    Series(
        "bill",
        "Manpower bill owed",
        "RUB per month",
        lambda facts: facts.accrued(*BILL),
    ),
    Series(
        "bill_paid",
        "Manpower bill paid",
        "RUB per month",
        lambda facts: facts.paid(*BILL),
    ),
    Series(
        "federal_spending",
        "Federal spending",
        "RUB per month",
        lambda facts: facts.monthly("economy", "federal_spending_rub"),
        needs="economy.federal_spending_rub",
    ),
)


def monthly_series(facts: Facts) -> dict[str, Floats]:
    """Return every series a run has the columns for, by name, each (T,)."""
    return {
        each.name: np.asarray(each.of(facts), dtype=float)
        for each in SERIES
        if not each.needs or facts.has(each.needs)
    }
