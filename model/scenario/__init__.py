"""Scenarios: the schema, and how files are read into it. ODD I.ii, III.iii.

`load_scenario` reads a file or a packaged name; `Scenario` is what the model takes.
The names are looked up when they are first used: the channels declare their blocks
with `model.scenario.dated`, and the schema in turn needs the channels.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.scenario.checking import Known
    from model.scenario.citations import cited_sources
    from model.scenario.files import packaged_names
    from model.scenario.resolve import Resolved, load_scenario
    from model.scenario.schema import Scenario
    from model.scenario.writing import scenario_text

__all__ = [
    "Known",
    "Resolved",
    "Scenario",
    "cited_sources",
    "load_scenario",
    "packaged_names",
    "scenario_text",
]

_HOMES = {
    "Known": "checking",
    "Resolved": "resolve",
    "Scenario": "schema",
    "cited_sources": "citations",
    "load_scenario": "resolve",
    "packaged_names": "files",
    "scenario_text": "writing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
