"""The block on the force: stocks, hazards of service, returns. ODD III.iv (force)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.fields.dated import (
    Frozen,
    Months,
    Multiplier,
    Persons,
    RuledPersonsPerMonth,
    Share,
)
from model.fields.months import parse_month
from model.fields.parameter import Prior, parameter
from model.parameters.roles import ChannelRisk, CombatShares, RearShares

Floats = NDArray[np.float64]

CONVERSION_ENDS: Final = int(parse_month("2024-01"))
"""Until then mobilised service was being turned into contracts."""


class ReSigning(Frozen):
    """Contracts of men already serving: paid and counted, but nobody comes."""

    hazard_to_2023_per_month: float = parameter(
        0.02,
        "Monthly hazard that a regular, mobilised man or convict in service signs, "
        "until December 2023.",
        low=0,
        high=0.5,
        source="fed-ratio-overstatement-2024-04",
        prior=Prior("lognormal", 0.02, 0.007, 0.04),
    )
    hazard_from_2024_per_month: float = parameter(
        0.003,
        "The same from January 2024 on.",
        low=0,
        high=0.5,
        source="e26-mow-conv",
        prior=Prior("lognormal", 0.003, 0.0005, 0.01),
    )

    def over(self, first: int, months: int) -> Floats:
        """Return the hazard of each month, (months,)."""
        early = np.arange(first, first + months) < CONVERSION_ENDS
        return np.where(
            early, self.hazard_to_2023_per_month, self.hazard_from_2024_per_month
        )


class Force(Frozen):
    """Stocks at the start, hazards of service, and how men come back or leave."""

    initial_force: Persons = parameter(
        Persons.constant(140_000),
        "Men in theatre at the start of the run, persons; only the value of the "
        "first month is read. Of the group that invaded some 50 thousand were dead, "
        "hurt or gone by then.",
        source="force-2022-inv",
        grade="press_report",
        prior=Prior("lognormal", 140_000, 115_000, 185_000),
    )
    combat_share: float = parameter(
        0.3,
        "Share of the force in close combat.",
        low=0.01,
        high=1,
        source="front-share",
        prior=Prior("logit_normal", 0.3, 0.2, 0.45),
    )
    combat_share_by_channel: CombatShares = CombatShares()
    channel_risk: ChannelRisk = ChannelRisk()
    rear_share: RearShares = RearShares()
    release_hazard_per_month: float = parameter(
        0.01,
        "Monthly hazard that a man in the rear is sent to the theatre.",
        low=0,
        high=2,
        prior=Prior("lognormal", 0.01, 0.002, 0.03),
    )
    release: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on `force.release_hazard_per_month`, by which a scenario throws men of "
        "the rear into the theatre or keeps them back.",
    )
    rotation_per_month: Share = parameter(
        Share.constant(0.0),
        "Share of the men in theatre withdrawn to the rear each month.",
    )
    re_signing: ReSigning = ReSigning()
    initial_tenure_months: int = parameter(
        24,
        "Months in theatre the initial force counts as having served.",
        low=0,
        high=240,
    )
    training_months: Months = parameter(
        Months.constant(1),
        "Months between signing and joining the force in theatre; read in the month "
        "a man signs.",
    )
    casualties: RuledPersonsPerMonth = parameter(
        RuledPersonsPerMonth.constant(35.26),
        "Killed and wounded a month as documents count them, for a force of "
        "`force.reference_force`; after the last document they return to the mean of "
        "the last half-year, by chance.",
    )
    casualty_memory: float = parameter(
        0.9,
        "Share of the log distance of casualties from their usual level that a month "
        "leaves, once documents end.",
        low=0,
        high=1,
        source="gsu-2025-09",
        grade="independent_estimate",
    )
    casualty_shock_sd: float = parameter(
        0.13,
        "Standard deviation of the monthly shock to log casualties, once documents "
        "end.",
        low=0,
        high=1,
        source="gsu-2025-09",
        grade="independent_estimate",
    )
    reference_force: Persons = parameter(
        Persons.constant(1000),
        "Men in theatre for whom `force.casualties` are counted.",
    )
    stock_exponent: float = parameter(
        1.0,
        "Elasticity of casualties to the men in theatre: 0, losses are the war's; 1, "
        "each man has his hazard.",
        low=0,
        high=1,
        prior=Prior("logit_normal", 0.5, 0.1, 0.9),
    )
    claim_bias: float = parameter(
        1.0,
        "Killed and wounded as counted by `force.casualties` over true ones.",
        low=0.1,
        high=10,
        source="kw-gsu-probate-2024",
        grade="independent_estimate",
        prior=Prior("lognormal", 1.0, 0.75, 1.35),
    )
    tempo: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Intensity of fighting, a factor on `force.casualties`; captured follow the "
        "killed.",
    )
    wounded_per_killed: float = parameter(
        3.3,
        "Wounded for each man killed.",
        low=0,
        high=20,
        source="kw-csis-2025-06",
        grade="independent_estimate",
        prior=Prior("lognormal", 3.3, 2.4, 4.5),
    )
    wounded_factor: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on `force.wounded_per_killed`, by which the deadliness of a wound "
        "changes.",
    )
    return_share: float = parameter(
        0.75,
        "Share of the wounded who return to duty in theatre.",
        low=0,
        high=1,
        source="rtd-model",
        prior=Prior("logit_normal", 0.75, 0.55, 0.92),
    )
    return_delay_mean_months: float = parameter(
        3.0, "Mean delay of return (gamma).", low=0.2, high=24
    )
    return_delay_shape: float = parameter(
        2.0, "Shape of the gamma delay.", low=0.2, high=20
    )
    limited_duty_share: float = parameter(
        0.5,
        "Share of the wounded not returning who are kept for limited duty in the rear.",
        low=0,
        high=1,
        prior=Prior("logit_normal", 0.5, 0.1, 0.8),
    )
    disabled_share: float = parameter(
        0.5,
        "Share of the wounded sent home who are declared disabled.",
        low=0,
        high=1,
    )
    invalid_delay_mean_months: float = parameter(
        5.0,
        "Mean months from a wound to the verdict of disabled or unfit (gamma).",
        low=0.2,
        high=36,
    )
    missing_share: float = parameter(
        0.22,
        "Share of deaths first booked as missing, not declared.",
        low=0,
        high=1,
        source="mia-dna-2024",
        grade="official_claim",
        prior=Prior("logit_normal", 0.22, 0.12, 0.35),
    )
    missing_declared_delay_months: float = parameter(
        12.0,
        "Mean months until a court declares a missing man dead.",
        low=1,
        high=60,
        source="mia-2024-extra",
        grade="independent_estimate",
        prior=Prior("lognormal", 12.0, 6.0, 20.0),
    )
    support_risk_ratio: float = parameter(
        0.2, "Hazard in support roles over the hazard in combat roles.", low=0, high=1
    )
    tenure_shape: float = parameter(
        0.6,
        "Weibull shape of the hazard over tenure (below 1: early months worst).",
        low=0.2,
        high=1.5,
        source="mob-ttd-2m",
        grade="documented",
        prior=Prior("lognormal", 0.6, 0.4, 1.0),
    )
    captured_per_killed: float = parameter(
        0.06,
        "Captured for each man killed, by hazards.",
        low=0,
        high=2,
        source="pow-wk-avg",
        grade="intelligence_claim",
        prior=Prior("lognormal", 0.06, 0.035, 0.1),
    )
    absent_hazard_per_month: float = parameter(
        0.005,
        "Monthly hazard of going absent without leave.",
        low=0,
        high=0.2,
        source="deser-istories",
        grade="documented",
        prior=Prior("lognormal", 0.0035, 0.0015, 0.007),
    )
    absent_return_share_per_month: float = parameter(
        0.05, "Share of absentees brought back each month.", low=0, high=1
    )
    captured_exchange_share_per_month: float = parameter(
        0.03, "Share of captives exchanged each month.", low=0, high=1
    )
    exchanged_return_share: float = parameter(
        0.5, "Share of exchanged captives sent back to duty.", low=0, high=1
    )
    discharge_hazard_per_month: float = parameter(
        0.0015,
        "Monthly hazard of discharge for age, illness or family, in theatre and rear.",
        low=0,
        high=0.2,
        source="returned-2025-06",
        grade="official_claim",
        prior=Prior("lognormal", 0.0015, 0.0005, 0.003),
    )
    contracts_open_ended: Share = parameter(
        Share.constant(1.0),
        "Whether contracts run until the war ends (1) or may end after their term (0).",
    )
    contract_term_months: Months = parameter(
        Months.constant(12),
        "Length of a contract in months, fixed when a man signs; matters once "
        "contracts are no longer open-ended.",
    )
    renewal_share: float = parameter(
        0.5, "Share renewing when fixed-term contracts may end.", low=0, high=1
    )
