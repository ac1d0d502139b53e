"""Observers: rows add up to the persons behind them, and medians are medians."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.channels.interface import Intake, plain_intake
from model.force.losses import Losses
from model.force.roll import Roll
from model.observers import NOWHERE, Observers
from model.results import Table
from model.world import World
from tests.model.worlds import environment, world

CHANNELS = ("regular", "volunteer_contract")
WORLD: World = world((4000, 3000))
OFFER_RUB = 1_000_000


def intake(n: int = 200, seed: int = 1, **columns: Any) -> Intake:
    """Return volunteers of two regions with random reservation bonuses."""
    luck = np.random.default_rng(seed)
    home, place = luck.integers(0, 2, (2, n))
    plain = plain_intake(home, place, np.full(n, 30))
    given = {
        "bonus_federal_rub": np.full(n, 400_000),
        "bonus_regional_rub": np.full(n, OFFER_RUB - 400_000),
        "reservation_bonus_rub": luck.uniform(-2e5, OFFER_RUB, n),
        "considering_persons": {0: 900, 1: 700},
        **columns,
    }
    return replace(plain, **given)


def flows(signed: Intake) -> Table:
    observers = Observers(WORLD, CHANNELS)
    observers.flows(environment(homes=2), {"volunteer_contract": signed})
    return observers.tables()["flows"]


def rows(table: Table, home: str, place: str) -> Table:
    chosen = (table["home"] == home) & (table["place"] == place)
    return {name: column[chosen] for name, column in table.items()}


def test_signers_and_considering_men_are_all_in_the_flows() -> None:
    table = flows(intake())
    assert table["signed_persons"].sum() == 200
    assert table["considering_persons"].sum() == 1600


def test_considering_men_stand_in_a_row_without_a_place() -> None:
    table = flows(intake())
    nowhere = table["place"] == NOWHERE
    assert table["considering_persons"][nowhere].tolist() == [900, 700]
    assert table["signed_persons"][nowhere].tolist() == [0, 0]
    assert not table["considering_persons"][~nowhere].any()


@pytest.mark.parametrize("home", [0, 1])
@pytest.mark.parametrize("place", [0, 1])
def test_a_row_sums_up_its_own_signers(home: int, place: int) -> None:
    signed = intake()
    mine = (signed.home == home) & (signed.place == place)
    row = rows(flows(signed), f"RU-{home:02d}", f"RU-{place:02d}")
    wanted = np.sort(signed.reservation_bonus_rub[mine])
    rent = (OFFER_RUB - np.maximum(wanted, 0)).sum()
    assert row["signed_persons"].tolist() == [mine.sum()]
    assert row["median_reservation_bonus_rub"] == wanted[(len(wanted) - 1) // 2]
    assert row["bonus_rub"].tolist() == [mine.sum() * OFFER_RUB]
    assert row["rent_rub"] == pytest.approx(rent, abs=1)


def test_a_channel_without_prices_has_no_median_and_no_rent() -> None:
    table = flows(intake(reservation_bonus_rub=np.full(200, np.nan)))
    assert np.isnan(table["median_reservation_bonus_rub"]).all()
    assert not table["rent_rub"].any()


def test_a_month_in_which_nobody_signs_or_considers_leaves_no_row() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    observers = Observers(WORLD, CHANNELS)
    observers.flows(
        environment(homes=2), {"regular": plain_intake(nobody, nobody, nobody)}
    )
    assert observers.tables() == {}


def test_the_deceived_and_the_coerced_are_counted() -> None:
    deceived = np.arange(200) < 30
    table = flows(intake(deceived=deceived, coerced=~deceived))
    assert table["deceived_persons"].sum() == 30
    assert table["coerced_persons"].sum() == 170


def losses(**events: list[int]) -> Losses:
    given = {name: events.get(name, []) for name in Losses.__dataclass_fields__}
    return Losses(**{name: np.array(who, dtype=int) for name, who in given.items()})


def test_losses_are_told_by_home_and_channel() -> None:
    roll = Roll(CHANNELS, 2)
    home = np.array([0, 0, 1])
    roll.enlist(plain_intake(home, home, home + 30), 1, 0)
    observers = Observers(WORLD, CHANNELS)
    observers.losses(environment(homes=2), roll, losses(killed=[0, 2], wounded=[0]))
    table = observers.tables()["losses"]
    assert table["home"].tolist() == ["RU-00", "RU-01"]
    assert set(table["channel"]) == {"volunteer_contract"}
    assert table["killed_persons"].tolist() == [1, 1]
    assert table["wounded_persons"].tolist() == [1, 0]
    assert not table["captured_persons"].any()


def test_stocks_have_a_row_for_each_state_somebody_is_in() -> None:
    roll = Roll(CHANNELS, 2)
    home = np.array([0, 1, 1])
    roll.enlist(plain_intake(home, home, home + 30), 1, 0)
    observers = Observers(WORLD, CHANNELS)
    observers.force(environment(homes=2), roll)
    table = observers.tables()["force"]
    assert table["state"].tolist() == ["training"]
    assert table["channel"].tolist() == ["volunteer_contract"]
    assert table["persons"].tolist() == [3]
