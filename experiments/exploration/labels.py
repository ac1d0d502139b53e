"""What figures call outputs, monthly columns and factors, always with a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.figures.words import number
from experiments.measures import described
from scenarios.format.layout import Dated, kind_at, scenario_layout

SCALE = ".scale"
_PER_MONTH = {"_persons": "persons", "_rub": "RUB"}


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of a sweep's factors as its design gives them, or else as they are."""

    design: Mapping[str, Any] = field(default_factory=dict)

    def factor(self, name: str, since: str = "") -> str:
        """Name of a factor with its unit, and the month it is set from."""
        given = self.design.get("labels", {}).get(name)
        text = given or f"{name.removesuffix(SCALE)}{_unit_of(name)}"
        return f"{text}, from {since}" if since else text

    def span(self, name: str) -> str:
        """Range or choices of a factor, as the design gives them; may be empty."""
        found = self.range(name)
        if isinstance(found, Mapping):
            return f"{number(found['low'])} to {number(found['high'])}"
        return ", ".join(str(value) for value in found or ())

    def range(self, name: str) -> Any:
        """Range (low, high, scale) or list of choices of a factor, None if unknown."""
        groups = (self.design.get(group, {}) for group in ("levers", "uncertainties"))
        return next((group[name] for group in groups if name in group), None)


def output_title(output: str) -> str:
    """Reader's name of an output and its period.

    >>> output_title("replacement_ratio_2026")
    'Replacement ratio, 2026'
    """
    try:
        measure, period = described(output)
    except KeyError:
        return output
    return f"{measure.title}, {period}"


def output_unit(output: str) -> str:
    """Unit of an output, empty if it is none of the measures."""
    try:
        return described(output)[0].unit
    except KeyError:
        return ""


def output_label(output: str) -> str:
    """Name and unit of an output, for an axis."""
    unit = output_unit(output)
    return output_title(output) + (f" ({unit})" if unit not in ("", "ratio") else "")


def column_label(column: str) -> tuple[str, str]:
    """Name and unit of a monthly column.

    >>> column_label("killed_persons")
    ('Killed', 'persons')
    """
    for ending, unit in _PER_MONTH.items():
        if column.endswith(ending):
            return _named(column.removesuffix(ending)), unit
    return _named(column), ""


def _named(column: str) -> str:
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _unit_of(name: str) -> str:
    path = tuple(name.split("."))
    if name.endswith(SCALE):
        return ", times the scenario's"
    kind = kind_at(scenario_layout(), path)
    if isinstance(kind, Dated):
        return f" ({kind.unit.replace('_', ' ')})"
    ending = re.search(r"_(rub|persons|months|share|ratio)(_per_\w+)?$", name)
    return f" ({ending[0].strip('_').replace('_', ' ')})" if ending else ""
