"""Every value of a long-form tree with its dotted path, its kind and its place.

ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.format.layout import (
    ByMonth,
    Dated,
    Items,
    Kind,
    Step,
    Value,
    kind_at,
    scenario_layout,
)
from scenarios.format.nodes import ListNode, MappingNode, Mark, Node, Path


@dataclass(frozen=True, slots=True)
class Place:
    """One key or value: `mark` is where its key stands, or itself in a list."""

    path: Path
    kind: Kind
    node: Node
    mark: Mark


def walk(node: Node, kind: Kind | None = None, path: Path = ()) -> Iterator[Place]:
    """Yield every place below `node`, parents before children."""
    kind = kind or scenario_layout()
    for key, mark, below in _children(node):
        found = kind_at(kind, (key,))
        if found is not None:
            yield Place((*path, key), found, below, mark)
            yield from walk(below, found, (*path, key))


def parameter_names(node: Node) -> frozenset[str]:
    """Return the dotted names of the parameters a tree sets.

    A dated value counts as one parameter, under the name of its path.
    """
    return frozenset(".".join(place.path) for place in tops(node))


def tops(node: Node, kind: Kind | None = None, path: Path = ()) -> Iterator[Place]:
    """Yield the place of every parameter a tree sets; a dated value counts as one."""
    kind = kind or scenario_layout()
    for key, mark, below in _children(node):
        found = kind_at(kind, (key,))
        if isinstance(found, Value | Dated | ByMonth | Items | Step):
            yield Place((*path, key), found, below, mark)
        elif found is not None:
            yield from tops(below, found, (*path, key))


def _children(node: Node) -> Iterator[tuple[str, Mark, Node]]:
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield key, entry.mark, entry.node
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield str(index), item.mark, item
