"""What a scenario takes of the baseline's documents: none later, none over its own.

`time.history_until` is a ceiling on every documented series at once: steps, factors and
acts of the defaults and of the baseline that are dated later are left out, so that a
run to an earlier ceiling sees what could be known then. And where a file gives a path
that governments rule (`Ruled`) a value of its own, the documents of that path end the
month before: what was paid afterwards was paid in another world. ODD III.i, III.iii.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from model.errors import ScenarioError
from model.fields.months import Month, parse_month
from scenarios.format.layout import ByMonth, Dated, Items, Kind, Table, kind_at
from scenarios.format.layout import scenario_layout as layout
from scenarios.format.nodes import ListNode, MappingNode, Node, Path, ScalarNode
from scenarios.format.walking import walk

RULED = "documented_until"
"""The member that tells a path governments rule from others (`Ruled`)."""


def ceiling(tree: MappingNode) -> Month | None:
    """Return the last month a merged tree lets documents speak of, if it names one."""
    time = tree.entries.get("time")
    until = (
        time.node.entries.get("history_until")
        if time and isinstance(time.node, MappingNode)
        else None
    )
    try:
        text = until.node.text if until and isinstance(until.node, ScalarNode) else ""
        return parse_month(text)
    except ScenarioError:
        return None


def own_values(trees: Iterable[MappingNode]) -> dict[Path, Month]:
    """Return the first month in which files set a ruled path themselves, by path."""
    first: dict[Path, Month] = {}
    for tree in trees:
        for place in walk(tree):
            kind, node = place.kind, place.node
            if not isinstance(kind, Dated) or RULED not in kind.members:
                continue
            steps = isinstance(node, MappingNode) and node.entries.get(kind.unit)
            if not steps or not isinstance(steps.node, MappingNode):
                continue
            for month, entry in steps.node.entries.items():
                removed = (
                    isinstance(entry.node, ScalarNode) and entry.node.value is None
                )
                if not removed:
                    known = first.get(place.path, parse_month(month))
                    first[place.path] = min(known, parse_month(month))
    return first


def taken(tree: MappingNode, until: Month, own: Mapping[Path, Month]) -> MappingNode:
    """Return the tree of documents without what is dated later than it may be.

    A path all of whose steps are later keeps its first, which holds before its date; a
    table's row whose steps are all later is left out with them.

    Args:
        tree: documents in long form.
        until: the ceiling.
        own: first month of the files' own values by ruled path (`own_values`).
    """
    return _taken(tree, layout(), (), until, own) or tree


def _taken(
    node: MappingNode, kind: Kind, path: Path, until: Month, own: Mapping[Path, Month]
) -> MappingNode | None:
    """Return what is left below a node; none if it held steps and all are later."""
    entries = dict(node.entries)
    for key, entry in node.entries.items():
        below = kind_at(kind, (key,))
        if below is None:
            continue
        child: Node | None = entry.node
        if isinstance(child, MappingNode) and isinstance(below, ByMonth):
            end = min(until, own.get((*path, key)[:-1], until + 1) - 1)
            kept = {m: e for m, e in child.entries.items() if parse_month(m) <= end}
            child = replace(child, entries=kept) if kept or not child.entries else None
            if child is None and isinstance(kind, Dated) and key == kind.unit:
                return None
        elif isinstance(child, ListNode) and isinstance(below, Items):
            child = replace(child, items=tuple(_early(child.items, until)))
        elif isinstance(child, MappingNode):
            left = _taken(child, below, (*path, key), until, own)
            # A table's row goes, a single path is kept: it must hold something.
            child = left if left or isinstance(kind, Table) else _first(child, below)
        if child is None:
            del entries[key]
        else:
            entries[key] = replace(entry, node=child)
    return replace(node, entries=entries)


def _first(node: MappingNode, kind: Kind) -> MappingNode:
    """Return a path with the earliest of its steps alone."""
    if not isinstance(kind, Dated):
        return node
    entry = node.entries[kind.unit]
    if not isinstance(entry.node, MappingNode):
        return node
    month = min(entry.node.entries, key=parse_month)
    alone = replace(entry.node, entries={month: entry.node.entries[month]})
    return replace(
        node, entries={**node.entries, kind.unit: replace(entry, node=alone)}
    )


def _early(items: tuple[Node, ...], until: Month) -> Iterable[Node]:
    """Yield the acts of a list that are dated no later; undated items all stay."""
    for item in items:
        date = item.entries.get("date") if isinstance(item, MappingNode) else None
        text = date.node.text if date and isinstance(date.node, ScalarNode) else None
        if text is None or parse_month(text) <= until:
            yield item
