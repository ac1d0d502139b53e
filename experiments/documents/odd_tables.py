"""What the ODD page takes from the code: schedule, random decisions, parameters.

The tables of parameters are the parameter page's, cut to what a reader of equations
needs and sorted by submodel. ODD I.iii, II.ix, III.iv.
"""

from __future__ import annotations

import inspect
import re

from experiments.documents.blocks import table
from experiments.documents.parameter_page import PARAMETER, parameter_rows
from model.chance.randomness import PROCESSES
from model.simulation import RecruitmentModel

_SHOWN = ("parameter", "what it is", "unit", "default", "prior (median; 90 %)")


def schedule() -> str:
    """Return the numbered list of the model's step."""
    text = inspect.getdoc(RecruitmentModel.step) or ""
    return "\n".join(re.findall(r"^\d\. .+$", text, flags=re.MULTILINE))


def random_decisions() -> str:
    """Return the names of all random decisions."""
    return ", ".join(f"`{name}`" for name in PROCESSES) + "."


def parameters(*prefixes: str) -> str:
    """Return the parameters below dotted prefixes as one table."""
    rows = [
        tuple(row[column] for column in _SHOWN)
        for row in parameter_rows()
        if is_below(row[PARAMETER].strip("`"), prefixes)
    ]
    return table(_SHOWN, rows)


def is_below(name: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a dotted name lies below one of the prefixes."""
    return any(f"{name}.".startswith(f"{prefix}.") for prefix in prefixes)
