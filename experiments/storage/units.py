"""The unit of a column, read from its name: names are the one place where units stand.

Stored tables carry it too, as `unit` in the metadata of every Parquet column, so that
other programs need not read names. ODD II.x (observation).
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_UNITS: Final = (
    ("rub_per_usd", "RUB/USD"),
    ("_rub_per_month", "RUB/month"),
    ("_rub", "RUB"),
    ("persons_per_month", "persons/month"),
    ("persons", "persons"),
    ("_per_month", "1/month"),
    ("_per_thousand", "1/1000"),
    ("_months", "months"),
    ("_in_months_of_wage", "months"),
    ("_share", "1"),
    ("_ratio", "1"),
    ("_factor", "1"),
    ("_elasticity", "1"),
    ("_index", "1"),
)
UNIT: Final = b"unit"


def unit_of(column: str) -> str:
    """Return a column's unit; empty if its name states none.

    >>> unit_of("paid_rub"), unit_of("flows.signed_persons.migrant"), unit_of("home")
    ('RUB', 'persons', '')
    """
    # A kept column is `table.column.item`.
    kept = column.split(".")
    name = kept[1] if len(kept) > 1 else column
    return next((unit for ending, unit in _UNITS if name.endswith(ending)), "")


def with_units(table: pa.Table) -> pa.Table:
    """Return a table whose columns carry their units as metadata."""
    fields = [
        field.with_metadata({UNIT: unit.encode()})
        if (unit := unit_of(field.name))
        else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields, table.schema.metadata))
