"""The reservation bonus: the lowest signing bonus at which a man would sign.

A man who considers with intensity c and whose mark lies at m carries u = m / c, uniform
on (0, 1). He signs iff u < P(dU), with

    dU = b [ln(V + k) - ln(V0 + k)] - risk - psi + debt + peers,   P = logistic
    V  = tau_B B + A tau_W pay + theta q death_payment             (RUB, present value)
    V0 = A civilian income                                         (RUB, present value)
    A  = sum over h < H of (1 + d)^(-h/12) S^h                     (months)

Solved for B at dU = logit(u) that is his reservation bonus B*, in closed form. Offers,
inflow, marginal price, rent and the price that clears a quota are all read off the
sorted B*. Risk is in log-odds: `p_H multiple income / mean income`, so the value of
life is proportional to income and a flat price recruits the poor first; with
`poverty_gradient: coefficient` everybody's risk is that of the mean income and the
gradient is a free coefficient instead.

ODD II.ii (decision), II.v (prediction), III.iv (reservation bonus).
Priors: elasticities.csv.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.parameters.behaviour import Behaviour

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for every man of a home in a month; arrays of shape (R,)."""

    pay_value_rub: Floats
    """Present value of service pay, supplements and the death payment's weight."""
    annuity_months: Floats
    """A, discounted months of civilian income forgone."""
    perceived_death_share: Floats
    """Perceived probability of death over the horizon, own-risk optimism included."""
    mean_wage_rub: Floats
    """Mean civilian wage of the region."""
    national_wage_rub: float
    debt_relief_cap_rub: float
    bonus_per_monthly_pay: Floats
    """Bonus that is worth a rouble of pay a month: A at own risk, tau_W over tau_B."""


def annuity(behaviour: Behaviour, survival: Floats | float) -> Floats:
    """Return A, the discounted and survived months of the horizon."""
    at = np.arange(math.ceil(behaviour.horizon_months))
    # The last month of a broken term counts by its part.
    part = np.minimum(behaviour.horizon_months - at, 1.0)
    discount = (1 + behaviour.discount_per_year) ** (-at / 12)
    alive = np.power.outer(np.asarray(survival, float), at)
    return np.asarray((part * discount * alive).sum(axis=-1), float)


def horizon_death_share(behaviour: Behaviour, per_month: Floats) -> Floats:
    """Turn a monthly risk into that over the horizon, as a man sees his own."""
    whole = 1 - (1 - per_month.clip(0, 0.99)) ** behaviour.horizon_months
    return (behaviour.own_risk_optimism * whole).clip(0, 1)


