"""One value against what may stand in its place: its type, range, choices, length.

ODD III.i.
"""

from __future__ import annotations

import re
from dataclasses import replace

from model.errors import ScenarioError
from model.fields.months import format_month, parse_month
from scenarios.format.grammar import dotted_thousands, month_hint, number_hint
from scenarios.format.layout import Value
from scenarios.format.nodes import ListNode, MappingNode, Node, Path, ScalarNode
from scenarios.format.report import Report, shown
from scenarios.format.suggestions import did_you_mean

AN_AMOUNT = 1e5
"""Values that may be as large are roubles or persons, which nobody counts by the
thousandth."""


def checked_value(
    node: Node, kind: Value, path: Path, report: Report
) -> ScalarNode | None:
    """Return the value if it may stand at `path`; else tell why not, return None."""
    if not isinstance(node, ScalarNode):
        report.add(node.mark, path, f"is {what(node)}; {kind.allowed}")
        return None
    if kind.form == "whole" and isinstance(node.value, float):
        node = _whole(node)
    wrong = _wrong(node, kind)
    if wrong:
        report.add(node.mark, path, wrong)
        return None
    return node


def _whole(node: ScalarNode) -> ScalarNode:
    given = node.value
    whole = isinstance(given, float) and given.is_integer() and abs(given) < 2**53
    return replace(node, value=int(given)) if whole else node  # type: ignore[arg-type]  # whole says it is a float


def _wrong(node: ScalarNode, kind: Value) -> str | None:
    """Return what is wrong with one value, or None."""
    given = node.value
    if given is None:
        return None if kind.optional else f"has no value; {kind.allowed}"
    match kind.form:
        case "number" | "whole":
            return _wrong_number(node, kind)
        case "switch" if not isinstance(given, bool):
            return f"{shown(node.text)!r} is not true or false; {kind.allowed}"
        case "choice" if given not in kind.choices:
            near = did_you_mean(node.text, kind.choices)
            return f"{shown(node.text)!r} is none of the choices; {kind.allowed}{near}"
        case "text" | "month" if not isinstance(given, str):
            return f"{shown(node.text)} is {what(node)}; {_quoted(node, kind)}"
        case "month" if month_of(node.text) is None:
            return month_wrong(node.text)
        case "text" if kind.longest and len(node.text) > kind.longest:
            return f"is {len(node.text)} characters long; {kind.allowed}"
    return None


def _quoted(node: ScalarNode, kind: Value) -> str:
    if kind.form == "month":
        return kind.allowed + month_hint(node.text)
    return f"text is wanted; write it in quotes: {shown(node.text)!r}"


def _wrong_number(node: ScalarNode, kind: Value) -> str | None:
    given = node.value
    if not isinstance(given, int | float) or isinstance(given, bool):
        hint = number_hint(node.text, kind.low, kind.high)
        hint = hint if isinstance(given, str) else ""
        if node.text.endswith((".csv", ".tsv")):
            hint = (
                f"; a table beside the file is {{csv: {shown(node.text)}, unit: ...}}"
            )
        return f"{shown(node.text)!r} is {what(node)}; {kind.allowed}{hint}"
    if kind.form == "whole" and not isinstance(given, int):
        return f"{shown(node.text)} is no whole number; {kind.allowed}"
    if kind.low is not None and given < kind.low:
        return f"{shown(node.text)} is too small; {kind.allowed}"
    if kind.high is not None and given > kind.high:
        share = kind.high == 1 and 1 < given <= 100
        hint = f"; as a share, {shown(node.text)} per cent is {given / 100:.15g}"
        return f"{shown(node.text)} is too large; {kind.allowed}{hint * share}"
    larger = dotted_thousands(node.text)
    if larger and kind.high is not None and kind.high >= AN_AMOUNT:
        return f"{node.text} may be {given:.15g} or {larger}; write the one meant"
    return None


def what(node: Node) -> str:
    """Return what a node is, in words."""
    match node:
        case MappingNode(entries=entries):
            return "a block of keys" if entries else "an empty block"
        case ListNode():
            return "a list"
        case ScalarNode(value=None):
            return "empty"
        case ScalarNode(value=bool()):
            return "a truth value"
        case ScalarNode(value=str()):
            return "text"
    return "a number"


def month_of(key: str) -> str | None:
    """Return the month a text names as `YYYY-MM`, or None."""
    try:
        return format_month(parse_month(key))
    except ScenarioError:
        return None


def month_wrong(key: str) -> str:
    """Return why a text is no month, and what it may have been meant as."""
    hint = month_hint(key) or "; write YYYY-MM"
    if month_hint(key) == "" and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-\d{2}", key):
        return f"{shown(key)!r} is a day that no calendar has{hint}"
    return f"{shown(key)!r} is no month{hint}"
