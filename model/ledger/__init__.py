"""The ledger: every rouble recruitment costs, who owes it and who gets it.

ODD III.iv.
"""

from model.ledger.accounts import ACCOUNTS, NATIONAL, Account
from model.ledger.book import Ledger
from model.ledger.journal import Balances

__all__ = ["ACCOUNTS", "NATIONAL", "Account", "Balances", "Ledger"]
