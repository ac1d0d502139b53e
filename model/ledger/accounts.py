"""The accounts of the ledger: who owes whom for what. ODD III.iv (ledger).

Every account has one payer and one payee, so a posting is always both halves of a
double entry. `by_place` accounts keep the region that pays or where the contract was
signed; the others are booked under the whole country, `NATIONAL`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Group = Literal[
    "bonus", "recruiting", "pay", "compensation", "transfer", "aside", "memo"
]

NATIONAL: Final = "RU"
"""Place of what no region pays."""

ENTITIES: Final = (
    "federal_budget",
    "regional_budget",
    "municipal_budget",
    "insurer",
    "recruits",
    "soldiers",
    "families",
    "wounded",
    "brokers",
    "advertisers",
    "suppliers",
    "creditors",
    "sending_states",
    "victims",
    "society",
    "civilian_output",
)

STATE: Final = frozenset(
    {"federal_budget", "regional_budget", "municipal_budget", "insurer"}
)
"""Payers of the manpower bill; the insurer is paid for by the federal budget."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account: its name, its two sides and what it counts as.

    `group` sorts the bill: `bonus`, `recruiting`, `pay` and `compensation` make up the
    manpower bill; a `transfer` moves money between budgets; `aside` is borne by others
    than the state; a `memo` is a cost nobody pays and that never turns into cash.
    """

    name: str
    payer: str
    payee: str
    group: Group
    by_place: bool = False


ACCOUNTS: Final = (
    Account("federal_bonus", "federal_budget", "recruits", "bonus", by_place=True),
    Account("regional_bonus", "regional_budget", "recruits", "bonus", by_place=True),
    Account("municipal_bonus", "municipal_budget", "recruits", "bonus", by_place=True),
    Account("referral_fee", "regional_budget", "brokers", "recruiting", by_place=True),
    Account("commission", "regional_budget", "brokers", "recruiting", by_place=True),
    Account("advertising", "federal_budget", "advertisers", "recruiting"),
    Account("training_and_kit", "federal_budget", "suppliers", "recruiting"),
    Account("service_pay", "federal_budget", "soldiers", "pay"),
    Account("rear_pay", "federal_budget", "soldiers", "pay"),
    Account("combat_premium", "federal_budget", "soldiers", "pay"),
    Account("monthly_topup", "regional_budget", "soldiers", "pay", by_place=True),
    Account("sending_state", "federal_budget", "sending_states", "pay"),
    Account("death_presidential", "federal_budget", "families", "compensation"),
    Account("death_statutory", "federal_budget", "families", "compensation"),
    Account("death_insurance", "insurer", "families", "compensation"),
    Account(
        "death_regional", "regional_budget", "families", "compensation", by_place=True
    ),
    Account("survivor_pension", "federal_budget", "families", "compensation"),
    Account("survivor_pension_unwinding", "federal_budget", "families", "compensation"),
    Account("wound_severe", "federal_budget", "wounded", "compensation"),
    Account("wound_light", "federal_budget", "wounded", "compensation"),
    Account("wound_other", "federal_budget", "wounded", "compensation"),
    Account("wound_insurance", "insurer", "wounded", "compensation"),
    Account("disability", "federal_budget", "wounded", "compensation"),
    Account(
        "federal_transfer",
        "federal_budget",
        "regional_budget",
        "transfer",
        by_place=True,
    ),
    Account("debt_write_off", "creditors", "recruits", "aside", by_place=True),
    Account("broker_fee", "victims", "brokers", "aside"),
    Account("lost_output", "society", "civilian_output", "memo"),
    Account("emigration", "society", "civilian_output", "memo"),
)

NUMBER: Final = {account.name: row for row, account in enumerate(ACCOUNTS)}
"""Row of each account, by name."""

BILL_GROUPS: Final = frozenset({"bonus", "recruiting", "pay", "compensation"})
"""Groups that make up the manpower bill of the state."""


def accounts_of(*groups: Group) -> tuple[str, ...]:
    """Return the names of the accounts of some groups, in order."""
    return tuple(account.name for account in ACCOUNTS if account.group in groups)
