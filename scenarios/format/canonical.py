"""One file's tree brought to the one long form, and everything misplaced in it told.

`signing_bonus: 5`, `signing_bonus: {2026-01: 5}` and `signing_bonus: {rub: {...}}` all
become steps with a value, so that files can be merged by key and by month. Values are
checked against the layout here, in each file of a chain by itself; what relates
several values is left to the schema. ODD III.i.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from model.fields.dated import ALWAYS
from scenarios.format.grammar import is_dated
from scenarios.format.layout import (
    ByMonth,
    Dated,
    Group,
    Items,
    Kind,
    Member,
    Step,
    Table,
    Value,
    dated_units,
    parameters,
    scenario_layout,
)
from scenarios.format.nodes import (
    Entry,
    ListNode,
    MappingNode,
    Node,
    Path,
    ScalarNode,
    node_at,
    with_node,
)
from scenarios.format.places import Kind as PlaceKind
from scenarios.format.places import Place, find_place, regions_of, unknown
from scenarios.format.removed import removed_name
from scenarios.format.report import Report
from scenarios.format.suggestions import did_you_mean, one_of
from scenarios.format.table_values import from_table, names_table
from scenarios.format.values import checked_value, month_of, month_wrong, what

BY_DISTRICT = "by_district"
COUNTRY_TABLES = frozenset({"source_states", "networks", "openness", "drives"})
"""Tables whose rows are countries; the rows of the others are regions."""


def canonical(node: MappingNode, report: Report) -> MappingNode:
    """Return the tree of one file in long form, without what cannot stand in it.

    Args:
        node: the tree as read.
        report: takes a problem for every key or value that cannot stand where it
            stands.
    """
    long = _canonical(node, scenario_layout(), (), report)
    if not isinstance(long, MappingNode):
        return replace(node, entries={})
    return _without_districts(long)


def _canonical(node: Node, kind: Kind, path: Path, report: Report) -> Node | None:
    match kind:
        case Value():
            return checked_value(node, kind, path, report)
        case Items():
            return _items(node, kind, path, report)
        case Step():
            return _step(node, kind, path, report)
        case ByMonth():
            return _by_month(node, kind, path, report)
        case Dated():
            return _dated(node, kind, path, report)
        case Table():
            return _table(node, kind, path, report)
        case Group():
            return _block(node, kind.members, path, report)


def _block(
    node: Node, members: Mapping[str, Member], path: Path, report: Report
) -> MappingNode | None:
    if not isinstance(node, MappingNode):
        wanted = f"write a block of keys below it; {one_of(members)}"
        report.add(node.mark, path, f"is {what(node)}; {wanted}")
        return None
    entries: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        below = (*path, key)
        if key not in members:
            report.add(entry.mark, below, _unknown(key, members, path, report))
            continue
        long = _canonical(entry.node, members[key].kind, below, report)
        if long is not None:
            entries[key] = Entry(entry.mark, long)
    return replace(node, entries=entries)


def _unknown(
    key: str, members: Mapping[str, Member], path: Path, report: Report
) -> str:
    gone = removed_name((*path, key))
    if gone or report.full:
        return gone or "is no name that belongs here"
    near = did_you_mean(key, members)
    if not near:
        homes = [".".join(p) for p, _ in parameters(scenario_layout()) if p[-1] == key]
        near = f"; it belongs under {homes[0].rpartition('.')[0]}" if homes else ""
    return f"is no name that belongs here; {one_of(members)}{near}"


def _table(node: Node, kind: Table, path: Path, report: Report) -> Node | None:
    if isinstance(node, MappingNode) and names_table(node):
        stated = from_table(node, kind, (_place_kind(path),), path, report)
        return _table(stated, kind, path, report) if stated else None
    if not isinstance(node, MappingNode):
        report.add(node.mark, path, f"is {what(node)}; write names and their values")
        return None
    entries: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        below = (*path, key)
        place = _place(key, kind, path)
        if kind.names and key not in kind.names and place is None:
            near = did_you_mean(key, kind.names)
            report.add(entry.mark, below, f"is no name; {one_of(kind.names)}{near}")
            continue
        if place is None and not kind.names:
            a_district = path[-1] == "by_region" and find_place(key, "district")
            told = "is a federal district; write it beside, under by_district"
            said = told if a_district else unknown(key, _place_kind(path))
            report.add(entry.mark, below, said)
            continue
        if place is not None:
            key = place.code
        if key in entries:
            report.add(entry.mark, below, f"a second value for {key}; keep one")
            continue
        long = (
            entry.node
            if _is_null(entry.node)
            else _canonical(entry.node, kind.item, below, report)
        )
        if long is not None:
            entries[key] = Entry(entry.mark, long)
    return replace(node, entries=entries)


def _place(key: str, kind: Table, path: Path) -> Place | None:
    """Return the place that a key of a table names, if its rows are places."""
    if kind.names and path[-1] != BY_DISTRICT:
        return None
    return find_place(key, _place_kind(path))


def _place_kind(path: Path) -> PlaceKind:
    if path[-1] == BY_DISTRICT:
        return "district"
    return "country" if COUNTRY_TABLES.intersection(path) else "region"


def _without_districts(tree: MappingNode) -> MappingNode:
    """Return the tree with what it says of districts said of each of their regions."""
    bonus = node_at(tree, ("regions", "signing_bonus"))
    if not isinstance(bonus, MappingNode) or BY_DISTRICT not in bonus.entries:
        return tree
    groups, own = (node_at(bonus, (key,)) for key in (BY_DISTRICT, "by_region"))
    rows = dict(own.entries) if isinstance(own, MappingNode) else {}
    listed = groups.entries if isinstance(groups, MappingNode) else {}
    for district, entry in listed.items():
        for code in regions_of(district):
            rows[code] = _over(entry, rows.get(code))
    kept = {k: e for k, e in bonus.entries.items() if k != BY_DISTRICT}
    mark = bonus.entries[BY_DISTRICT].mark
    kept["by_region"] = Entry(mark, MappingNode(rows, mark))
    return with_node(tree, ("regions", "signing_bonus"), replace(bonus, entries=kept))


def _over(group: Entry, own: Entry | None) -> Entry:
    """Return what a district's value leaves to a region that has a value of its own."""
    below, above = group.node, own.node if own else None
    if not isinstance(above, MappingNode):
        return own or group
    if above.replaces or not isinstance(below, MappingNode):
        return replace(group, node=above)
    entries = dict(below.entries)
    for part, entry in above.entries.items():
        under = below.entries.get(part)
        node, shared = entry.node, under.node if under else None
        if isinstance(node, MappingNode) and isinstance(shared, MappingNode):
            kept = {} if node.replaces else shared.entries
            node = replace(node, entries={**kept, **node.entries})
        entries[part] = replace(entry, node=node)
    return replace(group, node=replace(above, entries=entries))


