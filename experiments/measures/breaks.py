"""When the arrangement gives: a force below need, a bill above its cap. ODD II.x.

A threshold is crossed *lastingly* where it stays crossed for `federal.break_months` in
a row, and in passing where it is crossed for fewer. Both kinds are counted over draws
from the end of the documented history on, with the first month and the greatest depth,
and the same count is made for other thresholds: whether an arrangement breaks is often
a matter of where somebody has drawn the line.

    force   men in theatre / need - 1 < 0            depth: the greatest shortfall
    bill    bill of twelve months / spending > cap   depth: the greatest excess
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from experiments.measures.arithmetic import Floats, first_run, ratio, trailing
from experiments.measures.series import Monthly
from model.scenario import Scenario

Kind = Literal["force", "bill"]

NEEDS: Final = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
"""Other needs looked at, as factors on `federal.force_needed`."""
CAPS: Final = (0.06, 0.08, 0.1, 0.12, 0.14, 0.16)
"""Other caps looked at, as shares of federal spending."""


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which the arrangement gives, over draws.

    Attributes:
        kind: what gives.
        draws: draws looked at.
        lasting_share: share of draws in which it gives lastingly.
        passing_share: share in which it gives, but never for long.
        first_month: first month of the lasting break by draw, counted from the first
            month after the history (1); infinite where there is none, (D,).
        depth: greatest shortfall (share of need) or excess (share of spending), (D,);
            0 where the threshold is never crossed.
        at_other: share of draws that break lastingly, by other threshold.
    """

    kind: Kind
    draws: int
    lasting_share: float
    passing_share: float
    first_month: Floats
    depth: Floats
    at_other: dict[float, float]

    @property
    def median_month(self) -> float:
        """Median first month over the draws that break; nan if none does."""
        known = self.first_month[np.isfinite(self.first_month)]
        return float(np.median(known)) if len(known) else math.nan


def breaks(draws: Sequence[Monthly], scenario: Scenario) -> tuple[Break, Break]:
    """Return how force and bill hold over the draws of a scenario.

    Args:
        draws: monthly series of each draw (see `series`).
        scenario: gives cap, months that make a break lasting, end of the history.
    """
    need = [ratio(each["theatre"], each["needed"]) for each in draws]
    bill = [
        ratio(trailing(each["bill_paid"]), trailing(each["federal_spending"]))
        for each in draws
    ]
    cap = scenario.federal.manpower_budget_share
    return (
        _break("force", [1 - share for share in need], 0.0, [1 - n for n in NEEDS],
               NEEDS, scenario),
        _break("bill", bill, cap, CAPS, CAPS, scenario),
    )  # fmt: skip


def _break(
    kind: Kind,
    level: Sequence[Floats],
    threshold: float,
    other: Sequence[float],
    names: Sequence[float],
    scenario: Scenario,
) -> Break:
    """Count the draws in which a level passes a threshold, and others instead."""
    length, after = scenario.federal.break_months, scenario.time.history_months
    first = np.array([first_run(each > threshold, length, after) for each in level])
    worst = np.array([np.nanmax(each[after:], initial=-np.inf) for each in level])
    lasting, ever = np.isfinite(first), worst > threshold
    others = {
        name: float(
            np.mean(
                [np.isfinite(first_run(each > at, length, after)) for each in level]
            )
        )
        for name, at in zip(names, other, strict=True)
    }
    return Break(
        kind,
        len(level),
        float(lasting.mean()),
        float((ever & ~lasting).mean()),
        first,
        np.maximum(worst - threshold, 0.0),
        others,
    )
