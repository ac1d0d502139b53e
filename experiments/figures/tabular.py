"""Small tables for the terminal: rich on one, tab-separated lines in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(
    header: Sequence[str], rows: Iterable[Sequence[object]], title: str = ""
) -> None:
    """Print rows under a header; numbers are aligned right."""
    console = Console()
    if not console.is_terminal:
        for row in (header, *rows):
            print("\t".join(str(cell) for cell in row))
        return
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for name in header:
        table.add_column(Text(name))
    for row in rows:
        table.add_row(*(Text(str(cell), justify=_side(cell)) for cell in row))
    console.print(table)


def _side(cell: object) -> Literal["left", "right"]:
    text = str(cell).replace(",", "").replace(" ", "").lstrip("+-")
    return "right" if text[:1].isdigit() else "left"
