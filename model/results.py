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
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Table = dict[str, Column]
Tables = dict[str, Table]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts as positions in a list of them, until tables are written."""

    names: Column
    """The texts, an array of objects."""
    code: NDArray[np.integer]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.code)


class Recorder:
    """Collects rows by table and month, and joins them once at the end."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._rows: dict[str, list[int]] = defaultdict(list)

    def add(self, table: str, month: str, rows: int, **columns: Any) -> None:
        """Append `rows` rows of a month; scalars are repeated.

        Args:
            table: name of the table.
            month: the month as text.
            rows: number of rows.
            **columns: arrays of shape (rows,), coded texts or scalars, the same names
                and kinds every month.
        """
        if rows:
            self._parts[table].append({"month": month, **columns})
            self._rows[table].append(rows)

    def tables(self) -> Tables:
        """Join everything recorded so far."""
        return {
            table: {
                name: _joined([part[name] for part in parts], self._rows[table])
                for name in parts[0]
            }
            for table, parts in self._parts.items()
        }


def _joined(parts: list[Any], rows: list[int]) -> Column:
    """Join a column's months: arrays as they are, codes as texts, scalars repeated."""
    first = parts[0]
    if isinstance(first, Coded):
        return first.names.take(np.concatenate([part.code for part in parts]))
    if isinstance(first, np.ndarray) and first.ndim:
        return np.concatenate(parts)
    return np.array(parts).repeat(rows)
