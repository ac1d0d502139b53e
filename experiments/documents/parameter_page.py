"""The page of all parameters, generated from their declarations in the model.

Unit, range, default, prior, source and grade stand beside each parameter in the code;
this only lays them out. What a parameter moves most is read from a file that the
sensitivity analysis leaves, if there is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from model.fields.dated import DatedValue
from scenarios.format.layout import (
    HEADER,
    ByMonth,
    Dated,
    Items,
    Kind,
    Member,
    Step,
    Value,
    parameters,
    scenario_layout,
)

DOCS = Path(__file__).parents[2] / "docs"
PAGE_FILE = DOCS / "parameters.md"
INFLUENCE_FILE = DOCS / "parameter_influence.json"

PARAMETER = "parameter"
"""Column that holds the dotted name, in backticks."""
_COLUMNS = (
    PARAMETER, "what it is", "unit", "range", "default", "prior (median; 90 %)",
    "source", "grade", "moves most",
)  # fmt: skip
_INTRODUCTION = """\
# Parameters

Generated from the declarations in `model/`; do not edit, run `make docs`.

A scenario file may set any of these by its dotted name; `*` stands for a name of your
own choice, as a region's or country's code. The default holds where neither the file
nor `baseline` says otherwise. A parameter with a prior is moved by calibration. The
grade says what kind of evidence the default or the prior rests on. The last column
names the headline measure of the baseline, in the last twelve months of the run unless
it says otherwise, that changes most in relation to itself when the parameter alone is a
tenth higher (a switch turned, the next choice taken); it is empty where nothing can be
raised.
"""
# Longest first: a name is read from its end.
_UNITS = {
    "_rub_per_month": "roubles a month", "_persons_per_month": "persons a month",
    "_share_per_month": "share a month", "_person_months": "person-months",
    "_hazard_per_month": "1 a month", "_per_month": "1 a month",
    "_per_year": "share a year", "_per_killed": "for each killed",
    "_rub": "roubles", "_usd": "US dollars", "_persons": "persons",
    "_months": "months", "_years": "years", "_share": "share", "_men": "persons",
    "_elasticity": "log change for log change", "_log_sd": "log units",
    "_ratio": "ratio", "_multiple": "ratio", "_factor": "ratio", "_weight": "weight",
    "_psi": "log-odds", "_effect": "share", "_response": "log change",
}  # fmt: skip


def parameter_page(influence: Path = INFLUENCE_FILE) -> str:
    """Return the page as Markdown.

    Args:
        influence: JSON file of dotted name to the output it moves most; may be missing.
    """
    moves = _influence(influence)
    parts = [_INTRODUCTION]
    for block, members in groupby(_listed(), key=lambda each: _block(each[0])):
        rows = (_row(path, member, moves) for path, member in members)
        table = [_COLUMNS, ("---",) * len(_COLUMNS), *rows]
        parts.append(f"## {block}\n\n" + "\n".join(map(_line, table)) + "\n")
    return "\n".join(parts)


def parameter_rows() -> list[dict[str, str]]:
    """Return the cells of every parameter by column, in the order of the page."""
    return [
        dict(zip(_COLUMNS, _row(path, member, {}), strict=True))
        for path, member in _listed()
    ]


def write_parameter_page(path: Path = PAGE_FILE) -> Path:
    """Write the page and return where it is."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(parameter_page(), encoding="utf-8")
    return path


def _listed() -> list[tuple[tuple[str, ...], Member]]:
    listed = parameters(scenario_layout())
    return [(path, member) for path, member in listed if path[0] not in HEADER]


def _influence(path: Path) -> Mapping[str, str]:
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _block(path: tuple[str, ...]) -> str:
    return ".".join(path[:2]) if path[0] == "channels" else path[0]


def _row(
    path: tuple[str, ...], member: Member, moves: Mapping[str, str]
) -> tuple[str, ...]:
    name = ".".join(path)
    extra = member.info.json_schema_extra
    declared: Mapping[str, Any] = extra if isinstance(extra, dict) else {}
    return (
        f"`{name}`",
        member.info.description or "",
        _unit(path[-1], member),
        _range(member),
        _default(member.info),
        _prior(declared.get("prior")),
        _source(declared, member.info),
        _grade(declared, member),
        moves.get(name, ""),
    )


def _line(cells: tuple[str, ...]) -> str:
    safe = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(safe)} |"


def _unit(name: str, member: Member) -> str:
    match member.kind:
        case Dated(unit=unit):
            return f"{unit}, dated"
        case ByMonth():
            return "factor, dated"
        case Items():
            return "list"
        case Value(form="number" | "whole"):
            return _unit_of(name)
        case Value(form=form):
            return form
    return ""


def _unit_of(name: str) -> str:
    for ending, unit in _UNITS.items():
        if f"_{name}".endswith(ending):
            return unit
    return "share" if "share" in name else "number"


def _range(member: Member) -> str:
    kind = _single(member.kind)
    if not isinstance(kind, Value):
        return ""
    if kind.choices:
        return ", ".join(kind.choices)
    bounds = ["" if b is None else _number(b) for b in (kind.low, kind.high)]
    return " to ".join(bounds) if any(bounds) else ""


def _single(kind: Kind) -> Kind:
    """Return what one step of a dated value is."""
    match kind:
        case Dated():
            return _single(kind.members[kind.unit].kind)
        case ByMonth():
            return _single(kind.item)
        case Step():
            return kind.members["value"].kind
    return kind


def _grade(declared: Mapping[str, Any], member: Member) -> str:
    if isinstance(member.kind, Dated):
        return "that of its sources" if _source(declared, member.info) else "assumption"
    return str(declared.get("grade", "")).replace("_", " ")


def _default(info: FieldInfo) -> str:
    default = info.get_default(call_default_factory=True)
    if isinstance(default, DatedValue):
        return "; ".join(_steps(default))
    if isinstance(default, bool) or default is None:
        return {True: "true", False: "false", None: ""}[default]
    if isinstance(default, int | float):
        return _number(default)
    if isinstance(default, Mapping | tuple):
        return f"{len(default)} entries" if default else "none"
    return (
        ""
        if isinstance(default, BaseModel) or not isinstance(default, str)
        else default
    )


def _steps(value: DatedValue) -> Iterator[str]:
    steps = sorted(value.steps.items())
    if len(steps) == 1:
        yield _number(steps[0][1].value)
        return
    for month, step in steps if len(steps) <= 3 else (steps[0], steps[-1]):
        yield f"{month}: {_number(step.value)}"


def _prior(prior: Any) -> str:
    if not isinstance(prior, Mapping):
        return ""
    numbers = [_number(prior[name]) for name in ("median", "low", "high")]
    return (
        f"{prior['kind'].replace('_', '-')} {numbers[0]}; {numbers[1]} to {numbers[2]}"
    )


def _source(declared: Mapping[str, Any], info: FieldInfo) -> str:
    ids = {str(declared["source"])} if declared.get("source") else set()
    default = info.get_default(call_default_factory=True)
    if isinstance(default, DatedValue):
        ids |= default.sources
    return ", ".join(f"`{name}`" for name in sorted(ids))


def _number(value: float) -> str:
    large = abs(value) >= 1e4
    return f"{value:,.0f}".replace(",", " ") if large else f"{value:.6g}"
