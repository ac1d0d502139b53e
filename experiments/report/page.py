"""The report page: one file with everything in it, that loads nothing and runs nothing.

All text is escaped by the template engine; only drawings, whose text is escaped as
they are made, and the project's own style sheet enter as they stand. The content
security policy forbids scripts, frames, forms and any request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.figures.parts import Section, Table
from experiments.figures.run_folder import Absent, RunFolder, open_run, shown_if_sound
from experiments.figures.words import name
from experiments.report.answer import sentences
from experiments.report.beliefs import beliefs_section
from experiments.report.bill import bill_section
from experiments.report.cards import Card, cards, further, headline
from experiments.report.deciles import deciles_section
from experiments.report.documents import documents_section
from experiments.report.force import force_section
from experiments.report.inflow import inflow_section
from experiments.report.price import price_section
from experiments.report.regions import regions_section
from experiments.report.sources import (
    KINDS,
    Row,
    Source,
    evidence_rows,
    rests_on,
    sources,
)
from experiments.report.yearly import measure_years
from experiments.storage.record import MADE_BY, add_files

POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)
_PROLOG: Final = (
    '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n'
    f"<!-- {MADE_BY.decode()} -->\n"
)
REPORT: Final = "report.html"
TEMPLATES: Final = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template writes."""

    title: str
    question: str
    author: str
    changes: tuple[str, ...]
    period: str
    draws: int
    sentences: Sequence[str]
    cards: Sequence[Card]
    sections: Sequence[Section]
    measures: Sequence[Card]
    further: Sequence[Card]
    measure_years: Table | None
    sources: Sequence[Source]
    rests_on: str
    kinds: Mapping[str, str]
    provenance: Sequence[tuple[str, str]]


def build_report(folder: Path, evidence: Sequence[Row] | None = None) -> Path:
    """Write `report.html` and `figures/*.svg` into a run folder.

    Args:
        folder: what `muster run` wrote.
        evidence: rows as mappings; the project's own evidence if none.

    Returns:
        Path of the page.

    Raises:
        OutputError: the folder holds no run, or a report that is not Muster's.
        StorageError: the folder is missing or cannot be written to.
    """
    run = open_run(folder)
    rows = evidence_rows(folder) if evidence is None else evidence
    page = gather(run, {str(row["id"]): row for row in rows})
    files = {REPORT: render(page).encode()}
    for chart in (chart for section in page.sections for chart in section.charts):
        files[f"figures/{chart.slug}.svg"] = f"{_PROLOG}{chart.svg}".encode()
    add_files(folder, files, ("run", "solution"))
    return folder / REPORT


def gather(run: RunFolder, evidence: Mapping[str, Row]) -> Page:
    """Work out everything the page shows."""
    scenario = run.scenario
    changes = scenario.get("changes") or ()
    nothing: list[Source] = []
    none: list[Card] = []
    cited = _or(nothing, run, lambda: sources(run, evidence))
    summary, until = run.summary, run.history_until
    return Page(
        title=str(scenario.get("title") or "Untitled run"),
        question=str(scenario.get("question") or ""),
        author=str(scenario.get("author") or ""),
        changes=tuple(map(str, changes)) if isinstance(changes, list) else (),
        period=_or("", run, lambda: run.calendar.span(slice(None))),
        draws=_or(0, run, lambda: len(run.calendar.draws)),
        sentences=[*sentences(run), *run.unread],
        cards=_or(none, run, lambda: cards(summary, history_until=until)),
        sections=[
            inflow_section(run),
            force_section(run),
            price_section(run),
            bill_section(run),
            regions_section(run),
            beliefs_section(run),
            deciles_section(run),
            documents_section(run, evidence),
        ],
        measures=_or(none, run, lambda: cards(summary, len(headline(summary)), until)),
        further=_or(none, run, lambda: further(summary, until)),
        measure_years=_or(None, run, lambda: measure_years(summary)),
        sources=cited,
        rests_on=rests_on(cited),
        kinds=KINDS,
        provenance=tuple(_flat(run.run)),
    )


def render(page: Page) -> str:
    """Write the page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "name": name,
        "drawing": Markup,
        "kind_class": lambda kind: kind if kind in KINDS else "unknown",
    }
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    template = environment.get_template("report.html")
    return template.render(page=page, policy=POLICY, style=style)


Made = TypeVar("Made")


def _or(otherwise: Made, run: RunFolder, make: Callable[[], Made]) -> Made:
    """Return what is made of a run; something else where its data are absent."""
    try:
        with shown_if_sound(run):
            return make()
    except Absent:
        return otherwise


def _flat(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted key and text of every value below a mapping."""
    if isinstance(node, Mapping):
        for key, below in node.items():
            yield from _flat(below, f"{place}.{key}".lstrip("."))
    elif isinstance(node, list):
        yield place, ", ".join(map(str, node))
    else:
        yield place, str(node)
