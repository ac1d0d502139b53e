"""Small tables for the terminal: rich on one, tab-separated lines in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.figures.printable import printable


def print_table(
    header: Sequence[str], rows: Iterable[Sequence[object]], title: str = ""
) -> None:
    """Print rows under a header; numbers are aligned right."""
    console = Console()
    if not console.is_terminal:
        for row in (header, *rows):
            print("\t".join(str(cell) for cell in row))
        return
    table = Table(
        title=Text(printable(title)) if title else None,
        title_justify="left",
        header_style="bold",
    )
    for name in header:
        table.add_column(Text(printable(name)))
    for row in rows:
        texts = (printable(str(cell)) for cell in row)
        table.add_row(*(Text(text, justify=_side(text)) for text in texts))
    console.print(table)


def _side(cell: str) -> Literal["left", "right"]:
    text = cell.replace(",", "").replace(" ", "").lstrip("+-")
    return "right" if text[:1].isdigit() else "left"
