"""What a run rests on: every figure it cites, who stands behind it, and what for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from calibration.evidence import EvidenceRow, grade, load_evidence
from calibration.evidence.tables import all_evidence
from experiments.figures.parts import csv_text
from experiments.figures.run_folder import Absent, RunFolder
from experiments.figures.words import name, quantity, span
from model.scenario import Scenario

Row = Mapping[str, Any]
KINDS: Final = {
    "documented": "counted or published by whoever did it",
    "independent_estimate": "worked out by outsiders from traces",
    "official_claim": "said by the state it flatters",
    "intelligence_claim": "said by another state's services",
    "press_report": "reported, not counted",
    "assumption": "ours, or recalled without a source",
}
COMPARED: Final = "compared with the simulation"
HEADER: Final = "scenario: header"
PRINTED: Final = frozenset({COMPARED, HEADER})
"""Uses of a figure that stands on the page itself."""
_KEYS: Final = ("source", "sources")


@dataclass(frozen=True, slots=True)
class Source:
    """One cited figure as the report shows it."""

    id: str
    found: bool
    title: str
    publisher: str
    published: str
    url: str
    """Only an http(s) address, else empty."""
    figure: str
    period: str
    kind: str
    grade: str
    confidence: str
    note: str
    used_for: tuple[str, ...]


def evidence_rows(own: Path | None = None) -> list[dict[str, Any]]:
    """Return all evidence rows as plain mappings, each with its grade.

    Args:
        own: folder of the analyst's own evidence, which is among them.
    """
    rows = all_evidence(own)
    names = [field.name for field in fields(EvidenceRow)]
    return [
        {**{name: getattr(row, name) for name in names}, "grade": grade(row)}
        for row in rows.values()
    ]


def compared_with(run: RunFolder, evidence: Mapping[str, Row]) -> Iterator[str]:
    """Yield the ids of the figures that a run's observers are held against."""
    for column in ("source", "evidence"):
        try:
            cells = run.sums("observed", [column], [])[column]
        except Absent:
            continue
        for cited in " ".join(map(str, cells)).split():
            if column == "evidence" or cited in evidence:
                yield cited


def in_print(found: Sequence[Source]) -> list[Source]:
    """Return the sources of figures that stand on the page, and ids nobody knows.

    Evidence of the analyst's own is shown whatever it serves: no reader finds it
    elsewhere. What parameters alone rest on is a table of its own: `sources.csv`.
    """
    packaged = load_evidence()
    return [
        source
        for source in found
        if source.id not in packaged or any(use in PRINTED for use in source.used_for)
    ]


def sources_csv(found: Sequence[Source]) -> str:
    """Return every cited figure as a table, with what it is used for."""
    head = ("id", "figure", "period", "grade", "confidence", "title", "publisher",
            "published", "url", "used_for")  # fmt: skip
    rows = (
        (s.id, s.figure, s.period, s.grade, s.confidence, s.title, s.publisher,
         s.published, s.url, "; ".join(s.used_for))
        for s in found
    )  # fmt: skip
    return csv_text(head, rows)


def sources(
    scenario: Mapping[str, Any],
    evidence: Mapping[str, Row],
    compared: Iterable[str] = (),
) -> list[Source]:
    """Return everything a run cites: unknown ids first, then by grade and id.

    Args:
        scenario: with all it inherits, as plain data.
        evidence: rows by id.
        compared: ids of figures beside which simulated ones stand.
    """
    uses: dict[str, list[str]] = defaultdict(list)
    for cited, use in _citations(scenario, compared):
        if use not in uses[cited]:
            uses[cited].append(use)
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    found = [_source(i, evidence.get(i), tuple(for_)) for i, for_ in uses.items()]
    return sorted(found, key=lambda s: (s.found, order.get(s.grade, 9), s.id))


def rests_on(found: Sequence[Source]) -> str:
    """Say in one sentence what kinds of figures the run rests on."""
    if not found:
        return "This run cites no figure, or its scenario.yaml is missing."
    counts = Counter(source.grade for source in found if source.found)
    said = ", ".join(
        f"{counts[kind]} {name(kind).lower()}{'s' if counts[kind] != 1 else ''}"
        if kind != "documented"
        else f"{counts[kind]} documented"
        for kind in KINDS
        if counts[kind]
    )
    unknown = sum(not source.found for source in found)
    lost = f"; {unknown} cited ids are not in the evidence tables" if unknown else ""
    return f"This run cites {len(found)} figures: {said}{lost}."


def _citations(
    scenario: Mapping[str, Any], compared: Iterable[str]
) -> Iterator[tuple[str, str]]:
    for place, cited in _cited(scenario, ""):
        yield cited, f"scenario: {place}" if place else HEADER
    for place, cited in _cited(Scenario.model_json_schema(), ""):
        yield cited, f"parameter: {place.rpartition('properties.')[2]}"
    yield from ((cited, COMPARED) for cited in compared)


def _cited(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield dotted place and id of every citation below a node."""
    if isinstance(node, list | tuple):
        for item in node:
            yield from _cited(item, place)
    if not isinstance(node, dict):
        return
    for key, below in node.items():
        if key in _KEYS and isinstance(below, str | list | tuple):
            ids = [below] if isinstance(below, str) else below
            yield from ((place, cited) for cited in ids if isinstance(cited, str))
        else:
            yield from _cited(below, f"{place}.{key}".lstrip("."))


def _source(cited: str, row: Row | None, used_for: tuple[str, ...]) -> Source:
    if row is None:
        missing = "not in the evidence tables"
        return Source(
            cited, False, missing, "", "", "", "", "", "unknown", "unknown", "", "",
            used_for,
        )  # fmt: skip
    url = str(row.get("url") or "")
    return Source(
        cited,
        True,
        str(row.get("title", "")),
        str(row.get("publisher", "")),
        str(row.get("published", "")),
        url if url.startswith(("https://", "http://")) else "",
        _figure(row),
        _period(row),
        str(row.get("kind", "unknown")),
        str(row.get("grade", row.get("kind", "unknown"))),
        str(row.get("confidence", "")),
        str(row.get("note", "")),
        used_for,
    )


def _figure(row: Row) -> str:
    unit = str(row.get("unit", ""))
    if unit == "flag":
        return "mechanism"
    said = quantity(row.get("value"), unit)
    low, high = (
        None if row.get(edge) is None else quantity(row[edge], unit)
        for edge in ("low", "high")
    )
    if low and high:
        return f"{said} ({span(low, high)})"
    if low or high:
        return f"{said} (at least {low})" if low else f"{said} (at most {high})"
    return said


def _period(row: Row) -> str:
    start, end = str(row.get("period_start", "")), str(row.get("period_end", ""))
    return start if start == end else f"{start} to {end}"
