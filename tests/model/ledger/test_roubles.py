"""Whole roubles: none is lost or wrapped around without a word."""

from __future__ import annotations

import numpy as np
import pytest

from model.errors import ScenarioError
from model.fields.months import parse_month
from model.ledger.accounts import ACCOUNTS
from model.ledger.journal import Journal
from model.ledger.roubles import MOST_RUB, refuse_beyond, whole_roubles

MONTH = parse_month("2023-05")


@pytest.mark.parametrize("amount", [1e17, 1e19, 1e300, np.inf, np.nan])
def test_what_is_too_much_stays_too_much(amount: float) -> None:
    held = whole_roubles(np.full((9, 86), amount))
    assert (held > MOST_RUB).all()
    assert (held.sum(axis=1) > MOST_RUB).all(), "a sum over places must not wrap around"


def test_roubles_within_bounds_are_rounded_and_kept() -> None:
    assert list(whole_roubles([0.4, -2.6, MOST_RUB])) == [0, -3, MOST_RUB]


def test_the_month_and_the_account_are_named() -> None:
    refuse_beyond(MOST_RUB, MONTH, "bonus")
    with pytest.raises(ScenarioError, match=r"2023-05: bonus: 1.8e\+16 roubles"):
        refuse_beyond(2 * MOST_RUB, MONTH, "bonus")


@pytest.mark.parametrize("account", ["federal_bonus", "lost_output"])
def test_a_month_of_too_many_roubles_is_refused_when_it_closes(account: str) -> None:
    journal = Journal(channels=2, places=3, longest_lag_months=1)
    amount = np.full((2, 3), MOST_RUB // 4)
    (journal.note if account == "lost_output" else journal.accrue)(account, amount)
    with pytest.raises(ScenarioError, match=f"2023-05: {account}: "):
        journal.close(MONTH)


def test_positions_are_refused_before_they_wrap_around() -> None:
    journal = Journal(channels=1, places=1, longest_lag_months=0)
    most = np.full((1, 1), MOST_RUB)
    names = [each.name for each in ACCOUNTS if each.payer == "federal_budget"]

    def spend_for_ever() -> None:
        for month in range(MONTH, MONTH + 1000):
            for name in names:
                journal.accrue(name, most)
            journal.close(month)
            worth = journal.balances().worth_rub
            assert worth.sum() == 0
            assert worth.min() < 0 < worth.max()

    with pytest.raises(ScenarioError, match="federal_budget: "):
        spend_for_ever()
