"""Headline measures against tables small enough to add up by hand."""

import math
from typing import Any

import numpy as np
import pytest

from experiments.measures import (
    MEASURES,
    described,
    measure_all,
    periods,
    summarise,
)
from model.fields.months import format_month
from model.ledger.accounts import NUMBER
from model.results import Table, Tables
from model.scenario import Scenario

FIRST = 12 * 2024
MONTHS = 24


def scenario(**federal: Any) -> Scenario:
    time = {"start": "2024-01", "history_until": "2024-12", "until": "2025-12"}
    given = {"force_needed": 600_000, "quota": 30_000, **federal}
    return Scenario.model_validate({"title": "t", "time": time, "federal": given})


def table(**columns: Any) -> Table:
    """Return a table whose rows repeat every month; callables give it by index."""
    values = [value for value in columns.values() if isinstance(value, list)]
    rows = len(values[0]) if values else 1
    out: dict[str, list[Any]] = {"month": [], **{name: [] for name in columns}}
    for index in range(MONTHS):
        out["month"] += [format_month(FIRST + index)] * rows
        for name, value in columns.items():
            given = value(index) if callable(value) else value
            out[name] += given if isinstance(given, list) else [given] * rows
    return {name: np.array(column) for name, column in out.items()}


def ledger(*rows: tuple[str, str, float, float, float]) -> Table:
    account, place, accrued, paid, lapsed = (list(c) for c in zip(*rows, strict=True))
    return table(
        account=account,
        place=place,
        accrued_rub=accrued,
        paid_rub=paid,
        lapsed_rub=lapsed,
    )


def tables(**changed: Table) -> Tables:
    """Two channels; a hundred volunteers a month, fifty prisoners, all else round."""
    made = {
        "flows": table(
            channel=["volunteer_contract", "volunteer_contract", "prisoner"],
            home=["A", "B", "A"],
            signed_persons=[60, 40, 50],
            marginal_price_rub=[1e6, 2e6, math.nan],
            rent_rub=[6e6, 4e6, 0],
            bonus_rub=[60e6, 40e6, 0],
            deceived_persons=[0, 0, 0],
            coerced_persons=[0, 0, 50],
        ),
        "force": table(
            channel=["volunteer_contract"] * 5 + ["conscript"],
            state=["combat", "support", "wounded", "rear", "killed", "rear"],
            persons=lambda i: [200_000, 400_000 - 1_000 * i, 99, 50_000, 9, 777],
        ),
        "service": table(
            channel=["mobilised", "regular"],
            posted_persons=[3, 0],
            re_signed_persons=[500, 200],
        ),
        "losses": table(
            channel=["volunteer_contract", "prisoner"],
            killed_persons=[30, 20],
            disabled_persons=[10, 0],
            wounded_persons=[90, 60],
            captured_persons=[1, 1],
            absent_persons=[8, 0],
            discharged_persons=[5, 0],
        ),
        "ledger": ledger(
            ("federal_bonus", "A", 40e6, 40e6, 0.0),
            ("regional_bonus", "A", 60e6, 50e6, 0.0),
            ("service_pay", "RU", 100e9, 100e9, 0.0),
            ("death_presidential", "RU", 50e9, 40e9, 2e9),
            ("debt_write_off", "A", 9e9, 9e9, 0.0),
            ("federal_transfer", "A", 5e6, 5e6, 0.0),
            ("lost_output", "RU", 70e9, 0.0, 0.0),
        ),
        "prices": table(place=["A", "B"], revenue_rub=[1.5e9, 1e9]),
        "economy": table(federal_spending_rub=2e12, gdp_rub=15e12),
        "pool": table(
            home=["A", "B"],
            remaining_willing_persons=lambda i: [200_000 - 1_000 * i, 190_000],
            package_elasticity=[0.8, 0.8],
            bonus_elasticity=[0.2, 0.2],
            zero_bonus_share=[0.6, 0.6],
        ),
    }
    return {**made, **changed}


def measured(**federal: Any) -> dict[str, float]:
    return measure_all(tables(), scenario(**federal))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("replacement_ratio", 150 / 75),
        ("inflow_persons_per_month", 150),
        ("permanent_losses_persons_per_month", 75),
        ("net_force_change_persons_per_month", -1_000),
        ("force_in_theatre_persons", 600_000 - 23_000),
        ("men_under_arms_persons", 600_000 - 23_000 + 99 + 50_000),
        ("net_under_arms_change_persons_per_month", -1_000),
        ("re_signed_contracts", 12 * 700),
        ("mean_signing_bonus_rub", 1e6),
        ("marginal_price_rub", 1.4e6),
        ("marginal_to_average_price", 1.4),
        ("rent_share", 0.1),
        ("bonus_bill_rub", 12 * 100e6),
        ("manpower_bill_rub", 12 * 150.1e9),
        ("manpower_bill_paid_rub", 12 * 140.09e9),
        ("manpower_bill_share_of_federal_spending", 140.09e9 / 2e12),
        ("manpower_bill_share_of_gdp", 140.09e9 / 15e12),
        ("regions_above_3_percent", 1),
        ("regions_above_5_percent", 0),
        ("killed_persons", 600),
        ("coerced_per_thousand_signed", 1_000 / 3),
        ("killed_per_thousand_signed_prisoner", 400),
        ("signed_persons_prisoner", 600),
        ("civilian_output_lost_rub", 12 * 70e9),
        ("remaining_willing_persons", 190_000 + 177_000),
        ("pool_months_of_inflow", 3_670),
        ("package_elasticity", 0.8),
        ("outstanding_liabilities_rub", 24 * (0.01e9 + 8e9)),
    ],
)
def test_measures_add_up(name: str, expected: float) -> None:
    assert measured()[name] == pytest.approx(expected)


