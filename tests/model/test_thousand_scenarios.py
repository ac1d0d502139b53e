"""A thousand random scenarios: roubles and persons add up in every month of each.

The fast tier holds the same over a few scenarios and one set of blocks (see
`test_simulation`); here every tariff, lag, rule and switch of the ledger is drawn.
"""

from __future__ import annotations

import gc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.model.worlds import world

THOUSAND = 1000
TARIFFS = (
    "death_presidential",
    "death_statutory",
    "death_insurance",
    "death_regional",
    "wound_severe",
    "wound_light",
    "wound_other",
    "wound_insurance",
    "disability",
)
SHARE = st.floats(0, 1)
LAG = st.integers(0, 12)
RUB = st.floats(0, 1e7)


def dated(values: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    return values.map(lambda value: {"2022-09": value / 2, "2022-11": value})


compensation = st.fixed_dictionaries(
    {
        **{name: dated(RUB) for name in TARIFFS},
        "death_claim_share": SHARE,
        "wound_claim_share": SHARE,
        "disability_claim_share": SHARE,
        "foreign_claim_share": SHARE,
        "death_payment_lag_months": LAG,
        "wound_payment_lag_months": LAG,
        "disability_backdated": st.booleans(),
        "survivor_pension_per_month": dated(st.floats(0, 1e5)),
        "survivor_pension_years": st.floats(0, 30),
        "pension_discount_per_year": st.floats(0, 0.5),
    }
)
costs = st.fixed_dictionaries(
    {
        "training_and_kit": RUB,
        "support_pay_share": SHARE,
        "rear_pay": st.floats(0, 2e5),
        "bonus_payment_lag_months": LAG,
    }
)
federal = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["fixed", "match_losses", "budget_capped"]),
        "signing_bonus": st.floats(0, 5e6),
        "service_pay": st.floats(50_000, 5e5),
        "transfer_to_regions": SHARE,
        "debt_relief_cap": RUB,
    }
)
regions = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["chase_and_fill", "fixed", "budget_first"]),
        "municipal_bonus": st.floats(0, 1e6),
        "referral_fee": st.floats(0, 3e5),
        "referral_share": SHARE,
    }
)
force = st.fixed_dictionaries(
    {
        "initial_force": st.integers(0, 3000),
        "casualties": st.floats(0, 1300),
        "reference_force": st.integers(0, 3000),
        "stock_exponent": SHARE,
        "claim_bias": st.floats(0.1, 10),
        "rear_share": st.fixed_dictionaries(
            {"volunteer_contract_to_2024": SHARE, "mobilised": SHARE}
        ),
        "limited_duty_share": SHARE,
        "release_hazard_per_month": st.floats(0, 2),
        "rotation_per_month": SHARE,
        "re_signing": st.fixed_dictionaries(
            {"hazard_to_2023_per_month": st.floats(0, 0.5)}
        ),
        "wounded_per_killed": st.floats(0, 5),
        "return_share": SHARE,
        "disabled_share": SHARE,
        "missing_share": SHARE,
        "captured_per_killed": SHARE,
        "contracts_open_ended": st.sampled_from([0.0, 1.0]),
    }
)


@pytest.mark.slow
@settings(max_examples=THOUSAND, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**31),
    blocks=st.fixed_dictionaries(
        {
            "compensation": compensation,
            "costs": costs,
            "federal": federal,
            "regions": regions,
            "force": force,
        }
    ),
)
def test_balances_are_zero_in_every_month(seed: int, blocks: dict[str, Any]) -> None:
    time = {"start": "2022-09", "history_until": "2022-11", "until": "2023-04"}
    decrees = {"mobilised": {"decrees": {"2022-09": 300, "2022-10": 0}}}
    tree = {"title": "random", "time": time, "channels": decrees, **blocks}
    run = RecruitmentModel(Scenario.model_validate(tree), world((6000, 4000)), seed)
    for _ in range(run.scenario.time.months):
        run.step()
        kept = run.ledger.balances()
        for held in (kept.worth_rub, kept.cash_rub, kept.claims_rub, kept.memo_rub):
            assert held.sum() == 0
        assert run.roll.counts.sum() == run.roll.persons
    # Models hold large arrays in reference cycles, which Python is slow to notice.
    del run
    gc.collect()
