"""What each source would have reported of a simulated run. ODD II.x (observation).

Nobody sees the truth of the model; sources see payments, samples, lists and claims. An
observer turns a `History` and the reporting parameters of the sources into the number
a source would have printed:

    budget_count     federal spending on bonuses over the bonus of the day: contracts of
                     earlier months count late, and at the old price
    regional_sample  37 regions grossed up, with an error of the sample
    claim            contracts times the year's bias of officials
    swing            amplitude of a zigzag in a channel's contracts
    signed_at        contracts signed in a place, wherever the men come from
    killed           citizens' deaths as excess mortality and probate records give them:
                     those declared by the date of reading, the missing after a delay
    staff_claim      killed and wounded times the bias of the General Staff
    listed           deaths of a period that stand in the list of names when it is read:
                     share by channel times 1 - exp(-age / delay), from 2026 on
                     times the step its new method made
    listed_rate      the same of one region per 10,000 men
    foreign          foreigners among contracts, times the reach of the lists
    foreign_moscow   foreigners at the capital's office
    force            men in combat and support, as Kyiv counts the theatre
    force_wide       the same with rear and hospitals, as Moscow counts; conscripts who
                     sign and stay in posts of peacetime are left out
    force_in_units   the same without hospitals: theatre and both reserves
    returned         men home for good, those before the run added
    discharged_per_month  the same a month, of a period by itself
    paid             cash as the books have it; paid_in_theatre is its older name
    mean_bonus       regional bonus, plain mean over all regions
    leading_bonus    federal and regional sum, mean of the `of` best-paying regions
    bonus_paid       the same, mean over contracts
    absent           stocks as the books have them

The reporting parameters are the `observation.` parameters of `calibration.priors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from calibration.observation.history import History, history
from calibration.observation.sources import OBSERVERS, Reporting
from calibration.observation.targets import Target, load_targets
from calibration.priors import NUISANCE, PREFIX, SHARED, free_parameters
from model.results import Table, Tables

Floats = NDArray[np.float64]

MEDIAN_REPORTING: Final = {
    **{each.name.removeprefix(PREFIX): each.prior.median for each in NUISANCE},
    **{
        SHARED[each.name]: each.prior.median
        for each in free_parameters()
        if each.name in SHARED
    },
}
"""Reporting parameters at their priors' medians."""


def observe(run: History, reporting: Reporting, targets: Sequence[Target]) -> Floats:
    """Return what the sources of all targets would have reported, (T,).

    Months that were not simulated give nan.
    """
    return np.array(
        [
            OBSERVERS[target.observer](run, reporting, target)
            if run.at(target.first) >= 0 and run.at(target.last) < run.months
            else np.nan
            for target in targets
        ]
    )


def observed_table(
    tables: Tables, first: int, reporting: Reporting = MEDIAN_REPORTING
) -> Table:
    """Return the result table `observed` of one run: simulated beside documented.

    Args:
        tables: the run's other tables.
        first: first simulated month.
        reporting: how the sources report; default their priors' medians.

    Returns:
        One row for each target whose period was simulated; `low` and `high` are the
        documented figure's own 90 % range.
    """
    run = history(tables, documented_world(), first)
    targets = load_targets()
    simulated = observe(run, reporting, targets)
    seen = np.flatnonzero(~np.isnan(simulated))
    rows = [targets[at] for at in seen]
    low, high = zip(*(row.range for row in rows), strict=True) if rows else ((), ())
    return {
        **_texts(rows, ("source", "quantity", "period_start", "period_end")),
        "simulated": simulated[seen],
        "documented": np.array([row.documented for row in rows]),
        "low": np.array(low, dtype=float),
        "high": np.array(high, dtype=float),
        **_texts(rows, ("unit", "name", "use")),
        "in_sample": np.array([row.in_sample for row in rows], dtype=bool),
        "evidence": np.array([" ".join(row.evidence) for row in rows], dtype=object),
    }


def _texts(rows: Sequence[Target], names: Sequence[str]) -> Table:
    return {
        name: np.array([getattr(row, name) for row in rows], dtype=object)
        for name in names
    }
