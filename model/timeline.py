"""All dated values of a run, those of single regions laid out by region.

Series that come from documents and the scenario together belong here too, for a run
that goes on under another scenario must find them exchanged. ODD III.iii (input data).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.economy.paths import macro_paths
from model.economy.public_finance import revenue_paths
from model.fields.dated import RuledPersonsPerMonth, RuledRub
from model.fields.months import parse_month
from model.fields.timeline import Timeline
from model.force.casualties import casualty_path
from model.institutions.regional import (
    destination_premiums,
    documented_bonuses,
    known_months,
    own_known,
    own_means,
    scale_paths,
)
from model.people.knowledge import visibility
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]


def timeline_of(scenario: Scenario, world: World) -> Timeline:
    """Expand a scenario over its months.

    Returns:
        its timeline, with documented series continued: `force.casualties`, `macro` and
        regional `revenue`, (R, T). `regions` also has `documented_bonus`, (R, T) before
        the scale, `known`, `own_known`, `destination_premium`, (R, T), `own_mean`,
        (T,), `bonus_scale`, `topup`, `referral_fees` and `visibility`, (R, T).
    """
    time, iso = scenario.time, world.regions.iso
    timeline: Any = Timeline(scenario, time.first, time.months)
    timeline.force.casualties = casualty_path(scenario)
    timeline.macro = macro_paths(world, scenario)
    timeline.revenue = revenue_paths(world, scenario)
    federal, known = timeline.federal, scenario.federal
    federal.bonus_known = known_path(known.signing_bonus, scenario)
    federal.quota_known = known_path(known.quota, scenario, whole_year=True)
    regions = timeline.regions
    regions.documented_bonus = documented_bonuses(scenario, world.regions)
    regions.known = known_months(scenario, world.regions)
    regions.own_known = own_known(scenario, world.regions)
    regions.own_mean = own_means(scenario)
    regions.destination_premium = destination_premiums(scenario, world.regions)
    regions.bonus_scale = scale_paths(scenario, world.regions)
    regions.topup = np.zeros((len(iso), time.months))
    regions.referral_fees = scenario.regions.referral_fees_rub(
        iso, time.first, time.months
    )
    regions.visibility = visibility(scenario.regions, timeline.regions, iso)
    for code, path in regions.monthly_topup.items():
        regions.topup[iso.index(code)] = path
    expanded: Timeline = timeline
    return expanded


def known_path(
    path: RuledRub | RuledPersonsPerMonth,
    scenario: Scenario,
    *,
    whole_year: bool = False,
) -> Floats:
    """Return 1 in months in which no rule moves a path, (T,).

    Args:
        path: what a government rules after its documents.
        scenario: its months and ceiling.
        whole_year: whether what is known in a year holds until its December, as a plan
            of the year does.
    """
    time = scenario.time
    at = np.arange(time.first, time.first + time.months)
    ceiling = int(parse_month(time.history_until))
    if whole_year:
        ceiling += 11 - ceiling % 12
    known = path.known(path.steps, at, ceiling)
    return (known.documented | known.own).astype(float)