def test_cost_per_soldier_month_counts_those_in_theatre() -> None:
    """Twelve months of bill over the men in combat and support of those months."""
    men = sum(600_000 - 1_000 * index for index in range(12, 24))
    found = measured()["cost_per_effective_soldier_month_rub"]
    assert found == pytest.approx(12 * 150.1e9 / men)


def test_periods_are_the_last_year_the_documented_year_and_calendar_years() -> None:
    assert periods(scenario()) == {
        "": slice(12, 24),
        "_documented_year": slice(0, 12),
        "_2024": slice(0, 12),
        "_2025": slice(12, 24),
    }
    assert measured()["force_in_theatre_persons_2024"] == 589_000


def test_a_break_needs_months_in_a_row_after_history() -> None:
    """The force falls by a thousand a month from 600,000; need is 585,000."""
    found = measured(force_needed=585_000, break_months=3)
    assert found["break_month_force"] == 5, "month 16 is the fifth of the forecast"
    assert found["break_month"] == 5
    assert found["break_month_bill"] == math.inf


def test_the_bill_breaks_by_its_share_of_a_year_of_spending() -> None:
    low = measured(force_needed=0, manpower_budget_share=0.07)
    assert (low["break_month_bill"], low["break_month"]) == (1, 1)
    high = measured(force_needed=0, manpower_budget_share=0.0701)
    assert high["break_month_bill"] == math.inf


def test_the_pool_is_exhausted_when_a_year_of_quotas_is_not_left() -> None:
    """390,000 less a thousand a month falls below 12 x 31,250 after 15 months."""
    assert measured(quota=31_250)["exhaustion_month"] == 5
    assert measured(quota=1_000)["exhaustion_month"] == math.inf


def test_a_measure_without_its_columns_is_left_out() -> None:
    without = {name: made for name, made in tables().items() if name != "pool"}
    found = measure_all(without, scenario())
    assert "remaining_willing_persons" not in found
    assert "exhaustion_month" not in found
    assert "replacement_ratio" in found


def test_a_run_without_losses_has_no_replacement_ratio() -> None:
    without = {name: made for name, made in tables().items() if name != "losses"}
    assert math.isnan(measure_all(without, scenario())["replacement_ratio"])


def test_every_measure_says_what_it_is_and_is_not() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    for measure in MEASURES:
        assert measure.unit, measure.name
        assert measure.definition.endswith("."), measure.name
        assert measure.is_not.endswith("."), measure.name


def test_every_key_finds_its_measure() -> None:
    for key in measured():
        measure, period = described(key)
        assert key.startswith(measure.name)
        assert period
    assert described("replacement_ratio_2024")[1] == "2024"
    with pytest.raises(KeyError):
        described("no_such_measure_2024")


def test_a_summary_is_median_and_band_with_a_definition() -> None:
    draws = [{"replacement_ratio": value} for value in np.linspace(0, 2, 101)]
    found = summarise(draws)["replacement_ratio"]
    assert found["value"] == pytest.approx(1.0)
    assert (found["low"], found["high"]) == pytest.approx((0.1, 1.9))
    assert found["unit"] == "ratio"
    assert "missing" in found["definition"]


def test_a_break_that_mostly_never_comes_has_no_median() -> None:
    draws = [{"break_month": value} for value in (3.0, 4.0, *[math.inf] * 8)]
    found = summarise(draws)["break_month"]
    assert (found["low"], found["value"], found["high"]) == (3.0, None, None)
    assert found["share_of_draws"] == pytest.approx(0.2)


def test_summaries_survive_draws_without_a_number() -> None:
    found = summarise([{"rent_share": math.nan}, {"rent_share": 0.2}])["rent_share"]
    assert found["value"] == 0.2
    assert found["share_of_draws"] == 0.5
    assert summarise([{"rent_share": math.nan}])["rent_share"]["value"] is None


def test_the_tables_of_these_tests_use_real_accounts() -> None:
    assert set(tables()["ledger"]["account"]) <= set(NUMBER)
