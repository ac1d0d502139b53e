"""How a channel's men are used: share in close combat, and risk. ODD III.iv (force).

The channels are spelt out, for a misspelt name must not pass for a setting. A channel
that is not named serves as the force at large does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.fields.dated import Frozen
from model.fields.months import parse_month
from model.fields.parameter import Prior, parameter

Floats = NDArray[np.float64]

POSTING_CHANGES: Final = int(parse_month("2025-01"))
"""From this month on signers of the high bonus went to the theatre more often
(e26-klu-all-theatre)."""


def _share(default: float | None, whose: str) -> float | None:
    text = f"Share of {whose} in close combat; none: that of the force."
    share: float | None = parameter(default, text, low=0, high=1)
    return share


class CombatShares(Frozen):
    """Share in close combat among a channel's men, where not that of the force.

    Prisoners, deceived foreigners and allied troops were used for assaults. All are
    assumptions: nobody has published a count of men by task and channel.
    """

    regular: float | None = _share(None, "regulars")
    volunteer_contract: float | None = _share(None, "volunteers")
    prisoner: float | None = _share(0.8, "prisoners")
    conscript: float | None = _share(None, "conscripts who signed")
    mobilised: float | None = _share(None, "the mobilised")
    migrant: float | None = _share(None, "migrants")
    naturalised: float | None = _share(0.5, "the newly naturalised")
    foreign_volunteer: float | None = _share(0.6, "volunteers from abroad")
    foreign_deceived: float | None = _share(0.7, "deceived foreigners")
    state_deployment: float | None = _share(0.6, "troops sent by another state")

    def of(self, channel: str, force_share: float) -> float:
        """Return the share of `channel`, or that of the force."""
        own: float | None = getattr(self, channel, None)
        return force_share if own is None else own


class RearShares(Frozen):
    """Share of a channel's trained men who are posted outside the theatre.

    Three counts agree that 0.28 to 0.30 of the signers of 2022-24 went to new
    formations, part of which fights; one analyst has nearly all takers of the high
    bonus in theatre. Other channels' men go to the theatre.
    """

    volunteer_contract_to_2024: float = parameter(
        0.13,
        "Share of volunteers trained until December 2024 who serve in the rear.",
        low=0,
        high=1,
        source="e26-force-2025-06-stratres",
        prior=Prior("logit_normal", 0.13, 0.02, 0.30),
    )
    volunteer_contract_from_2025: float = parameter(
        0.08,
        "Share of volunteers trained from January 2025 on who serve in the rear.",
        low=0,
        high=1,
        source="e26-stratres-2025-07",
        prior=Prior("logit_normal", 0.08, 0.015, 0.25),
    )
    conscript: float = parameter(
        0.4,
        "Share of conscripts who signed who serve in the rear, in posts of peacetime.",
        low=0,
        high=1,
        prior=Prior("logit_normal", 0.4, 0.2, 0.65),
    )
    mobilised: float = parameter(
        0.05,
        "Share of the mobilised who serve in the rear.",
        low=0,
        high=1,
        source="mob-244",
        prior=Prior("logit_normal", 0.05, 0.01, 0.15),
    )

    def over(self, channels: Sequence[str], first: int, months: int) -> Floats:
        """Return the share by channel and month, (C, M)."""
        share = np.zeros((len(channels), months))
        month = np.arange(first, first + months)
        for row, name in enumerate(channels):
            if name == "volunteer_contract":
                share[row] = np.where(
                    month < POSTING_CHANGES,
                    self.volunteer_contract_to_2024,
                    self.volunteer_contract_from_2025,
                )
            else:
                share[row] = getattr(self, name, 0.0)
        return share


class ChannelRisk(Frozen):
    """Hazard of a channel's men over that of regulars in the same role and month.

    Language is not in it: that is the person's own `casualty_factor`. A channel that
    is not named here runs the risk of regulars.
    """

    volunteer_contract: float = parameter(
        1.0, "Risk ratio of volunteers.", low=0, high=10
    )
    prisoner: float = parameter(
        2.5,
        "Risk ratio of prisoners: of Wagner's a third died in six months, 7 % a month "
        "against 1 % of the force; use in assaults and early months explain a third.",
        low=0,
        high=10,
        source="wagner-fatality",
        grade="independent_estimate",
        prior=Prior("lognormal", 2.5, 1.3, 5.0),
    )
    conscript: float = parameter(
        1.0, "Risk ratio of conscripts who signed.", low=0, high=10
    )
    mobilised: float = parameter(
        0.5,
        "Risk ratio of the mobilised: half of the force, a sixth of the dead.",
        low=0,
        high=10,
        source="mz-share-mobilised-2024-09-20",
        grade="documented",
        prior=Prior("lognormal", 0.5, 0.25, 1.0),
    )
    migrant: float = parameter(
        1.2,
        "Risk ratio of migrants.",
        low=0,
        high=10,
        prior=Prior("lognormal", 1.2, 0.8, 1.8),
    )
    naturalised: float = parameter(
        1.2,
        "Risk ratio of the newly naturalised.",
        low=0,
        high=10,
        prior=Prior("lognormal", 1.2, 0.8, 1.8),
    )
    foreign_volunteer: float = parameter(
        1.5,
        "Risk ratio of volunteers from abroad.",
        low=0,
        high=10,
        prior=Prior("lognormal", 1.5, 1.0, 3.0),
    )
    foreign_deceived: float = parameter(
        1.5,
        "Risk ratio of deceived foreigners.",
        low=0,
        high=10,
        source="inpact-XX-africa-k",
        prior=Prior("lognormal", 1.5, 1.0, 3.0),
    )
    state_deployment: float = parameter(
        1.0,
        "Risk ratio of troops sent by another state.",
        low=0,
        high=10,
        source="nk-cas-2025-01",
        prior=Prior("lognormal", 1.0, 0.5, 2.0),
    )

    def of(self, channel: str, otherwise: float = 1.0) -> float:
        """Return the risk ratio of `channel`."""
        return float(getattr(self, channel, otherwise))
