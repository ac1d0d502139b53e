"""A dearer tariff at equal inflow: the market clears at another price, the bill rises.

A better package lets the bonus fall (men count on a part of pay and death payments), so
the bill could fall too. It does not: a man counts on less than he is paid, and pay goes
to all who serve, while the bonus is saved on those who sign.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from model.clearing import Target
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.model.worlds import world

MONTHS = 10
QUOTA = Target("inflow", 150.0, 2)
TARIFFS = (
    "federal.service_pay",
    "federal.combat_premium",
    "compensation.death_presidential",
    "compensation.death_statutory",
    "compensation.death_insurance",
    "compensation.death_regional",
    "compensation.wound_severe",
    "compensation.wound_light",
    "compensation.wound_other",
    "compensation.wound_insurance",
    "compensation.disability",
    "compensation.survivor_pension_per_month",
    "costs.rear_pay",
    "costs.training_and_kit",
    "regions.referral_fee",
    "federal.advertising_spending",
)
OTHERS = (
    "conscript", "foreign_deceived", "foreign_volunteer", "migrant", "naturalised",
    "prisoner", "state_deployment", "mobilised",
)  # fmt: skip
BASE = Scenario.model_validate(
    {
        "title": "one price",
        "time": {"start": "2024-09", "history_until": "2024-10", "until": "2025-06"},
        "federal": {"rule": "fixed"},
        "regions": {"rule": "fixed"},
        "force": {"initial_force": 3000},
        "channels": {
            "volunteer_contract": {"wide_headroom": 20},
            **{name: {"open": 0} for name in OTHERS},
        },
    }
)


def scaled(tariff: str, factor: float) -> Scenario:
    tree = BASE.model_dump(exclude_none=True)
    block, name = tariff.split(".")
    tree[block][name]["scale"] = {"2024-09": factor}
    return Scenario.model_validate(tree)


@cache
def outcome(tariff: str, factor: float) -> tuple[tuple[int, ...], float]:
    """Return monthly inflow at the clearing price, and the whole bill owed."""
    scenario = BASE if factor == 1 else scaled(tariff, factor)
    run = RecruitmentModel(scenario, world((60_000, 50_000, 40_000)), 3, QUOTA)
    flows = run.run()["flows"]
    month = np.unique(flows["month"].astype(str), return_inverse=True)[1]
    inflow = np.bincount(month, flows["signed_persons"]).astype(int)
    return tuple(inflow[QUOTA.first_index :].tolist()), float(
        run.ledger.bill_rub().sum()
    )


def test_the_quota_binds_in_every_month() -> None:
    inflow, _ = outcome("", 1)
    assert inflow == (150,) * (MONTHS - QUOTA.first_index)


@pytest.mark.parametrize("tariff", TARIFFS)
def test_a_dearer_tariff_never_lowers_the_bill_at_equal_inflow(tariff: str) -> None:
    inflow, bill = outcome("", 1)
    same, dearer = outcome(tariff, 1.05)
    assert same == inflow
    assert dearer >= bill
