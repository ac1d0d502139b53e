"""The formulas behind the headline measures (see `definitions`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.measures.arithmetic import Floats, first_run, ratio, trailing
from experiments.measures.facts import BILL, PERMANENT, VOLUNTEERS, Facts
from model.ledger.accounts import accounts_of

Formula = Callable[[Facts, slice], float]

BONUSES = accounts_of("bonus")
PAID_BY_REGIONS = ("regional_bonus", "municipal_bonus", "referral_fee")
POOL_MONTHS = 12
POOREST_DECILES = 2
POOREST_AMONG: Final = {
    "signers": "signed_persons",
    "dead": "killed_persons",
    "bonuses": "bonus_rub",
}
"""Columns of `deciles` in which the poorest are told apart."""
HUMAN_COST: Final = {
    "killed": "Men killed, the missing among them, all channels.",
    "disabled": "Men declared disabled, all channels.",
    "deceived": "Signers who chose a job that was not the job.",
    "coerced": "Signers who signed under pressure: custody, raid, barracks.",
}


def divided(above: float, below: float) -> float:
    """Divide; nan where the divisor is zero."""
    return above / below if below else math.nan


def replacement(facts: Facts, part: slice) -> float:
    """Signed over permanent losses."""
    return divided(total(facts.signed(), part), total(facts.lost(*PERMANENT), part))


def net_theatre_change(facts: Facts, part: slice) -> float:
    """Change of the force in theatre a month."""
    return _change(facts.theatre, part)


def net_under_arms_change(facts: Facts, part: slice) -> float:
    """Change of the men under arms a month."""
    return _change(facts.under_arms, part)


def inflow(facts: Facts, part: slice) -> float:
    """Signed a month."""
    return float(facts.signed()[part].mean())


def losses(facts: Facts, part: slice) -> float:
    """Permanent losses a month."""
    return float(facts.lost(*PERMANENT)[part].mean())


def theatre_at_end(facts: Facts, part: slice) -> float:
    """Force in theatre in the last month."""
    return float(facts.theatre[part.stop - 1])


def under_arms_at_end(facts: Facts, part: slice) -> float:
    """Men under arms in the last month."""
    return float(facts.under_arms[part.stop - 1])


def re_signed(facts: Facts, part: slice) -> float:
    """Contracts of men already serving."""
    return total(facts.re_signed(), part)


def mean_bonus(facts: Facts, part: slice) -> float:
    """Bonus promised per volunteer."""
    return divided(_bonus(facts, part), total(facts.signed(VOLUNTEERS), part))


def marginal_price(facts: Facts, part: slice) -> float:
    """Marginal price over months, weighted by volunteers."""
    price = facts.volunteers_mean("marginal_price_rub")[part]
    weight = np.where(np.isfinite(price), facts.signed(VOLUNTEERS)[part], 0.0)
    return divided(float(np.nansum(price * weight)), float(weight.sum()))


def marginal_to_average(facts: Facts, part: slice) -> float:
    """Marginal price over mean bonus."""
    return divided(marginal_price(facts, part), mean_bonus(facts, part))


def rent_share(facts: Facts, part: slice) -> float:
    """Rent over bonuses of volunteers."""
    return divided(total(facts.volunteers("rent_rub"), part), _bonus(facts, part))


def bonus_bill(facts: Facts, part: slice) -> float:
    """Bonuses owed."""
    return total(facts.accrued(*BONUSES), part)


def bill_owed(facts: Facts, part: slice) -> float:
    """Manpower bill owed."""
    return total(facts.accrued(*BILL), part)


def bill_paid(facts: Facts, part: slice) -> float:
    """Manpower bill paid."""
    return total(facts.paid(*BILL), part)


def share_of_spending(facts: Facts, part: slice) -> float:
    """Bill paid over federal spending."""
    spending = facts.monthly("economy", "federal_spending_rub")
    return divided(bill_paid(facts, part), total(spending, part))


def share_of_gdp(facts: Facts, part: slice) -> float:
    """Bill paid over GDP."""
    gdp = facts.monthly("economy", "gdp_rub")
    return divided(bill_paid(facts, part), total(gdp, part))


def regions_above(share: float) -> Formula:
    """Make the count of regions that recruiting costs more than a share of revenue."""

    def formula(facts: Facts, part: slice) -> float:
        shares = facts.region_shares(part, PAID_BY_REGIONS)
        return float((shares > share).sum())

    return formula


def cost_per_soldier_month(facts: Facts, part: slice) -> float:
    """Bill owed per man-month in theatre."""
    return divided(bill_owed(facts, part), total(facts.theatre, part))


def signed(channel: str) -> Formula:
    """Make the count of signers of a channel."""
    return lambda facts, part: total(facts.signed(channel), part)


def human(kind: str, channel: str | None = None) -> Formula:
    """Make the count of a kind of human cost, of one channel or all."""
    return lambda facts, part: total(_human(facts, kind, channel), part)


def per_thousand(kind: str, channel: str | None = None) -> Formula:
    """Make the human cost for each thousand who signed."""

    def formula(facts: Facts, part: slice) -> float:
        hurt = total(_human(facts, kind, channel), part)
        return 1000 * divided(hurt, total(facts.signed(channel), part))

    return formula


def output_lost(facts: Facts, part: slice) -> float:
    """Memo items of lost output."""
    return total(facts.accrued(*accounts_of("memo")), part)


def willing_at_end(facts: Facts, part: slice) -> float:
    """Willing pool in the last month."""
    return float(facts.willing[part.stop - 1])


def months_of_inflow(facts: Facts, part: slice) -> float:
    """Willing pool over volunteers a month."""
    a_month = float(facts.signed(VOLUNTEERS)[part].mean())
    return divided(willing_at_end(facts, part), a_month)


def mean_of(table: str, column: str) -> Formula:
    """Make the mean of a column that is the same in every row of a month."""

    def formula(facts: Facts, part: slice) -> float:
        of_month = facts.monthly_mean(table, column)[part]
        known = of_month[np.isfinite(of_month)]
        return float(known.mean()) if len(known) else math.nan

    return formula


def poorest_share(column: str) -> Formula:
    """Make the share of the two lowest income deciles in a column of `deciles`."""

    def formula(facts: Facts, part: slice) -> float:
        poor = facts.tables["deciles"]["income_decile"] <= POOREST_DECILES
        return divided(
            total(facts.monthly("deciles", column, poor), part),
            total(facts.monthly("deciles", column), part),
        )

    return formula


def break_month(facts: Facts, part: slice) -> float:
    """First month of a lasting failure of either kind."""
    return _first_lasting(facts, _below_need(facts) | _above_cap(facts))


def break_month_force(facts: Facts, part: slice) -> float:
    """First month of a force lastingly below need."""
    return _first_lasting(facts, _below_need(facts))


def break_month_bill(facts: Facts, part: slice) -> float:
    """First month of a bill lastingly above its cap."""
    return _first_lasting(facts, _above_cap(facts))


def exhaustion_month(facts: Facts, part: slice) -> float:
    """First month in which the pool holds less than a year of quotas."""
    return first_run(facts.willing < POOL_MONTHS * facts.quota, 1, _history(facts))


def outstanding(facts: Facts, part: slice) -> float:
    """Bill owed, neither paid nor lapsed."""
    owed = facts.accrued(*BILL) - facts.paid(*BILL) - facts.lapsed(*BILL)
    return total(owed, part)


def total(values: Floats, part: slice) -> float:
    """Sum over the months of a period."""
    return float(values[part].sum())


def _change(stock: Floats, part: slice) -> float:
    before = max(part.start - 1, 0)
    change = float(stock[part.stop - 1] - stock[before])
    return divided(change, part.stop - 1 - before)


def _bonus(facts: Facts, part: slice) -> float:
    return total(facts.volunteers("bonus_rub"), part)


def _human(facts: Facts, kind: str, channel: str | None) -> Floats:
    if kind == "deceived":
        return facts.deceived(channel)
    if kind == "coerced":
        return facts.coerced(channel)
    return facts.lost(kind, channel=channel)


def _below_need(facts: Facts) -> NDArray[np.bool_]:
    return facts.theatre < facts.needed


def _above_cap(facts: Facts) -> NDArray[np.bool_]:
    spending = trailing(facts.monthly("economy", "federal_spending_rub"))
    share = ratio(trailing(facts.paid(*BILL)), spending)
    return share > facts.scenario.federal.manpower_budget_share


def _first_lasting(facts: Facts, failing: NDArray[np.bool_]) -> float:
    return first_run(failing, facts.scenario.federal.break_months, _history(facts))


def _history(facts: Facts) -> int:
    return facts.scenario.time.history_months
