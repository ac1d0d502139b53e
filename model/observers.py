"""Observers: what is written down of each month. ODD II.x (observation).

Nothing here changes the model. Flows are one row per channel, home and place of
signing in which somebody considered or signed; stocks are one row per channel and
state in which somebody is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.channels.interface import Intake
from model.channels.volunteer_contract import Market
from model.economy import EconomyMonth
from model.environment import Environment
from model.fields.months import format_month
from model.force.losses import Losses
from model.force.packed import HOME
from model.force.roll import Roll, State
from model.results import Coded, Recorder, Tables
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SUPPLY_FACTORS = np.array([0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0])
NOWHERE = ""
_SERVICE_COLUMNS = ("posted", "limited", "released", "rotated", "re_signed")
_LOSS_COLUMNS = ("killed", "disabled", "wounded", "captured", "absent", "discharged")


class Observers:
    """Writes the result tables of a run.

    Args:
        world: gives the codes of homes and places.
        channels: names in the order of the roll's channel index.
    """

    def __init__(self, world: World, channels: tuple[str, ...]) -> None:
        self._recorder = Recorder()
        self._homes = np.array(world.homes, dtype=object)
        self._places = np.array(world.regions.iso, dtype=object)
        self._places_or_none = np.append(self._places, NOWHERE)
        self._channels = np.array(channels, dtype=object)
        self._number = {name: number for number, name in enumerate(channels)}
        self._states = np.array([state.label for state in State], dtype=object)

    def tables(self) -> Tables:
        """Return everything recorded so far, by table."""
        return self._recorder.tables()

    def flows(self, now: Environment, intakes: Mapping[str, Intake]) -> None:
        """Record who considered and signed, from where and at what price."""
        homes, width = len(self._homes), len(self._places) + 1
        signers = _Signers.of(list(intakes.values()))
        cell = (signers.channel * homes + signers.home) * width + signers.place
        signed = np.bincount(cell, minlength=len(intakes) * homes * width)
        considering = np.zeros_like(signed)
        shown = signed > 0
        for number, intake in enumerate(intakes.values()):
            asked = np.fromiter(intake.considering_persons, dtype=np.int64)
            nowhere = (number * homes + asked) * width + (width - 1)
            considering[nowhere] = _counts(intake)
            shown[nowhere] = True
        cells = shown.nonzero()[0]
        home, place = np.divmod(cells, width)
        channel, home = np.divmod(home, homes)
        row = shown.cumsum() - 1
        marginal = _marginal(list(intakes.values()), homes)
        numbers = np.array([self._number[name] for name in intakes], dtype=np.int64)
        self._add(
            "flows",
            now,
            channel=self._coded(self._channels, numbers[channel]),
            home=self._coded(self._homes, home),
            place=self._coded(self._places_or_none, place),
            considering_persons=considering[cells],
            signed_persons=signed[cells],
            **signers.price_columns(row[cell], marginal[channel, home]),
        )

    def prices(
        self, now: Environment, package_ratio: Floats, revenue_rub: Floats
    ) -> None:
        """Record offers, civilian wages and own revenue by place."""
        offers, wage = now.offers, now.civilian_wage_rub
        regional = offers.regional_rub + offers.municipal_rub
        self._add(
            "prices",
            now,
            place=self._places,
            offer_federal_rub=np.full(len(wage), offers.federal_rub),
            offer_regional_rub=regional,
            civilian_wage_rub=wage,
            bonus_in_months_of_wage=offers.bonus_rub / wage,
            package_ratio=package_ratio,
            revenue_rub=revenue_rub,
        )

    def force(self, now: Environment, roll: Roll) -> None:
        """Record how many are in each state, by channel."""
        channel, state = np.nonzero(roll.counts)
        self._add(
            "force",
            now,
            channel=self._coded(self._channels, channel),
            state=self._coded(self._states, state),
            persons=roll.counts[channel, state],
        )

    def losses(self, now: Environment, roll: Roll, losses: Losses) -> None:
        """Record what befell the force, by home and channel."""
        channels = len(self._channels)
        cells, kinds = len(self._homes) * channels, len(_LOSS_COLUMNS)
        befell = [getattr(losses, column) for column in _LOSS_COLUMNS]
        rows = np.concatenate(befell)
        kind = (np.arange(kinds) * cells).repeat([len(part) for part in befell])
        who = roll.who.take(rows)
        cell = kind + HOME.of(who) * channels + roll.channel_of(who)
        table = np.bincount(cell, minlength=kinds * cells).reshape(kinds, cells)
        counts = {f"{c}_persons": n for c, n in zip(_LOSS_COLUMNS, table, strict=True)}
        hit = np.any(table, axis=0).nonzero()[0]
        self._add(
            "losses",
            now,
            home=self._coded(self._homes, hit // channels),
            channel=self._coded(self._channels, hit % channels),
            **{column: count[hit] for column, count in counts.items()},
        )

    def service(self, now: Environment, roll: Roll, losses: Losses) -> None:
        """Record who was moved within service or signed anew, by channel."""
        channels, kinds = len(self._channels), len(_SERVICE_COLUMNS)
        groups = [getattr(losses, name) for name in _SERVICE_COLUMNS]
        kind = np.arange(kinds).repeat([len(rows) for rows in groups])
        channel = roll.channel_of(roll.who.take(np.concatenate(groups)))
        table = np.bincount(kind * channels + channel, minlength=kinds * channels)
        table = table.reshape(kinds, channels)
        counts = {
            f"{n}_persons": c for n, c in zip(_SERVICE_COLUMNS, table, strict=True)
        }
        moved = np.any(table, axis=0).nonzero()[0]
        self._add(
            "service",
            now,
            channel=self._coded(self._channels, moved),
            **{name: count[moved] for name, count in counts.items()},
        )

    def beliefs(self, now: Environment, true_death_share: Floats) -> None:
        """Record perceived and true risk by home."""
        self._add(
            "beliefs",
            now,
            home=self._homes,
            perceived_death_share=now.perceived_death_share,
            true_death_share=true_death_share,
        )

    def economy(self, now: Environment, month: EconomyMonth, **columns: float) -> None:
        """Record the civilian economy and the bill beside it."""
        self._add(
            "economy",
            now,
            national_wage_rub=np.array([month.national_wage_rub]),
            price_index=month.price_index,
            rub_per_usd=month.rub_per_usd,
            gdp_rub=month.gdp_rub,
            federal_spending_rub=month.federal_spending_rub,
            regional_revenue_rub=float(month.regional_revenue_rub.sum()),
            **columns,
        )

    def supply(self, now: Environment, market: Market) -> None:
        """Record how many would sign at common factors on all bonuses of the month."""
        if not market.wide:
            return
        ordered = np.sort(market.clearing_factor)
        mean_bonus = float(now.offers.bonus_rub.mean())
        self._add(
            "supply",
            now,
            bonus_factor=SUPPLY_FACTORS,
            bonus_rub=SUPPLY_FACTORS * mean_bonus,
            signers_persons=np.searchsorted(ordered, SUPPLY_FACTORS, side="right"),
        )

    def pool(self, now: Environment, market: Market) -> None:
        """Record the remaining willing men and the elasticities of the month."""
        willing = np.rint(market.remaining_willing_persons)
        self._add(
            "pool",
            now,
            home=self._places,
            remaining_willing_persons=willing.astype(np.int64),
            package_elasticity=market.package_elasticity,
            bonus_elasticity=market.bonus_elasticity,
            zero_bonus_share=market.zero_bonus_share,
        )

    def ledger(self, now: Environment, rows: Mapping[str, Any]) -> None:
        """Record the month's postings."""
        self._add("ledger", now, **rows)

    def _add(self, table: str, now: Environment, **columns: Any) -> None:
        first = next(iter(columns.values()))
        self._recorder.add(table, format_month(now.month), len(first), **columns)

    def _coded(self, names: NDArray[Any], code: Integers) -> Coded:
        return Coded(names, code.astype(np.int16))


