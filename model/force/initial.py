"""The regulars in theatre when the run starts. ODD III.ii (initialisation)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.randomness import key, uniforms
from model.channels.interface import Intake, plain_intake
from model.fields.timeline import Timeline
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OLDEST_REGULAR_YEARS = 39
"""With the age profile from 20 on this gives the mean age of the named dead among
regulars, 30.5 (bes-age-professional)."""
YOUNGEST_YEARS = 18
YOUNGEST_REGULAR_YEARS = 20


def initial_intake(dated: Timeline, world: World, seed: int) -> Intake:
    """Return the initial force, spread over the regions as the early dead were.

    Whole persons by largest remainder: men of 18-59 times the region's tradition of
    service. The early dead were mostly of this force; that mobilised men and convicts
    are among them makes the spread somewhat too even. Ages come from the national
    profile between `YOUNGEST_REGULAR_YEARS` and `OLDEST_REGULAR_YEARS`.

    Args:
        dated: timeline of the block on the force.
        world: regions and ages.
        seed: replication.
    """
    persons = round(float(dated.initial_force[0]))
    men = world.regions.men_18_59_persons
    home = np.repeat(
        np.arange(world.region_count),
        apportion(persons, men * world.regions.service_tradition),
    )
    years = np.arange(YOUNGEST_REGULAR_YEARS, OLDEST_REGULAR_YEARS + 1)
    share = np.cumsum(world.age_profile[years - YOUNGEST_YEARS])
    uniform = uniforms(key(seed, "people", 0, 1), np.arange(persons))
    age = years[np.searchsorted(share / share[-1], uniform)]
    return plain_intake(home, home, age)


def apportion(persons: int, weights: Integers | Floats) -> Integers:
    """Split `persons` in proportion to `weights`, exactly, by largest remainder.

    >>> apportion(10, np.array([1, 1, 1])).tolist()
    [4, 3, 3]
    """
    exact = persons * weights / weights.sum()
    whole: Integers = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: persons - int(whole.sum())]] += 1
    return whole
