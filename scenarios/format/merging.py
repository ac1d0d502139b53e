"""Deltas laid over what they start from, in long form.

Blocks merge by key and dated values by month; lists and single values replace; a plain
number for a dated value replaces its whole path; null removes a step or a table's row.
ODD III.i.
"""

from __future__ import annotations

from dataclasses import replace

from scenarios.format.layout import (
    HEADER,
    ByMonth,
    Kind,
    Step,
    Table,
    kind_at,
    scenario_layout,
)
from scenarios.format.nodes import Entry, MappingNode, Node, Path, ScalarNode
from scenarios.format.report import Report


def merged(base: MappingNode, delta: MappingNode, report: Report) -> MappingNode:
    """Return `base` with the changes of `delta`.

    Args:
        base: tree in long form.
        delta: the changes, in long form.
        report: takes a problem for every removal that removes nothing.
    """
    return _merged(base, delta, scenario_layout(), (), report)


def without_header(base: MappingNode) -> MappingNode:
    """Return the tree without title and the like, which speak of one file alone."""
    kept = {key: entry for key, entry in base.entries.items() if key not in HEADER}
    return replace(base, entries=kept)


def standing_alone(tree: MappingNode) -> MappingNode:
    """Return the tree of a file that extends nothing; its paths, tables are whole."""
    return _alone(tree, scenario_layout())


def _alone(node: MappingNode, kind: Kind) -> MappingNode:
    entries = {}
    for key, entry in node.entries.items():
        below = kind_at(kind, (key,))
        child = entry.node
        if isinstance(child, MappingNode) and below is not None:
            child = _alone(child, below)
        entries[key] = Entry(entry.mark, child)
    whole = node.replaces or isinstance(kind, ByMonth | Table)
    return replace(node, entries=entries, replaces=whole)


def _merged(
    base: MappingNode, delta: MappingNode, kind: Kind, path: Path, report: Report
) -> MappingNode:
    entries = {} if delta.replaces else dict(base.entries)
    for key, entry in delta.entries.items():
        below = (*path, key)
        under = entries.get(key)
        is_null = isinstance(entry.node, ScalarNode) and entry.node.value is None
        if not (is_null and isinstance(kind, Table | ByMonth)):
            node = _over(under, entry.node, kind_at(kind, (key,)), below, report)
            entries[key] = Entry(entry.mark, node)
        elif under is not None:
            del entries[key]
        else:
            report.add(entry.mark, below, "nothing stands here that could be removed")
    return MappingNode(entries, delta.mark)


def _over(
    under: Entry | None, node: Node, kind: Kind | None, path: Path, report: Report
) -> Node:
    if not isinstance(node, MappingNode) or kind is None or isinstance(kind, Step):
        return node
    base = under.node if under else None
    if not isinstance(base, MappingNode):
        base = replace(node, entries={}, replaces=False)
    return _merged(base, node, kind, path, report)
