"""Roubles are conserved exactly: every month, every entity, every liability."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.ledger.accounts import ACCOUNTS, NUMBER
from model.ledger.journal import Journal
from tests.model.ledger.random_war import RandomWar, war_scenario

LAGS = st.fixed_dictionaries(
    {
        "death_payment_lag_months": st.integers(0, 8),
        "wound_payment_lag_months": st.integers(0, 8),
        "death_claim_share": st.floats(0, 1),
        "wound_claim_share": st.floats(0, 1),
        "survivor_pension_years": st.floats(0, 1.5),
        "pension_discount_per_year": st.floats(0, 0.3),
    }
)
PAYING = [row for row, account in enumerate(ACCOUNTS) if account.group != "memo"]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), compensation=LAGS)
def test_positions_sum_to_zero_in_every_month(
    seed: int, compensation: dict[str, float]
) -> None:
    war = RandomWar(seed, war_scenario(6, compensation=compensation))
    for _ in war.months():
        balances = war.ledger.balances()
        positions = (
            balances.worth_rub,
            balances.cash_rub,
            balances.claims_rub,
            balances.memo_rub,
        )
        assert [int(position.sum()) for position in positions] == [0, 0, 0, 0]
        parts = balances.cash_rub + balances.claims_rub + balances.memo_rub
        assert np.array_equal(balances.worth_rub, parts)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), compensation=LAGS)
def test_no_liability_is_lost_or_paid_twice(
    seed: int, compensation: dict[str, float]
) -> None:
    """What accrued is paid, lapsed or, by the schedule of payments, still due."""
    war = RandomWar(seed, war_scenario(6, compensation=compensation))
    for _ in war.months():
        rows = war.ledger.table()
        number = np.array([NUMBER[name] for name in rows["account"]])
        for row in PAYING:
            of = number == row
            accrued, paid, lapsed = (
                int(rows[f"{basis}_rub"][of].sum())
                for basis in ("accrued", "paid", "lapsed")
            )
            due = int(war.ledger.balances().outstanding_rub[row])
            assert accrued - paid - lapsed == due, ACCOUNTS[row].name


def random_journal(seed: int, months: int = 12) -> tuple[Journal, dict[int, int]]:
    """Book random amounts; return the journal and, kept apart, what is due when."""
    random = np.random.default_rng(seed)
    journal, due = Journal(2, 3, 6), dict.fromkeys(range(months + 7), 0)
    for month in range(months):
        for account in random.choice([account.name for account in ACCOUNTS[:20]], 4):
            amount = random.integers(0, 10**12, (2, 3))
            lag = int(random.integers(0, 7))
            journal.accrue(account, amount, lag, float(random.random()))
            due[month + lag] += int(amount.sum())
        journal.close(month)
    return journal, due


def test_a_thousand_random_journals_balance_to_the_rouble() -> None:
    for seed in range(1000):
        balances = random_journal(seed, months=4)[0].balances()
        assert balances.worth_rub.sum() == 0
        assert balances.cash_rub.sum() == 0
        assert balances.claims_rub.sum() == 0
        assert np.array_equal(
            balances.worth_rub, balances.cash_rub + balances.claims_rub
        )


@pytest.mark.slow
def test_a_thousand_random_wars_balance_to_the_rouble_in_every_month() -> None:
    random = np.random.default_rng(1)
    for seed in range(1000):
        tariffs = {
            "death_payment_lag_months": int(random.integers(0, 12)),
            "wound_claim_share": float(random.random()),
            "death_presidential": float(random.integers(0, 10**7)),
            "survivor_pension_years": float(random.uniform(0, 1)),
        }
        war = RandomWar(seed, war_scenario(4, compensation=tariffs))
        for _ in war.months():
            balances = war.ledger.balances()
            assert balances.worth_rub.sum() == 0
            assert balances.cash_rub.sum() == 0
            assert balances.claims_rub.sum() == 0
            assert balances.memo_rub.sum() == 0


@pytest.mark.parametrize("seed", range(5))
def test_cash_and_lapse_come_in_the_month_they_are_due(seed: int) -> None:
    journal, due = random_journal(seed)
    rows = journal.movements()
    settled = [
        int((rows.paid_rub + rows.lapsed_rub)[rows.month == month].sum())
        for month in range(12)
    ]
    assert settled == [due[month] for month in range(12)]
    assert int(journal.balances().outstanding_rub.sum()) == sum(
        due[month] for month in range(12, 19)
    )


def test_the_same_war_gives_the_same_table() -> None:
    one, two = (RandomWar(7, war_scenario(5)).run().table() for _ in range(2))
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_every_account_moves_in_a_war() -> None:
    """A random war leaves no account untouched, so the tests above see them all."""
    federal = {"transfer_to_regions": 0.2}
    ledger = RandomWar(3, war_scenario(8, federal=federal)).run()
    assert set(NUMBER) - set(ledger.table()["account"]) == set()


def test_rules_read_the_same_totals_as_the_table() -> None:
    ledger = RandomWar(4, war_scenario(5)).run()
    rows = ledger.table()
    bonus = rows["account"] == "regional_bonus"
    assert (
        ledger.month_totals("regional_bonus").sum() == rows["accrued_rub"][bonus].sum()
    )
    by_place = ledger.place_totals("regional_bonus", paid=True)
    assert by_place.shape == (5, 3)
    first = bonus & (rows["place"] == "RU-00")
    assert by_place[:, 0].sum() == rows["paid_rub"][first].sum()
    last = rows["month"] == "2024-10"
    assert rows["accrued_rub"][last].sum() == ledger.month_rows()["accrued_rub"].sum()
