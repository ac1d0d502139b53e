"""What a report is made of: sections holding charts and tables."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.figures.run_folder import Absent, RunFolder, shown_if_sound


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure: what it is called, what it says in words, and its drawing."""

    slug: str
    title: str
    alt: str
    """What the drawing shows, for those who do not see it."""
    svg: str
    caption: str = ""
    """What is plotted, defined, with its unit."""
    series: str = ""
    """Heading of the panels it is one of; empty for a chart by itself."""
    png: bytes = b""
    csv: str = ""
    """What is drawn, as a tidy table."""

    @property
    def csv_address(self) -> str:
        """The table as an address that a page carries in itself."""
        coded = base64.b64encode(self.csv.encode()).decode()
        return f"data:text/csv;charset=utf-8;base64,{coded}"


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its name and unit; numbers stand right."""

    name: str
    unit: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of written cells; the first cell of a row names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    folded: bool = False
    """Shown on demand, as long tables are."""


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the report and what answers it."""

    slug: str
    title: str
    lead: str
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    absent: tuple[str, ...] = ()
    """Sentences on what cannot be shown, and why."""

    @property
    def large(self) -> list[Chart]:
        """The charts that stand by themselves."""
        return [chart for chart in self.charts if not chart.series]

    @property
    def panels(self) -> dict[str, list[Chart]]:
        """The panels by the heading of their series."""
        out: dict[str, list[Chart]] = {}
        for chart in self.charts:
            if chart.series:
                out.setdefault(chart.series, []).append(chart)
        return out


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Write a table as CSV, numbers in full, nothing where they are not defined."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            ["" if isinstance(cell, float) and cell != cell else cell for cell in row]
        )
    return stream.getvalue()


Part = Callable[[RunFolder], Iterator[Chart | Table]]


def section(
    slug: str, title: str, lead: str, run: RunFolder, parts: tuple[Part, ...]
) -> Section:
    """Build a section; a part whose data are absent leaves the sentence saying so."""
    charts: list[Chart] = []
    tables: list[Table] = []
    absent: list[str] = []
    for part in parts:
        try:
            with shown_if_sound(run):
                for made in part(run):
                    if isinstance(made, Chart):
                        charts.append(made)
                    else:
                        tables.append(made)
        except Absent as reason:
            absent.append(str(reason))
    return Section(
        slug, title, lead, tuple(charts), tuple(tables), tuple(dict.fromkeys(absent))
    )
