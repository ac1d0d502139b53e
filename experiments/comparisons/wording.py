"""Changes and scenarios in words that people use: the author's, or a parameter's."""

from __future__ import annotations

from functools import cache
from typing import Final

from experiments.comparisons.comparison import Comparison
from scenarios.format.layout import parameters, scenario_layout

_LONGEST: Final = 60


def in_words(found: Comparison, label: str, step: str) -> str:
    """Return what a change is called: as its author calls it, where that is clear.

    Args:
        found: the comparison.
        label: scenario in which the change is made.
        step: name of the change, a dotted name or several; `base` for none.

    Returns:
        the author's words where the file has one change; else what the parameters are,
        by their descriptions.
    """
    if step == "base":
        return found.titles[found.base]
    said = found.resolved[label].scenario.changes
    if len(said) == 1 and len(found.changes[label]) == 1:
        return said[0]
    return "; ".join(_described(name) for name in step.split(" and "))


def _described(name: str) -> str:
    """Return a parameter's description up to its first stop, else its name in words."""
    known = _descriptions().get(name, "")
    short = known.partition(";")[0].partition(".")[0].partition(":")[0].strip()
    if short and len(short) <= _LONGEST:
        return short
    block, _, member = name.partition(".")
    words = f"{block} {member}".replace(".", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@cache
def _descriptions() -> dict[str, str]:
    return {
        ".".join(path): member.info.description or ""
        for path, member in parameters(scenario_layout())
    }
