"""Headline measures of a run, by period and over draws. ODD II.x (observation).

Measures (see `definitions`) that describe a period are worked out for

    <name>                   the last twelve months of the run
    <name>_documented_year   the last twelve months of documented history
    <name>_<year>            every whole calendar year

and those that describe the run as a whole once, under their plain name. A measure whose
columns were not recorded is left out; one without an answer is nan, and a month that
does not come within the run is infinite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.measures.arithmetic import quantiles
from experiments.measures.definitions import MEASURES, by_channel
from experiments.measures.facts import Facts
from experiments.measures.measure import Measure
from model.channels import own_channel_names
from model.results import Tables
from model.scenario import Scenario

__all__ = ["MEASURES", "Measure", "described", "measure_all", "periods", "summarise"]

DOCUMENTED = "documented_year"
YEAR = 12


def all_measures() -> Mapping[str, Measure]:
    """Return every measure by name, also those of channels from outside."""
    own = by_channel(own_channel_names())
    return {measure.name: measure for measure in (*MEASURES, *own)}


def periods(scenario: Scenario) -> dict[str, slice]:
    """Return the periods of a scenario's run by the ending they give to a name."""
    first, months = int(scenario.time.first), scenario.time.months
    history = min(scenario.time.history_months, months)
    years = range(-(-first // YEAR), (first + months) // YEAR)
    return {
        "": slice(max(0, months - YEAR), months),
        f"_{DOCUMENTED}": slice(max(0, history - YEAR), history),
        **{f"_{y}": slice(YEAR * y - first, YEAR * (y + 1) - first) for y in years},
    }


def measure_all(tables: Tables, scenario: Scenario) -> dict[str, float]:
    """Return every measure of one draw by its name and period."""
    return measures_of(Facts(tables, scenario))


def measures_of(facts: Facts) -> dict[str, float]:
    """Return every measure of one draw, from its monthly totals."""
    spans = periods(facts.scenario)
    found = {}
    for measure in all_measures().values():
        if all(facts.has(column) for column in measure.needs):
            chosen = {"": slice(0, facts.months)} if measure.whole_run else spans
            for ending, part in chosen.items():
                found[measure.name + ending] = measure.formula(facts, part)
    return found


def described(key: str) -> tuple[Measure, str]:
    """Return the measure behind a name with its ending, and its period in words.

    Raises:
        KeyError: no measure has that name.
    """
    known = all_measures()
    if key in known:
        whole = known[key].whole_run
        return known[key], "whole run" if whole else "last twelve months"
    if key.endswith(f"_{DOCUMENTED}"):
        measure = known[key.removesuffix(f"_{DOCUMENTED}")]
        return measure, "last twelve documented months"
    name, _, year = key.rpartition("_")
    return known[name], year


def summarise(draws: Sequence[Mapping[str, float]]) -> dict[str, dict[str, Any]]:
    """Return median and 90 % band over draws of every measure, with its definition.

    A quantile that is undefined or lies beyond the run is None; `share_of_draws` says
    in how many draws the measure has a number.
    """
    return {key: _summary(key, [draw[key] for draw in draws]) for key in draws[0]}


def _summary(key: str, values: Sequence[float]) -> dict[str, Any]:
    measure, period = described(key)
    low, value, high = (
        at if math.isfinite(at) else None
        for at in quantiles(np.array(values, dtype=float)).tolist()
    )
    return {
        "value": value,
        "low": low,
        "high": high,
        "unit": measure.unit,
        "title": f"{measure.title}, {period}",
        "definition": measure.definition,
        "is_not": measure.is_not,
        "share_of_draws": float(np.isfinite(values).mean()),
    }
