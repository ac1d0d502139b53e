"""Mechanisms from outside the package: channels and rules for regions. ODD II.ii.

A mechanism comes in by an entry point of any package that is installed,

    [project.entry-points."muster.channels"]
    militia = "my_package.militia:Militia"

or by object, from any module (`model.channels.register_channel`,
`model.institutions.regional.register_rule`). What came by object is known by its import
path, which travels with every job, so that a worker process finds the same one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from model.errors import MusterError

CHANNELS: Final = "muster.channels"
RULES: Final = "muster.regional_rules"
_given: dict[str, dict[str, Any]] = {CHANNELS: {}, RULES: {}}


def extensions(group: str) -> Mapping[str, Any]:
    """Return what a group holds from outside the package, by name."""
    return {**_installed(group), **_given[group]}


@cache
def _installed(group: str) -> Mapping[str, Any]:
    return {entry.name: entry.load() for entry in entry_points(group=group)}


def add(group: str, name: str, found: Any) -> None:
    """Add a mechanism to a group; one of that name given before is replaced."""
    if not name.isidentifier():
        raise ValueError(f"{name!r}: a name is letters, digits and underscores")
    _given[group][name] = found


def remove(group: str, name: str) -> None:
    """Take a mechanism that was given as an object out again."""
    _given[group].pop(name, None)


def given_paths() -> tuple[str, ...]:
    """Return what was given as objects, each as `group name module:object folder`.

    Raises:
        MusterError: workers would not find one of them.
    """
    return tuple(
        f"{group} {name} {import_path(found)} {folder_of(found)}"
        for group, members in sorted(_given.items())
        for name, found in sorted(members.items())
    )


def given_objects() -> list[Any]:
    """Return what was given as objects or is installed, in the order of the names."""
    return [found for group in _given for _, found in sorted(extensions(group).items())]


def load_given(paths: Iterable[str]) -> None:
    """Import what `given_paths` returned, in another process."""
    for path in paths:
        group, name, where, folder = path.split(" ", 3)
        add(group, name, found_at(where, folder))


def import_path(found: Any) -> str:
    """Return the import path `module:name` of a class or function.

    Raises:
        MusterError: importing that name elsewhere would not give this object.
    """
    module = getattr(found, "__module__", None) or "?"
    name = getattr(found, "__qualname__", None) or repr(found)
    if module == "__main__" or not name.isidentifier():
        raise MusterError(
            f"{module}.{name}: must stand at the top of a module, for workers import "
            "it by name; write it into a file beside the script or notebook and import "
            "it from there"
        )
    if getattr(sys.modules.get(module), name, None) is not found:
        raise MusterError(f"{module}:{name}: importing this name gives another object")
    return f"{module}:{name}"


def folder_of(found: Any) -> str:
    """Return the folder from which an object's module was imported."""
    module = sys.modules[found.__module__]
    file = Path(module.__file__ or "")
    return str(file.parents[module.__name__.count(".") + (file.stem == "__init__")])


def found_at(path: str, folder: str = "") -> Any:
    """Import the object that `module:name` names.

    Args:
        path: its import path.
        folder: where the module lies if it is nowhere else, as beside a script.
    """
    module, name = path.split(":")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        # A worker on another machine was not started beside the script.
        if not folder or folder in sys.path or error.name != module.split(".")[0]:
            raise
        sys.path.append(folder)
        return getattr(importlib.import_module(module), name)
