"""All dated values of a run, those of single regions laid out by region.

Series that come from documents and the scenario together belong here too, for a run
that goes on under another scenario must find them exchanged. ODD III.iii (input data).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.economy.paths import macro_paths
from model.economy.public_finance import revenue_paths
from model.fields.timeline import Timeline
from model.institutions.regional import documented_bonuses, scale_paths
from model.people.knowledge import visibility
from model.scenario import Scenario
from model.world import World


def timeline_of(scenario: Scenario, world: World) -> Timeline:
    """Expand a scenario over its months.

    Returns:
        its timeline, with documented series continued: `macro` and regional `revenue`,
        (R, T). `regions` also has `documented_bonus`, (R, T) before the scale,
        `bonus_scale`, `topup`, `referral_fees` and `visibility`, (R, T).
    """
    time, iso = scenario.time, world.regions.iso
    timeline: Any = Timeline(scenario, time.first, time.months)
    timeline.macro = macro_paths(world, scenario)
    timeline.revenue = revenue_paths(world, scenario)
    regions = timeline.regions
    regions.documented_bonus = documented_bonuses(scenario, world.regions)
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
