"""Resolved scenarios frozen into the sweep's folder, and settings laid over them.

A scenario file that is edited while a sweep runs, or before it is resumed, cannot
change what the remaining runs see: every worker reads the frozen tree, and the file's
name is the digest of its content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.runs.jobs import RunInput, Settings, Task, Value
from experiments.storage.durable import DamagedError, write_durably
from experiments.storage.identity import canonical, digest
from experiments.storage.reading import read_bytes

INPUTS_FOLDER = "inputs"
_TREES_KEPT = 16
_MONTH = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def freeze(folder: Path, tree: Mapping[str, Any]) -> str:
    """Keep a resolved scenario in the sweep's folder; gives its digest."""
    content = canonical(tree)
    name = digest(content)
    path = _path(folder, name)
    if not (path.exists() and digest(read_bytes(path)) == name):
        write_durably(path, content)
    return name


@lru_cache(maxsize=_TREES_KEPT)
def frozen(folder: Path, name: str) -> Mapping[str, Any]:
    """Read a frozen scenario back; a changed byte raises `DamagedError`."""
    path = _path(folder, name)
    content = read_bytes(path)
    if digest(content) != name:
        raise DamagedError(f"{path}: damaged, its content does not match its name")
    tree: dict[str, Any] = json.loads(content)
    return tree


def run_input(task: Task) -> RunInput:
    """What the job of this task is given."""
    base = frozen(Path(task.folder), task.inputs)
    tree = with_settings(base, task.settings)
    return RunInput(tree, task.draw, task.seed, task.own)


def with_settings(base: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Copy a scenario tree with dotted names set; `base` stays as it is."""
    tree = dict(base)
    for name, value in settings:
        _set(tree, name.split("."), value)
    return tree


def _set(tree: dict[str, Any], keys: list[str], value: Value) -> None:
    for key in keys[:-1]:
        below = tree.get(key)
        tree[key] = dict(below) if isinstance(below, Mapping) else {}
        tree = tree[key]
    tree[keys[-1]] = _over(tree.get(keys[-1]), value)


def _over(below: Any, value: Value) -> Any:
    """Steps by month join those already there; anything else takes their place."""
    if not isinstance(value, dict) or not isinstance(below, Mapping):
        return value
    if _by_month(below):
        return {**below, **value}
    from scenarios.format.layout import dated_units

    unit = next((key for key in below if key in dated_units()), None)
    return {**below, unit: _over(below[unit], value)} if unit else value


def _by_month(steps: Mapping[str, Any]) -> bool:
    return all(_MONTH.fullmatch(key) for key in steps)


def _path(folder: Path, name: str) -> Path:
    return folder / INPUTS_FOLDER / f"{name}.json"
