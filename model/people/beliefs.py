"""Beliefs about the risk of death, by home, beside the truth. ODD II.iii, III.iv.

A home holds a beta-type belief about the monthly probability of death in service. Each
month it sees deaths D and months served E of its own men, publicised with share and
delay, and remembers them with a half-life:

    p = (n0 p0 + w D) / (n0 + w E)

`small_numbers` gives what is seen the weight w = L > 1 (law of small numbers),
`bayesian` w = 1, and `none` keeps the prior belief. A shock (a mobilisation decree)
adds to p and fades with the same half-life. Not modelled: support for the war, which
can flip the sign of the response (us-local-deaths-christensen-2017). Sources:
elasticities.csv (ru-readiness-risk-elasticity-derived, us-local-deaths-*).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.parameters.behaviour import Behaviour

Floats = NDArray[np.float64]


class Beliefs:
    """Perceived monthly death share by home.

    Args:
        behaviour: the scenario's `behaviour` block.
        homes: number of homes H.
    """

    def __init__(self, behaviour: Behaviour, homes: int) -> None:
        self._behaviour = behaviour
        self._keep = 0.5 ** (1 / behaviour.belief_half_life_months)
        self._deaths = np.zeros(homes)
        self._months_served = np.zeros(homes)
        self._shock = np.zeros(homes)
        self._pending = [np.zeros(homes)] * behaviour.publicity_delay_months

    def observe(self, deaths: Floats, serving: Floats) -> None:
        """Take in a month: deaths and serving persons by home, (H,)."""
        self._pending.append(deaths * self._behaviour.publicity_share)
        known = self._pending.pop(0)
        self._deaths = self._keep * self._deaths + known
        self._months_served = self._keep * self._months_served + serving
        self._shock *= self._keep

    def shock(self, per_month: float) -> None:
        """Raise the perceived risk everywhere; it fades with the half-life."""
        self._shock += per_month

    @property
    def perceived_death_share(self) -> Floats:
        """Perceived probability of death per month of service, (H,)."""
        behaviour = self._behaviour
        weight = {
            "small_numbers": behaviour.small_numbers_weight,
            "bayesian": 1.0,
            "none": 0.0,
        }[behaviour.risk_belief]
        prior = behaviour.prior_strength_person_months
        seen = prior * behaviour.prior_death_share_per_month + weight * self._deaths
        learnt: Floats = seen / (prior + weight * self._months_served)
        return (learnt + self._shock).clip(0, 1)
