"""What a run hands out: tidy tables of typed columns, one row where something happened.

    flows    month, channel, home, place -> considering, signed, prices, rent
    prices   month, place                -> offers, wage, months of wage, package ratio
    force    month, channel, state       -> persons
    losses   month, home, channel        -> killed, disabled, wounded, ...
    service  month, channel              -> posted, released, rotated, re-signed, ...
    ledger   month, payer, payee, account, place, channel -> accrued, paid
    economy  month                       -> wages, prices, revenue, bill as shares
    beliefs  month, home                 -> perceived and true death share
    supply   month, bonus                -> signers at that common factor on the bonuses
    pool     month, home                 -> remaining men willing at today's price

Units stand in the column names. ODD II.x (observation).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Table = dict[str, Column]
Tables = dict[str, Table]


class Recorder:
    """Collects rows by table and month, and joins them once at the end."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, Column]]] = defaultdict(list)

    def add(self, table: str, month: str, rows: int, **columns: Any) -> None:
        """Append `rows` rows of a month; scalars are repeated.

        Args:
            table: name of the table.
            month: the month as text.
            rows: number of rows.
            **columns: arrays of shape (rows,) or scalars, the same names every month.
        """
        if rows:
            named = {"month": month, **columns}
            filled = {n: _column(value, rows) for n, value in named.items()}
            self._parts[table].append(filled)

    def tables(self) -> Tables:
        """Join everything recorded so far."""
        return {name: _joined(parts) for name, parts in self._parts.items()}


def _column(value: Any, rows: int) -> Column:
    column = np.asarray(value)
    if column.dtype.kind == "U":
        column = column.astype(object)
    return np.full(rows, column[()]) if column.ndim == 0 else column


def _joined(parts: list[dict[str, Column]]) -> Table:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
