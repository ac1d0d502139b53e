"""Tariffs of the bill: compensation by event, other costs. ODD III.iv (ledger)."""

from __future__ import annotations

from pydantic import model_validator

from model.fields.dated import CitedAmount, Frozen, Rub, RubPerMonth, Usd
from model.fields.parameter import Prior, parameter


class Compensation(Frozen):
    """Tariffs of death, wounds and families, each dated and cited."""

    death_presidential: Rub = parameter(
        Rub(rub={"2022-03": CitedAmount(value=5_000_000, source="pay-death-5m")}),
        "Payment by presidential decree for one killed, roubles; owed by the "
        "federal budget to the family.",
    )
    death_statutory: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(value=4_450_000, source="pay-gratuity-ins-2022")
            }
        ),
        "Lump sum by federal law for one killed, roubles; owed by the federal "
        "budget to the family.",
    )
    death_insurance: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(value=2_971_000, source="pay-gratuity-ins-2022"),
                "2023-01": CitedAmount(value=3_131_729, source="pay-ins-2023"),
                "2025-01": CitedAmount(value=3_439_562, source="pay-ins-2025"),
            }
        ),
        "Military life insurance for one killed, roubles; owed by the insurer to "
        "the family.",
    )
    death_regional: Rub = parameter(
        Rub(rub={"2022-03": CitedAmount(value=2_000_000, source="pay-regional-death")}),
        "Regional payment for one killed, the same in all regions, roubles; owed by "
        "his region to the family.",
    )
    wound_severe: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(value=3_000_000, source="pay-wound-3m"),
                "2024-11": CitedAmount(value=3_000_000, source="pay-wound-2024-severe"),
            }
        ),
        "Payment for a wound of the severe tier, roubles; owed by the federal budget.",
    )
    wound_light: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(value=3_000_000, source="pay-wound-3m"),
                "2024-11": CitedAmount(value=1_000_000, source="pay-wound-2024-light"),
            }
        ),
        "Payment for a wound of the middle tier, listed as light, roubles; owed by "
        "the federal budget.",
    )
    wound_other: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(value=3_000_000, source="pay-wound-3m"),
                "2024-11": CitedAmount(value=100_000, source="pay-wound-2024-other"),
            }
        ),
        "Payment for a wound of the lowest tier, roubles; owed by the federal budget.",
    )
    wound_severe_share: float = parameter(
        0.3, "Share of paid wounds in the severe tier.", low=0, high=1
    )
    wound_light_share: float = parameter(
        0.5, "Share of paid wounds in the middle tier.", low=0, high=1
    )
    wound_insurance: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(
                    value=133_000,
                    source="pay-ins-severe",
                    note="Severe and light sums at the shares of the tiers.",
                )
            }
        ),
        "Insurance paid for a wound, mean over its severity, roubles; owed by the "
        "insurer for every wound.",
    )
    disability: Rub = parameter(
        Rub(
            rub={
                "2022-03": CitedAmount(value=3_000_000, source="pay-disab-4m"),
                "2024-11": CitedAmount(value=4_000_000, source="pay-disab-4m"),
            }
        ),
        "Payment to a man declared disabled, roubles; owed by the federal budget in "
        "place of that for his wound.",
    )
    disability_backdated: bool = parameter(
        True,
        "Whether a rise of the disability payment is also paid to earlier disabled.",
        source="pay-disab-4m",
        grade="documented",
    )
    death_claim_share: float = parameter(
        0.95,
        "Share of declared deaths for which payments are claimed.",
        low=0,
        high=1,
        source="rr-2023-24-dead",
        prior=Prior("logit_normal", 0.85, 0.6, 0.97),
    )
    foreign_claim_share: float = parameter(
        0.3,
        "Claims by families and wounded abroad over claims by those in Russia.",
        low=0,
        high=1,
    )
    wound_claim_share: float = parameter(
        0.5,
        "Share of wounds for which payments are claimed and granted.",
        low=0,
        high=1,
        prior=Prior("logit_normal", 0.5, 0.3, 0.75),
    )
    disability_claim_share: float = parameter(
        0.9,
        "Share of disabled men whose payment is claimed and granted.",
        low=0,
        high=1,
        source="disabled-vets-2024",
        prior=Prior("logit_normal", 0.6, 0.2, 0.9),
    )
    death_payment_lag_months: int = parameter(
        3, "Months between the liability of a death and its cash.", low=0, high=36
    )
    wound_payment_lag_months: int = parameter(
        2, "Months between the liability of a wound and its cash.", low=0, high=36
    )
    survivor_pension_per_month: RubPerMonth = parameter(
        RubPerMonth(
            rub_per_month={
                "2022-03": CitedAmount(
                    value=25_000,
                    source="sfr-dead-2024",
                    note="About 13,250 a recipient; two recipients a family "
                    "(assumption).",
                )
            }
        ),
        "Pension of one dead man's family a month, roubles; booked at its present "
        "value when the death is declared.",
    )
    survivor_pension_years: float = parameter(
        15.0, "Mean years a survivor pension runs.", low=0, high=60
    )
    pension_discount_per_year: float = parameter(
        0.08, "Discount rate of the state for pension liabilities.", low=0, high=1
    )

    @model_validator(mode="after")
    def _tiers_are_shares(self) -> Compensation:
        if self.wound_severe_share + self.wound_light_share > 1:
            raise ValueError(
                "wound_severe_share and wound_light_share add up to more than 1"
            )
        return self


class Costs(Frozen):
    """The other tariffs of the bill."""

    training_and_kit: Rub = parameter(
        Rub.constant(300_000),
        "Training and equipment of one man who enters, roubles; owed by the federal "
        "budget to suppliers.",
    )
    support_pay_share: float = parameter(
        0.95,
        "Pay in support roles over the documented pay of the zone.",
        low=0,
        high=1,
        source="pay-2024-07-min",
    )
    rear_pay: RubPerMonth = parameter(
        RubPerMonth(
            rub_per_month={"2022-09": CitedAmount(value=57_500, source="pay-2025-rear")}
        ),
        "Monthly pay outside the zone, roubles; booked for men in the rear, in "
        "training and in hospital.",
    )
    bonus_payment_lag_months: int = parameter(
        1, "Usual months from contract to cash of the bonus.", low=0, high=12
    )
    sending_state_pay: Usd = parameter(
        Usd(
            usd={
                "2024-10": CitedAmount(
                    value=2_000,
                    source="kp-pay",
                    note="A month for each soldier a state has sent, paid to that "
                    "state.",
                )
            }
        ),
        "Paid a month for each soldier a state has sent, US dollars; owed to that "
        "state.",
    )
    lost_output_share_of_wage: float = parameter(
        1.6,
        "Civilian output lost per rouble of civilian wage forgone.",
        low=0,
        high=5,
    )
    emigrant_output_share_of_wage: float = parameter(
        1.6, "Output lost per rouble of wage of men who emigrate.", low=0, high=5
    )
    emigrant_return_share_per_month: float = parameter(
        0.02,
        "Share of the men who fled mobilisation who return a month.",
        low=0,
        high=1,
    )