@dataclass(frozen=True, slots=True)
class _Signers:
    """Signers of all channels in a month, channel by channel; arrays (n,)."""

    channel: Integers
    """Position of the channel among the month's intakes."""
    home: Integers
    place: Integers
    offered_rub: Integers
    reservation_bonus_rub: Floats
    deceived: NDArray[np.bool_]
    coerced: NDArray[np.bool_]

    @classmethod
    def of(cls, intakes: list[Intake]) -> _Signers:
        """Join the signers of intakes."""
        regional = np.concatenate([each.bonus_regional_rub for each in intakes])
        return cls(
            channel=np.arange(len(intakes)).repeat([each.persons for each in intakes]),
            home=np.concatenate([each.home for each in intakes]),
            place=np.concatenate([each.place for each in intakes]),
            offered_rub=np.concatenate([each.bonus_federal_rub for each in intakes])
            + regional,
            reservation_bonus_rub=np.concatenate(
                [each.reservation_bonus_rub for each in intakes]
            ),
            deceived=np.concatenate([each.deceived for each in intakes]),
            coerced=np.concatenate([each.coerced for each in intakes]),
        )

    def price_columns(self, row: Integers, marginal_rub: Floats) -> dict[str, Any]:
        """Sum up prices by row of the table.

        Args:
            row: row of each signer, (n,).
            marginal_rub: next price above the offer, by row, (rows,).
        """
        rows = len(marginal_rub)
        offered, reservation = self.offered_rub, self.reservation_bonus_rub
        rent = offered - np.maximum(reservation, 0)
        rent[np.isnan(reservation)] = 0
        return {
            "median_reservation_bonus_rub": _median_by(row, reservation, rows),
            "marginal_price_rub": marginal_rub,
            "rent_rub": np.rint(np.bincount(row, rent, rows)).astype(np.int64),
            "bonus_rub": np.bincount(row, offered, rows).astype(np.int64),
            "deceived_persons": np.bincount(row[self.deceived], minlength=rows),
            "coerced_persons": np.bincount(row[self.coerced], minlength=rows),
        }


def _counts(intake: Intake) -> Integers:
    return np.fromiter(intake.considering_persons.values(), dtype=np.int64)


def _marginal(intakes: list[Intake], homes: int) -> Floats:
    """Return the next price above the offer by intake and home; nan: unknown."""
    table = np.full((len(intakes), homes), np.nan)
    for at, intake in enumerate(intakes):
        if intake.marginal_price_rub is not None:
            table[at, : len(intake.marginal_price_rub)] = intake.marginal_price_rub
    return table


def _median_by(group: Integers, value: Floats, groups: int) -> Floats:
    """Lower median of `value` in each group, (groups,); nan where empty.

    Men without a value count as above all others.
    """
    middle = (np.bincount(group, minlength=groups) - 1) // 2
    known = (~np.isnan(value)).nonzero()[0]
    group, value = group.take(known), value.take(known)
    order = value.argsort()
    # Groups are few: a stable sort of short integers is one of digits, in linear time.
    short = group.astype(np.int16 if groups < 1 << 15 else np.int64)
    order = order.take(short.take(order).argsort(kind="stable"))
    count = np.bincount(group, minlength=groups)
    first = count.cumsum() - count
    out = np.full(groups, np.nan)
    filled = middle < count
    filled &= count > 0
    out[filled] = value.take(order.take((first + middle)[filled]))
    return out
