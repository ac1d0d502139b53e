"""The schema's own verdict on a merged tree, told in the words of the file.

ODD III.i.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from model.scenario import Scenario
from scenarios.format.layout import Group, scenario_layout
from scenarios.format.nodes import Entry, MappingNode, Mark, Path, mark_at, plain
from scenarios.format.report import Report, shown


def validated(
    tree: MappingNode, files: tuple[str, ...], report: Report
) -> Scenario | None:
    """Return the scenario a merged long-form tree describes.

    Args:
        tree: the merged tree.
        files: names of the layers, lowest first; what relates several values is told
            where the highest of them speaks.
        report: takes a problem for everything the schema refuses.

    Returns:
        The scenario, or None if the schema refuses it.
    """
    given = plain(tree)
    channels, errors = _channels(given.get("channels", {}))
    try:
        # Strict, so that no text passes for a number and no number for a switch.
        found = Scenario.model_validate({**given, "channels": channels}, strict=True)
    except ValidationError as error:
        found = None
        errors += _told(error, ())
    for path, message in errors:
        if not report.covers(path):
            mark = _mark(tree, path, message, files)
            shorter = path[:-1] if path[-1:] == ("value",) else path
            report.add(mark, shorter, message)
    return None if errors else found


def _channels(
    given: Mapping[str, Any],
) -> tuple[dict[str, BaseModel], list[tuple[Path, str]]]:
    """Validate each channel's block by itself, so that its errors keep their place."""
    channels = scenario_layout().members["channels"].kind
    settings: dict[str, BaseModel] = {}
    errors: list[tuple[Path, str]] = []
    for name, member in channels.members.items() if isinstance(channels, Group) else ():
        if not isinstance(member.kind, Group):
            continue
        try:
            block = given.get(name, {})
            settings[name] = member.kind.model.model_validate(block, strict=True)
        except ValidationError as error:
            errors += _told(error, ("channels", name))
    return settings, errors


def _told(error: ValidationError, above: Path) -> list[tuple[Path, str]]:
    return [
        (
            above + tuple(str(key) for key in found["loc"] if key != "[key]"),
            _words(found),
        )
        for found in error.errors(include_url=False)
    ]


def _words(found: Any) -> str:
    if found["type"] == "missing":
        return "is missing"
    if found["type"] == "value_error":
        return str(found["ctx"]["error"])
    said = found["msg"][:1].lower() + found["msg"][1:]
    given = found["input"]
    return said if isinstance(given, dict | tuple) else f"{shown(given)}: {said}"


def _mark(tree: MappingNode, path: Path, message: str, files: tuple[str, ...]) -> Mark:
    """Return where to look: at the value, or in its block where the top layer spoke."""
    mark = mark_at(tree, path)
    block = _block(tree, path)
    if block is None and mark.file in files:
        return mark
    while block is None or not _from_files(block, files):
        if not path:
            return replace(mark, file=files[-1], line=1, column=1)
        path = path[:-1]
        block = _block(tree, path)

    def prominence(item: tuple[str, Entry]) -> tuple[bool, int]:
        name, entry = item
        return name in message.split(), files.index(entry.mark.file)

    return max(_from_files(block, files).items(), key=prominence)[1].mark


def _block(tree: MappingNode, path: Path) -> MappingNode | None:
    node: Any = tree
    for key in path:
        if not isinstance(node, MappingNode) or key not in node.entries:
            return None
        node = node.entries[key].node
    return node if isinstance(node, MappingNode) else None


def _from_files(block: MappingNode, files: tuple[str, ...]) -> dict[str, Entry]:
    return {k: e for k, e in block.entries.items() if e.mark.file in files}
