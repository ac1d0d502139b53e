"""Which documented figures a scenario rests on, by the dotted name of the value.

ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from model.scenario import Scenario


def cited_sources(scenario: Scenario) -> dict[str, str]:
    """Return the evidence id behind every value that names one.

    A parameter left at its default cites the source of its declaration; a parameter
    set to another value cites nothing by itself. Dated values cite step by step.

    Returns:
        Dotted name (`federal.signing_bonus.rub.2024-08`, `behaviour.slope`) to id.
    """
    return dict(_cited(scenario, ""))


def _cited(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        yield from _cited_in_block(value, name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _cited(item, _dotted(name, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _cited(item, _dotted(name, str(index)))


def _cited_in_block(block: BaseModel, name: str) -> Iterator[tuple[str, str]]:
    for field, info in type(block).model_fields.items():
        value = getattr(block, field)
        if field == "source" and isinstance(value, str):
            yield name, value
        elif field == "sources":
            yield from ((_dotted(field, str(i)), id_) for i, id_ in enumerate(value))
        else:
            extra = info.json_schema_extra
            source = extra.get("source") if isinstance(extra, dict) else None
            declared = source if isinstance(source, str) else None
            if declared and value == info.get_default(call_default_factory=True):
                yield _dotted(name, field), declared
            yield from _cited(value, _dotted(name, field))


def _dotted(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key
