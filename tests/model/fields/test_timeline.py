"""Dated values, month by month, in the shape of the blocks that hold them."""

from __future__ import annotations

import pytest
from pydantic import Field

from model.fields.dated import Frozen, Multiplier, Rub
from model.fields.months import parse_month
from model.fields.timeline import Timeline, undated

FIRST = parse_month("2024-01")


class Inner(Frozen):
    factor: Multiplier = Multiplier.constant(2.0)
    by_region: dict[str, Rub] = Field(default_factory=dict)
    scale: dict[str, float] = Field(default_factory=dict)
    number: int = 3


class Outer(Frozen):
    inner: Inner = Inner()
    bonus: Rub = Rub.constant(100)


def expanded(**given: object) -> Timeline:
    return Timeline(Outer.model_validate(given), FIRST, 3)


def test_it_has_the_shape_of_the_block_and_a_value_a_month() -> None:
    given = expanded(
        bonus={"2024-01": 100, "2024-03": 300},
        inner={"by_region": {"RU-00": {"2024-02": 7}}},
    )
    assert given.bonus.tolist() == [100, 100, 300]
    assert given.inner.factor.tolist() == [2, 2, 2]
    assert given.inner.by_region["RU-00"].tolist() == [7, 7, 7]


@pytest.mark.parametrize("name", ["number", "misspelt"])
def test_what_has_no_dates_is_not_in_it(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(expanded().inner, name)


def test_following_another_changes_the_months_to_come_in_place() -> None:
    given, other = expanded(), expanded(bonus=200, inner={"factor": 5})
    bonus = given.bonus
    given.follow(other, 1)
    assert bonus.tolist() == [100, 200, 200]
    assert given.inner.factor.tolist() == [2, 5, 5]


def test_equality_can_be_asked_for_the_months_that_are_over() -> None:
    later = expanded(bonus={"2024-01": 100, "2024-03": 300})
    assert expanded().equals(expanded())
    assert expanded().equals(later, until=2)
    assert not expanded().equals(later, until=3)
    assert not expanded().equals(expanded(inner={"by_region": {"RU-00": 7}}), until=1)


def test_undated_leaves_out_paths_and_keys_that_are_months() -> None:
    base = undated(Outer())
    assert base == undated(Outer.model_validate({"bonus": 7}))
    assert base == undated(Outer.model_validate({"inner": {"scale": {"2024-02": 2.0}}}))
    assert base != undated(Outer.model_validate({"inner": {"number": 4}}))
