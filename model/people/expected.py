"""Supply in expectation: how many would sign at a price if all considered today.

Sums the signing probability over typical men of all strata instead of drawing them,

    N(f) = sum over strata of size x mean of P(f B_home),    over a few ranks of psi

and reads off it what no single month of signers tells without noise: men still willing,
the elasticity of inflow to the package and to the sum up front, and the share of
signers who would come for no sum at all. Everybody signs at home here; offers elsewhere
move men between places much more than in and out of the army.
ODD II.x (observation), III.iv (reservation bonus).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.parameters.behaviour import Behaviour
from model.people.population import DEBT_LOG_SD, LognormalTable, Strata
from model.people.reluctance import Bands
from model.people.reservation import (
    Candidates,
    Terms,
    attraction_of,
    elasticities,
    signing_probability,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PROBES = (1 / 6, 1 / 2, 5 / 6)
"""Ranks of reluctance within a band that stand for its men."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Supply of a month in expectation; R regions."""

    willing_persons: Floats
    """Men who would sign at the month's offers if they considered, by home, (R,)."""
    package_elasticity: float
    bonus_elasticity: float
    zero_bonus_share: float
    """Of these, the share who would sign for no bonus."""


class TypicalMen:
    """Men who stand for their strata, G of them times the probes.

    Args:
        strata: how men are laid out.
        reluctance: what a band of it means.
        behaviour: spread of wages and debts.
    """

    def __init__(self, strata: Strata, reluctance: Bands, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        probes, groups = len(PROBES), len(strata.region)
        self._region = np.tile(strata.region, probes)
        rank = np.full(groups, 0.5)
        self._psi = np.concatenate(
            [
                reluctance.psi(strata.region, strata.kind, probe + 0 * rank)
                for probe in PROBES
            ]
        )
        sigma = behaviour.wage_log_sd
        relative = LognormalTable(np.exp(-(sigma**2) / 2), sigma)
        wage = relative.at((strata.rank_low + strata.rank_high) / 2)
        self._wage = np.tile(np.maximum(wage, behaviour.minimum_income_share), probes)
        debt = LognormalTable(behaviour.debt_median_rub, DEBT_LOG_SD).at(rank)
        self._debt = np.tile(np.where(strata.distressed, debt, 0.0), probes)

    def supply(self, month: Terms, bonus_rub: Floats, persons: Integers) -> Expected:
        """Return the supply of a month.

        Args:
            month: the package but for the bonus.
            bonus_rub: bonus by region, (R,).
            persons: men of each stratum who have not signed, (G,).
        """
        behaviour, region = self._behaviour, self._region
        men = Candidates(
            region=region,
            wage_rub=month.mean_wage_rub[region] * self._wage,
            psi=self._psi,
            debt_rub=self._debt,
            peers=np.zeros(len(region)),
        )
        size = np.tile(persons, len(PROBES)) / len(PROBES)
        bonus = bonus_rub[region]
        drawn = attraction_of(behaviour, month, men)
        signing = signing_probability(behaviour, month, men, bonus, drawn)
        willing = size * signing
        for_nothing = size * signing_probability(
            behaviour, month, men, 0 * bonus, drawn
        )
        package, own = elasticities(behaviour, month, men, bonus, willing, signing)
        by_home = np.bincount(region, willing, minlength=len(bonus_rub))
        return Expected(
            willing_persons=by_home.astype(np.float64),
            package_elasticity=package,
            bonus_elasticity=own,
            zero_bonus_share=float(for_nothing.sum() / max(willing.sum(), 1e-300)),
        )
