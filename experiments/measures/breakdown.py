"""What a run's totals are made of: by channel, payer, account and region, by period.

Periods are those of `experiments.measures`; every part adds up over its items to the
total of the quantity, so differences of parts add up to the difference of totals.
ODD II.x (observation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from experiments.measures import periods
from experiments.measures.facts import BILL, VOLUNTEERS
from model.fields.months import parse_month
from model.results import Tables
from model.scenario import Scenario

Part = tuple[str, str, str, str]
"""Ending of the period, quantity, what it is split by, and the item."""
Parts = dict[Part, float]


@dataclass(frozen=True, slots=True)
class Split:
    """One quantity split by one column of a result table."""

    quantity: str
    unit: str
    by: str
    table: str
    column: str
    key: str
    rows: tuple[str, tuple[str, ...]] | None = None
    """Column and the words of it that count; none: all rows."""


_OF_THE_BILL = ("account", BILL)

SPLITS: Final = (
    Split("signed", "persons", "channel", "flows", "signed_persons", "channel"),
    Split("signed", "persons", "region", "flows", "signed_persons", "place"),
    Split("killed", "persons", "channel", "losses", "killed_persons", "channel"),
    Split("bill", "RUB", "payer", "ledger", "accrued_rub", "payer", _OF_THE_BILL),
    Split("bill", "RUB", "account", "ledger", "accrued_rub", "account", _OF_THE_BILL),
    Split(
        "bonuses",
        "RUB",
        "region",
        "flows",
        "bonus_rub",
        "place",
        ("channel", (VOLUNTEERS,)),
    ),
)


def breakdown(tables: Tables, scenario: Scenario) -> Parts:
    """Return every quantity by item and period, as plain numbers.

    Args:
        tables: result tables of one draw.
        scenario: the scenario they come from.
    """
    spans, first = periods(scenario), int(scenario.time.first)
    found: Parts = {}
    for split in SPLITS:
        if split.table in tables:
            monthly = _monthly(tables, split, first)
            for ending, span in spans.items():
                inside = (monthly.index >= span.start) & (monthly.index < span.stop)
                for item, value in monthly[inside].sum().items():
                    if item:
                        found[ending, split.quantity, split.by, str(item)] = float(
                            value
                        )
    return found


def _monthly(tables: Tables, split: Split, first: int) -> pd.DataFrame:
    """Return the quantity by month (rows, counted from `first`) and item (columns)."""
    table = tables[split.table]
    wanted = np.ones(len(table["month"]), dtype=bool)
    if split.rows is not None:
        column, words = split.rows
        wanted = pd.Series(table[column]).isin(words).to_numpy()
    frame = pd.DataFrame(
        {
            "month": table["month"][wanted],
            "item": table[split.key][wanted],
            "value": table[split.column][wanted],
        }
    )
    sums = (
        frame.groupby(["month", "item"], sort=True)["value"].sum().unstack(fill_value=0)
    )
    sums.index = pd.Index([parse_month(str(month)) - first for month in sums.index])
    return sums
