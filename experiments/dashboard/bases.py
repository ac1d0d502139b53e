"""Packaged scenarios as the page reads them, each once."""

from __future__ import annotations

from functools import cache

from model.scenario import Resolved, load_scenario


@cache
def base(name: str, settings: tuple[str, ...] = ()) -> Resolved:
    """Return a packaged scenario, `--set` texts on top.

    Raises:
        ScenarioError: there is no such scenario, or a setting is not acceptable.
    """
    return load_scenario(name, settings)
