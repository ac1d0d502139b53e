"""Values from outside the files: `--set key=value` and draws of the posterior.

ODD III.i.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scenarios.format.canonical import canonical
from scenarios.format.files import Layer
from scenarios.format.layout import Value, kind_at, scenario_layout
from scenarios.format.nodes import (
    Entry,
    ListNode,
    MappingNode,
    Mark,
    Node,
    Path,
    ScalarNode,
    mapping_of,
)
from scenarios.format.reading import read_value
from scenarios.format.report import Report

SET = "--set"
LONGEST_SET = 2_000
DRAW = "posterior draw"


def set_layers(overrides: Sequence[str], report: Report) -> tuple[Layer, ...]:
    """Read `a.b.c=value` overrides; the n-th one is located as `--set:n:column`.

    A value is written as in a file; for a parameter that is text it is taken as it is.
    """
    read = (_set(text, line, report) for line, text in enumerate(overrides, start=1))
    return tuple(layer for layer in read if layer is not None)


def _set(text: str, line: int, report: Report) -> Layer | None:
    name, equals, value = text[: LONGEST_SET + 1].partition("=")
    path = tuple(part.strip() for part in name.split("."))
    mark = Mark(SET, line, 1)
    if not equals or not all(path) or len(text) > LONGEST_SET:
        rule = f"write KEY=VALUE of at most {LONGEST_SET} characters"
        report.add(mark, (), f"{rule}, as in force.return_share=0.7")
        return None
    if path == ("extends",):
        report.add(mark, path, "cannot be set; name the other scenario instead")
        return None
    leaf = _leaf(value.strip(), path, Mark(SET, line, len(name) + 2), report)
    tree = mapping_of(path, mark, leaf) if leaf else None
    if not isinstance(tree, MappingNode):
        return None
    return Layer(SET, canonical(tree, report), is_file=False)


def _leaf(text: str, path: Path, mark: Mark, report: Report) -> Node | None:
    kind = kind_at(scenario_layout(), path)
    if isinstance(kind, Value) and kind.form in {"text", "month", "choice"}:
        return ScalarNode(text, text, mark)
    found = Report()
    node = read_value(text, SET, found)
    for problem in found.problems:
        report.add(mark, path, problem.message)
    return _moved(node, mark) if node and not found.problems else None


def _moved(node: Node, mark: Mark) -> Node:
    """Return the tree with every place shifted to where the value stands."""
    at = Mark(mark.file, mark.line, mark.column + node.mark.column - 1)
    match node:
        case ScalarNode():
            return replace(node, mark=at)
        case ListNode():
            return ListNode(tuple(_moved(item, mark) for item in node.items), at)
        case MappingNode():
            entries = {
                key: Entry(at, _moved(entry.node, mark))
                for key, entry in node.entries.items()
            }
            return MappingNode(entries, at)


def draw_layer(draw: Mapping[str, float | str], report: Report) -> Layer:
    """Return one draw of the posterior as a layer; its n-th name counts as line n."""
    entries: dict[str, Entry] = {}
    tree = MappingNode(entries, Mark(DRAW, 1, 1))
    for line, (name, value) in enumerate(draw.items(), start=1):
        mark = Mark(DRAW, line, 1)
        leaf = _drawn_leaf(value, mark)
        tree = _joined(tree, mapping_of(tuple(name.split(".")), mark, leaf))
    return Layer(DRAW, canonical(tree, report), is_file=False)


def _drawn_leaf(value: float | str, mark: Mark) -> ScalarNode:
    if isinstance(value, str):
        return ScalarNode(value, value, mark)
    number = value if isinstance(value, int) else float(value)
    return ScalarNode(number, repr(number), mark)


def _joined(one: MappingNode, other: Node) -> MappingNode:
    if not isinstance(other, MappingNode):
        return one
    entries = dict(one.entries)
    for key, entry in other.entries.items():
        under = entries[key].node if key in entries else None
        both = isinstance(under, MappingNode) and isinstance(entry.node, MappingNode)
        node = _joined(under, entry.node) if both else entry.node  # type: ignore[arg-type]  # both says so
        entries[key] = Entry(entry.mark, node)
    return replace(one, entries=entries)
