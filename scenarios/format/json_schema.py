"""The JSON Schema of scenario files, for editors: completion, hover texts, squiggles.

It accepts what the reader accepts, short forms included. What relates several values
(dates within the run, names of evidence) only `muster check` can tell. ODD III.i.
"""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

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
    scenario_layout,
)
from scenarios.format.table_values import KEYS

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$"
_TABLE_BESIDE: Schema = {
    "description": "A table beside this file; see docs on tables.",
    "type": "object",
    "properties": {
        **{key: {"type": "string"} for key in KEYS},
        "where": {"type": "object", "additionalProperties": {"type": "string"}},
        "cumulative": {"type": "boolean"},
    },
    "required": ["csv", "unit"],
    "additionalProperties": False,
}
_TYPES = {"number": "number", "whole": "integer", "text": "string", "switch": "boolean"}


def scenario_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    definitions: dict[str, Schema] = {}
    root = _schema(scenario_layout(), definitions)
    return {
        "$schema": DIALECT,
        "title": "Muster scenario",
        "description": "A header, and then only what differs from what it extends.",
        **root,
        "required": ["title"],
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Kind, definitions: dict[str, Schema]) -> Schema:
    match kind:
        case Value():
            return _value(kind)
        case Step():
            return _step(kind, definitions)
        case ByMonth():
            return _either_number(_months(kind, definitions), kind.item)
        case Dated():
            return _dated(kind, definitions)
        case Items():
            return {"type": "array", "items": _schema(kind.item, definitions)}
        case Table():
            return _table(kind, definitions)
        case Group():
            return _object(kind.members, definitions)


def _object(members: Any, definitions: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": {
            name: _member(member, definitions) for name, member in members.items()
        },
        "additionalProperties": False,
    }


def _member(member: Member, definitions: dict[str, Schema]) -> Schema:
    told = description(member)
    schema = _schema(member.kind, definitions)
    return {"description": told, **schema} if told else schema


def description(member: Member) -> str:
    """Return what a member is, in one or two sentences, with its default."""
    text = member.info.description or _first_sentence(member.kind)
    default = _plain_default(member.info)
    return text if default is None else f"{text} Default: {default}.".strip()


def _first_sentence(kind: Kind) -> str:
    model = kind.model if isinstance(kind, Group | Dated) else None
    return ((model.__doc__ if model else None) or "").partition("\n")[0].strip()


def _plain_default(info: FieldInfo) -> str | None:
    default = info.default
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, int | float):
        return f"{default:.12g}"
    return default if isinstance(default, str) and default else None


def _value(kind: Value) -> Schema:
    schema: Schema = {}
    if kind.form in _TYPES:
        schema["type"] = _TYPES[kind.form]
    elif kind.form == "choice":
        schema["enum"] = list(kind.choices)
    elif kind.form == "month":
        schema |= {"type": "string", "pattern": _MONTH}
    bounds = {"minimum": kind.low, "maximum": kind.high, "maxLength": kind.longest}
    schema |= {name: bound for name, bound in bounds.items() if bound is not None}
    return {"anyOf": [schema, {"type": "null"}]} if kind.optional else schema


def _step(kind: Step, definitions: dict[str, Schema]) -> Schema:
    name = kind.model.__name__
    if name not in definitions:
        number = _schema(kind.members["value"].kind, definitions)
        long = _object(kind.members, definitions) | {"required": ["value"]}
        definitions[name] = {"anyOf": [number, long]}
    return {"$ref": f"#/$defs/{name}"}


def _months(kind: ByMonth, definitions: dict[str, Schema]) -> Schema:
    step = _schema(kind.item, definitions)
    return {
        "type": "object",
        "propertyNames": {"pattern": _MONTH},
        "additionalProperties": {"anyOf": [step, {"type": "null"}]},
        "minProperties": 0 if kind.may_be_empty else 1,
    }


def _either_number(months: Schema, item: Step | Value) -> Schema:
    value = item.members["value"].kind if isinstance(item, Step) else item
    return {"anyOf": [_schema(value, {}), months]}


def _dated(kind: Dated, definitions: dict[str, Schema]) -> Schema:
    name = kind.model.__name__
    if name not in definitions:
        steps = kind.members[kind.unit].kind
        if not isinstance(steps, ByMonth):
            raise TypeError(f"{kind.unit} of {name} holds no steps")
        months = _months(steps, definitions)
        number = _either_number(months, steps.item)["anyOf"][0]
        parts = _object(kind.members, definitions) | {"minProperties": 1}
        definitions[name] = {
            "description": f"{_first_sentence(kind)} In {kind.unit}.",
            "anyOf": [number, months, parts, _TABLE_BESIDE],
        }
    return {"$ref": f"#/$defs/{name}"}


def _table(kind: Table, definitions: dict[str, Schema]) -> Schema:
    row = {"anyOf": [_schema(kind.item, definitions), {"type": "null"}]}
    rows: Schema = {"type": "object", "additionalProperties": row}
    if kind.names:
        named = dict.fromkeys(kind.names, row)
        rows |= {"properties": named, "additionalProperties": False}
    return {"anyOf": [_TABLE_BESIDE, rows]} if isinstance(kind.item, Dated) else rows
