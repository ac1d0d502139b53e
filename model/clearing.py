"""The other direction: the price that clears a quota, the inflow that a budget buys.

Each considering man signs at a least common factor on all bonuses (see `Considering`),
so both answers are read off one sorted list, with no search and no refitting:

    quota Q:  f = the Q-th smallest factor
    budget Z: f = the largest factor at which the signers' bonuses add up to at most Z

A quota is met by volunteers after the other channels have brought theirs. Prices are
looked for up to a headroom on the best offer; a quota beyond it takes that price, and
the shortfall stays visible in the flows. ODD III.iv (market clearing).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.environment import Offers
from model.people.supply import Considering

Floats = NDArray[np.float64]

# Offers are whole roubles: a hair above the exact price, so that its man signs too.
_NUDGE = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """What the market is asked to clear, every month from a date on.

    `inflow`: persons a month from all channels; `replacement`: inflow over permanent
    losses of last month; `force`: men in theatre; `budget`: roubles of bonus a month;
    `inflow_by_region`: volunteers of each home region, by their share of `value`.
    """

    kind: Literal["inflow", "replacement", "force", "budget", "inflow_by_region"]
    value: float
    first_index: int = 0


def wanted_volunteers(
    target: Target, *, others: int, lost: int, in_theatre: int
) -> float:
    """Volunteers the target asks for this month.

    Args:
        target: what is to be met.
        others: persons whom the other channels signed this month.
        lost: men who left the force for good last month.
        in_theatre: the force at the end of last month.
    """
    asked = {
        "inflow": target.value,
        "inflow_by_region": target.value,
        "replacement": target.value * lost,
        "force": target.value - in_theatre + lost,
    }
    return max(0.0, asked[target.kind] - others)


def clearing_factor(
    found: Considering, offers: Offers, quota: float, headroom: float
) -> float:
    """Least common factor on the month's bonuses at which `quota` men sign."""
    factors = found.clearing_factor(offers.bonus_rub)
    return _smallest(factors, quota, headroom) * _NUDGE


def _smallest(values: Floats, rank: float, most: float) -> float:
    """The `rank`-th smallest value, between 0 and `most`; `most` if there are fewer."""
    wanted = round(rank)
    if wanted < 1:
        return 0.0
    ordered = np.sort(values)
    found = float(ordered[wanted - 1]) if wanted <= len(ordered) else most
    return float(np.clip(found, 0.0, most))


def affordable_factor(found: Considering, offers: Offers, budget_rub: float) -> float:
    """Largest common factor whose bonuses stay within the month's budget.

    What a man is paid never falls with the factor (he moves only to where more is
    paid), so the sorted list can be searched by halves.
    """
    factors = np.sort(np.maximum(found.clearing_factor(offers.bonus_rub), 0.0)) * _NUDGE

    def spending_rub(rank: int) -> float:
        bonus = offers.bonus_rub * factors[rank]
        men = found.at(bonus)
        return float(bonus[men.place[men.signs]].sum())

    within = bisect_right(range(len(factors)), budget_rub, key=spending_rub)
    return float(factors[within - 1]) if within else 0.0


def regional_factors(
    found: Considering, offers: Offers, quota: Floats, headroom: float
) -> Floats:
    """Factor on each region's own bonus that clears its own quota, (R,)."""
    bonus = offers.bonus_rub
    at_home = found.reservation_bonus_rub / bonus[found.home]
    most = headroom * bonus.max() / bonus
    factors = [
        _smallest(at_home[found.home == region], wanted, most[region])
        for region, wanted in enumerate(quota)
    ]
    return np.array(factors) * _NUDGE


def scaled(offers: Offers, factor: float | Floats) -> Offers:
    """Return the offers with every level of the bonus times `factor`.

    A factor by region acts on what each region and its towns pay on top of the federal
    bonus, so that the total is the factor times the old total.
    """
    if isinstance(factor, float):
        return replace(
            offers,
            federal_rub=offers.federal_rub * factor,
            regional_rub=offers.regional_rub * factor,
            municipal_rub=offers.municipal_rub * factor,
        )
    total = offers.bonus_rub * factor
    return replace(
        offers,
        regional_rub=np.maximum(total - offers.federal_rub, 0.0),
        municipal_rub=np.zeros_like(total),
    )
