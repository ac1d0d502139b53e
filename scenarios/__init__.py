"""Scenario files an analyst edits, and the language they are written in."""

import model  # noqa: F401  # before numpy, whose arithmetic it settles
from scenarios.format.checking import Known
from scenarios.format.citations import cited_sources
from scenarios.format.files import packaged_names
from scenarios.format.resolve import Resolved, load_scenario
from scenarios.format.writing import scenario_text

__all__ = [
    "Known",
    "Resolved",
    "cited_sources",
    "load_scenario",
    "packaged_names",
    "scenario_text",
]
