"""What the press and analysts print of the price of a recruit. ODD II.x (observation).

Each averages in its own way, and the ways differ by a factor: over regions, over the
regions that pay most, over contracts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.observation.history import History
from calibration.observation.targets import Target


def mean_bonus(run: History, reporting: Mapping[str, float], target: Target) -> float:
    """Plain mean of the regional bonus over all regions, as of the last month."""
    return float(run.regional_bonus_rub[:, run.at(target.last)].mean())


def leading_bonus(
    run: History, reporting: Mapping[str, float], target: Target
) -> float:
    """Federal and regional sum, mean of the `of` regions that pay most."""
    regional = np.sort(run.regional_bonus_rub[:, run.at(target.last)])
    leading = regional[-int(target.of) :].mean()
    return float(leading + run.federal_bonus_rub[run.at(target.last)])


def bonus_paid(run: History, reporting: Mapping[str, float], target: Target) -> float:
    """Federal and regional sum, mean over the contracts of the period."""
    period = slice(run.at(target.first), run.at(target.last) + 1)
    signed = run.signed_by_place[:, period]
    paid = (run.regional_bonus_rub + run.federal_bonus_rub)[:, period] * signed
    return float(paid.sum() / max(signed.sum(), 1.0))
