"""A force with hand-made intakes, run for some months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import Intake, plain_intake
from model.environment import Environment
from model.fields.months import parse_month
from model.fields.timeline import Timeline
from model.force.attrition import Attrition
from model.force.losses import Losses
from model.force.roll import Roll
from model.parameters.force import Force
from tests.model.worlds import environment, offers

Integers = NDArray[np.int64]

FIRST = parse_month("2022-09")
REGIONS = 3
COUNTRIES = 2
CHANNELS = ("regular", "foreign_deceived", "prisoner", "volunteer_contract")
REGULAR, DECEIVED, PRISONER, VOLUNTEER = range(4)
NO_HAZARDS: dict[str, Any] = {
    "deaths_per_man": 0.0,
    "absent_hazard_per_month": 0.0,
    "discharge_hazard_per_month": 0.0,
}
ALL_COMBAT = {
    "combat_share": 1.0,
    "combat_share_by_channel": {"prisoner": None, "foreign_deceived": None},
}
FLAT_TENURE = {"tenure_shape": 1.0}
"""Hazards that do not change over tenure."""


NO_REAR: dict[str, Any] = {
    "rear_share": {
        "volunteer_contract_to_2024": 0.0,
        "volunteer_contract_from_2025": 0.0,
        "conscript": 0.0,
        "mobilised": 0.0,
    },
    "limited_duty_share": 0.0,
}
WOUNDED_PER_KILLED = 3.3


def force(*, deaths_per_man: float | None = None, **changes: Any) -> Force:
    """Return the default block with changes: equal risks, nobody in the rear.

    `deaths_per_man` states casualties by the share of the men on duty who are killed a
    month.
    """
    risk = {"prisoner": 1.0, "foreign_deceived": 1.0}
    if deaths_per_man is not None:
        wounded = changes.get("wounded_per_killed", WOUNDED_PER_KILLED)
        changes["casualties"] = 1000 * deaths_per_man * (1 + wounded)
    return Force.model_validate({"channel_risk": risk, **NO_REAR, **changes})


def men(persons: int, **parts: Any) -> Intake:
    """Return men of region 0 and 1 in turn, or as `parts` say."""
    home = np.arange(persons, dtype=np.int64) % 2
    made = plain_intake(home, home, np.full(persons, 35, dtype=np.int64))
    return replace(made, **parts)


def deceived(persons: int, country: int = 0) -> Intake:
    """Return deceived men of one country."""
    home = np.full(persons, REGIONS + country, dtype=np.int64)
    flags = np.ones(persons, dtype=bool)
    return men(persons, home=home, deceived=flags)


def month(index: int, *, open_ended: bool = True, deals: tuple[int, ...] = ()) -> Any:
    """Return a month; `deals` lists countries whose discharge deal is in force."""
    deal = np.isin(np.arange(COUNTRIES), deals)
    offered = offers((0.0,) * REGIONS, open_ended=open_ended)
    return environment(index, REGIONS, offers=offered, discharge_deal=deal)


@dataclass
class War:
    """A roll and its attrition; the losses of each month are kept."""

    settings: Force
    months: int = 24
    seed: int = 1
    channels: tuple[str, ...] = CHANNELS
    deal_share_per_month: float = 0.0
    losses: list[Losses] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.roll = Roll(self.channels, REGIONS + COUNTRIES)
        self.attrition = Attrition(
            self.settings,
            Timeline(self.settings, FIRST, self.months),
            self.channels,
            FIRST,
            self.months,
            self.seed,
            self.deal_share_per_month,
        )

    def deploy(self, intake: Intake) -> War:
        """Put regulars into theatre before the first month."""
        self.attrition.deploy(self.roll, intake)
        return self

    def run(
        self,
        months: int,
        intakes: Mapping[int, Mapping[int, Intake]] | None = None,
        now: Mapping[str, Any] | None = None,
    ) -> War:
        """Run further months; `intakes` by month and channel."""
        for index in range(len(self.losses), len(self.losses) + months):
            for channel, intake in (intakes or {}).get(index, {}).items():
                self.roll.enlist(intake, channel, index)
            self.step(month(index, **(now or {})))
        return self

    def step(self, now: Environment) -> Losses:
        """Run one month."""
        losses = self.attrition.advance(now, self.roll)
        self.losses.append(losses)
        return losses

    def in_state(self, *states: int) -> int:
        """Return the men in any of the states."""
        return int(self.roll.counts[:, list(states)].sum())

    def total(self, kind: str) -> int:
        """Return the events of a kind, over all months."""
        return sum(len(getattr(losses, kind)) for losses in self.losses)


def kinds() -> list[str]:
    """Return the names of all events."""
    return [each.name for each in fields(Losses)]
