"""Pools: persons are computed, leave for good and keep their traits."""

from __future__ import annotations

import numpy as np
import pytest

from model.chance.pool import (
    Ages,
    Found,
    Pool,
    Weighted,
    within_capacity,
    within_group_capacity,
)

GROUPS = np.array([3, 8])
SIZES = np.array([20_000, 50_000])


def pool(seed: int = 1) -> Pool:
    return Pool(seed, "migrant", 0.01)


def some(marks: list[float], groups: list[int]) -> Found:
    order = np.arange(len(marks))
    return Found(order, np.array(groups), order, np.array(marks))


def test_a_hazard_finds_the_share_it_says() -> None:
    found = pool().find(0, GROUPS, SIZES, np.array([0.05, 0.02]))
    counts = np.bincount(found.group)
    assert counts[0] == pytest.approx(20_000 * (1 - np.exp(-0.05)), rel=0.1)
    assert counts[1] == pytest.approx(50_000 * (1 - np.exp(-0.02)), rel=0.1)


def test_contacts_and_hazards_tell_the_same_process() -> None:
    hazard = np.array([0.02, 0.01])
    by_hazard = pool().find(0, GROUPS, SIZES, hazard)
    by_contact = pool().meet(0, GROUPS, SIZES, hazard * SIZES)
    assert len(by_contact.person) == pytest.approx(len(by_hazard.person), rel=0.1)
    for position in (0, 1):
        mine = by_contact.group == position
        uniform = by_contact.mark[mine] / (hazard * SIZES)[position]
        assert uniform.mean() == pytest.approx(0.5, abs=0.05)
        place = by_contact.member[mine] / SIZES[position]
        assert place.mean() == pytest.approx(0.5, abs=0.05)


def test_a_higher_bound_keeps_everybody_found_below_the_lower_one() -> None:
    low = pool().find(4, GROUPS, SIZES, np.array([0.013, 0.02]))
    high = pool().find(4, GROUPS, SIZES, np.array([0.05, 0.06]))
    assert np.isin(low.person, high.person).all()
    more = pool().meet(4, GROUPS, SIZES, np.array([300.0, 900.0]))
    less = pool().meet(4, GROUPS, SIZES, np.array([100.0, 200.0]))
    assert np.isin(less.person, more.person).all()


def test_another_group_beside_them_changes_nothing_for_the_others() -> None:
    alone = pool().find(2, GROUPS[1:], SIZES[1:], np.array([0.02]))
    beside = pool().find(2, GROUPS, SIZES, np.array([0.03, 0.02]))
    assert np.array_equal(alone.person, beside.person[beside.group == 1])


def test_whoever_leaves_is_never_found_again() -> None:
    inside, hazard = pool(), np.array([0.3, 0.3])
    seen: set[int] = set()
    for month in range(12):
        found = inside.find(month, GROUPS, SIZES, hazard)
        assert seen.isdisjoint(found.person.tolist())
        seen.update(found.person.tolist())
        inside.remove(found.person)
    assert inside.left_persons == len(seen)
    assert inside.left_of(GROUPS, SIZES) == len(seen)


def test_each_person_is_found_once_a_month_at_his_smallest_mark() -> None:
    found = pool().find(0, GROUPS, np.array([50, 50]), np.array([3.0, 3.0]))
    assert len(np.unique(found.person)) == len(found.person)
    lower = pool().find(0, GROUPS, np.array([50, 50]), np.array([0.5, 0.5]))
    at = np.searchsorted(found.person, lower.person)
    assert np.array_equal(found.mark[at], lower.mark)


def test_traits_belong_to_the_person() -> None:
    person = np.arange(1000)
    wage = pool().trait("wage", person)
    assert np.array_equal(wage[::-1], pool().trait("wage", person[::-1]))
    assert abs(np.corrcoef(wage, pool().trait("age", person))[0, 1]) < 0.1
    assert wage.mean() == pytest.approx(0.5, abs=0.05)


def test_ages_follow_the_profile_within_their_limits() -> None:
    profile = np.full(42, 1 / 42)
    ages = Ages(profile, low=20, high=29).at((np.arange(1000) + 0.5) / 1000)
    assert ages.min() == 20
    assert ages.max() == 29
    assert ages.mean() == pytest.approx(24.5, abs=0.1)


def test_weights_are_kept_and_a_weightless_thing_is_never_picked() -> None:
    picked = Weighted(np.array([1.0, 0.0, 3.0])).at((np.arange(4000) + 0.5) / 4000)
    assert np.bincount(picked).tolist() == [1000, 0, 3000]


def test_capacity_takes_the_smallest_marks_first() -> None:
    found = some([0.4, 0.1, 0.3, 0.2], [0, 0, 0, 0])
    assert within_capacity(found, 2.9).person.tolist() == [1, 3]
    assert within_capacity(found, 9).person.tolist() == [0, 1, 2, 3]


def test_capacity_holds_group_by_group() -> None:
    found = some([0.4, 0.1, 0.3, 0.2, 0.9], [0, 0, 0, 2, 2])
    kept = within_group_capacity(found, np.array([2, 5, 1]))
    assert kept.person.tolist() == [1, 2, 3]
