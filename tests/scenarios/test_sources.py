"""Every value a shipped scenario cites is what its evidence row says, or explains why.

A step of a dated path names a row by its id. The row must exist, measure the same kind
of thing, cover the step's month, and give its value. Where the value is own arithmetic,
the step's note says so in one of the forms of `DERIVATIONS`, and it is redone here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

import scenarios
from calibration.evidence import EvidenceRow, load_evidence
from model.fields.months import parse_month

FILES: Final = sorted(Path(scenarios.__file__).parent.glob("*.yaml"))
EVIDENCE: Final = load_evidence()

UNITS: Final[Mapping[str, frozenset[str]]] = {
    "rub": frozenset({"RUB"}),
    "rub_per_month": frozenset({"RUB_per_month", "RUB_per_day", "RUB_bn"}),
    "usd": frozenset({"USD"}),
    "persons": frozenset({"persons"}),
    "persons_per_month": frozenset({"persons_per_month", "persons", "persons_per_day"}),
    "impressions_per_month": frozenset({"impressions", "posts_per_month"}),
    "months": frozenset({"months"}),
    "share": frozenset({"share", "flag"}),
    "multiplier": frozenset({"persons_per_day", "ratio"}),
}
"""Evidence units that may stand behind each unit of a dated path."""


@dataclass(frozen=True)
class Step:
    """One dated value of a scenario file."""

    place: str
    unit: str
    month: str
    value: float
    source: str | None
    note: str


def load(path: Path) -> dict[str, Any]:
    tree: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text())
    return tree


def steps(tree: Any, place: str = "", unit: str = "") -> Iterator[Step]:
    """Yield every dated value of the tree."""
    if not isinstance(tree, dict):
        return
    for key, node in tree.items():
        here = f"{place}.{key}"
        if isinstance(node, dict) and "value" in node:
            yield Step(
                here,
                unit,
                str(key),
                float(node["value"]),
                node.get("source"),
                node.get("note", ""),
            )
        else:
            yield from steps(node, here, key if key in UNITS else unit)


def cited(tree: Any) -> Iterator[str]:
    """Yield every evidence id the tree names, in steps, acts and headers."""
    if isinstance(tree, dict):
        for key, node in tree.items():
            if key == "source":
                yield node
            elif key == "sources":
                yield from node
            else:
                yield from cited(node)
    elif isinstance(tree, list):
        for node in tree:
            yield from cited(node)


def number(text: str) -> float:
    return float(text.replace(",", ""))


SEPTEMBER_ON: Final = 8 + 4 * 3
"""A year of eight months at one level and four at its threefold, in such months."""

DERIVATIONS: Final[Mapping[str, Callable[..., float]]] = {
    r"total less the federal (\d+).*": lambda row, x: row.value - number(x),
    r"with the municipal (\d+)": lambda row, x: row.value + number(x),
    r"a twelfth of the year.*": lambda row: row.value / 12,
    r"(\d+) days": lambda row, days: row.value * number(days),
    r"(\d+) a day on three days a month": lambda row, x: 3 * number(x),
    r"raised from (\d+) and backdated": lambda row, x: number(x),
    r"1\.5 times the insurance": lambda row: 1.5 * row.value,
    r"gratuity without the insurance": lambda row: row.value - 2_971_000,
    r"insurance without the gratuity": lambda row: row.value - 4_450_000,
    r"([\d.]+)bn a year over (\d+) recipients": (
        lambda row, bn, people: number(bn) * 1e9 / number(people) / 12
    ),
    r"severe (\d+) on 3 wounds in 10, light (\d+) on the rest": (
        lambda row, severe, light: 0.3 * number(severe) + 0.7 * number(light)
    ),
}


def explained(step: Step, row: EvidenceRow) -> Iterator[float]:
    """Yield the values the row gives, as it stands or by the arithmetic of the note."""
    yield row.value
    if "threefold rise after August" in step.note:
        yield row.value / SEPTEMBER_ON * (3 if step.month >= "2024-09" else 1)
    for pattern, derive in DERIVATIONS.items():
        match = re.fullmatch(pattern, step.note)
        if match:
            yield derive(row, *match.groups())


def months_of(row: EvidenceRow) -> range:
    start = parse_month(row.period_start.isoformat())
    return range(start, parse_month(row.period_end.isoformat()) + 1)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def tree(request: pytest.FixtureRequest) -> dict[str, Any]:
    return load(request.param)


INFERRED: Final = ".force.training_months.months.2022-10"
"""Read off how many still stood at training grounds, which is no length of training."""


def sourced(tree: dict[str, Any]) -> list[tuple[Step, EvidenceRow]]:
    return [
        (step, EVIDENCE[step.source])
        for step in steps(tree)
        if step.source and step.place != INFERRED
    ]


def test_every_cited_row_exists(tree: dict[str, Any]) -> None:
    assert [name for name in cited(tree) if name not in EVIDENCE] == []


def test_units_agree(tree: dict[str, Any]) -> None:
    wrong = [
        f"{step.place}: {step.unit} cites {row.unit}"
        for step, row in sourced(tree)
        if row.unit not in UNITS[step.unit]
    ]
    assert wrong == []


def test_values_are_the_rows_or_their_derivation(tree: dict[str, Any]) -> None:
    wrong = [
        f"{step.place}: {step.value:g} is not {row.id} = {row.value:g}; {step.note}"
        for step, row in sourced(tree)
        if not any(
            step.value == pytest.approx(value, rel=0.005, abs=0.005)
            for value in explained(step, row)
        )
    ]
    assert wrong == []


def test_dates_lie_in_the_rows_period(tree: dict[str, Any]) -> None:
    wrong = [
        f"{step.place}: {row.id} covers {row.period_start} to {row.period_end}"
        for step, row in sourced(tree)
        if parse_month(step.month) not in months_of(row)
        and not step.note.startswith("back to")
        and not another_row_covers(step)
    ]
    assert wrong == []


def another_row_covers(step: Step) -> bool:
    """Whether the note names a row that was counted in the month of the step."""
    named = (word.strip(",.;") for word in step.note.split())
    rows = (EVIDENCE[word] for word in named if word in EVIDENCE)
    return any(parse_month(step.month) in months_of(row) for row in rows)


def test_a_value_without_a_source_says_what_it_assumes(tree: dict[str, Any]) -> None:
    assert [s.place for s in steps(tree) if not s.source and not s.note] == []


def test_low_confidence_is_said(tree: dict[str, Any]) -> None:
    silent = [
        step.place
        for step, row in sourced(tree)
        if ".by_region." in step.place
        and row.confidence <= 2
        and "low confidence" not in step.note
    ]
    assert silent == []


def acts(tree: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for country, state in tree.get("source_states", {}).items():
        for act in state.get("countermeasures", ()):
            yield country, act


def test_countermeasures_are_dated_as_documented(tree: dict[str, Any]) -> None:
    wrong = [
        f"{country} {act['date']}: {act['source']}"
        for country, act in acts(tree)
        if act.get("source")
        and parse_month(act["date"]) not in months_of(EVIDENCE[act["source"]])
    ]
    assert wrong == []
