"""Tables for a terminal, and long tidy tables in a pipe.

On a terminal a table is read: rounded cells, units said once. In a pipe it is worked
on: a comment with what it is about, one header line, one row a value, numbers in full.

    # Baseline; 2026-01 to 2026-12
    measure<tab>of<tab>value<tab>low<tab>high<tab>unit
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import pandas as pd
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from experiments.figures.printable import printable

_FOLDED: Final = 2
"""How often the widest row may be folded before each row is better told in lines."""


def print_long(frame: pd.DataFrame, about: str) -> bool:
    """Print a long table into a pipe; on a terminal print nothing.

    Args:
        frame: one row a value, columns named as in Parquet tables.
        about: period and scenario, for the comment; each line of it becomes one.

    Returns:
        whether it was printed, so that nothing else is to be.
    """
    if Console().is_terminal:
        return False
    for line in about.splitlines():
        print(f"# {printable(line)}")
    print("\t".join(str(name) for name in frame))
    for row in frame.itertuples(index=False):
        print("\t".join(_full(value) for value in row))
    return True


def long_table(
    wide: pd.DataFrame, by: Sequence[str], units: Mapping[str, str]
) -> pd.DataFrame:
    """Return a banded table (`experiments.runs.paired`) with one row a value.

    Args:
        wide: columns `by`, and `<measure>` with `_low` and `_high` where it has a band.
        by: columns that name a row.
        units: of the measures, in the order in which they are to come.

    Returns:
        columns `by`, measure, value, low, high and unit.
    """
    none = pd.Series(math.nan, index=wide.index)
    parts = [
        wide[list(by)].assign(
            measure=measure,
            value=wide[measure],
            low=wide.get(f"{measure}_low", none),
            high=wide.get(f"{measure}_high", none),
            unit=unit,
        )
        for measure, unit in units.items()
    ]
    return pd.concat(parts, ignore_index=True)


def print_table(
    header: Sequence[str], rows: Iterable[Sequence[object]], title: str = ""
) -> None:
    """Print rows under a header; numbers are aligned right.

    Where a terminal is too narrow for the columns, each row becomes a few lines.
    """
    console = Console()
    written = [[str(cell) for cell in row] for row in rows]
    if not console.is_terminal:
        if title:
            print(f"# {printable(title)}")
        for row in (header, *written):
            print("\t".join(cell.replace("\n", " ") for cell in row))
        return
    table = Table(
        title=Text(printable(title)) if title else None,
        title_justify="left",
        header_style="bold",
    )
    for name in header:
        table.add_column(Text(printable(name)))
    for row in written:
        table.add_row(*(Text(_clean(cell), justify=_side(cell)) for cell in row))
    wanted = Measurement.get(console, console.options.update(width=1000), table)
    if wanted.minimum > console.width or wanted.maximum > _FOLDED * console.width:
        _print_stacked(console, header, written, title)
    else:
        console.print(table)


def _print_stacked(
    console: Console, header: Sequence[str], rows: list[list[str]], title: str
) -> None:
    """Print each row as its first cell and, below it, what each column says."""
    if title:
        console.print(Text(printable(title), style="italic"))
    for row in rows:
        console.print(Text(_clean(row[0]), style="bold"))
        for name, cell in zip(header[1:], row[1:], strict=True):
            if cell:
                told = " ".join(_clean(cell).split("\n"))
                console.print(Text(f"  {printable(name)}: {told}"))


def _clean(cell: str) -> str:
    """Blank out control characters but the line breaks of a cell."""
    return "\n".join(printable(line) for line in cell.split("\n"))


def _full(value: Any) -> str:
    """Write a value so that it can be read back; nothing where it is not defined."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return printable(str(value)).replace("\t", " ")


def _side(cell: str) -> Literal["left", "right"]:
    text = cell.replace(",", "").replace(" ", "").lstrip("+-−")
    return "right" if text[:1].isdigit() else "left"
