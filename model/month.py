"""What one month brought: handed from step to step, and last month to the next one.

Every step of the model returns what it adds, so a month can be put together by hand and
each step tried alone. ODD I.iii (schedule).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import Intake
from model.economy import EconomyMonth
from model.environment import Environment
from model.force.losses import Losses

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a month brought, as governments count it."""

    signed_persons: int
    """All channels."""
    contracts_persons: int
    """Contracts that count towards the year's plan, re-signings included."""
    volunteers_by_place: Integers
    """Signed for a bonus, by region of signing, (R,)."""
    lost_persons: int
    """Left the force for good: dead, disabled, captured, absent, discharged."""
    in_theatre_persons: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month, recruited and fought; H homes = R regions then C countries."""

    now: Environment
    """What everybody saw, at the prices at which volunteers signed."""
    economy: EconomyMonth
    intakes: Mapping[str, Intake]
    """Who signed, by channel."""
    losses: Losses
    deaths_by_home: Floats
    """True deaths of the month, (H,)."""
    death_share_by_home: Floats
    """The same over those serving when the month's fighting began, (H,)."""
    outcome: Outcome
