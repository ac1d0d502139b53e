"""Analyses of a sweep as they are asked for and printed on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from math import isinf

from experiments.exploration.discovery import Bound, Discovery
from experiments.exploration.drivers import Drivers
from experiments.exploration.screening import Screening
from experiments.exploration.sensitivity import Index, SobolAnalysis
from experiments.figures.tabular import print_table
from model.errors import DesignError


def settings_of(texts: Iterable[str]) -> dict[str, object] | None:
    """Read `NAME=VALUE` texts; a value that is no number or switch is a text.

    >>> settings_of(["force.tempo=1.5", "scenario=baseline"])
    {'force.tempo': 1.5, 'scenario': 'baseline'}

    Raises:
        DesignError: if a text has no name or no value.
    """
    found: dict[str, object] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not (name and value):
            raise DesignError(f"--at {text}: write NAME=VALUE, as in force.tempo=1")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found or None


def print_sensitivity(found: SobolAnalysis | Screening) -> None:
    """Print indices or effects, and how many samples they rest on."""
    left_out = f" ({found.left_out})" if found.left_out else ""
    print(f"{found.output}: {found.used} of {found.planned} samples{left_out}")
    if found.constant:
        print("the output is constant: there is nothing to explain")
    elif isinstance(found, SobolAnalysis):
        header = ("factor", "first", "interval", "total", "interval")
        rows = [(f.factor, *_index(f.first), *_index(f.total)) for f in found.factors]
        print_table(header, rows)
    else:
        effects = [asdict(factor) for factor in found.factors]
        print_table(tuple(effects[0]), [[*map(_cell, e.values())] for e in effects])


def print_discovery(found: Discovery) -> None:
    """Print the boxes, densest first."""
    left_out = f" ({found.left_out})" if found.left_out else ""
    print(f"{found.question}: {found.cases} of {found.points} points{left_out}")
    for box in found.boxes:
        share = f"{box.density:.0%} of its {box.points} points are cases"
        print(f"box: {share}, {box.coverage:.0%} of all cases")
        for limit in box.limits:
            bound = bound_in_words(limit.bound)
            print(f"  {limit.factor}: {bound} (by chance: {limit.chance:.2g})")
    print("cases and others apart, 0 to 1:")
    rows = [(f.factor, f"{f.distance:.3f}", f"{f.chance:.2g}") for f in found.factors]
    print_table(("factor", "distance", "by chance"), rows)


def print_drivers(found: Drivers) -> None:
    """Print the share of every measure that each factor carries."""
    print(f"{found.kind}, of:")
    rows = [
        (
            each.output,
            f"{each.used}/{each.planned}",
            *(_share(each.shares.get(factor)) for factor in found.factors),
        )
        for each in found.measures
    ]
    print_table(("measure", "used", *found.factors), rows)
    for output, why in found.unexplained.items():
        print(f"{output}: {why}")


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def bound_in_words(bound: Bound) -> str:
    """Say what a factor must be.

    >>> bound_in_words((0.6, float("inf"))), bound_in_words(frozenset({"fixed"}))
    ('at least 0.6', 'fixed')
    """
    if isinstance(bound, frozenset):
        return " or ".join(sorted(bound))
    low, high = (f"{end:.3g}" for end in bound)
    if isinf(bound[0]):
        return f"at most {high}"
    return f"at least {low}" if isinf(bound[1]) else f"{low} to {high}"


def _index(index: Index) -> tuple[str, str]:
    return f"{index.value:.3f}", f"{index.low:.3f} to {index.high:.3f}"


def _cell(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