def terms(
    behaviour: Behaviour,
    *,
    perceived_death_per_month: Floats,
    service_pay_rub_per_month: float,
    topup_rub_per_month: Floats,
    death_payment_rub: float,
    mean_wage_rub: Floats,
    national_wage_rub: float,
    debt_relief_cap_rub: float,
) -> Terms:
    """Value the month's package, but for the bonus, in every region."""
    death = horizon_death_share(behaviour, perceived_death_per_month)
    survival = 1 - perceived_death_per_month.clip(0, 0.99)
    months, forgone_months = annuity(
        behaviour, np.array([survival, np.ones(len(survival))])
    )
    pay = service_pay_rub_per_month + topup_rub_per_month
    return Terms(
        pay_value_rub=behaviour.trust_pay * months * pay
        + behaviour.compensation_weight * death * death_payment_rub,
        annuity_months=forgone_months,
        perceived_death_share=death,
        mean_wage_rub=mean_wage_rub,
        national_wage_rub=national_wage_rub,
        debt_relief_cap_rub=debt_relief_cap_rub,
        bonus_per_monthly_pay=behaviour.trust_pay * months / behaviour.trust_bonus,
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """What differs between men; arrays of shape (n,)."""

    region: NDArray[np.int64]
    wage_rub: Floats
    psi: Floats
    debt_rub: Floats
    peers: Floats
    """Log-odds from men of the settlement who serve or have died."""


def attraction_of(behaviour: Behaviour, month: Terms, men: Candidates) -> Floats:
    """Everything in dU but the money term, in log-odds."""
    relative = men.wage_rub / month.national_wage_rub
    risk = month.perceived_death_share * behaviour.value_of_life_multiple
    risk = risk.take(men.region)
    if behaviour.risk_belief == "none":
        risk = np.zeros_like(risk)
    if behaviour.poverty_gradient == "from_value_of_life":
        aversion = risk * relative
    else:
        aversion = risk + behaviour.poverty_coefficient * np.log(relative)
    return _debt_relief(behaviour, month, men) + men.peers - aversion - men.psi


def _debt_relief(behaviour: Behaviour, month: Terms, men: Candidates) -> Floats | float:
    """Log-odds from the debt that a signer would be freed of."""
    if month.debt_relief_cap_rub == 0:
        return 0.0
    # Most men owe nothing, and ln 1 need not be looked up.
    owing = men.debt_rub.nonzero()[0]
    debt = np.minimum(men.debt_rub.take(owing), month.debt_relief_cap_rub)
    forgone = month.annuity_months.take(men.region.take(owing)) * men.wage_rub.take(
        owing
    )
    relief = np.zeros(len(men.debt_rub))
    relief[owing] = behaviour.debt_weight * np.log1p(debt / forgone)
    return relief


def _forgone(month: Terms, men: Candidates) -> Floats:
    """V0, the present value of civilian income over the horizon."""
    return month.annuity_months.take(men.region) * men.wage_rub


def signing_probability(
    behaviour: Behaviour,
    month: Terms,
    men: Candidates,
    bonus_rub: Floats,
    attraction: Floats | None = None,
) -> Floats:
    """P(dU) of each man at his best bonus; shape (n,).

    Args:
        behaviour: how men weigh an offer.
        month: the package but for the bonus.
        men: the men.
        bonus_rub: best bonus of each, (n,).
        attraction: what `attraction_of` returns, where it is known already.
    """
    if attraction is None:
        attraction = attraction_of(behaviour, month, men)
    value = behaviour.trust_bonus * bonus_rub + month.pay_value_rub[men.region]
    floor = behaviour.income_floor_rub
    ratio = np.maximum(value + floor, 1.0) / (_forgone(month, men) + floor)
    odds = ratio**behaviour.slope * np.exp(attraction)
    return odds / (1 + odds)


def reservation_bonus(
    behaviour: Behaviour, month: Terms, men: Candidates, uniform: Floats
) -> Floats:
    """B* of each man for his mark u in (0, 1), RUB; negative if he would come anyway.

    `inf` where u >= 1: he does not consider at all.
    """
    u = np.minimum(uniform, 1.0)
    attraction, floor = attraction_of(behaviour, month, men), behaviour.income_floor_rub
    with np.errstate(divide="ignore", over="ignore"):
        needed = np.log(u) - np.log1p(-u) - attraction
        growth = np.exp(needed / behaviour.slope)
    value = (_forgone(month, men) + floor) * growth - floor
    return (value - month.pay_value_rub[men.region]) / behaviour.trust_bonus


def elasticities(
    behaviour: Behaviour,
    month: Terms,
    men: Candidates,
    bonus_rub: Floats,
    weight: Floats,
    signing: Floats,
) -> tuple[float, float]:
    """Return (package, bonus) elasticity of signing, weighted by expected signers.

    Closed-form derivatives of P: `b (1 - P) V / (V + k)` for the whole package, times
    the bonus's share of V for the bonus alone. `signing` is P of each man at his bonus.
    """
    bonus = behaviour.trust_bonus * bonus_rub
    value = bonus + month.pay_value_rub[men.region]
    package = (
        behaviour.slope * (1 - signing) * value / (value + behaviour.income_floor_rub)
    )
    total = weight.sum()
    return (
        float((package * weight).sum() / total),
        float((package * bonus / value * weight).sum() / total),
    )
