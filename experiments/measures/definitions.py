"""Definitions of the headline measures: name, unit, formula, and what each is not.

The one place where a measure is defined; `experiments.measures` works them out for the
periods of a run. ODD II.x (observation).
"""

from __future__ import annotations

from experiments.measures import formulas as of
from experiments.measures.measure import Measure
from model.channels import packaged_channel_names

AFTER_HISTORY = "months after the documented history"


def by_channel(names: tuple[str, ...]) -> tuple[Measure, ...]:
    """Return the measures of some channels' men."""
    return tuple(measure for name in names for measure in _of_channel(name))


def _poorest_fifth() -> tuple[Measure, ...]:
    """Part of the poorest two deciles in signing, dying and being paid."""
    return tuple(
        Measure(
            f"poorest_fifth_share_of_{name}",
            f"Poorest fifth among {name}",
            "share",
            of.poorest_share(column),
            f"Part of volunteers of the two lowest wage deciles in the period's {name} "
            "(of the period's signers, those dead by the end of the run).",
            "Not the poverty of households: wages before tax, and men alone.",
            needs=(f"deciles.{column}",),
        )
        for name, column in of.POOREST_AMONG.items()
    )


def _of_channel(channel: str) -> tuple[Measure, ...]:
    """Contracts by period, and the human cost over the whole run, of one channel."""
    reader = channel.replace("_", " ")
    signed = Measure(
        f"signed_persons_{channel}",
        f"Signed: {reader}",
        "persons",
        of.signed(channel),
        f"Persons who came under arms through the channel {channel}.",
        "Not renewals, and not official claims of contracts.",
    )
    human = tuple(
        Measure(
            f"{kind}_per_thousand_signed_{channel}",
            f"{kind.capitalize()} per thousand signed: {reader}",
            "persons per thousand signed",
            of.per_thousand(kind, channel),
            f"Persons of the channel {channel} {kind} over the run for each thousand "
            "who signed in it over the run.",
            "Not a fatality rate of a cohort: the latest signers are still serving.",
            whole_run=True,
        )
        for kind in of.HUMAN_COST
    )
    return (signed, *human)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "replacement_ratio",
        "Replacement ratio",
        "ratio",
        of.replacement,
        "Persons who signed, all channels, over permanent losses: killed (the missing "
        "among them), disabled, captured, absent and discharged.",
        "Not the growth of the force: wounded men away and returning, exchanged "
        "captives and absentees brought back are left out.",
    ),
    Measure(
        "net_force_change_persons_per_month",
        "Net change of the force in theatre",
        "persons per month",
        of.net_theatre_change,
        "Change of the men in combat and support from the month before the period to "
        "its last month, over the months between.",
        "Not inflow less losses: training and hospital delay both, and part of those "
        "who come serve in the rear.",
    ),
    Measure(
        "net_under_arms_change_persons_per_month",
        "Net change of the men under arms",
        "persons per month",
        of.net_under_arms_change,
        "Change of the men in theatre, rear, training and hospital from the month "
        "before the period to its last month, over the months between.",
        "Not the growth of the whole army: only men raised for the war are counted.",
    ),
    Measure(
        "inflow_persons_per_month",
        "Inflow",
        "persons per month",
        of.inflow,
        "Persons who signed a month, all channels.",
        "Not new contracts alone: mobilised, prisoners and foreign troops are in it; "
        "not contracts of men already serving.",
    ),
    Measure(
        "re_signed_contracts",
        "Contracts of men already serving",
        "contracts",
        of.re_signed,
        "Contracts that mobilised men, regulars and convicts in service signed: paid "
        "and counted like others, but nobody comes.",
        "Not inflow.",
    ),
    Measure(
        "permanent_losses_persons_per_month",
        "Permanent losses",
        "persons per month",
        of.losses,
        "Men killed, disabled, captured, absent or discharged a month.",
        "Not casualties: wounded men who return are left out.",
    ),
    Measure(
        "force_in_theatre_persons",
        "Force in theatre",
        "persons",
        of.theatre_at_end,
        "Men in combat and support in the last month of the period, as Kyiv counts.",
        "Not the army: rear, training, hospitals and garrisons are outside.",
    ),
    Measure(
        "men_under_arms_persons",
        "Men under arms for the war",
        "persons",
        of.under_arms_at_end,
        "Men in theatre, rear, training and hospital in the last month of the period; "
        "Moscow's counts are of this kind, less those in training.",
        "Not the armed forces: those who never came to the war are outside, and so are "
        "conscripts who signed and stay in the rear.",
    ),
    Measure(
        "mean_signing_bonus_rub",
        "Mean signing bonus",
        "RUB",
        of.mean_bonus,
        "Federal, regional and municipal bonus promised to volunteers, per volunteer.",
        "Not the unweighted mean over regions: men sign where more is paid.",
        needs=("flows.bonus_rub",),
    ),
    Measure(
        "marginal_price_rub",
        "Marginal price",
        "RUB",
        of.marginal_price,
        "Reservation bonus of the next man in the supply curve above the offer, over "
        "home regions weighted by volunteers.",
        "Not what a larger quota costs: a higher bonus goes to every signer. It can "
        "lie below the mean bonus, since men far from the best offer count the way.",
    ),
    Measure(
        "marginal_to_average_price",
        "Marginal over average price",
        "ratio",
        of.marginal_to_average,
        "Marginal price over mean signing bonus.",
        "Not an elasticity.",
        needs=("flows.bonus_rub",),
    ),
    Measure(
        "rent_share",
        "Rent share of the bonus",
        "share",
        of.rent_share,
        "Bonus above the reservation bonus (at least zero), as a share of all bonuses "
        "promised to volunteers.",
        "Not waste: one price for all leaves rent in every market.",
        needs=("flows.bonus_rub",),
    ),
    Measure(
        "bonus_bill_rub",
        "Bonus bill",
        "RUB",
        of.bonus_bill,
        "Federal, regional and municipal bonuses owed in the period, all channels.",
        "Not payments: cash follows later; not referral fees or advertising.",
    ),
    Measure(
        "manpower_bill_rub",
        "Manpower bill",
        "RUB",
        of.bill_owed,
        "All that the state (federal, regional, municipal budgets and the insurer it "
        "pays for) comes to owe in the period: bonuses, recruiting, pay, compensation, "
        "survivor pensions at present value.",
        "Not defence spending: no arms, no upkeep; not debts written off by creditors, "
        "not lost output; transfers between budgets cancel out.",
    ),
    Measure(
        "manpower_bill_paid_rub",
        "Manpower bill, paid",
        "RUB",
        of.bill_paid,
        "Cash the state paid in the period on the accounts of the manpower bill.",
        "Not what it came to owe: death payments lag, half of the wounds are unpaid.",
    ),
    Measure(
        "manpower_bill_share_of_federal_spending",
        "Manpower bill over federal spending",
        "share",
        of.share_of_spending,
        "Manpower bill paid (all levels) over federal spending in the period.",
        "Not a part of the federal budget: regions and towns pay some of it.",
        needs=("economy.federal_spending_rub",),
    ),
    Measure(
        "manpower_bill_share_of_gdp",
        "Manpower bill over GDP",
        "share",
        of.share_of_gdp,
        "Manpower bill paid over nominal GDP in the period.",
        "Not the burden of the war.",
        needs=("economy.gdp_rub",),
    ),
    *(
        Measure(
            f"regions_above_{per_cent}_percent",
            f"Regions above {per_cent} % of revenue",
            "regions",
            of.regions_above(per_cent / 100),
            "Regions whose regional and municipal bonuses and referral fees owed in "
            f"the period exceed {per_cent} % of consolidated regional revenue.",
            "Not insolvent regions; death payments and supplements are left out.",
            needs=("prices.revenue_rub",),
        )
        for per_cent in (3, 5)
    ),
    Measure(
        "cost_per_effective_soldier_month_rub",
        "Cost per effective soldier-month",
        "RUB",
        of.cost_per_soldier_month,
        "Manpower bill owed over the sum of monthly men in combat and support.",
        "Not pay: it spreads bonuses, death and wounds over those who serve.",
    ),
    *(
        Measure(
            f"{kind}_persons",
            kind.capitalize(),
            "persons",
            of.human(kind),
            text,
            "Not a count of documents; by channel see the measures named after them.",
        )
        for kind, text in of.HUMAN_COST.items()
    ),
    *(
        Measure(
            f"{kind}_per_thousand_signed",
            f"{kind.capitalize()} per thousand signed",
            "persons per thousand signed",
            of.per_thousand(kind),
            f"{text} For each thousand who signed in the same period.",
            "Not the fate of those signers: men who signed earlier are in the count.",
        )
        for kind, text in of.HUMAN_COST.items()
    ),
    Measure(
        "civilian_output_lost_rub",
        "Civilian output lost",
        "RUB",
        of.output_lost,
        "Memo item: output forgone by men serving, dead or disabled (regulars and "
        "prisoners left out) and by men who fled mobilisation.",
        "Not part of the bill; nobody pays it in cash.",
    ),
    Measure(
        "remaining_willing_persons",
        "Remaining willing pool",
        "persons",
        of.willing_at_end,
        "Men not yet signed who would sign at the offers of the period's last month if "
        "they considered it.",
        "Not an inflow: few consider in any month; it moves with the price.",
        needs=("pool.remaining_willing_persons",),
    ),
    Measure(
        "pool_months_of_inflow",
        "Months of inflow in the willing pool",
        "months",
        of.months_of_inflow,
        "Remaining willing pool over the period's mean monthly volunteer inflow.",
        "Not a forecast: offers, wages and risk will move.",
        needs=("pool.remaining_willing_persons",),
    ),
    Measure(
        "package_elasticity",
        "Elasticity to the package",
        "elasticity",
        of.mean_of("pool", "package_elasticity"),
        "Relative change of a month's volunteers over that of the whole package.",
        "Not the response to the bonus, which is a part of the package.",
        needs=("pool.package_elasticity",),
    ),
    Measure(
        "bonus_elasticity",
        "Elasticity to the bonus",
        "elasticity",
        of.mean_of("pool", "bonus_elasticity"),
        "Relative change of a month's volunteers over that of the signing bonus.",
        "Not the effect of a rise in one region, which draws men from others.",
        needs=("pool.bonus_elasticity",),
    ),
    Measure(
        "zero_bonus_share",
        "Would sign for no bonus",
        "share",
        of.mean_of("pool", "zero_bonus_share"),
        "Share of the month's volunteers who would sign for pay alone, at no bonus.",
        "Not observed: it follows from the assumed form of supply.",
        needs=("pool.zero_bonus_share",),
    ),
    *_poorest_fifth(),
    Measure(
        "break_month",
        "Break month",
        AFTER_HISTORY,
        of.break_month,
        "First month after the documented history that opens k months in a row with "
        "the force below need or the bill above its cap (k: federal.break_months); "
        "undefined where that does not happen within the run.",
        "Not a collapse: the arrangement stops meeting its own aims.",
        needs=("economy.federal_spending_rub",),
        whole_run=True,
    ),
    Measure(
        "break_month_force",
        "Break month: force below need",
        AFTER_HISTORY,
        of.break_month_force,
        "As break month, by men in combat and support below federal.force_needed "
        "alone; both count the theatre as Kyiv does.",
        "Not a defeat.",
        whole_run=True,
    ),
    Measure(
        "break_month_bill",
        "Break month: bill above cap",
        AFTER_HISTORY,
        of.break_month_bill,
        "As break month, by the paid bill of twelve months above "
        "federal.manpower_budget_share of federal spending alone.",
        "Not insolvency.",
        needs=("economy.federal_spending_rub",),
        whole_run=True,
    ),
    Measure(
        "exhaustion_month",
        "Exhaustion month of the willing pool",
        AFTER_HISTORY,
        of.exhaustion_month,
        "First month after the documented history in which the remaining willing pool "
        "at that month's offers holds fewer than twelve months of the federal quota.",
        "Not the last man: a higher price makes the pool larger again.",
        needs=("pool.remaining_willing_persons",),
        whole_run=True,
    ),
    Measure(
        "outstanding_liabilities_rub",
        "Liabilities outstanding",
        "RUB",
        of.outstanding,
        "Manpower bill owed over the run that is neither paid nor lapsed at its end, "
        "survivor pensions at present value.",
        "Not public debt.",
        whole_run=True,
    ),
    *by_channel(packaged_channel_names()),
)
