"""A scenario written back as YAML that reads as the same scenario. ODD III.i."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from model.scenario import Scenario
from scenarios.format.grammar import atom
from scenarios.format.nodes import Mark, Path, mark_at
from scenarios.format.resolve import DEFAULTS, Resolved

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./() -]*[A-Za-z0-9_./()]|[A-Za-z]", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}")
# Parts of a dated value that say nothing when they stand at their default.
_SILENT: Mapping[str, Any] = {"scale": {}, "growth_per_year": {}, "shape": "steps"}


def resolved_text(
    resolved: Resolved, *, places: bool = True, drawn: Sequence[str] | None = None
) -> str:
    """Return all values of a scenario as YAML, in long form, without `extends`.

    Args:
        resolved: the scenario.
        places: whether each value from a file says in a comment where it was set.
        drawn: names that draws shall still move though the text states them; by default
            those that the scenario lists itself.
    """
    names = resolved.tree.get("drawn") if drawn is None else drawn
    tree = {key: value for key, value in resolved.tree.items() if key != "drawn"}
    text = _text_of(tree, resolved if places else None)
    return text if names is None else text + _drawn_text(names)


def scenario_text(scenario: Scenario) -> str:
    """Return a validated scenario as YAML that reads as the same scenario."""
    silent = None if scenario.drawn else {"drawn"}
    return _text_of(scenario.model_dump(exclude=silent, exclude_none=True), None)


def _text_of(tree: Mapping[str, Any], located: Resolved | None) -> str:
    kept = {k: v for k, v in tree.items() if k != "extends" and v is not None}
    return "\n".join(_lines(kept, (), located)) + "\n"


def _drawn_text(names: Sequence[str]) -> str:
    """Return the list with one name to a line, so that a line is easily taken out."""
    lines = "".join(f"\n  - {_text(name)}" for name in names)
    return f"drawn:{lines or ' []'}\n"


def _lines(
    tree: Mapping[str, Any], path: Path, resolved: Resolved | None
) -> Iterator[str]:
    indent = "  " * len(path)
    for key, value in sorted(tree.items(), key=_rank):
        below = (*path, key)
        if key in _SILENT and value == _SILENT[key]:
            continue
        if isinstance(value, Mapping) and value and "value" not in value:
            yield f"{indent}{_name(key)}:"
            yield from _lines(value, below, resolved)
        else:
            yield f"{indent}{_name(key)}: {flow(value)}{_place(below, resolved)}"


def _rank(item: tuple[str, Any]) -> int:
    """Return the steps of a dated value before its other parts, and these in order."""
    return [*_SILENT].index(item[0]) + 1 if item[0] in _SILENT else 0


def _name(key: str) -> str:
    return key if _MONTH.fullmatch(key) else _text(key)


def flow(value: Any) -> str:
    """Return a plain value as YAML on one line."""
    if isinstance(value, Mapping):
        pairs = (f"{_name(k)}: {flow(v)}" for k, v in value.items() if v is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(value)


def _text(text: str) -> str:
    safe = _PLAIN.fullmatch(text) and isinstance(atom(text), str)
    return (
        text if safe or _MONTH.fullmatch(text) else json.dumps(text, ensure_ascii=False)
    )


def _place(path: Path, resolved: Resolved | None) -> str:
    if resolved is None:
        return ""
    mark: Mark = mark_at(resolved.located, path)
    return (
        "" if mark.file == DEFAULTS else f"  # {FilePath(mark.file).name}:{mark.line}"
    )
