"""A scenario file as a plain tree in which every key and value knows its place.

Nothing here knows what a scenario means; `layout.py` does. ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from scenarios.format.grammar import Atom

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One value; `text` is what the file says."""

    value: Atom
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list of values."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping, where it stands, and its value."""

    mark: Mark
    node: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping of keys to values, in the order of the file."""

    entries: Mapping[str, Entry]
    mark: Mark
    replaces: bool = False
    """A short form that stands for the whole value, so nothing below it survives."""


Node: TypeAlias = ScalarNode | ListNode | MappingNode


def plain(node: Node) -> Any:
    """Return the tree without its marks; lists become tuples, as frozen blocks do."""
    match node:
        case ScalarNode():
            return node.value
        case ListNode():
            return tuple(plain(item) for item in node.items)
        case MappingNode():
            return {key: plain(entry.node) for key, entry in node.entries.items()}


def marked(value: Any, mark: Mark) -> Node:
    """Return a tree of plain values as nodes that all stand at one place."""
    if isinstance(value, Mapping):
        entries = {str(k): Entry(mark, marked(v, mark)) for k, v in value.items()}
        return MappingNode(entries, mark)
    if isinstance(value, list | tuple):
        return ListNode(tuple(marked(item, mark) for item in value), mark)
    return ScalarNode(value, str(value), mark)


def mapping_of(path: Path, key_mark: Mark, leaf: Node) -> Node:
    """Wrap a value into one mapping for each name of its dotted path."""
    for key in reversed(path):
        leaf = MappingNode({key: Entry(key_mark, leaf)}, key_mark)
    return leaf


def node_at(node: Node, path: Iterable[str]) -> Node | None:
    """Return what stands at `path`, or None."""
    for key in path:
        if not isinstance(node, MappingNode) or key not in node.entries:
            return None
        node = node.entries[key].node
    return node


def with_node(tree: MappingNode, path: Path, node: Node) -> MappingNode:
    """Return the tree with another node at a path that exists."""
    if not path:
        return node if isinstance(node, MappingNode) else tree
    entry = tree.entries[path[0]]
    below = entry.node
    if isinstance(below, MappingNode) and len(path) > 1:
        node = with_node(below, path[1:], node)
    return replace(tree, entries={**tree.entries, path[0]: replace(entry, node=node)})


def mark_at(node: Node, path: Iterable[str | int]) -> Mark:
    """Return where the value at `path` stands, or the nearest that does exist."""
    mark = node.mark
    for step in path:
        if isinstance(node, MappingNode) and str(step) in node.entries:
            entry = node.entries[str(step)]
            node, mark = entry.node, entry.mark
        elif isinstance(node, ListNode) and str(step).isdigit():
            node = node.items[min(int(step), len(node.items) - 1)]
            mark = node.mark
        else:
            return mark
    return node.mark if isinstance(node, ScalarNode) else mark
