"""Scenarios as plain trees for a sweep; its dotted names held against the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from experiments.runs.jobs import Value
from experiments.storage.identity import canonical
from experiments.sweeps.design import Design, DesignFile
from experiments.sweeps.plan import Resolve
from model.errors import DesignError, ScenarioError
from scenarios import Resolved, load_scenario
from scenarios.format.merging import merged
from scenarios.format.overrides import SET, set_layers
from scenarios.format.report import Report
from scenarios.format.validation import validated

Place = tuple[str, ...]
_ENDS = (min, max)


def resolver(design: Design) -> Resolve:
    """How this design's scenario names and posterior draws become trees."""
    from calibration.posterior import load_draws

    draws = load_draws(design.all_draws)

    def resolve(name: str, draw: int) -> Mapping[str, Any]:
        resolved = load(design, name)
        chosen = resolved.with_draw(draws[draw]) if draws[draw] else resolved
        return chosen.tree

    return resolve


def load(design: Design, name: str) -> Resolved:
    """Read a scenario that a design names: packaged, or a file beside the design."""
    is_file = name.endswith((".yaml", ".yml"))
    return _load(Path(design.folder) / name if is_file else name)


@cache
def _load(path_or_name: Path | str) -> Resolved:
    return load_scenario(path_or_name)


def check(design: Design, file: DesignFile | None) -> None:
    """Hold every name and extreme value of a design against the scenario schema.

    Raises:
        DesignError: with everything that is wrong, each with its place if known.
    """
    problems: list[tuple[Place, str]] = []
    several = len(design.scenario) > 1
    for scenario in design.scenario:
        try:
            resolved = load(design, scenario)
        except ScenarioError as error:
            problems.append((("scenario",), str(error)))
            continue
        problems += [
            (place, f"{message}, in scenario {scenario}" if several else message)
            for place, name, value in _extremes(design)
            for message in objections(resolved, name, value)
        ]
    if file is not None:
        for place, message in problems:
            file.blame(place, message)
        file.raise_if_blamed()
    elif problems:
        lines = (f"{'.'.join(place)}: {message}" for place, message in problems)
        raise DesignError("\n".join(lines))


def objections(resolved: Resolved, name: str, value: Value) -> list[str]:
    """What the schema has against one setting of a scenario, in words."""
    report = Report()
    text = value if isinstance(value, str) else canonical(value).decode("ascii")
    for layer in set_layers([f"{name}={text}"], report):
        tree = merged(resolved.located, layer.tree, report)
        if not report.problems:
            validated(tree, (SET,), report)
    return [problem.message for problem in report.problems]


def _extremes(design: Design) -> Iterator[tuple[Place, str, Value]]:
    """Values that tell: a name's least and greatest (broken) number, and all others."""
    if design.until is not None:
        yield ("until",), "time.until", design.until
    found: dict[str, dict[str, tuple[Place, Value]]] = {}
    for place, name, value in design.values():
        found.setdefault(name, {})[repr(value)] = (place, value)
    for name, given in found.items():
        numbers = [(v, at) for at, v in given.values() if _is_number(v)]
        others = [(v, at) for at, v in given.values() if not _is_number(v)]
        broken = [number for number in numbers if number[0] % 1]
        telling = {end(group) for group in (numbers, broken) if group for end in _ENDS}
        yield from ((place, name, value) for value, place in sorted(telling))
        yield from ((place, name, value) for value, place in others)


def _is_number(value: Value) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
