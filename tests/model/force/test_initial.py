from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.channels.interface import Intake
from model.fields.timeline import Timeline
from model.force.initial import apportion, initial_intake
from model.force.roll import State
from model.parameters.force import Force
from model.world import World
from tests.model.force.small_war import FIRST, REGULAR, War, force
from tests.model.worlds import world


def regulars(persons: int, places: World) -> Intake:
    block = Force.model_validate({"initial_force": persons})
    return initial_intake(Timeline(block, FIRST, 1), places, 1)


def test_persons_are_split_exactly_and_in_proportion() -> None:
    weights = np.array([5, 1, 0, 3])
    for persons in (0, 1, 7, 1000):
        parts = apportion(persons, weights)
        assert parts.sum() == persons
        assert np.all(np.abs(parts - persons * weights / 9) < 1)


def test_the_initial_force_comes_from_all_regions_as_men_do() -> None:
    intake = regulars(1000, world())
    assert np.bincount(intake.home).tolist() == [400, 300, 300]
    assert np.array_equal(intake.home, intake.place)
    assert 20 <= intake.age_years.min() <= intake.age_years.max() <= 39
    assert not intake.coerced.any()


def test_it_comes_from_where_men_used_to_serve() -> None:
    dead = np.array([2.0, 2.0, 6.0])
    skewed = replace(
        world(), regions=replace(world().regions, named_dead_per_10k_men=dead)
    )
    intake = regulars(3200, skewed)
    assert np.bincount(intake.home).tolist() == [800, 600, 1800]


def test_it_is_in_theatre_before_the_first_month() -> None:
    war = War(force())
    war.deploy(regulars(1000, world()))
    assert war.roll.in_theatre == 1000
    assert war.roll.counts[REGULAR, State.TRAINING] == 0
    assert np.all(war.roll.entered_index == -1)


def test_a_run_can_start_without_any_force() -> None:
    none = regulars(0, world())
    assert War(force()).deploy(none).run(3).roll.persons == 0
