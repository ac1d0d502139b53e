"""How a channel's men are used: share in close combat, and risk. ODD III.iv (force).

The channels are spelt out, for a misspelt name must not pass for a setting. A channel
that is not named serves as the force at large does.
"""

from __future__ import annotations

from model.fields.dated import Frozen
from model.fields.parameter import Prior, parameter


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


class ChannelRisk(Frozen):
    """Hazard of a channel's men over that of regulars in the same role and month.

    Language is not in it: that is the person's own `casualty_factor`. A channel that
    is not named here runs the risk of regulars.
    """

    volunteer_contract: float = parameter(
        1.0, "Risk ratio of volunteers.", low=0, high=10
    )
    prisoner: float = parameter(
        1.5,
        "Risk ratio of prisoners.",
        low=0,
        high=10,
        source="wagner-fatality",
        grade="independent_estimate",
        prior=Prior("lognormal", 1.5, 1.0, 3.0),
    )
    conscript: float = parameter(
        1.0, "Risk ratio of conscripts who signed.", low=0, high=10
    )
    mobilised: float = parameter(
        1.0,
        "Risk ratio of the mobilised.",
        low=0,
        high=10,
        source="mz-share-mobilised-2024-09-20",
        grade="documented",
        prior=Prior("lognormal", 0.7, 0.35, 1.2),
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

    def of(self, channel: str) -> float:
        """Return the risk ratio of `channel`."""
        return float(getattr(self, channel, 1.0))
