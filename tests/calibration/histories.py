"""Small hand-made histories for the tests of the observation layer."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from calibration.documented.world import documented_world
from calibration.observation.history import CHANNELS, GROUPS, LOSSES, STATES, History
from model.fields.months import parse_month

FIRST = parse_month("2022-09")
MONTHS = 37


def history_of(**columns: Any) -> History:
    """A run in which nothing happened but what `columns` say."""
    world = documented_world()
    regions, homes, channels = world.region_count, len(world.homes), len(CHANNELS)
    empty = History(
        first=FIRST,
        signed=np.zeros((channels, MONTHS)),
        re_signed=np.zeros((channels, MONTHS)),
        signed_by_home=np.zeros((homes, MONTHS)),
        signed_by_place=np.zeros((regions, MONTHS)),
        signed_local=np.zeros((regions, MONTHS)),
        foreign_at_capital=np.zeros((homes, MONTHS)),
        losses=np.zeros((len(LOSSES), channels, MONTHS)),
        killed_by_home=np.zeros((homes, MONTHS)),
        contract_killed_by_home=np.zeros((homes, MONTHS)),
        force=np.zeros((channels, len(STATES), MONTHS)),
        paid=np.zeros((len(GROUPS), MONTHS)),
        federal_bonus_rub=np.full(MONTHS, 195_000.0),
        regional_bonus_rub=np.zeros((regions, MONTHS)),
        package_elasticity=np.ones(MONTHS),
        bonus_elasticity=np.full(MONTHS, 0.3),
    )
    return replace(empty, **columns)


def by_channel(**persons: float) -> Any:
    """Persons a month by channel, (K, M)."""
    out = np.zeros((len(CHANNELS), MONTHS))
    for name, count in persons.items():
        out[CHANNELS.index(name)] = count
    return out


def losses_of(kind: str, **persons: float) -> Any:
    """One kind of loss a month by channel, (6, K, M)."""
    out = np.zeros((len(LOSSES), len(CHANNELS), MONTHS))
    out[LOSSES.index(kind)] = by_channel(**persons)
    return out


def continued(run: History, months: int) -> History:
    """The same run, whose last month goes on until it has so many."""
    series: dict[str, Any] = {
        field.name: np.pad(
            getattr(run, field.name),
            [(0, 0)] * (getattr(run, field.name).ndim - 1) + [(0, months - run.months)],
            mode="edge",
        )
        for field in fields(History)
        if field.name != "first"
    }
    return replace(run, **series)
