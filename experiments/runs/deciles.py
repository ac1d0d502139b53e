"""Outcomes by income decile: who signs, who dies or is disabled, who is paid.

The personnel table keeps of every volunteer the decile of his civilian wage within his
region. Read when a run ends, it tells of each month's signers how many were killed or
disabled by then, and what bonus they were promised. ODD II.x (observation).
"""

from __future__ import annotations

import numpy as np

from model.fields.months import format_month
from model.force.roll import State
from model.results import Table
from model.simulation import VOLUNTEER, RecruitmentModel

DECILES = 10


def outcomes_by_decile(model: RecruitmentModel, prices: Table) -> Table:
    """Return one row a month of signing and decile in which somebody signed.

    Args:
        model: after its last month.
        prices: the run's table of offers, one row a month and place in their order.
    """
    roll, time = model.roll, model.scenario.time
    mine = np.flatnonzero(
        (roll.channel == roll.channels.index(VOLUNTEER)) & (roll.income_decile > 0)
    )
    entered = roll.entered_index[mine].astype(np.int64)
    bonus = prices["offer_federal_rub"] + prices["offer_regional_rub"]
    offered = bonus.reshape(time.months, model.world.region_count)
    promised = np.rint(offered[entered, roll.place[mine]])
    cell = entered * DECILES + roll.income_decile[mine] - 1
    state = roll.state[mine]
    dead = np.isin(state, (State.KILLED, State.MISSING))

    def count(weight: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(cell, weight, minlength=time.months * DECILES)

    signed = count()
    kept = np.flatnonzero(signed)
    months = np.array(
        [format_month(time.first + index) for index in range(time.months)], dtype=object
    )
    return {
        "month": months[kept // DECILES],
        "income_decile": kept % DECILES + 1,
        "signed_persons": signed[kept],
        "killed_persons": count(dead)[kept].astype(np.int64),
        "disabled_persons": count(state == State.DISABLED)[kept].astype(np.int64),
        "bonus_rub": count(promised)[kept].astype(np.int64),
    }
