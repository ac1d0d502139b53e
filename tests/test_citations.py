"""Every evidence id that is cited exists, and its unit fits where it is cited.

Scenario files and sweep designs cite by a key `source` or `sources`; the model's
parameters by the argument of that name; Python elsewhere by `evidence("id")`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from calibration.evidence import load_evidence

ROOT = Path(__file__).parents[1]
KEYS = ("source", "sources")
# Which units of evidence a scenario key may rest on, other periods and currencies
# included: the scenario converts, and says so in a note.
FITTING = {
    "rub": {"RUB", "RUB_bn", "RUB_per_day", "USD"},
    "rub_per_month": {
        "RUB", "RUB_bn", "RUB_per_day", "RUB_per_month", "USD_per_month",
    },
    "rub_per_usd": {"RUB_per_USD"},
    "usd": {"USD", "USD_bn", "RUB"},
    "persons": {"persons"},
    "persons_per_month": {
        "persons", "persons_per_month", "persons_per_week", "persons_per_day",
    },
    # How long the mobilised were trained is told by how many still were on a date.
    "months": {"months", "years", "days", "weeks", "persons"},
    "years": {"years", "months"},
    "share": {"share", "persons", "ratio", "flag", "elasticity", "persons_per_10k_men"},
}  # fmt: skip


class Citation(NamedTuple):
    place: str
    unit: str
    id: str


def ids(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def cited_in_yaml(node: Any, place: str, unit: str = "") -> Iterator[Citation]:
    """Yield the citations below a node; the unit is the nearest key that names one."""
    if isinstance(node, list):
        for item in node:
            yield from cited_in_yaml(item, place, unit)
    if not isinstance(node, dict):
        return
    for key, below in node.items():
        if key in KEYS:
            yield from (Citation(place, unit, cited) for cited in ids(below))
        else:
            inner = unit_of(str(key)) or unit
            yield from cited_in_yaml(below, f"{place}: {key}", inner)


def unit_of(key: str) -> str:
    """Return the unit a key ends in, the longest that fits, or nothing."""
    fitting = [unit for unit in FITTING if key == unit or key.endswith(f"_{unit}")]
    return max(fitting, key=len, default="")


def scenario_citations(root: Path = ROOT) -> list[Citation]:
    """List the citations of all scenario files and sweep designs."""
    files = [*root.glob("scenarios/**/*.yaml"), *root.glob("experiments/**/*.yaml")]
    reader = YAML(typ="safe", pure=True)
    return [
        citation
        for path in sorted(files)
        for citation in cited_in_yaml(reader.load(path), str(path.relative_to(root)))
    ]


def cited_by_call(call: ast.Call, *, keywords: bool) -> Iterator[str]:
    """Yield the ids a call cites: `evidence("id")`, or a `source="id"` keyword."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = call.args[:1] if name == "evidence" else []
    if keywords:
        given += [word.value for word in call.keywords if word.arg in KEYS]
    for node in given:
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def python_citations(root: Path = ROOT) -> list[Citation]:
    """List the citations made in code; keywords count in the model alone."""
    return [
        Citation(f"{path.relative_to(root)}:{node.lineno}", "", cited)
        for package in ("model", "calibration", "experiments")
        for path in sorted((root / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for cited in cited_by_call(node, keywords=package == "model")
    ]


def test_every_cited_id_exists() -> None:
    known = load_evidence()
    cited = scenario_citations() + python_citations()
    assert [citation for citation in cited if citation.id not in known] == []


def test_every_cited_unit_fits_the_key_it_stands_under() -> None:
    known = load_evidence()
    misfits = [
        (citation, known[citation.id].unit)
        for citation in scenario_citations()
        if citation.unit
        and citation.id in known
        and known[citation.id].unit not in FITTING[citation.unit]
    ]
    assert misfits == []


def test_citations_are_found_in_a_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "one.yaml").write_text(
        "federal:\n"
        "  signing_bonus:\n"
        "    rub:\n"
        "      2022-09: {value: 195000, source: first}\n"
        "  death_payment_rub: {value: 5000000, sources: [second, third]}\n"
    )
    found = [(citation.unit, citation.id) for citation in scenario_citations(tmp_path)]
    assert found == [("rub", "first"), ("rub", "second"), ("rub", "third")]


@pytest.mark.parametrize(
    ("package", "code", "cited"),
    [
        ("model", 'x = parameter(1, "text", source="first")', ["first"]),
        ("model", 'x = block(sources=("first", "second"))', ["first", "second"]),
        ("calibration", 'x = evidence("first").value', ["first"]),
        ("experiments", 'x = table(source="not an id")', []),
    ],
)
def test_citations_are_found_in_code(
    tmp_path: Path, package: str, code: str, cited: list[str]
) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "module.py").write_text(code)
    assert [citation.id for citation in python_citations(tmp_path)] == cited
