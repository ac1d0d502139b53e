"""What may stand where in a scenario file, read off the schema.

The scenario's blocks are declared once, as pydantic models; this is the same thing as
a tree that the reader, the JSON Schema and the parameter page can walk: groups of
named members, tables with free names, dated values, steps by month, lists and values.
ODD III.i.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from model.channels import channel_settings, own_channels
from model.fields.dated import Cited, DatedValue, MonthText
from model.scenario import Scenario
from scenarios.format.nodes import Path
from scenarios.format.places import places

HEADER = (
    "title", "question", "author", "extends", "changes", "sources", "drawn",
    "measure_window",
)  # fmt: skip

# What makes a text a month, among what else a field may carry.
_MONTH_CHECK = get_args(MonthText)[1]

Form = Literal["number", "whole", "text", "switch", "choice", "month", "any"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value and what it may be."""

    form: Form
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    longest: int | None = None
    optional: bool = False

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.form == "choice":
            return f"allowed: {', '.join(self.choices)}"
        words = {
            "number": f"a number{self._range}",
            "whole": f"a whole number{self._range}",
            "text": "text" + (f" of {self.longest} characters" * bool(self.longest)),
            "switch": "true or false",
            "month": "a month YYYY-MM",
        }
        return f"allowed: {words.get(self.form, 'see the parameter page')}"

    @property
    def _range(self) -> str:
        match self.low, self.high:
            case None, None:
                return ""
            case low, None:
                return f" of at least {low:g}"
            case None, high:
                return f" of at most {high:g}"
            case low, high:
                return f" from {low:g} to {high:g}"


@dataclass(frozen=True, slots=True)
class Step:
    """A value with its source and note, or the plain number alone."""

    model: type[Cited]
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class ByMonth:
    """Steps by month, or a plain number that always holds."""

    item: Step | Value
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """A path through time in one unit, or one of its short forms."""

    model: type[DatedValue]
    unit: str
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping by codes of regions and countries, or by names from a list."""

    item: Kind
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    item: Kind


@dataclass(frozen=True, slots=True)
class Group:
    """A block whose member names are fixed."""

    model: type[BaseModel]
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class Member:
    """One named member of a group and its declaration."""

    kind: Kind
    info: FieldInfo


Kind: TypeAlias = Value | Step | ByMonth | Dated | Table | Items | Group


def scenario_layout() -> Group:
    """Return the layout of a whole scenario file, channels included."""
    return _layout_with(own_channels())


@cache
def _layout_with(own: tuple[object, ...]) -> Group:
    """Return the layout; channels from outside can come while a process runs."""
    members = dict(_members(Scenario))
    blocks = {
        name: Member(_group(type(settings)), FieldInfo(default=settings))
        for name, settings in channel_settings({}).items()
    }
    info = Scenario.model_fields["channels"]
    members["channels"] = Member(Group(BaseModel, blocks), info)
    return _with_districts(Group(Scenario, members), ("regions", "signing_bonus"))


def _with_districts(kind: Kind, path: Path) -> Group:
    """Return the group with `by_district` added beside the `by_region` at `path`."""
    if not isinstance(kind, Group):
        raise TypeError(f"{kind} holds no members")
    if path:
        below = kind.members[path[0]]
        changed = replace(below, kind=_with_districts(below.kind, path[1:]))
        return replace(kind, members={**kind.members, path[0]: changed})
    item = kind_at(kind, ("by_region", "*"))
    districts = tuple(place.code for place in places() if place.kind == "district")
    text = "The same for every region of a federal district; a region's own goes first."
    added = Member(Table(item or kind, districts), FieldInfo(description=text))
    return replace(kind, members={**kind.members, "by_district": added})


@cache
def dated_units() -> frozenset[str]:
    """Return the unit keys of all dated values."""
    return frozenset(found.unit for found in DatedValue.__subclasses__())


def parameters(kind: Group, path: Path = ()) -> Iterator[tuple[Path, Member]]:
    """List every member that holds a value of its own, with its dotted path.

    Tables are listed once, by their name, with `*` for the free part.
    """
    for name, member in kind.members.items():
        yield from _below((*path, name), member)


def kind_at(kind: Kind, path: Path) -> Kind | None:
    """Return what may stand at `path`, or None where nothing may."""
    for key in path:
        match kind:
            case Group() | Dated() | Step() if key in kind.members:
                kind = kind.members[key].kind
            case Table() if not kind.names or key in kind.names:
                kind = kind.item
            case ByMonth() | Items():
                kind = kind.item
            case _:
                return None
    return kind


def _below(path: Path, member: Member) -> Iterator[tuple[Path, Member]]:
    match member.kind:
        case Group():
            yield from parameters(member.kind, path)
        case Table(item=Group() as item) | Items(item=Group() as item):
            yield from parameters(item, (*path, "*"))
        case Table(item=item):
            yield (*path, "*"), Member(item, member.info)
        case _:
            yield path, member


def _members(model: type[BaseModel]) -> dict[str, Member]:
    members = {}
    for name, info in model.model_fields.items():
        kind = _kind(info)
        if isinstance(kind, ByMonth):
            kind = replace(kind, may_be_empty=not info.is_required())
        members[name] = Member(kind, info)
    return members


def _group(model: type[BaseModel]) -> Group | Dated | Step:
    if issubclass(model, DatedValue):
        return Dated(model, model.unit, _members(model))
    if issubclass(model, Cited):
        return Step(model, _members(model))
    return Group(model, _members(model))


def _kind(info: FieldInfo) -> Kind:
    given = info.annotation
    arguments = get_args(given)
    if isinstance(given, type) and issubclass(given, BaseModel):
        return _group(given)
    match get_origin(given):
        case origin if origin is dict:
            return _table(*arguments)
        case origin if origin in (tuple, list):
            return Items(_annotated(arguments[0]))
        case origin if origin in (Union, types.UnionType):
            return _optional(arguments, info)
        case origin if origin is Literal:
            return Value("choice", choices=arguments)
    form = _FORMS.get(info.annotation, "any")
    if _MONTH_CHECK in info.metadata:
        form = "month"
    return Value(form, **_bounds(info))


def _annotated(annotation: Any) -> Kind:
    return _kind(FieldInfo.from_annotation(annotation))


def _table(key: Any, item: Any) -> ByMonth | Table:
    below = _annotated(item)
    if key == MonthText:
        if not isinstance(below, Step | Value):
            raise TypeError(f"steps by month hold numbers, not {item}")
        return ByMonth(below)
    named = _annotated(key)
    return Table(below, named.choices if isinstance(named, Value) else ())


def _optional(arguments: tuple[Any, ...], info: FieldInfo) -> Kind:
    given = [argument for argument in arguments if argument is not type(None)]
    kind = _annotated(given[0]) if len(given) == 1 else Value("any")
    if not isinstance(kind, Value):
        return kind
    return replace(kind, optional=True, **_bounds(info))


_FORMS: Mapping[Any, Form] = {
    float: "number", int: "whole", str: "text", bool: "switch"
}  # fmt: skip


def _bounds(info: FieldInfo) -> dict[str, Any]:
    names = {"ge": "low", "le": "high", "max_length": "longest"}
    return {
        field: getattr(constraint, name)
        for constraint in info.metadata
        for name, field in names.items()
        if getattr(constraint, name, None) is not None
    }