def _dated(node: Node, kind: Dated, path: Path, report: Report) -> Node | None:
    if isinstance(node, MappingNode) and names_table(node):
        stated = from_table(node, kind, (), path, report)
        return _dated(stated, kind, path, report) if stated else None
    if isinstance(node, ScalarNode):
        steps = _by_month(node, _steps_of(kind), path, report)
        entry = {kind.unit: Entry(node.mark, steps)} if steps else None
        return MappingNode(entry, node.mark, replaces=True) if entry else None
    if isinstance(node, MappingNode) and node.entries:
        if all(map(is_dated, node.entries)):
            steps = _by_month(node, _steps_of(kind), (*path, kind.unit), report)
            entry = {kind.unit: Entry(node.mark, steps)} if steps else None
            return MappingNode(entry, node.mark) if entry else None
        known = _without_strays(node, kind, path, report)
        return _block(known, kind.members, path, report)
    wanted = f"write a number in {kind.unit}, months with numbers, or {kind.unit}:"
    _tell(node, wanted, path, report)
    return None


def _tell(node: Node, wanted: str, path: Path, report: Report) -> None:
    if not report.covers(path):  # as when the only key was no key
        report.add(node.mark, path, f"is {what(node)}; {wanted}")


def _steps_of(kind: Dated) -> ByMonth:
    steps = kind.members[kind.unit].kind
    if not isinstance(steps, ByMonth):
        raise TypeError(f"{kind.unit} of {kind.model.__name__} holds no steps")
    return steps


def _without_strays(
    node: MappingNode, kind: Dated, path: Path, report: Report
) -> MappingNode:
    """Tell of other units and of months beside named parts; return the rest."""
    kept = dict(node.entries)
    for key, entry in node.entries.items():
        if key in kind.members or removed_name((*path, key)):
            continue
        if key in dated_units():
            message = f"this value is in {kind.unit}; write {kind.unit} in place of it"
        elif is_dated(key):
            message = f"a month beside named parts; write it below {kind.unit} or scale"
        else:
            continue
        del kept[key]
        report.add(entry.mark, (*path, key), message)
    return replace(node, entries=kept)


def _by_month(
    node: Node, kind: ByMonth, path: Path, report: Report
) -> MappingNode | None:
    if isinstance(node, ScalarNode):
        long = _canonical(node, kind.item, path, report)
        entries = {ALWAYS: Entry(node.mark, long)} if long else None
        return MappingNode(entries, node.mark, replaces=True) if entries else None
    if not isinstance(node, MappingNode) or not (node.entries or kind.may_be_empty):
        _tell(node, "write a number, or months with numbers", path, report)
        return None
    steps: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        month = month_of(key)
        below = (*path, key)
        if month is None:
            report.add(entry.mark, below, month_wrong(key))
            _month_value(entry.node, kind, (*below, "value"), report)
        elif month in steps:
            report.add(entry.mark, below, f"a second value for {month}; keep one")
        else:
            if key not in (month, f"{month}-01"):
                acts = f"days do not count; this acts from the start of {month}"
                report.note(entry.mark, below, acts)
            step = _month_value(entry.node, kind, below, report)
            if step is not None:
                steps[month] = Entry(entry.mark, step)
    return replace(node, entries=steps)


def _month_value(node: Node, kind: ByMonth, path: Path, report: Report) -> Node | None:
    return node if _is_null(node) else _canonical(node, kind.item, path, report)


def _step(node: Node, kind: Step, path: Path, report: Report) -> Node | None:
    if isinstance(node, ScalarNode):
        long = _canonical(node, kind.members["value"].kind, path, report)
        entries = {"value": Entry(node.mark, long)} if long else None
        return MappingNode(entries, node.mark) if entries else None
    block = _block(node, kind.members, path, report)
    if isinstance(node, MappingNode) and "value" not in node.entries:
        wanted = "write {value: NUMBER, source: ID} or the number alone"
        report.add(node.mark, path, f"has no value; {wanted}")
        return None
    return block if block and "value" in block.entries else None


def _items(node: Node, kind: Items, path: Path, report: Report) -> Node | None:
    if not isinstance(node, ListNode):
        report.add(node.mark, path, f"is {what(node)}; write a list: [first, second]")
        return None
    long = [
        _canonical(item, kind.item, (*path, str(index)), report)
        for index, item in enumerate(node.items)
    ]
    kept = tuple(item for item in long if item is not None)
    return replace(node, items=kept)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None
