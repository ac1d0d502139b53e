"""The report page: one file with everything in it, that loads nothing and runs nothing.

All text is escaped by the template engine; only drawings, whose text is escaped as
they are made, and the project's own style sheet enter as they stand. The content
security policy forbids scripts, frames, forms and any request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from calibration.evidence.tables import FOLDER_NAME
from experiments.figures.parts import Chart, Section, Table
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
    compared_with,
    evidence_rows,
    in_print,
    rests_on,
    sources,
    sources_csv,
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
    lead: Chart | None
    """The chart that answers the question on the first screen."""
    sources: Sequence[Source]
    """Those of figures in print."""
    cited: Sequence[Source]
    """All that the run cites."""
    rests_on: str
    cite: str
    """How figures of this page are cited, but for their titles."""
    kinds: Mapping[str, str]
    provenance: Sequence[tuple[str, str]]

    @property
    def charts(self) -> list[Chart]:
        """Every chart of the page, the one on the first screen first."""
        lead = [self.lead] if self.lead is not None else []
        return [*lead, *(chart for each in self.sections for chart in each.charts)]


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
    if evidence is None:
        own = folder / FOLDER_NAME
        evidence = evidence_rows(own if own.is_dir() else None)
    page = gather(run, {str(row["id"]): row for row in evidence})
    files = {REPORT: render(page).encode()}
    files |= figure_files(page)
    add_files(folder, files, ("run", "solution"))
    return folder / REPORT


def figure_files(page: Page) -> dict[str, bytes]:
    """Return what lies in `figures/` beside a page, by path: every chart, all sources.

    A chart is there as SVG, as PNG for slides, and as the table it draws.
    """
    files: dict[str, bytes] = {}
    for chart in page.charts:
        stem = f"figures/{chart.slug}"
        files[f"{stem}.svg"] = f"{_PROLOG}{chart.svg}".encode()
        files |= {f"{stem}.png": chart.png} if chart.png else {}
        files |= {f"{stem}.csv": chart.csv.encode()} if chart.csv else {}
    if page.cited:
        files["figures/sources.csv"] = sources_csv(page.cited).encode()
    return files


def gather(run: RunFolder, evidence: Mapping[str, Row]) -> Page:
    """Work out everything the page shows."""
    scenario = run.scenario
    changes = scenario.get("changes") or ()
    nothing: list[Source] = []
    none: list[Card] = []
    cited = _or(
        nothing,
        run,
        lambda: sources(run.scenario, evidence, compared_with(run, evidence)),
    )
    summary, until = run.summary, run.history_until
    inflow = inflow_section(run)
    # The question of most scenarios is whether those who come replace those who go.
    lead, rest = (inflow.charts or (None,))[0], inflow.charts[1:]
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
            replace(inflow, charts=rest),
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
        lead=lead,
        sources=in_print(cited),
        cited=cited,
        rests_on=rests_on(cited),
        cite=cite_as(str(scenario.get("title") or "untitled run"), run.run),
        kinds=KINDS,
        provenance=tuple(_flat(run.run)),
    )


def cite_as(title: str, about: Mapping[str, Any]) -> str:
    """Return how the figures of a page are cited: version, code, posterior, scenario.

    Args:
        title: of the scenario or comparison.
        about: what the folder says of itself (`run.json`).
    """
    known = {
        "code": str(about.get("git_hash") or "")[:12],
        "posterior": str(about.get("posterior") or "")[:12],
        "draws": str(about.get("draws") or ""),
        "seed": str(about.get("seed") or ""),
    }
    said = ", ".join(f"{key} {value}" for key, value in known.items() if value)
    version = str(about.get("version") or "")
    return f"Muster {version} ({said}), “{title}”".replace(" ()", "")


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
