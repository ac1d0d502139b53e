"""The headline table: rich on a terminal, plain lines in a pipe, JSON for scripts.

A pipe gets a comment with scenario and period, a header, and for each measure a line
`measure<tab>value<tab>low<tab>high<tab>unit`, numbers in full, so that it can be cut,
sorted and compared; the terminal shows the same numbers rounded, men before money.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.figures.printable import printable
from experiments.report.cards import Summary, cards, headline

Form = Literal["auto", "plain", "json", "quiet"]
FIELDS: Final = ("value", "low", "high", "unit")


def headline_lines(summary: Summary) -> list[str]:
    """Return one plain line a measure, fields apart by tabs, nothing rounded away."""
    return [_line(key, measure) for key, measure in headline(summary).items()]


def headline_json(summary: Summary) -> str:
    """Return the summary as JSON; what is not a finite number becomes null."""
    return json.dumps(_finite(summary), indent=2, ensure_ascii=False)


def print_headline(
    summary: Summary,
    console: Console,
    form: Form = "auto",
    history_until: int | None = None,
    about: str = "",
) -> None:
    """Print the headline measures.

    Args:
        summary: as in `summary.json`.
        console: where to; decides between table and lines if `form` is `auto`.
        form: `auto`, `plain`, `json` (every measure), or `quiet` for nothing at all.
        history_until: last documented month, if months are to be named by date.
        about: scenario and period.
    """
    if form == "quiet":
        return
    if form == "json":
        _write(console, headline_json(summary))
    elif form == "plain" or not console.is_terminal:
        if about:
            _write(console, f"# {_printable(about)}")
        _write(console, "\t".join(("measure", *FIELDS)))
        for line in headline_lines(summary):
            _write(console, line)
    else:
        console.print(headline_table(summary, history_until, about))


def headline_table(
    summary: Summary, history_until: int | None = None, about: str = ""
) -> Table:
    """Return the measures as a table for a terminal; text is shown as it stands."""
    table = Table(
        title=Text(_printable(about or "Headline measures")),
        caption="Definitions and all other measures: summary.json.",
        title_justify="left",
        caption_justify="left",
    )
    # On a narrow terminal words break; cut short they would name another measure.
    table.add_column("Measure", overflow="fold")
    for name in ("Documented year", "Median", "90 % of draws"):
        table.add_column(name, justify="right", overflow="fold")
    chosen = headline(summary)
    shown = zip(
        chosen.values(), cards({**summary}, len(chosen), history_until), strict=True
    )
    for _, group in groupby(sorted(shown, key=_money), key=_money):
        table.add_section()
        for _, card in group:
            band = card.band.removeprefix("90 % of draws: ")
            cells = (card.title, card.documented, card.value, band)
            table.add_row(*(Text(_printable(cell)) for cell in cells))
    return table


def _money(row: tuple[Mapping[str, Any], object]) -> bool:
    """Say whether a measure is about money; those about men come first."""
    measure, _ = row
    told = f"{measure.get('unit', '')} {measure.get('title', '')}".lower()
    return any(word in told for word in ("rub", "bill", "bonus", "region"))


def _line(key: str, measure: Mapping[str, Any]) -> str:
    fields = [_field(key), *(_field(measure.get(field)) for field in FIELDS)]
    return "\t".join(fields)


def _write(console: Console, line: str) -> None:
    """Write a line as it stands: the console would fold it and expand its tabs."""
    console.file.write(printable(f"{line}\n", console.encoding))


def _field(given: Any) -> str:
    if given is None or (isinstance(given, float) and not math.isfinite(given)):
        return ""
    return _printable(str(given))


def _printable(text: str) -> str:
    """Blank out control characters, which would forge fields, lines or colours."""
    return "".join(c if c.isprintable() else " " for c in text)


def _finite(node: Any) -> Any:
    """Replace what JSON cannot say by null."""
    if isinstance(node, Mapping):
        return {key: _finite(below) for key, below in node.items()}
    if isinstance(node, list | tuple):
        return [_finite(below) for below in node]
    return None if isinstance(node, float) and not math.isfinite(node) else node
