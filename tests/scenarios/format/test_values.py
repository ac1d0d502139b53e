"""The reader's checks say the same as pydantic's; it only says it in better words."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from scenarios.format.grammar import Atom
from scenarios.format.layout import (
    ByMonth,
    Dated,
    Group,
    Items,
    Kind,
    Step,
    Table,
    Value,
    scenario_layout,
)
from scenarios.format.nodes import Mark, ScalarNode
from scenarios.format.report import Report
from scenarios.format.values import checked_value

HERE = Mark("own.yaml", 1, 1)


def leaves(kind: Kind, name: str = "") -> Iterator[tuple[str, Value, FieldInfo]]:
    match kind:
        case Group() | Dated() | Step():
            for key, member in kind.members.items():
                if isinstance(member.kind, Value):
                    yield f"{name}.{key}", member.kind, member.info
                else:
                    yield from leaves(member.kind, f"{name}.{key}")
        case ByMonth() | Table() | Items():
            yield from leaves(kind.item, name)


def test_reader_and_pydantic_accept_the_same_values() -> None:
    checked = 0
    for name, kind, info in leaves(scenario_layout()):
        if name == ".regions.own_rule":
            continue  # which rules are registered, only pydantic asks
        annotated: Any = Annotated[info.annotation, "", *info.metadata]
        pydantic = TypeAdapter[object](annotated)
        low, high = kind.low or 0.0, kind.high or 0.0
        tried: list[Atom] = [low, high, low - 1, high + 1, (low + high) / 2, 7, True]
        tried += ["2024-02", "x", "x" * 600, *kind.choices]
        for given in tried:
            node = checked_value(
                ScalarNode(given, str(given), HERE), kind, (), Report()
            )
            # A whole number may be written with a point: it is one before pydantic.
            value = given if node is None else node.value
            try:
                pydantic.validate_python(value, strict=True)
            except ValidationError:
                accepted = False
            else:
                accepted = True
            assert (node is not None) == accepted, (name, given)
            checked += 1
    assert checked > 5_000


@pytest.mark.parametrize(
    ("text", "value", "advice"),
    [
        ("70", 70, "as a share, 70 per cent is 0.7"),
        ("0,7", "0,7", "write 0.7"),
        ("-1", -1, "is too small; allowed: a number from 0 to 1"),
    ],
)
def test_a_wrong_share_is_told_with_what_was_meant(
    text: str, value: float | str, advice: str
) -> None:
    report = Report()
    share = Value("number", 0, 1)
    assert checked_value(ScalarNode(value, text, HERE), share, ("a",), report) is None
    assert advice in report.problems[0].message
