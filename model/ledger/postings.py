"""What a month owes, as amounts by channel and place. ODD III.iv (ledger).

Pure functions from persons and tariffs to roubles, one for each occasion: contracts
signed, service, death, wounds. The ledger books what they return. All amounts are whole
roubles of shape (C, P), the last place being the whole country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import Intake
from model.environment import Offers
from model.force.packed import PLACE
from model.force.roll import Roll, State
from model.ledger.roubles import whole_roubles
from model.ledger.tariffs import VOLUNTEERS, Tariffs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PAID_IN_THE_REAR = (State.TRAINING, State.WOUNDED, State.CAPTURED, State.MISSING)
"""Families of captives and missing men go on drawing the basic pay (assumption)."""
SENT_AND_PAID_FOR = (
    State.TRAINING,
    State.COMBAT,
    State.SUPPORT,
    State.WOUNDED,
    State.REAR,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Shape of every amount: channels in the order of the roll, regions, country."""

    channels: tuple[str, ...]
    regions: int

    def zeros(self) -> Integers:
        """Return an empty amount, (C, P)."""
        return np.zeros((len(self.channels), self.regions + 1), dtype=np.int64)

    def national(self, by_channel: Floats | Integers) -> Integers:
        """Place amounts by channel, (C,), under the country."""
        amount = self.zeros()
        amount[:, -1] = whole_roubles(by_channel)
        return amount

    def regional(self, by_region: Floats | Integers) -> Integers:
        """Place amounts by channel and region, (C, R)."""
        amount = self.zeros()
        amount[:, :-1] = whole_roubles(by_region)
        return amount

    def row(self, channel: str) -> int:
        """Return the index of a channel."""
        return self.channels.index(channel)


def on_signing(
    layout: Layout,
    intakes: Mapping[str, Intake],
    offers: Offers,
    tariffs: Tariffs,
    index: int,
) -> dict[str, Integers]:
    """Return what this month's contracts owe, by account."""
    row_of = {channel: row for row, channel in enumerate(layout.channels)}
    rows = [row_of[channel] for channel in intakes]
    shape = len(layout.channels), layout.regions
    persons = np.zeros(shape[0], dtype=np.int64)
    persons[rows] = [intake.persons for intake in intakes.values()]
    signers = list(intakes.values())
    place = _joined([intake.place for intake in signers])
    cell = np.array(rows, dtype=np.int64).repeat(persons[rows]) * shape[1] + place

    def by_region(rub: Integers) -> Floats:
        summed = np.bincount(cell, rub, shape[0] * shape[1]).astype(np.float64)
        return summed.reshape(shape)

    bonus = _joined([intake.bonus_regional_rub for intake in signers])
    town = whole_roubles(offers.municipal_rub).take(place)
    municipal = np.minimum(bonus, town)
    regional = layout.regional(by_region(bonus - municipal))
    commission = by_region(_joined([intake.commission_rub for intake in signers]))
    to_states = commission * tariffs.sent_by_a_state[:, None]
    fee = by_region(_joined([intake.fee_paid_by_recruit_rub for intake in signers]))
    debt = by_region(_joined([intake.debt_written_off_rub for intake in signers]))
    federal = by_region(_joined([intake.bonus_federal_rub for intake in signers]))
    referral = tariffs.referral_rub[:, index] * tariffs.referral_share
    return {
        "federal_bonus": layout.regional(federal),
        "regional_bonus": regional,
        "municipal_bonus": layout.regional(by_region(municipal)),
        "federal_transfer": whole_roubles(regional * tariffs.transfer_share[index]),
        "referral_fee": _referrals(layout, intakes, referral),
        "commission": layout.regional(commission - to_states),
        "sending_state": layout.national(to_states.sum(axis=1)),
        "training_and_kit": layout.national(
            persons * tariffs.training_and_kit_rub[index]
        ),
        "debt_write_off": layout.regional(debt),
        "broker_fee": layout.national(fee.sum(axis=1)),
    }


def _joined(columns: list[Integers]) -> Integers:
    """Return a column of all intakes, one after the other, (n,)."""
    return np.concatenate([np.zeros(0, np.int64), *columns])


def on_re_signing(
    layout: Layout, roll: Roll, rows: Integers, offers: Offers
) -> Integers:
    """Return the federal bonus of men who serve already, at their place of signing."""
    who = roll.who.take(rows)
    cell = roll.channel_of(who) * layout.regions + PLACE.of(who)
    shape = (len(layout.channels), layout.regions)
    signed = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    return layout.regional(signed * np.float64(offers.federal_rub))


def _referrals(
    layout: Layout,
    intakes: Mapping[str, Intake],
    rub_per_contract: Floats,
) -> Integers:
    """Owe referral fees for the volunteers who signed in each region."""
    owed = layout.zeros()
    if VOLUNTEERS in intakes:
        signed = np.bincount(intakes[VOLUNTEERS].place, minlength=layout.regions)
        fees = whole_roubles(signed * rub_per_contract)
        owed[layout.row(VOLUNTEERS), :-1] = fees
    return owed


@dataclass(frozen=True, slots=True)
class PayRates:
    """This month's rates of pay in roubles a month."""

    zone: float
    support_share: float
    combat_premium: float
    rear: float
    sent_by_a_state: Floats
    """Paid to a state for each soldier, by channel, (C,)."""


def on_service(
    layout: Layout, counts: Integers, rates: PayRates, pay_ratio: Floats
) -> dict[str, Integers]:
    """Return a month's pay by account.

    Args:
        layout: shape of amounts.
        counts: persons by channel and state, (C, S).
        rates: this month's rates.
        pay_ratio: pay over that of a volunteer, by channel, (C,).
    """
    combat = counts[:, State.COMBAT]
    support = counts[:, State.SUPPORT] * rates.support_share
    rear = counts[:, PAID_IN_THE_REAR].sum(axis=1)
    sent = counts[:, SENT_AND_PAID_FOR].sum(axis=1) * rates.sent_by_a_state
    pay = (combat + support) * rates.zone + rear * rates.rear
    return {
        "service_pay": layout.national(pay * pay_ratio),
        "rear_pay": layout.national(counts[:, State.REAR] * rates.rear * pay_ratio),
        "combat_premium": layout.national(combat * rates.combat_premium * pay_ratio),
        "sending_state": layout.national(sent),
    }


def on_death(
    layout: Layout, dead: Integers, tariffs: Tariffs, index: int
) -> dict[str, Integers]:
    """Return what families of the known dead, (C, R), are owed at once, by account."""
    entitled = dead * tariffs.entitled[:, None]
    owed = {}
    for account, path in tariffs.death_rub.items():
        amount = entitled * path[index]
        by_region = account == "death_regional"
        owed[account] = (
            layout.regional(amount)
            if by_region
            else layout.national(amount.sum(axis=1))
        )
    return owed


def on_wound(
    layout: Layout,
    paid_wounds: Integers,
    wounded: Integers,
    tariffs: Tariffs,
    index: int,
) -> dict[str, Integers]:
    """Return what the wounded are owed, by account.

    Args:
        layout: shape of amounts.
        paid_wounds: wounds a tier payment is due for, (C,).
        wounded: all wounded of the month, (C,): insurance.
        tariffs: the tariffs.
        index: month of the run.
    """
    owed = {
        tier: layout.national(
            paid_wounds * (tariffs.tier_share[tier] * path[index]) * tariffs.entitled
        )
        for tier, path in tariffs.wound_rub.items()
    }
    insured = wounded * tariffs.wound_insurance_rub[index] * tariffs.entitled
    owed["wound_insurance"] = layout.national(insured)
    return owed
