"""The interface of every channel, and what it hands to the rest of the model.

ODD III.iv.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.environment import Environment
from model.fields.dated import Frozen, Share
from model.fields.parameter import parameter
from model.fields.time import Time
from model.fields.timeline import Timeline
from model.parameters.abroad import NetworkSettings, Protection
from model.parameters.behaviour import Behaviour
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class ChannelSettings(Frozen):
    """Base of every channel's scenario block."""

    open: Share = parameter(
        Share.constant(1.0),
        "Part of the channel that is open: 1 lets all through, 0 closes it, between "
        "them that share gets in.",
    )

    @property
    def service_pay_ratio(self) -> float:
        """Service pay over that of a volunteer."""
        return 1.0


@dataclass(frozen=True, slots=True)
class Intake:
    """The persons one channel signed in one month; every array has shape (n,).

    `home` counts regions first, then countries (see `World.homes`); `place` is the
    region of signing. A channel that pays no price leaves the reservation bonus at nan.
    What a man keeps while he serves names here, and nowhere else, its stored type.
    """

    home: Annotated[Integers, np.int16]
    place: Annotated[Integers, np.int16]
    age_years: Annotated[Integers, np.int8]
    bonus_federal_rub: Integers
    bonus_regional_rub: Integers
    """Regional and municipal parts together."""
    reservation_bonus_rub: Floats
    """Least bonus for which he would have signed where he did."""
    income_decile: Annotated[Integers, np.int8]
    """1..10 within the home's civilian wages; 0 where not defined."""
    deceived: Annotated[NDArray[np.bool_], np.bool_]
    """Chose a job that was not the job."""
    coerced: Annotated[NDArray[np.bool_], np.bool_]
    """Signed under pressure (custody, raid, barracks)."""
    debt_written_off_rub: Integers
    fee_paid_by_recruit_rub: Integers
    commission_rub: Integers
    """Paid by Russian payers to a broker or referrer."""
    casualty_factor: Annotated[Floats, np.float32]
    """Multiplies the person's hazards (language, role)."""
    term_months: Annotated[Integers | int, np.int16] = 0
    """Months of a term of their own, after which they go home; 0: ordinary contract."""
    considering_persons: Mapping[int, int] = field(default_factory=dict)
    """Persons who considered, by home."""
    marginal_price_rub: Floats | None = None
    """Next reservation bonus above the offer, by home region, (R,); nan: unknown."""
    settlement: Annotated[Integers | int, np.int32] = -1
    """Settlement of each man, where peers matter; -1: none."""
    emigrants_by_region: Integers | None = None
    """Men who leave the country because of this intake, (R,)."""
    belief_shock_per_month: float = 0.0
    """Rise of the perceived monthly death share that the act itself causes."""

    @property
    def persons(self) -> int:
        """Number of persons who signed."""
        return len(self.home)


def plain_intake(
    home: Integers,
    place: Integers,
    age_years: Integers,
    *,
    bonus_federal_rub: int = 0,
    bonus_regional_rub: Integers | int = 0,
    reservation_bonus_rub: Floats | float = math.nan,
    income_decile: Integers | int = 0,
    coerced: NDArray[np.bool_] | bool = False,
    deceived: bool = False,
    fee_paid_by_recruit_rub: Integers | int = 0,
    commission_rub: Integers | int = 0,
    casualty_factor: Floats | float = 1.0,
    **others: Any,
) -> Intake:
    """Return an intake; by default persons who were promised no bonus.

    What is given is as in `Intake`; a number stands for all persons.
    """
    whole, real = np.zeros(len(home), dtype=np.int64), np.zeros(len(home))
    nobody = np.zeros(len(home), dtype=bool)
    return Intake(
        home=home,
        place=place,
        age_years=age_years,
        bonus_federal_rub=whole + bonus_federal_rub,
        bonus_regional_rub=whole + bonus_regional_rub,
        reservation_bonus_rub=real + reservation_bonus_rub,
        income_decile=whole + income_decile,
        deceived=nobody | deceived,
        coerced=nobody | coerced,
        debt_written_off_rub=whole,
        fee_paid_by_recruit_rub=whole + fee_paid_by_recruit_rub,
        commission_rub=whole + commission_rub,
        casualty_factor=real + casualty_factor,
        **others,
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What ledger, observation and reports ask of a channel's men."""

    label: str
    """What readers are told they are."""
    place: int = 99
    """Where they stand in tables and figures, from the left."""
    abroad: bool = False
    """Whether their families live abroad, and claim less often."""
    recruited_by_regions: bool = True
    """Whether the region of signing supplements their pay."""
    works: bool = True
    """Whether their absence costs civilian output."""
    sent_by_a_state: bool = False
    """Whether a state sends them and is paid in place of them and their families."""
    risk: float = 1.0
    """Hazard over that of regulars, unless `force.channel_risk` names the channel."""
    combat_share: float | None = None
    """Share in close combat, unless `force.combat_share_by_channel` names the channel;
    none: that of the force."""
    signs_contract: bool = True
    """Whether the ministry counts them among those who signed for a bonus."""


@dataclass(frozen=True, slots=True)
class Common:
    """What all channels of a run are given besides their own blocks."""

    time: Time
    timeline: Timeline
    """Dated values of the whole scenario."""
    behaviour: Behaviour
    protection: Protection
    networks: Mapping[str, NetworkSettings]
    """Recruitment networks the scenario names, by country."""
    world: World
    seed: int
    """Replication."""


Settings = TypeVar("Settings", bound=ChannelSettings)


class RecruitmentChannel(ABC, Generic[Settings]):
    """One way by which men come under arms.

    The model makes one instance a run and calls `recruit` once a month, after all
    offers, beliefs and countermeasures of the month are set.

    Args:
        settings: its block of the scenario.
        common: what it shares with the other channels.
    """

    name: ClassVar[str]
    facts: ClassVar[Facts]

    def __init__(self, settings: Settings, common: Common) -> None:
        self._settings = settings
        self._dated: Timeline = common.timeline.channels[self.name]

    @abstractmethod
    def recruit(self, now: Environment) -> Intake:
        """Return the persons who sign in the month `now`."""
