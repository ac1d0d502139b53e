"""Blocks on the force, its losses and its tariffs. ODD III.iv (force, ledger)."""

from __future__ import annotations

from model.scenario.dated import (
    Frozen,
    Months,
    Multiplier,
    Persons,
    Rub,
    RubPerMonth,
    Share,
)
from model.scenario.parameter import Prior, parameter


class Force(Frozen):
    """Stocks at the start, hazards of service, and how men come back or leave."""

    initial_force: Persons = Persons.constant(190_000)
    combat_share: float = parameter(
        0.3, "Share of the force in close combat.", low=0.01, high=1,
        source="front-share",
        prior=Prior("logit_normal", 0.3, 0.2, 0.45),
    )
    training_months: Months = Months.constant(1)
    killed_hazard_per_month: float = parameter(
        0.012,
        "Mean monthly hazard of death in the force at tempo 1.",
        low=0,
        high=0.5,
        prior=Prior("lognormal", 0.012, 0.009, 0.016),
    )
    tempo: Multiplier = Multiplier.constant(1.0)
    wounded_per_killed: float = parameter(
        3.3, "Wounded for each man killed.", low=0, high=20,
        prior=Prior("lognormal", 3.3, 2.4, 4.1),
    )
    return_share: float = parameter(
        0.65, "Share of the wounded who return to duty.", low=0, high=1,
        prior=Prior("logit_normal", 0.65, 0.5, 0.85),
    )
    return_delay_mean_months: float = parameter(
        3.0, "Mean delay of return (gamma).", low=0.2, high=24
    )
    return_delay_shape: float = parameter(
        2.0, "Shape of the gamma delay.", low=0.2, high=20
    )
    disabled_share: float = parameter(
        0.5, "Share of the wounded not returning who are declared disabled.",
        low=0, high=1,
    )
    missing_share: float = parameter(
        0.15, "Share of deaths first booked as missing, not declared.", low=0, high=1
    )
    missing_declared_delay_months: float = parameter(
        9.0, "Mean months until a court declares a missing man dead.", low=1, high=60
    )
    support_risk_ratio: float = parameter(
        0.2, "Hazard in support roles over the hazard in combat roles.", low=0, high=1
    )
    tenure_shape: float = parameter(
        0.6, "Weibull shape of the hazard over tenure (below 1: early months worst).",
        low=0.2, high=1.5,
        prior=Prior("lognormal", 0.6, 0.4, 1.0),
    )
    captured_per_killed: float = parameter(
        0.03, "Captured for each man killed.", low=0, high=2, source="pow-wk-avg"
    )
    absent_hazard_per_month: float = parameter(
        0.0035, "Monthly hazard of going absent without leave.", low=0, high=0.2,
        prior=Prior("lognormal", 0.0035, 0.0015, 0.007),
    )
    absent_return_share_per_month: float = parameter(
        0.05, "Share of absentees brought back each month.", low=0, high=1
    )
    captured_exchange_share_per_month: float = parameter(
        0.03, "Share of captives exchanged each month.", low=0, high=1
    )
    discharge_hazard_per_month: float = parameter(
        0.0035, "Monthly hazard of discharge for age, illness or family.",
        low=0, high=0.2,
        prior=Prior("lognormal", 0.0035, 0.002, 0.006),
    )
    contracts_open_ended: Share = Share.constant(1.0)
    contract_term_months: Months = Months.constant(12)
    renewal_share: float = parameter(
        0.5, "Share renewing when fixed-term contracts may end.", low=0, high=1
    )


class Compensation(Frozen):
    """Tariffs of death, wounds and families, each dated and cited."""

    death_presidential: Rub = Rub.constant(5_000_000)
    death_statutory: Rub = Rub.constant(4_450_000)
    death_insurance: Rub = Rub.constant(3_000_000)
    death_regional: Rub = Rub.constant(2_000_000)
    wound_severe: Rub = Rub.constant(3_000_000)
    wound_light: Rub = Rub.constant(3_000_000)
    wound_other: Rub = Rub.constant(3_000_000)
    wound_severe_share: float = parameter(
        0.3, "Share of paid wounds in the severe tier.", low=0, high=1
    )
    wound_light_share: float = parameter(
        0.5, "Share of paid wounds in the middle tier.", low=0, high=1
    )
    wound_insurance: Rub = Rub.constant(80_000)
    disability: Rub = Rub.constant(4_000_000)
    death_claim_share: float = parameter(
        0.95, "Share of declared deaths for which payments are claimed.", low=0, high=1
    )
    wound_claim_share: float = parameter(
        0.5, "Share of wounds for which payments are claimed and granted.",
        low=0, high=1,
        prior=Prior("logit_normal", 0.5, 0.3, 0.75),
    )
    death_payment_lag_months: int = parameter(
        3, "Months between the liability of a death and its cash.", low=0, high=36
    )
    wound_payment_lag_months: int = parameter(
        2, "Months between the liability of a wound and its cash.", low=0, high=36
    )
    survivor_pension_per_month: RubPerMonth = RubPerMonth.constant(25_000)
    survivor_pension_years: float = parameter(
        15.0, "Mean years a survivor pension runs.", low=0, high=60
    )
    pension_discount_per_year: float = parameter(
        0.08, "Discount rate of the state for pension liabilities.", low=0, high=1
    )


class Costs(Frozen):
    """The other tariffs of the bill."""

    training_and_kit: Rub = Rub.constant(300_000)
    debt_write_off_mean: Rub = Rub.constant(600_000)
    support_pay_share: float = parameter(
        0.75, "Pay in support roles over the documented pay of the zone.",
        low=0, high=1,
    )
    rear_pay: RubPerMonth = RubPerMonth.constant(57_500)
    bonus_payment_lag_months: int = parameter(
        1, "Usual months from contract to cash of the bonus.", low=0, high=12
    )
    lost_output_share_of_wage: float = parameter(
        1.6, "Civilian output lost per rouble of civilian wage forgone.",
        low=0, high=5,
    )
    emigrant_output_share_of_wage: float = parameter(
        1.6, "Output lost per rouble of wage of men who emigrate.", low=0, high=5
    )
